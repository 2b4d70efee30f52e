/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation of a request in the grey band fails, in turn: there is no result, or it is no weaker than with all
 * memory. The same for what is sent to the judge.
 */
#include "allocations.h"
#include "protocol/judge_message.h"
#include "support.h"

static const char pack[] =
    "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\n"
    "policies: [{id: default, title: own, injection: {judge: {on_failure: block}}}]\n"
    "rules:\n"
    "  - {id: own.a, title: own, category: pii, entity_type: OWN_A, score: 0.9, pattern: 'A-1234567',\n"
    "     examples: {match: []}}\n"
    "  - {id: own.grey, title: own, category: injection, entity_type: I, score: 0.4, pattern: 'grey',\n"
    "     examples: {match: []}}\n";

static double says;

static void answer(filter_question *questions, size_t count, uint64_t time_us, void *arg) {
    (void)arg;
    (void)time_us;
    for (size_t i = 0; i < count; i++) {
        if (memmem(questions[i].text, questions[i].size, "A-1234567", 9)) abort();
        questions[i].answer = says;
    }
}

/* The verdict, or -1: there is none. *used: how many allocations that took. */
static int ask(const filter_engine *engine, size_t at, size_t *used) {
    const filter_segment segments[] = {{"grey A-1234567", 14, FILTER_ROLE_USER}, {"also grey", 9, FILTER_ROLE_TOOL}};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *result = NULL;
    filter_scratch *scratch;
    filter_error error;
    request.segments = segments;
    request.segment_count = 2;
    request.judge = answer;
    assert_int_equal(filter_scratch_new(&scratch, &error), FILTER_OK);
    allocations_fail(at, false);
    filter_status status = filter_inspect(engine, scratch, &request, &result, &error);
    *used = allocations_end();
    int verdict = status == FILTER_OK ? (int)result->verdict : -1;
    filter_scratch_free(scratch);
    return verdict;
}

static void a_request_without_memory_has_no_weaker_verdict(void **state) {
    (void)state;
    const filter_source source = {"own.yaml", pack, sizeof pack - 1};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    filter_engine *engine;
    filter_error error;
    options.skip_examples = true;
    assert_int_equal(filter_engine_new(&engine, &source, 1, &options, &error), FILTER_OK);
    static const struct {
        double says;
        filter_verdict verdict;
    } cases[] = {{1, FILTER_BLOCK}, {0, FILTER_REDACT}, {-1, FILTER_BLOCK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count, used;
        says = cases[i].says;
        assert_int_equal(ask(engine, SIZE_MAX, &count), cases[i].verdict);
        for (size_t at = 1; at <= count; at++) {
            int verdict = ask(engine, at, &used);
            if (verdict >= 0 && verdict < (int)cases[i].verdict) fail_msg("allocation %zu: verdict %d", at, verdict);
        }
    }
    filter_engine_unref(engine);
}

static void a_question_without_memory_is_whole_or_none(void **state) {
    (void)state;
    static const char *const reasons[] = {"own.a", "own.b"};
    const filter_question q = {.score = 0.5, .reasons = reasons, .reason_count = 2};
    size_t whole, size, used = 1;
    free(judge_message_write(&q, 1, 200, &whole));
    for (size_t at = 1; at <= used; at++) {
        allocations_fail(at, false);
        char *text = judge_message_write(&q, 1, 200, &size);
        used = allocations_end();
        if (text) assert_int_equal(size, whole);
        free(text);
    }
    assert_true(used > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_without_memory_has_no_weaker_verdict),
        cmocka_unit_test(a_question_without_memory_is_whole_or_none),
    };
    return cmocka_run_group_tests_name("judge_memory", tests, NULL, NULL);
}
