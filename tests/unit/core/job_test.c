/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <zmq.h>

static bool memory_is_out;

static void *scarce_realloc(void *memory, size_t size) {
    return memory_is_out ? NULL : realloc(memory, size);
}

static void *scarce_malloc(size_t size) {
    return memory_is_out ? NULL : malloc(size);
}

/* The job's own source, with calls that find no memory when there is none. */
#define realloc scarce_realloc
#define malloc scarce_malloc
#include "../../../filterd/core/job.c"
#undef realloc
#undef malloc

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

/* An empty header is no answer, and a verdict without its texts is half of one. */
static void a_reply_for_which_memory_is_out_is_a_whole_error(void **state) {
    (void)state;
    static const char *const frames[] = {"{\"v\":1}", "a"};
    static const filter_text texts[] = {{"redacted", 8}};
    json_t *header = json_pack("{s:s}", "status", "ok");
    for (size_t count = 0; count < 2; count++) {
        job *j = job_of(frames, 2);
        memory_is_out = true;
        job_set_reply(j, "id", header, texts, count);
        memory_is_out = false;
        json_t *reply = json_loadb(zmq_msg_data(&j->header), zmq_msg_size(&j->header), 0, NULL);
        assert_int_equal(j->text_count, 0);
        assert_string_equal(json_string_value(json_object_get(reply, "status")), "error");
        assert_string_equal(json_string_value(json_object_get(json_object_get(reply, "error"), "code")), "internal");
        json_decref(reply);
        job_free(j);
    }
    json_decref(header);
}

/* Until libzmq has sent a reply, its bytes and those of the request are on the client's account. */
static void an_account_pays_for_request_and_reply(void **state) {
    (void)state;
    static const char *const frames[] = {"{\"v\":1}", "12345"};
    static const filter_text texts[] = {{"redacted", 8}};
    account_book book = {.count = 0};
    account *a = accounts_of(&book, "client", 6);
    json_t *header = json_pack("{s:s}", "status", "ok");
    size_t before = account_total();
    job *j = job_of(frames, 2);
    zmq_msg_t sent;
    job_charge(j, account_ref(a));
    assert_int_equal(account_total() - before, 5);
    job_set_reply(j, "id", header, texts, 1);
    size_t reply = 8 + strlen("{\"status\":\"ok\"}");
    assert_int_equal(account_total() - before, 5 + reply);
    zmq_msg_init(&sent);
    zmq_msg_move(&sent, &j->texts[0]); /* libzmq holds it */
    job_free(j);
    assert_int_equal(account_total() - before, 8);
    assert_false(account_has_room(a, 1, 8, SIZE_MAX));
    zmq_msg_close(&sent);
    assert_int_equal(account_total(), before);
    json_decref(header);
    account_unref(a);
    accounts_fini(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_account_pays_for_request_and_reply),
                                       cmocka_unit_test(frames_above_a_limit_are_rejected_as_too_large),
                                       cmocka_unit_test(memory_that_is_out_is_the_daemons_fault),
                                       cmocka_unit_test(a_request_within_the_limits_is_taken),
                                       cmocka_unit_test(a_reply_for_which_memory_is_out_is_a_whole_error)};
    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
