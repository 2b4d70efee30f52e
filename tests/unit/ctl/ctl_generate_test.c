/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"
#include "core/daemon_options.h"
#include "ctl_command.h"
#include "support.h"

static int generate(const char *what, const char *which, const output **said) {
    return ctl_command_run(ctl_generate, (const char *const[]){"generate", what, which, NULL}, said);
}

static void check_options(const option_command *c, const char *form, const char *which, const char *text) {
    for (size_t i = 0; i < c->count; i++) {
        char wanted[100];
        snprintf(wanted, sizeof wanted, form, c->options[i].name);
        if (!strstr(text, wanted)) fail_msg("%s: '%s' of %s is missing", which, wanted, c->name);
    }
}

static void every_completion_has_every_option(void **state) {
    (void)state;
    static const struct {
        const char *shell, *form;
    } cases[] = {{"bash", "--%s"}, {"zsh", "--%s"}, {"fish", " -l %s "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        assert_int_equal(generate("completion", cases[i].shell, &said), CTL_OK);
        check_options(&daemon_command, cases[i].form, cases[i].shell, said->out);
        for (const ctl_command *c = ctl_commands; c->name; c++)
            check_options(c->options, cases[i].form, cases[i].shell, said->out);
    }
}

static void every_manual_page_has_every_option(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(generate("options", "filterd", &said), CTL_OK);
    check_options(&daemon_command, " Fl -%s", "filterd", said->out);
    assert_int_equal(generate("options", "filterctl", &said), CTL_OK);
    for (const ctl_command *c = ctl_commands; c->name; c++)
        check_options(c->options, " Fl -%s", "filterctl", said->out);
}

static void schema_and_keys_have_every_key(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(generate("config-schema", NULL, &said), CTL_OK);
    json_t *schema = json_loads(said->out, 0, NULL);
    const json_t *properties = json_object_get(schema, "properties");
    for (size_t i = 0; i < config_table.count; i++) {
        if (!json_object_get(properties, config_table.fields[i].key)) fail_msg("%s", config_table.fields[i].key);
    }
    json_decref(schema);
    assert_int_equal(generate("config-keys", NULL, &said), CTL_OK);
    for (size_t i = 0; i < config_table.count; i++) {
        if (!strstr(said->out, config_table.fields[i].key)) fail_msg("%s", config_table.fields[i].key);
    }
}

static void what_cannot_be_generated_is_named(void **state) {
    (void)state;
    static const struct {
        const char *what, *which, *says;
    } cases[] = {
        {"completion", "tcsh", "cannot generate 'completion tcsh'"},
        {"options", NULL, "cannot generate 'options '"},
        {"config-keys", "x", "cannot generate 'config-keys x'"},
        {NULL, NULL, "an operand is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        assert_int_equal(generate(cases[i].what, cases[i].which, &said), CTL_USAGE);
        assert_string_equal(said->out, "");
        if (!strstr(said->err, cases[i].says)) fail_msg("%s", said->err);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_completion_has_every_option),
        cmocka_unit_test(every_manual_page_has_every_option),
        cmocka_unit_test(schema_and_keys_have_every_key),
        cmocka_unit_test(what_cannot_be_generated_is_named),
    };
    return cmocka_run_group_tests_name("ctl_generate", tests, NULL, NULL);
}
