/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation of loading a small pack fails, in turn: the pack is refused, or the engine is the one that it always
 * is. Databases are compiled on other threads, where nothing fails, unless these cannot be started.
 */
#include "allocations.h"
#include "files.h"
#include "support.h"

static const char pack[] =
    "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\n"
    "policies:\n"
    "  - {id: default, title: own}\n"
    "  - {id: strict, title: own, actions: {pii: block}, entities: {OWN_A: {action: block}}}\n"
    "rules:\n"
    "  - {id: own.a, title: own, category: pii, entity_type: OWN_A, score: 0.9, format: 'A-\\d{7}',\n"
    "     examples: {match: ['number {{own.a}}']}}\n"
    "  - {id: own.b, title: own, category: pii, entity_type: OWN_B, score: 0.4, format: 'B-\\d{7}',\n"
    "     context: {words: [number, account], boost: 0.5},\n"
    "     examples: {match: ['number {{own.b}}']}}\n";

static filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;

/* Loads the pack. *used: how many allocations that took. */
static filter_status load(size_t at, bool from_there, filter_engine **engine, size_t *used) {
    const filter_source source = {"own.yaml", pack, sizeof pack - 1};
    filter_error error;
    *engine = NULL;
    allocations_fail(at, from_there);
    filter_status status = filter_engine_new(engine, &source, 1, &options, &error);
    *used = allocations_end();
    return status;
}

/* What the engine finds, with each policy. */
static void assert_complete(const filter_engine *engine, size_t at) {
    static const char text[] = "number B-1234567, and A-1234567";
    static const char *const policies[] = {"default", "strict"};
    static const filter_verdict verdicts[] = {FILTER_REDACT, FILTER_BLOCK};
    if (filter_engine_rule_count(engine) != 2) fail_msg("allocation %zu: a rule is missing", at);
    for (size_t i = 0; i < 2; i++) {
        const filter_segment segment = {text, sizeof text - 1, FILTER_ROLE_USER};
        filter_request request = FILTER_REQUEST_INIT;
        const filter_result *result;
        request.segments = &segment;
        request.segment_count = 1;
        request.policy = policies[i];
        assert_int_equal(filter_inspect(engine, support_scratch(), &request, &result, NULL), FILTER_OK);
        if (result->verdict != verdicts[i] || result->finding_count != 2)
            fail_msg("allocation %zu: %s: verdict %d, %zu findings", at, policies[i], (int)result->verdict,
                     result->finding_count);
    }
}

static void a_pack_for_which_memory_is_out_is_refused_whole(void **state) {
    (void)state;
    size_t count, used, refused = 0;
    filter_engine *engine;
    options.skip_examples = true;
    assert_int_equal(load(SIZE_MAX, false, &engine, &count), FILTER_OK);
    assert_complete(engine, 0);
    filter_engine_unref(engine);
    for (size_t at = 1; at <= 2 * count; at++) {
        filter_status status = load((at + 1) / 2, at % 2, &engine, &used);
        refused += status != FILTER_OK;
        if (status == FILTER_OK) assert_complete(engine, (at + 1) / 2);
        else assert_null(engine);
        filter_engine_unref(engine);
    }
    print_message("%zu allocations, %zu loads of %zu refused\n", count, refused, 2 * count);
    assert_true(refused > count);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(a_pack_for_which_memory_is_out_is_refused_whole,
                                                                       files_set_up, files_tear_down)};
    return cmocka_run_group_tests_name("engine_memory", tests, NULL, NULL);
}
