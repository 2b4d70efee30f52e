/* SPDX-License-Identifier: Apache-2.0 */
#include "core/daemon_options.h"
#include "core/options.h"
#include "ctl/ctl.h"
#include "support.h"

#include <unistd.h>

typedef struct values {
    bool flag, other;
    const char *text, *choice, *choices;
    option_list texts;
    double number;
    size_t count, time, bytes, standard;
} values;

static const char *const words[] = {"user", "system", "assistant", NULL};
static const option_def defs[] = {
    {.name = "flag", .letter = 'f', .offset = offsetof(values, flag), .about = "A flag."},
    {.name = "flagged", .letter = 'g', .offset = offsetof(values, other), .about = "Another."},
    {.name = "text", .letter = 't', .kind = OPTION_TEXT, .argument = "T", .offset = offsetof(values, text)},
    {.name = "also", .kind = OPTION_TEXTS, .argument = "T", .offset = offsetof(values, texts)},
    {.name = "role", .kind = OPTION_CHOICE, .argument = "R", .offset = offsetof(values, choice), .choices = words},
    {.name = "list", .kind = OPTION_CHOICES, .argument = "L", .offset = offsetof(values, choices), .choices = words},
    {.name = "default",
     .kind = OPTION_COUNT,
     .argument = "N",
     .offset = offsetof(values, standard),
     .max = 9,
     .standard = "7"},
    {.name = "score", .kind = OPTION_NUMBER, .argument = "N", .offset = offsetof(values, number), .max = 1},
    {.name = "count", .kind = OPTION_COUNT, .argument = "N", .offset = offsetof(values, count), .min = 1, .max = 9},
    {.name = "time", .kind = OPTION_MILLISECONDS, .argument = "N", .offset = offsetof(values, time), .max = 60000},
    {.name = "bytes", .kind = OPTION_BYTES, .argument = "N", .offset = offsetof(values, bytes), .max = 1 << 30},
};
static const option_command command = {.name = "test",
                                       .operands = "[FILE]...",
                                       .about = "",
                                       .options = defs,
                                       .count = sizeof defs / sizeof *defs,
                                       .operands_max = 2};

enum { ARGUMENTS_MAX = 24 };

/* Reads the words of a line; what is said on standard error comes back in `said`. */
static int read_line(const char *line, values *out, option_rest *rest, char said[1000]) {
    static char memory[400];
    static char *argv[ARGUMENTS_MAX];
    int argc = 1, pipes[2], old = dup(STDERR_FILENO);
    argv[0] = "test";
    snprintf(memory, sizeof memory, "%s", line);
    for (char *word = strtok(memory, " "); word && argc < ARGUMENTS_MAX; word = strtok(NULL, " ")) argv[argc++] = word;
    *out = (values){.flag = false};
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    int status = options_read(&command, argc, argv, out, rest);
    dup2(old, STDERR_FILENO);
    close(pipes[1]);
    ssize_t size = read(pipes[0], said, 999);
    said[size > 0 ? size : 0] = '\0';
    close(pipes[0]);
    close(old);
    return status;
}

static void options_and_operands_mix(void **state) {
    (void)state;
    values v;
    option_rest rest;
    char said[1000];
    static const char *const lines[] = {
        "a -f --text x b --role=system --list user,system --score 0.5 --count 3 --time 2s --bytes 1MiB --",
        "-ftx a --rol system b --list=user,system --score=.5 --count=3 --time=2000 --bytes=1024KiB",
    };
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(read_line(lines[i], &v, &rest, said), 0);
        assert_true(v.flag && !v.other);
        assert_string_equal(v.text, "x");
        assert_string_equal(v.choice, "system");
        assert_string_equal(v.choices, "user,system");
        assert_true(v.number == 0.5 && v.count == 3 && v.time == 2000 && v.bytes == 1 << 20);
        assert_int_equal(v.standard, 7); /* not given */
        assert_int_equal(rest.count, 2);
        assert_string_equal(rest.operands[0], "a");
        assert_string_equal(rest.operands[1], "b");
    }
    assert_int_equal(read_line("--also a --also b -- --flag", &v, &rest, said), 0);
    assert_int_equal(v.texts.count, 2);
    assert_int_equal(read_line("--default 3", &v, &rest, said), 0);
    assert_int_equal(v.standard, 3);
    assert_int_equal(read_line("--also a --also b -- --flag", &v, &rest, said), 0);
    assert_string_equal(rest.operands[0], "--flag");
}

static void a_mistake_names_the_option_as_it_was_typed(void **state) {
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"--txt x", "test: unknown option '--txt'; did you mean '--text'?"},
        {"--nothing-like-it=3", "test: unknown option '--nothing-like-it'; one of: --flag, --flagged, --text, --also"},
        {"-fx", "test: unknown option '-x'; one of: -f, -g, -t\n"},
        {"--fla", "test: option '--fla' is ambiguous: it may be --flag, --flagged\n"},
        {"--fla=1", "test: option '--fla' is ambiguous: it may be --flag, --flagged\n"},
        {"--flag=1", "test: --flag: takes no value"},
        {"--text", "test: --text: needs a value: --text T"},
        {"-t", "test: -t: needs a value"},
        {"--role asistant",
         "--role: unknown value 'asistant'; did you mean 'assistant'? One of: user, system, assistant"},
        {"--list user,sytem", "--list: unknown value 'sytem'; did you mean 'system'?"},
        {"--list=", "--list: unknown value ''; one of: user"},
        {"--score high", "--score: must be a number from 0 to 1, not 'high'"},
        {"--score 1.5", "--score: must be a number from 0 to 1"},
        {"--count 2.5", "--count: must be a whole number from 1 to 9, not '2.5'"},
        {"--count 10", "--count: must be a whole number from 1 to 9"},
        {"--time 0x10", "--time: must be a number of milliseconds, or a time such as 10s, from 0 to 60000, not '0x10'"},
        {"--time 2min10", "--time: must be a number of milliseconds, or a time such as 10s, from 0 to 60000"},
        {"--bytes 3TB", "--bytes: must be a number of bytes, such as 4096 or 32MiB, from 0 to 1073741824, not '3TB'"},
        {"a b c", "test: unexpected operand 'c'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        values v;
        option_rest rest;
        char said[1000];
        int status = read_line(cases[i].line, &v, &rest, said);
        if (status != OPTIONS_EXIT_USAGE || !strstr(said, cases[i].says))
            fail_msg("%s: %d %s", cases[i].line, status, said);
        assert_non_null(strstr(said, "usage: test [OPTION]... [FILE]... (see test --help)"));
    }
}

/* Tables that are wrong in themselves. */
static void check_table(const option_command *c) {
    bool letters[128] = {false};
    for (size_t i = 0; i < c->count; i++) {
        const option_def *o = &c->options[i];
        bool takes_value = o->kind != OPTION_FLAG && o->kind != OPTION_HELP && o->kind != OPTION_VERSION;
        bool is_number = o->kind >= OPTION_NUMBER && o->kind <= OPTION_BYTES;
        if (takes_value != (o->argument != NULL)) fail_msg("%s --%s: argument", c->name, o->name);
        if ((o->kind == OPTION_CHOICE || o->kind == OPTION_CHOICES) != (o->choices != NULL))
            fail_msg("%s --%s: choices", c->name, o->name);
        if (is_number && o->max <= o->min) fail_msg("%s --%s: range", c->name, o->name);
        if (!o->about || o->about[strlen(o->about) - 1] != '.') fail_msg("%s --%s: about", c->name, o->name);
        if (o->letter && letters[(unsigned char)o->letter]) fail_msg("%s -%c twice", c->name, o->letter);
        letters[(unsigned char)o->letter] = true;
        for (size_t k = 0; k < i; k++) assert_string_not_equal(o->name, c->options[k].name);
    }
}

static void every_table_of_options_is_sound(void **state) {
    (void)state;
    check_table(&daemon_command);
    for (const ctl_command *c = ctl_commands; c->name; c++) check_table(c->options);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_mix),
        cmocka_unit_test(a_mistake_names_the_option_as_it_was_typed),
        cmocka_unit_test(every_table_of_options_is_sound),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
