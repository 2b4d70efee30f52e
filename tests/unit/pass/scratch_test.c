/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/scratch.h"
#include "support.h"

#include <pthread.h>

#define KEPT ((size_t)8 << 20) /* of memory, between requests */

static filter_engine *small, *large;

static filter_scratch *new_scratch(void) {
    filter_scratch *s = NULL;
    filter_error error;
    assert_int_equal(filter_scratch_new(&s, &error), FILTER_OK);
    return s;
}

typedef struct second_use {
    filter_scratch *scratch;
    filter_status status;
    const filter_result *result;
    filter_error error;
} second_use;

static void *use_it(void *arg) {
    second_use *use = arg;
    filter_segment segment = {"abc1", 4, FILTER_ROLE_USER};
    filter_request request = FILTER_REQUEST_INIT;
    request.segments = &segment;
    request.segment_count = 1;
    use->status = filter_inspect(small, use->scratch, &request, &use->result, &use->error);
    return NULL;
}

static second_use use_on_another_thread(filter_scratch *s) {
    pthread_t thread;
    second_use use = {.scratch = s};
    assert_int_equal(pthread_create(&thread, NULL, use_it, &use), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    return use;
}

/* This thread is inside a request while the other one asks. */
static void a_scratch_that_two_threads_use_at_once_is_refused(void **state) {
    (void)state;
    filter_scratch *s = new_scratch();
    filter_error error;
    assert_int_equal(scratch_begin(s, small, &error), FILTER_OK);
    scratch_gap(s, 7, "mine");
    second_use use = use_on_another_thread(s);
    assert_int_equal(use.status, FILTER_ERROR_ARGUMENT);
    assert_null(use.result);
    assert_string_equal(use.error.message, "the scratch is in use by another thread; give each thread its own");
    assert_int_equal(s->gaps.count, 1); /* what this thread has is untouched */
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_ERROR_ARGUMENT); /* nor may it begin twice itself */
    scratch_end(s);
    use = use_on_another_thread(s);
    assert_int_equal(use.status, FILTER_OK);
    assert_int_equal(use.result->finding_count, 1);
    filter_scratch_free(s);
}

static void a_request_finds_nothing_of_the_one_before(void **state) {
    (void)state;
    filter_scratch *s = new_scratch();
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    scratch_gap(s, 1, "gap");
    s->failed = true;
    s->notes.quoted = true;
    s->found.count = s->hits.count = s->classes.count = s->context.count = 9;
    scratch_end(s);
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    assert_int_equal(s->gaps.count + s->found.count + s->hits.count + s->classes.count + s->context.count, 0);
    assert_false(s->failed || s->notes.quoted);
    assert_null(s->instructions);
    scratch_end(s);
    filter_scratch_free(s);
}

static void a_scratch_grows_to_the_larger_engine_and_stays(void **state) {
    (void)state;
    filter_scratch *s = new_scratch();
    size_t sizes[4];
    const filter_engine *const engines[] = {small, large, small, large};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(scratch_begin(s, engines[i], NULL), FILTER_OK);
        assert_int_equal(s->matcher.engine_serial, engines[i]->serial);
        assert_true(s->matcher.pattern_capacity >= engines[i]->pattern_count);
        for (size_t k = 0; k < engines[i]->pattern_count; k++) assert_true(s->matcher.patterns[k].epoch <= 1);
        scratch_end(s);
        sizes[i] = filter_scratch_size(s);
    }
    assert_true(sizes[1] > sizes[0] && sizes[2] == sizes[1] && sizes[3] == sizes[1]);
    filter_scratch_free(s);
}

static void no_more_than_eight_mebibytes_stay_between_requests(void **state) {
    (void)state;
    filter_scratch *s = new_scratch();
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    assert_non_null(arena_alloc(&s->memory, 4 * KEPT, 1));
    assert_true(s->memory.held >= 4 * KEPT);
    scratch_end(s);
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    assert_true(s->memory.held <= KEPT);
    assert_non_null(arena_alloc(&s->memory, KEPT / 2, 1));
    size_t held = s->memory.held;
    scratch_end(s);
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    assert_int_equal(s->memory.held, held); /* what was needed, and is less, stays */
    scratch_end(s);
    filter_scratch_free(s);
}

static void gaps_are_kept_in_order_with_their_segment(void **state) {
    (void)state;
    filter_scratch *s = new_scratch();
    assert_int_equal(scratch_begin(s, small, NULL), FILTER_OK);
    for (size_t i = 0; i < 100; i++) scratch_gap(s, i, i % 2 ? "odd" : "even");
    assert_int_equal(s->gaps.count, 100);
    assert_int_equal(s->gaps.items[99].segment, 99);
    assert_string_equal(s->gaps.items[99].reason, "odd");
    arena kept = s->memory;
    s->memory = support_exhausted_arena();
    s->gaps = (coverage_gaps){NULL, 0, 0};
    scratch_gap(s, 0, "lost");
    assert_true(s->failed);
    s->memory = kept;
    scratch_end(s);
    filter_scratch_free(s);
}

static void no_scratch_may_be_freed(void **state) {
    (void)state;
    filter_scratch_free(NULL);
}

static int set_up(void **state) {
    (void)state;
    static const char one[] = "rules:\n  - {id: a, title: t, category: pii, entity_type: A, score: 0.9, format: "
                              "'abc\\d', examples: {match: []}}\n";
    static char many[8192];
    size_t used = (size_t)snprintf(many, sizeof many, "rules:\n");
    for (int i = 0; i < 50; i++) {
        used += (size_t)snprintf(many + used, sizeof many - used,
                                 "  - {id: a%d, title: t, category: pii, entity_type: A, score: 0.9, pattern: "
                                 "'ab%d[a-z]{9}x', examples: {match: []}}\n",
                                 i, i);
    }
    small = support_engine_from(one);
    large = support_engine_from(many);
    return small && large ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(small);
    filter_engine_unref(large);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scratch_that_two_threads_use_at_once_is_refused),
        cmocka_unit_test(a_request_finds_nothing_of_the_one_before),
        cmocka_unit_test(a_scratch_grows_to_the_larger_engine_and_stays),
        cmocka_unit_test(no_more_than_eight_mebibytes_stay_between_requests),
        cmocka_unit_test(gaps_are_kept_in_order_with_their_segment),
        cmocka_unit_test(no_scratch_may_be_freed),
    };
    return cmocka_run_group_tests_name("scratch", tests, set_up, tear_down);
}
