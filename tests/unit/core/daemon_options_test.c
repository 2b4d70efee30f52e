/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"
#include "core/daemon_options.h"
#include "output.h"
#include "support.h"

enum { ARGUMENTS_MAX = 24 };

/* Reads the words of a line, as filterd's main does. */
static int read_line(const char *line, daemon_options *o, const output **said) {
    static char memory[400];
    static char *argv[ARGUMENTS_MAX];
    option_rest rest;
    int argc = 1;
    argv[0] = "filterd";
    snprintf(memory, sizeof memory, "%s", line);
    for (char *word = strtok(memory, " "); word && argc < ARGUMENTS_MAX; word = strtok(NULL, " ")) argv[argc++] = word;
    *o = (daemon_options){.rules = NULL};
    output_begin();
    int status = options_read(&daemon_command, argc, argv, o, &rest);
    *said = output_end();
    return status;
}

static void what_is_not_given_stays_unset(void **state) {
    (void)state;
    daemon_options o;
    const output *said;
    assert_int_equal(read_line("", &o, &said), 0);
    assert_true(!o.rules && !o.config && !o.control && !o.cache);
    assert_true(o.workers == 0 && o.endpoints.count == 0); /* so that the file's stand, and not a default over them */
    assert_true(!o.check && !o.verbose && !o.quiet);
}

static void each_option_has_a_field_of_its_own(void **state) {
    (void)state;
    static const char *const lines[] = {
        "--endpoint ipc:///a --endpoint tcp://127.0.0.1:1 --rules r --config c --control ipc:///d --cache e "
        "--workers 3 --check --verbose --quiet",
        "-e ipc:///a -e tcp://127.0.0.1:1 -r r -c c --control=ipc:///d --cache=e -w3 -nvq",
    };
    for (size_t i = 0; i < 2; i++) {
        daemon_options o;
        const output *said;
        assert_int_equal(read_line(lines[i], &o, &said), 0);
        assert_int_equal(o.endpoints.count, 2);
        assert_string_equal(o.endpoints.items[0], "ipc:///a");
        assert_string_equal(o.endpoints.items[1], "tcp://127.0.0.1:1");
        assert_string_equal(o.rules, "r");
        assert_string_equal(o.config, "c");
        assert_string_equal(o.control, "ipc:///d");
        assert_string_equal(o.cache, "e");
        assert_int_equal(o.workers, 3);
        assert_true(o.check && o.verbose && o.quiet);
    }
}

static void a_wrong_command_line_is_refused_for_its_reason(void **state) {
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"--workers 0", "filterd: --workers: must be a whole number from 1 to 256, not '0'"},
        {"--workers 257", "filterd: --workers: must be a whole number from 1 to 256, not '257'"},
        {"--rule x --chek", "unknown option '--chek'; did you mean '--check'?"},
        {"rules", "filterd: unexpected operand 'rules'"},
        {"--check=1", "filterd: --check: takes no value"},
        {"-c", "filterd: -c: needs a value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        daemon_options o;
        const output *said;
        int status = read_line(cases[i].line, &o, &said);
        if (status != CONFIG_EXIT_USAGE || !strstr(said->err, cases[i].says))
            fail_msg("%s: %d %s", cases[i].line, status, said->err);
    }
}

static void help_names_every_option_and_exit_status(void **state) {
    (void)state;
    daemon_options o;
    const output *said;
    assert_int_equal(read_line("--help", &o, &said), OPTIONS_DONE);
    for (size_t i = 0; i < daemon_command.count; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", daemon_command.options[i].name);
        if (!strstr(said->out, name)) fail_msg("%s", name);
    }
    static const int statuses[] = {CONFIG_EXIT_USAGE,  CONFIG_EXIT_RULES, CONFIG_EXIT_INPUT, CONFIG_EXIT_BIND,
                                   CONFIG_EXIT_SYSTEM, CONFIG_EXIT_KEYS,  CONFIG_EXIT_CONFIG};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        char number[16];
        snprintf(number, sizeof number, " %d ", statuses[i]);
        if (!strstr(daemon_command.status, number)) fail_msg("%d", statuses[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_given_stays_unset),
        cmocka_unit_test(each_option_has_a_field_of_its_own),
        cmocka_unit_test(a_wrong_command_line_is_refused_for_its_reason),
        cmocka_unit_test(help_names_every_option_and_exit_status),
    };
    return cmocka_run_group_tests_name("daemon_options", tests, NULL, NULL);
}
