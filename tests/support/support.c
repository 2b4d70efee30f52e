/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <time.h>

static filter_engine *engine;
static filter_scratch *scratch;

static void release(void) {
    filter_scratch_free(scratch);
    filter_engine_unref(engine);
}

const filter_engine *support_engine(void) {
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.cache_dir = getenv("FILTERD_TEST_CACHE");
    options.skip_examples = true; /* `make rules` runs them */
    if (!engine && filter_engine_new_from_directory(&engine, "rules", &options, &error) != FILTER_OK) {
        fail_msg("rules do not load: %s", error.message);
    }
    if (!scratch) support_scratch();
    return engine;
}

filter_scratch *support_scratch(void) {
    filter_error error;
    if (!scratch) {
        if (filter_scratch_new(&scratch, &error) != FILTER_OK) fail_msg("%s", error.message);
        atexit(release);
    }
    return scratch;
}

filter_engine *support_engine_from(const char *rules) {
    static const char head[] = "pack: {name: test, version: 1.0.0, licence: Apache-2.0}\n"
                               "policies: [{id: default, title: test}]\n";
    filter_engine *made = NULL;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    size_t size = sizeof head - 1 + strlen(rules);
    char *pack = malloc(size + 1);
    options.skip_examples = true;
    snprintf(pack, size + 1, "%s%s", head, rules);
    filter_source source = {"test.yaml", pack, size};
    if (filter_engine_new(&made, &source, 1, &options, &error) != FILTER_OK) print_message("%s\n", error.message);
    free(pack);
    return made;
}

const filter_result *support_inspect(const filter_engine *with, const char *text, size_t size, filter_role role,
                                     unsigned returns) {
    filter_segment segment = {text, size, role};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *result = NULL;
    filter_error error;
    request.segments = &segment;
    request.segment_count = 1;
    request.returns = returns;
    if (filter_inspect(with, support_scratch(), &request, &result, &error) != FILTER_OK) fail_msg("%s", error.message);
    return result;
}

const char *support_expand(const char *text) {
    static char memory[8][8192];
    static unsigned turn;
    char *out = memory[turn++ % 8];
    filter_error error;
    if (filter_example_expand(support_engine(), text, out, sizeof memory[0], &error) != FILTER_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    return out;
}

bool support_has(const filter_result *result, const char *entity_type, size_t start, size_t end) {
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *f = &result->findings[i];
        if (strcmp(f->entity_type, entity_type) == 0 && f->start == start && f->end == end) return true;
    }
    return false;
}

arena support_exhausted_arena(void) {
    return (arena){.held = SIZE_MAX};
}

uint32_t support_random(void) {
    static uint32_t state;
    if (!state) {
        const char *seed = getenv("SEED");
        state = seed ? (uint32_t)strtoul(seed, NULL, 10) : (uint32_t)time(NULL) | 1U;
        print_message("SEED=%u\n", state);
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

const filter_finding *support_answer(const char *rule, filter_segment page, const char *said, const char *answer,
                                     const filter_result **result) {
    const filter_segment segments[] = {
        {said, strlen(said), FILTER_ROLE_USER}, page, {answer, strlen(answer), FILTER_ROLE_ASSISTANT}};
    filter_request request = FILTER_REQUEST_INIT;
    request.segments = segments;
    request.segment_count = 3;
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &request, result, NULL), FILTER_OK);
    for (size_t i = 0; i < (*result)->finding_count; i++) {
        const filter_finding *f = &(*result)->findings[i];
        if (strcmp(f->rule, rule) != 0) continue;
        assert_int_equal(f->segment, 2);
        assert_true(f->start < f->end && f->end <= strlen(answer));
        return f;
    }
    return NULL;
}
