/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "files.h"
#include "support.h"

static int inspect(const char *option, const char *first, const char *second, const output **said) {
    const char *const words[] = {"inspect", "--local", option, first, second, NULL};
    return ctl_command_run(ctl_inspect, words, said);
}

static const char *path_of(const char *name, const char *text) {
    files_write(name, text, strlen(text));
    return files_path(name);
}

static void the_strongest_verdict_is_the_exit_status_and_a_failure_comes_first(void **state) {
    (void)state;
    static const struct {
        const char *first, *second; /* "-": a file that is not there */
        int status;
    } cases[] = {
        {"hello", "hello", CTL_OK},    {"A-1234567", "hello", CTL_REDACT}, {"hello", "A-1234567", CTL_REDACT},
        {"A-1234567", "-", CTL_ERROR}, {"-", "A-1234567", CTL_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        const char *first = *cases[i].first == '-' ? files_path("none") : path_of("a", cases[i].first);
        const char *second = *cases[i].second == '-' ? files_path("none") : path_of("b", cases[i].second);
        int status = inspect("--color=never", first, second, &said);
        if (status != cases[i].status) fail_msg("%zu: %d %s", i, status, said->err);
        bool shown = strstr(said->out, "redacted    <OWN_A_1>\n") != NULL;
        assert_int_equal(shown, cases[i].status == CTL_REDACT || cases[i].status == CTL_ERROR); /* the rest goes on */
    }
}

static void json_is_the_reply_with_its_texts_on_one_line(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(inspect("--json", path_of("a", "A-1234567"), NULL, &said), CTL_REDACT);
    json_t *reply = json_loads(said->out, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(reply, "verdict")), "redact");
    assert_string_equal(json_string_value(json_array_get(json_object_get(reply, "texts"), 0)), "<OWN_A_1>");
    json_decref(reply);
}

static void an_error_reply_is_a_failure_with_its_reason(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(inspect("--policy=none", path_of("a", "x"), NULL, &said), CTL_ERROR);
    assert_non_null(strstr(said->err, "a: unknown_policy: "));
    assert_int_equal(inspect("--color=never", path_of("a", "\xff"), NULL, &said), CTL_ERROR);
    assert_non_null(strstr(said->err, "a: bad_text: "));
}

static void options_become_the_header_that_a_daemon_gets(void **state) {
    (void)state;
    static const struct {
        const char *option, *part;
    } cases[] = {
        {"--role=tool", "\"segments\":[{\"role\":\"tool\"}]"},
        {"--return=findings,text", "\"return\":[\"findings\",\"text\"]"},
        {"--policy=mild", "\"policy\":\"mild\""},
        {"--min-score=0.5", "\"detect\":{\"min_score\":0.5}"},
        {"--isolate=encode", "\"isolate\":{\"mode\":\"encode\"}"},
        {"--family=llama", "\"isolate\":{\"model_family\":\"llama\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ctl_daemon d;
        const output *said;
        char name[32];
        snprintf(name, sizeof name, "f%zu.sock", i);
        ctl_daemon_start(&d, name, (const char *const[]){"{\"status\":\"ok\",\"verdict\":\"block\"}", NULL});
        const char *const words[] = {"inspect", "-e", d.endpoint, cases[i].option, path_of("a", "x"), NULL};
        int status = ctl_command_run(ctl_inspect, words, &said);
        ctl_daemon_end(&d);
        if (status != CTL_BLOCK || !strstr(d.request, cases[i].part)) fail_msg("%d %s", status, d.request);
        assert_int_equal(d.request_frames, 2);
    }
}

static void keys_need_each_other(void **state) {
    (void)state;
    static const char *const options[] = {"--server-key=x", "--client-key=x"};
    for (size_t i = 0; i < 2; i++) {
        const output *said;
        assert_int_equal(inspect(options[i], NULL, NULL, &said), CTL_USAGE);
        assert_non_null(strstr(said->err, "--server-key and --client-key need each other"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_strongest_verdict_is_the_exit_status_and_a_failure_comes_first),
        TEST(json_is_the_reply_with_its_texts_on_one_line),
        TEST(an_error_reply_is_a_failure_with_its_reason),
        TEST(options_become_the_header_that_a_daemon_gets),
        TEST(keys_need_each_other),
    };
    return cmocka_run_group_tests_name("ctl_inspect", tests, NULL, NULL);
}
