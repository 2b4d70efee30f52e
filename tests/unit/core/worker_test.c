/* SPDX-License-Identifier: Apache-2.0 */
#include "core/worker.h"
#include "core/clock.h"
#include "daemon_parts.h"
#include "files.h"
#include "support.h"

static daemon_parts *parts;
static worker subject;

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    worker_init(&subject, &parts->config, &parts->store, &parts->common);
    return 0;
}

static int tear_down(void **state) {
    worker_fini(&subject);
    daemon_parts_close(parts);
    return files_tear_down(state);
}

/* What a worker makes of a job of these frames. The reply's header is owned. */
static json_t *answer_of(const char *header, const char *text, char frame_out[200]) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    job *j = job_new(0, &frame);
    const char *const frames[] = {header, text};
    for (size_t i = 0; i < 2 && frames[i]; i++) {
        zmq_msg_close(&frame);
        zmq_msg_init_size(&frame, strlen(frames[i]));
        memcpy(zmq_msg_data(&frame), frames[i], strlen(frames[i]));
        job_take_frame(j, &parts->config, &frame);
    }
    zmq_msg_close(&frame);
    worker_answer(&subject, j);
    json_t *reply = json_loadb(zmq_msg_data(&j->header), zmq_msg_size(&j->header), 0, NULL);
    if (frame_out && j->text_count) {
        snprintf(frame_out, 200, "%.*s", (int)zmq_msg_size(&j->texts[0]), (char *)zmq_msg_data(&j->texts[0]));
    }
    job_free(j);
    assert_non_null(reply);
    return reply;
}

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void a_job_becomes_its_reply(void **state) {
    (void)state;
    char text[200] = "";
    json_t *reply = answer_of("{\"v\":1,\"id\":\"q\"}", "number A-1234567", text);
    assert_string_equal(string_of(reply, "status"), "ok");
    assert_string_equal(string_of(reply, "id"), "q");
    assert_string_equal(string_of(reply, "verdict"), "redact");
    assert_string_equal(text, "number <OWN_A_1>");
    assert_int_equal(parts->common.verdicts[FILTER_REDACT], 1);
    assert_int_equal(parts->common.bytes, strlen("number A-1234567"));
    assert_int_equal(parts->common.errors, 0);
    json_decref(reply);
}

static void each_error_is_counted_once(void **state) {
    (void)state;
    static const struct {
        const char *header, *text, *code;
    } cases[] = {
        {"not json", NULL, "bad_request"},
        {"{\"v\":1,\"op\":\"restore\"}", NULL, "bad_request"},
        {"{\"v\":1,\"policy\":\"none\"}", "x", "unknown_policy"},
        {"{\"v\":1}", "\xff", "bad_text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *reply = answer_of(cases[i].header, cases[i].text, NULL);
        if (strcmp(string_of(json_object_get(reply, "error"), "code"), cases[i].code) != 0 ||
            parts->common.errors != i + 1) {
            fail_msg("%s: %zu errors", cases[i].header, (size_t)parts->common.errors);
        }
        json_decref(reply);
    }
    for (int i = 0; i < 4; i++) assert_int_equal(parts->common.verdicts[i], 0);
}

/* Handles a ping that waited for so many microseconds. */
static const char *code_after(int64_t waited_us, int64_t deadline_ms) {
    wire_request request = {.op = WIRE_PING, .deadline_ms = deadline_ms};
    wire_outcome out;
    wire_outcome_init(&out);
    worker_handle(&subject, &request, (worker_times){1000, 1000 + waited_us}, &out);
    json_decref(out.header);
    return out.error.code ? out.error.code : "ok";
}

static void a_request_that_waited_beyond_its_deadline_is_not_looked_at(void **state) {
    (void)state;
    static const struct {
        int64_t waited_us, own_ms;
        size_t daemon_ms; /* of the configuration */
        const char *code, *why;
    } cases[] = {
        {5000, 5, 0, "ok", "just in time"},
        {5001, 5, 0, "deadline", "a microsecond late"},
        {5001, -1, 5, "deadline", "the daemon's, when a request names none"},
        {5000, -1, 5, "ok", "in time for it"},
        {5001, 10, 5, "ok", "a request's own comes first"},
        {1, 0, 0, "deadline", "0 allows no waiting at all"},
        {0, 0, 0, "ok", "it did not wait"},
        {INT64_C(1) << 40, -1, 0, "ok", "no deadline anywhere"},
    };
    uint64_t late = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parts->config.deadline_ms = cases[i].daemon_ms;
        const char *code = code_after(cases[i].waited_us, cases[i].own_ms);
        if (strcmp(code, cases[i].code) != 0) fail_msg("%s: %s", cases[i].why, code);
        late += strcmp(code, "ok") != 0;
        assert_true(parts->common.late == late && parts->common.errors == late);
    }
}

static void the_policy_is_the_requests_else_the_tenants_else_the_default(void **state) {
    (void)state;
    static config_tenant tenants[] = {{"acme", "mild", 1}};
    static const struct {
        const char *header, *policy;
    } cases[] = {
        {"{\"v\":1}", "default"},
        {"{\"v\":1,\"tenant\":\"acme\"}", "mild"},
        {"{\"v\":1,\"tenant\":\"acme\",\"policy\":\"default\"}", "default"},
        {"{\"v\":1,\"tenant\":\"other\"}", "default"},
    };
    parts->config.tenants = tenants;
    parts->config.tenant_count = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *reply = answer_of(cases[i].header, "x", NULL);
        if (strcmp(string_of(reply, "policy"), cases[i].policy) != 0)
            fail_msg("%s: %s", cases[i].header, string_of(reply, "policy"));
        json_decref(reply);
    }
}

static void info_tells_the_limits_in_force(void **state) {
    (void)state;
    parts->config.request_bytes = 101;
    parts->config.segments = 102;
    parts->config.header_bytes = 103;
    parts->config.queue_requests = 104;
    parts->config.deadline_ms = 105;
    json_t *reply = answer_of("{\"v\":1,\"op\":\"info\"}", NULL, NULL), *limits = json_object_get(reply, "limits");
    static const char *const keys[] = {"request_bytes", "segments", "header_bytes", "queue_requests", "deadline_ms"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(json_integer_value(json_object_get(limits, keys[i])), 101 + i);
    assert_int_equal(json_integer_value(json_object_get(limits, "findings")), WIRE_FINDINGS_MAX);
    json_decref(reply);
}

static void the_next_request_takes_the_reloaded_rules(void **state) {
    (void)state;
    json_t *before = answer_of("{\"v\":1}", "A-1234567", NULL);
    daemon_parts_write_rules("own.yaml", "pack: {name: own, version: 2.0.0, licence: Apache-2.0}\n"
                                         "policies: [{id: default, title: own}]\n");
    assert_true(engine_store_reload(&parts->store));
    json_t *after = answer_of("{\"v\":1}", "A-1234567", NULL);
    assert_string_equal(string_of(before, "verdict"), "redact");
    assert_string_equal(string_of(after, "verdict"), "allow");
    json_decref(before);
    json_decref(after);
}

static void without_a_scratch_the_answer_is_an_error_of_the_daemon(void **state) {
    (void)state;
    filter_scratch_free(subject.scratch);
    subject.scratch = NULL;
    json_t *reply = answer_of("{\"v\":1,\"id\":\"q\"}", "x", NULL);
    assert_string_equal(string_of(json_object_get(reply, "error"), "code"), "internal");
    assert_string_equal(string_of(reply, "id"), "q");
    json_decref(reply);
}

static void what_goes_on_long_after_its_deadline_is_stuck(void **state) {
    (void)state;
    const int64_t now = 1000000000;
    assert_false(worker_is_stuck(&subject, now));
    subject.due_us = now - 9000000;
    assert_false(worker_is_stuck(&subject, now));
    subject.due_us = now - 11000000;
    assert_true(worker_is_stuck(&subject, now));
    json_decref(answer_of("{\"v\":1,\"deadline_ms\":60000}", "text", NULL));
    assert_int_equal(subject.due_us, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_job_becomes_its_reply),
        TEST(each_error_is_counted_once),
        TEST(a_request_that_waited_beyond_its_deadline_is_not_looked_at),
        TEST(the_policy_is_the_requests_else_the_tenants_else_the_default),
        TEST(info_tells_the_limits_in_force),
        TEST(the_next_request_takes_the_reloaded_rules),
        TEST(what_goes_on_long_after_its_deadline_is_stuck),
        TEST(without_a_scratch_the_answer_is_an_error_of_the_daemon),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
