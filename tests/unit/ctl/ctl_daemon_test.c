/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "files.h"
#include "support.h"

static int run(int (*command)(int, char **), const char *option, const char *answer, ctl_daemon *d,
               const output **said) {
    static const char *frames[2];
    frames[0] = answer;
    ctl_daemon_start(d, "f.sock.ctl", frames);
    int status = ctl_command_run(command, (const char *const[]){"c", "--control", d->endpoint, option, NULL}, said);
    ctl_daemon_end(d);
    return status;
}

static void the_answer_decides_the_exit_status(void **state) {
    (void)state;
    static const struct {
        int (*command)(int, char **);
        const char *answer;
        int status;
        const char *out, *err;
    } cases[] = {
        {ctl_status, "{\"status\":\"ok\",\"rules\":7,\"last_error\":\"\"}", CTL_OK, "rules            7\n", ""},
        {ctl_status, "{\"status\":\"ok\",\"last_error\":\"p:1: x\\n\"}", CTL_OK, "", "stay in force:\np:1: x\n"},
        {ctl_reload, "{\"status\":\"ok\",\"pack\":{\"version\":\"1\"}}", CTL_OK, "pack\n  version          1\n", ""},
        {ctl_reload, "{\"status\":\"error\",\"last_error\":\"p:1: x\\n\"}", CTL_FOUND, "", "p:1: x\n"},
        {ctl_status, "{}", CTL_ERROR, "", "filterctl: "},
        {ctl_status, "{\"status\":7}", CTL_ERROR, "", "f.sock.ctl: not an answer of filterd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ctl_daemon d;
        const output *said;
        int status = run(cases[i].command, NULL, cases[i].answer, &d, &said);
        if (status != cases[i].status || strcmp(said->out, cases[i].out) != 0 || !strstr(said->err, cases[i].err))
            fail_msg("%zu: %d '%s' '%s'", i, status, said->out, said->err);
        assert_string_equal(d.request, cases[i].command == ctl_status ? "{\"op\":\"status\"}" : "{\"op\":\"reload\"}");
    }
}

static void json_is_the_answer_on_one_line(void **state) {
    (void)state;
    ctl_daemon d;
    const output *said;
    assert_int_equal(run(ctl_status, "--json", "{\"status\": \"ok\", \"rules\": 7}", &d, &said), CTL_OK);
    assert_string_equal(said->out, "{\"status\":\"ok\",\"rules\":7}\n");
    assert_string_equal(said->err, "");
}

static void the_control_socket_is_beside_the_endpoint(void **state) {
    (void)state;
    char endpoint[300];
    ctl_daemon d;
    const output *said;
    snprintf(endpoint, sizeof endpoint, "ipc://%s", files_path("f.sock"));
    ctl_daemon_start(&d, "f.sock.ctl", (const char *const[]){"{\"status\":\"ok\"}", NULL});
    assert_int_equal(ctl_command_run(ctl_status, (const char *const[]){"c", "-e", endpoint, NULL}, &said), CTL_OK);
    ctl_daemon_end(&d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_answer_decides_the_exit_status),
        TEST(json_is_the_answer_on_one_line),
        TEST(the_control_socket_is_beside_the_endpoint),
    };
    return cmocka_run_group_tests_name("ctl_daemon", tests, NULL, NULL);
}
