/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "files.h"
#include "support.h"

static void the_option_comes_before_the_environment(void **state) {
    (void)state;
    setenv("FILTERD_ENDPOINT", "ipc:///env", 1);
    assert_string_equal(ctl_endpoint("ipc:///option"), "ipc:///option");
    assert_string_equal(ctl_endpoint(NULL), "ipc:///env");
    setenv("FILTERD_ENDPOINT", "", 1);
    assert_string_equal(ctl_endpoint(NULL), "ipc:///run/filterd/filterd.sock");
}

static void who_cannot_be_reached_is_known_without_waiting(void **state) {
    (void)state;
    char none[300];
    snprintf(none, sizeof none, "ipc://%s", files_path("none"));
    const struct {
        ctl_connection connection; /* an hour is longer than a test may take */
        const char *says;
    } cases[] = {
        {{"udp://x", NULL, NULL, 3600000}, "udp://x: not an endpoint; write ipc://PATH or tcp://HOST:PORT"},
        {{"ipc://", NULL, NULL, 3600000}, "ipc://: not an endpoint"},
        {{"", NULL, NULL, 3600000}, ": not an endpoint"},
        {{none, NULL, NULL, 3600000}, "none: filterd does not serve there; start it"},
        {{"tcp://127.0.0.1:1", "/nonexistent", "/nonexistent", 3600000}, "/nonexistent: cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ctl_client client;
        output_begin();
        bool ok = ctl_connect(&client, &cases[i].connection);
        const output *said = output_end();
        if (ok || !strstr(said->err, cases[i].says)) fail_msg("%zu: %s", i, said->err);
        assert_true(!client.context && !client.socket);
    }
}

/* What comes of one request with two texts to a daemon that answers with these frames. */
static json_t *ask(ctl_daemon *d, const char *const *frames, const output **said) {
    const filter_text texts[] = {{"a", 1}, {"", 0}};
    ctl_client client;
    ctl_daemon_start(d, "f.sock", frames);
    ctl_connection connection = {.endpoint = d->endpoint, .timeout_ms = 60000};
    assert_true(ctl_connect(&client, &connection));
    output_begin();
    json_t *reply = ctl_request(&client, "{\"v\":1}", texts, 2);
    *said = output_end();
    ctl_disconnect(&client);
    ctl_daemon_end(d);
    return reply;
}

static void texts_come_back_beside_the_header(void **state) {
    (void)state;
    ctl_daemon d;
    const output *said;
    json_t *reply = ask(&d, (const char *const[]){"{\"status\":\"ok\"}", "x", "", "z", NULL}, &said);
    assert_non_null(reply);
    assert_string_equal(d.request, "{\"v\":1}");
    assert_int_equal(d.request_frames, 3);
    const json_t *texts = json_object_get(reply, "texts");
    assert_int_equal(json_array_size(texts), 3);
    assert_string_equal(json_string_value(json_array_get(texts, 2)), "z");
    json_decref(reply);
}

static void an_answer_that_is_no_json_is_named_as_such(void **state) {
    (void)state;
    static const char *const answers[] = {"<html>", "[1]", "7"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        ctl_daemon d;
        const output *said;
        json_t *reply = ask(&d, (const char *const[]){answers[i], "more", NULL}, &said);
        if (reply || !strstr(said->err, "f.sock: not an answer of filterd")) fail_msg("%s: %s", answers[i], said->err);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_option_comes_before_the_environment),
        TEST(who_cannot_be_reached_is_known_without_waiting),
        TEST(texts_come_back_beside_the_header),
        TEST(an_answer_that_is_no_json_is_named_as_such),
    };
    return cmocka_run_group_tests_name("ctl_client", tests, NULL, NULL);
}
