/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"
#include "ctl_command.h"
#include "daemon_parts.h"
#include "files.h"
#include "support.h"

#include <unistd.h>

static void a_file_is_read_whole_or_not_at_all(void **state) {
    (void)state;
    static char large[100000];
    memset(large, 'x', sizeof large);
    files_write("large", large, sizeof large);
    files_write("empty", "", 0);
    static const struct {
        const char *name;
        size_t max, size;
        const char *says; /* "" when it is read */
    } cases[] = {
        {"large", sizeof large, sizeof large, ""},
        {"large", sizeof large - 1, 0, "large: is too large"},
        {"empty", 0, 0, ""},
        {"missing", 10, 0, "missing: cannot be read: No such file"},
        {"", 10, 0, ": Is a directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = 0;
        output_begin();
        char *data = ctl_read(files_path(cases[i].name), cases[i].max, &size);
        const output *said = output_end();
        if ((data != NULL) != !*cases[i].says || !strstr(said->err, cases[i].says)) fail_msg("%zu: %s", i, said->err);
        if (data) assert_int_equal(size, cases[i].size);
        free(data);
    }
}

static void the_option_comes_before_the_environment(void **state) {
    (void)state;
    setenv("FILTERD_RULES_DIR", "/env", 1);
    assert_string_equal(ctl_rules_directory("/option"), "/option");
    assert_string_equal(ctl_rules_directory(NULL), "/env");
    setenv("FILTERD_RULES_DIR", "", 1);
    assert_string_not_equal(ctl_rules_directory(NULL), "");
}

static void colours_are_for_who_wants_them(void **state) {
    (void)state;
    ctl_colour_init("always");
    assert_string_equal(ctl_colour_code(CTL_RED), "\033[31m");
    assert_string_equal(ctl_colour_code(CTL_RESET), "\033[0m");
    assert_string_equal(ctl_colour_code(CTL_REVERSE), "\033[7m");
    setenv("NO_COLOR", "1", 1);
    ctl_colour_init("always"); /* said in so many words */
    assert_string_equal(ctl_colour_code(CTL_RED), "\033[31m");
    ctl_colour_init("never");
    assert_string_equal(ctl_colour_code(CTL_RED), "");
    output_begin(); /* a file is no terminal */
    ctl_colour_init("auto");
    output_end();
    assert_string_equal(ctl_colour_code(CTL_RED), "");
}

static void packs_are_loaded_from_a_directory_or_a_file(void **state) {
    (void)state;
    static const char *const names[] = {"rules", "rules/own.yaml"};
    for (size_t i = 0; i < 2; i++) {
        filter_engine *engine = ctl_load(files_path(names[i]), false);
        assert_non_null(engine);
        assert_int_equal(filter_engine_rule_count(engine), 1);
        filter_engine_unref(engine);
    }
}

static void mistakes_are_listed_and_counted_unless_it_shall_be_quiet(void **state) {
    (void)state;
    daemon_parts_write_rules("own.yaml", "pack: {name: own, version: 1.0.0, licence: Apache-2.0, x: 1, y: 2}\n"
                                         "policies: [{id: default, title: own}]\n");
    for (int quiet = 0; quiet < 2; quiet++) {
        output_begin();
        filter_engine *engine = ctl_load(files_path("rules"), quiet);
        const output *said = output_end();
        assert_null(engine);
        assert_string_equal(said->out, "");
        assert_int_equal(strstr(said->err, "own.yaml:1:") != NULL && strstr(said->err, "rules: 2 mistakes\n") != NULL,
                         !quiet);
        assert_non_null(strstr(said->err, "filterctl: "));
    }
}

static void each_command_is_named_in_its_own_table(void **state) {
    (void)state;
    for (const ctl_command *c = ctl_commands; c->name; c++) {
        char name[64];
        snprintf(name, sizeof name, "filterctl %s", c->name);
        assert_string_equal(c->options->name, name);
        assert_string_not_equal(c->name, "generate"); /* for the build */
        const output *said;
        assert_int_equal(ctl_command_run(c->run, (const char *const[]){c->name, "--help", NULL}, &said), CTL_OK);
        assert_non_null(strstr(said->out, name));
        assert_int_equal(ctl_command_run(c->run, (const char *const[]){c->name, "--no-such", NULL}, &said), CTL_USAGE);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_read_whole_or_not_at_all),
        TEST(the_option_comes_before_the_environment),
        TEST(colours_are_for_who_wants_them),
        TEST(packs_are_loaded_from_a_directory_or_a_file),
        TEST(mistakes_are_listed_and_counted_unless_it_shall_be_quiet),
        TEST(each_command_is_named_in_its_own_table),
    };
    return cmocka_run_group_tests_name("ctl", tests, NULL, NULL);
}
