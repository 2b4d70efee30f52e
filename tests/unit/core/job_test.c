/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static bool memory_is_out;

static void *scarce_realloc(void *memory, size_t size) {
    return memory_is_out ? NULL : realloc(memory, size);
}

/* The job's own source, with a realloc that can fail. */
#define realloc scarce_realloc
#include "../../../filterd/core/job.c"
#undef realloc

static const config limits = {.header_bytes = 64, .request_bytes = 100, .segments = 2};

static job *job_of(const char *const *frames, size_t count) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    job *j = job_new(0, &frame);
    for (size_t i = 0; i < count; i++) {
        zmq_msg_close(&frame);
        zmq_msg_init_size(&frame, strlen(frames[i]));
        memcpy(zmq_msg_data(&frame), frames[i], strlen(frames[i]));
        job_take_frame(j, &limits, &frame);
    }
    zmq_msg_close(&frame);
    return j;
}

static const char long_text[] = "0123456789012345678901234567890123456789012345678901234567890123456789";

static void frames_above_a_limit_are_rejected_as_too_large(void **state) {
    (void)state;
    static const struct {
        const char *frames[4];
        size_t count;
        const char *says;
    } cases[] = {
        {{long_text}, 1, "header"},
        {{"{}", long_text, long_text}, 3, "texts"},
        {{"{}", "a", "b", "c"}, 4, "more text frames"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        job *j = job_of(cases[i].frames, cases[i].count);
        assert_string_equal(j->reject_code, "too_large");
        assert_non_null(strstr(j->reject_message, cases[i].says));
        assert_int_equal(j->text_count, 0); /* given back at once */
        job_free(j);
    }
}

static void memory_that_is_out_is_the_daemons_fault(void **state) {
    (void)state;
    static const char *const frames[] = {"{}", "a"};
    memory_is_out = true;
    job *j = job_of(frames, 2);
    memory_is_out = false;
    assert_string_equal(j->reject_code, "internal");
    assert_string_equal(j->reject_message, "out of memory");
    job_free(j);
}

static void a_request_within_the_limits_is_taken(void **state) {
    (void)state;
    static const char *const frames[] = {"{\"v\":1}", "a", ""};
    job *j = job_of(frames, 3);
    assert_null(j->reject_code);
    assert_int_equal(j->text_count, 2);
    assert_int_equal(j->item.bytes, 1);
    job_free(j);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_above_a_limit_are_rejected_as_too_large),
                                       cmocka_unit_test(memory_that_is_out_is_the_daemons_fault),
                                       cmocka_unit_test(a_request_within_the_limits_is_taken)};
    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
