/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "daemon_parts.h"
#include "files.h"
#include "support.h"

static int run(const char *first, const char *second, const output **said) {
    return ctl_command_run(ctl_rules, (const char *const[]){"rules", first, second, NULL}, said);
}

static void each_command_prints_what_it_promises(void **state) {
    (void)state;
    static const struct {
        const char *command, *operand;
        int status;
        const char *out, *err;
    } cases[] = {
        {"check", NULL, CTL_OK, "1 rules are fine: ", ""},
        {"test", NULL, CTL_OK, "1 rules, 1 examples hold\n", ""},
        {"list", NULL, CTL_OK, "own.a ", ""},
        {"explain", "own.a", CTL_OK, "finds         OWN_A, category pii", ""},
        {"explain", "own.b", CTL_FOUND, "", "unknown rule 'own.b'; did you mean 'own.a'?"},
        {"explain", "OWN_A", CTL_FOUND, "", "'OWN_A' is an entity type; its rules are:\n  own.a  a rule of my own\n"},
        {"explain", "zzzzzzzzz", CTL_FOUND, "", "unknown rule 'zzzzzzzzz'; 'filterctl rules list' shows all"},
        {"expand", "no placeholder", CTL_OK, "no placeholder\n", ""},
        {"expand", "{{own.none}}", CTL_ERROR, "", "own.none"},
        {"chek", NULL, CTL_USAGE, "", "unknown command 'chek'; did you mean 'check'?"},
        {"explain", NULL, CTL_USAGE, "", "explain needs the id of a rule"},
        {"expand", NULL, CTL_USAGE, "", "expand needs a text"},
        {"list", "x", CTL_USAGE, "", "list: unexpected operand 'x'"},
        {NULL, NULL, CTL_USAGE, "", "say what to do: check, test, list, explain or expand"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        int status = run(cases[i].command, cases[i].operand, &said);
        if (status != cases[i].status || !strstr(said->out, cases[i].out) || !strstr(said->err, cases[i].err) ||
            (!*cases[i].err && *said->err)) {
            fail_msg("%zu: %d '%s' '%s'", i, status, said->out, said->err);
        }
    }
}

static void a_placeholder_is_filled_with_a_value_of_its_rule(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(run("expand", "<{{own.a}}>", &said), CTL_OK);
    assert_int_equal(strlen(said->out), strlen("<A-1234567>\n"));
    assert_true(strncmp(said->out, "<A-", 3) == 0 && strspn(said->out + 3, "0123456789") == 7);
}

static void a_list_in_json_has_an_object_on_each_line(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(run("list", "--json", &said), CTL_OK);
    json_t *rule = json_loads(said->out, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(rule, "id")), "own.a");
    assert_int_equal(json_integer_value(json_object_get(rule, "examples")), 1);
    json_decref(rule);
}

static void mistakes_are_told_from_what_cannot_be_done(void **state) {
    (void)state;
    static const struct {
        const char *command;
        int status;
    } cases[] = {{"check", CTL_FOUND}, {"test", CTL_FOUND}, {"list", CTL_ERROR}};
    daemon_parts_write_rules("own.yaml", "pack: {name: own, x: 1}\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        assert_int_equal(run(cases[i].command, NULL, &said), cases[i].status);
        assert_non_null(strstr(said->err, "own.yaml:1:"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_command_prints_what_it_promises),
        TEST(a_placeholder_is_filled_with_a_value_of_its_rule),
        TEST(a_list_in_json_has_an_object_on_each_line),
        TEST(mistakes_are_told_from_what_cannot_be_done),
    };
    return cmocka_run_group_tests_name("ctl_rules", tests, NULL, NULL);
}
