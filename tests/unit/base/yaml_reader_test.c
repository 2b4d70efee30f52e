/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_reader.h"
#include "support.h"

typedef struct thing {
    const char *name;
    double score;
    size_t count, size, time;
    bool on;
    int mode;
    yaml_strings list;
    const yaml_node *node;
    size_t inner;
} thing;

static const char *const modes[] = {"fast", "slow", NULL};
static const yaml_field inner_fields[] = {
    {.key = "inner", .type = YAML_COUNT, .offset = offsetof(thing, inner), .max = 9},
};
static const yaml_table inner = YAML_TABLE("a part", inner_fields);
static const yaml_field fields[] = {
    {.key = "name", .type = YAML_TEXT, .offset = offsetof(thing, name), .required = true},
    {.key = "title", .renamed = "name"},
    {.key = "score", .type = YAML_NUMBER, .offset = offsetof(thing, score), .max = 1},
    {.key = "count", .type = YAML_COUNT, .offset = offsetof(thing, count), .min = 1, .max = 67108864},
    {.key = "size", .type = YAML_BYTES, .offset = offsetof(thing, size), .min = 1, .max = 67108864},
    {.key = "time", .type = YAML_MILLISECONDS, .offset = offsetof(thing, time), .max = 3600000},
    {.key = "on", .type = YAML_BOOL, .offset = offsetof(thing, on)},
    {.key = "mode", .type = YAML_CHOICE, .offset = offsetof(thing, mode), .choices = modes},
    {.key = "list", .type = YAML_STRINGS, .offset = offsetof(thing, list)},
    {.key = "node", .type = YAML_NODE, .offset = offsetof(thing, node)},
    {.key = "part", .type = YAML_SECTION, .table = &inner},
};
static const yaml_table table = YAML_TABLE("a thing", fields);

static arena memory;
static char report[4096]; /* "line:column message", one a line */

static void record(const filter_diagnostic *d, void *arg) {
    (void)arg;
    size_t used = strlen(report);
    snprintf(report + used, sizeof report - used, "%u:%u %s\n", d->line, d->column, d->message);
}

static yaml_node *parse(const char *text, size_t size) {
    diagnostics d = {.fn = record, .file = "t.yaml"};
    arena_reset(&memory, 1 << 20);
    report[0] = '\0';
    return yaml_parse(&memory, text, size, &d);
}

static bool read_thing(const char *text, thing *out) {
    diagnostics d = {.fn = record, .file = "t.yaml"};
    const yaml_node *map = parse(text, strlen(text));
    if (!map) fail_msg("'%s' is not parsed: %s", text, report);
    return yaml_read(&memory, map, &table, out, &d);
}

static void a_node_knows_its_line_and_column(void **state) {
    (void)state;
    static const char text[] = "a: 1\nlist:\n  - x\n  - 'y z'\nmap: {k: v}\n";
    const yaml_node *root = parse(text, sizeof text - 1);
    assert_non_null(root);
    const yaml_node *list = yaml_get(root, "list"), *map = yaml_get(root, "map");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->items[1]->line, 4);
    assert_int_equal(list->items[1]->column, 5);
    assert_string_equal(list->items[1]->text, "y z");
    assert_false(list->items[1]->plain);
    assert_true(list->items[0]->plain);
    assert_string_equal(yaml_get(map, "k")->text, "v");
    assert_null(yaml_get(map, "v")); /* a value is no key */
    assert_null(yaml_get(list, "x")); /* nor is an item */
}

static void a_document_that_could_mislead_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        size_t size; /* 0: up to NUL */
    } cases[] = {
        {"", "1:1 the file is empty\n", 0},
        {"# nothing\n", "1:1 the file is empty\n", 0},
        {"a: &x 1\n", "1:4 anchors and aliases are not supported", 0},
        {"a: *x\n", "1:4 anchors and aliases are not supported", 0},
        {"a: &x [1]\n", "1:4 anchors and aliases are not supported", 0},
        {"a: &x {b: 1}\n", "1:4 anchors and aliases are not supported", 0},
        {"a: 1\na: 2\n", "2:1 key 'a' appears twice; remove one\n", 0},
        {"[a]: 1\n", "1:1 a key must be a plain word\n", 0},
        {"? {a: b}\n: 1\n", "1:3 a key must be a plain word\n", 0},
        {"a: 1\n---\nb: 1\n", "2:1 a file holds one document; split it at '---'\n", 0},
        {"a: \"x\\0y\"\n", "1:4 a string holds a NUL character; remove it\n", 0},
        {"a: 1\nb: \xFF\n", "2:0 not UTF-8 from byte 8 on\n", 0},
        {"a: [1\n", "not YAML: ", 0},
        {"a:\n\t- 1\n", "not YAML: ", 0},
        {"a: 1\0b: 2\n", "not YAML: ", 10},
        {"[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]", "1:17 nested deeper than 16 levels\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = cases[i].size ? cases[i].size : strlen(cases[i].text);
        if (parse(cases[i].text, size) || !strstr(report, cases[i].message)) {
            fail_msg("'%s': got %s", cases[i].text, report);
        }
    }
    static const char deep[] = "[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]";
    assert_non_null(parse(deep, sizeof deep - 1));
}

static void a_map_holds_1024_keys_and_no_more(void **state) {
    (void)state;
    static char text[16 * 1025];
    size_t used = 0;
    for (int i = 0; i < 1024; i++) used += (size_t)snprintf(text + used, sizeof text - used, "k%d: 1\n", i);
    assert_non_null(parse(text, used));
    used += (size_t)snprintf(text + used, sizeof text - used, "last: 1\n");
    assert_null(parse(text, used));
    assert_string_equal(report, "1025:1 a map holds more than 1024 keys\n");
}

static void every_type_is_read_and_what_is_absent_keeps_its_value(void **state) {
    (void)state;
    thing t = {.score = 0.25, .count = 7, .mode = 1};
    assert_true(
        read_thing("{name: n, size: 64KiB, time: 10s, on: true, list: [a, b], node: [1], part: {inner: 3}}", &t));
    assert_string_equal(t.name, "n");
    assert_true(t.score == 0.25 && t.count == 7 && t.mode == 1);
    assert_int_equal(t.size, 65536);
    assert_int_equal(t.time, 10000);
    assert_true(t.on);
    assert_int_equal(t.list.count, 2);
    assert_string_equal(t.list.items[1], "b");
    assert_int_equal(t.node->kind, YAML_LIST);
    assert_int_equal(t.inner, 3);
    assert_true(read_thing("{name: '5', score: 0.5, mode: fast, on: false, list: one}", &t));
    assert_string_equal(t.name, "5");
    assert_true(t.score == 0.5 && t.mode == 0 && !t.on);
    assert_int_equal(t.list.count, 1);
    assert_string_equal(t.list.items[0], "one");
}

static void sizes_and_times_are_read_with_their_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size, time;
    } cases[] = {
        {"{name: n, size: 4096}", 4096, 0},   {"{name: n, size: 32MiB}", 33554432, 0},
        {"{name: n, size: 10kB}", 10000, 0},  {"{name: n, size: 5MB}", 5000000, 0},
        {"{name: n, time: 250}", 0, 250},     {"{name: n, time: 250ms}", 0, 250},
        {"{name: n, time: 2min}", 0, 120000}, {"{name: n, time: 1h}", 0, 3600000},
        {"{name: n, time: 1.5s}", 0, 1500},   {"{name: n, size: 64MiB}", 67108864, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        thing t = {0};
        if (!read_thing(cases[i].text, &t)) fail_msg("%s: %s", cases[i].text, report);
        assert_int_equal(t.size, cases[i].size);
        assert_int_equal(t.time, cases[i].time);
    }
}

static void a_wrong_value_is_named_with_what_is_allowed(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{name: n, count: 0}", "1:18 'count' must be a whole number from 1 to 67108864, not '0'\n"},
        {"{name: n, count: 1.5}", "1:18 'count' must be a whole number from 1 to 67108864, not '1.5'\n"},
        {"{name: n, count: '5'}", "from 1 to 67108864, not '5'; write it without quotes\n"},
        {"{name: n, count: [5]}", "1:18 'count' must be a whole number from 1 to 67108864\n"},
        {"{name: n, count: 64KiB}", "1:18 'count' must be a whole number from 1 to 67108864, not '64KiB'\n"},
        {"{name: n, score: 1.5}", "1:18 'score' must be a number from 0 to 1, not '1.5'\n"},
        {"{name: n, score: nan}", "1:18 'score' must be a number from 0 to 1, not 'nan'\n"},
        {"{name: n, size: 1GiB}",
         "1:17 'size' must be a number of bytes, such as 4096 or 32MiB, from 1 to 67108864, not '1GiB'\n"},
        {"{name: n, size: 5s}", "1:17 'size' must be a number of bytes"},
        {"{name: n, time: 2h}",
         "1:17 'time' must be a number of milliseconds, or a time such as 10s, from 0 to 3600000, not '2h'\n"},
        {"{name: n, on: yes}", "1:15 'on' must be true or false, and not empty\n"},
        {"{name: n, on: 'true'}", "1:15 'on' must be true or false, and not empty\n"},
        {"{name: n, mode: fats}", "1:17 'mode': unknown value 'fats'; did you mean 'fast'? One of: fast, slow\n"},
        {"{name: n, mode: [fast]}", "1:17 'mode': unknown value ''; one of: fast, slow\n"},
        {"{name: n, list: [a, [b]]}", "1:17 'list' must be a list of texts, and not empty\n"},
        {"{name: n, list: {a: b}}", "1:17 'list' must be a list of texts, and not empty\n"},
        {"{name: ''}", "1:8 'name' must be a text, and not empty\n"},
        {"{name: [n]}", "1:8 'name' must be a text, and not empty\n"},
        {"{name: n, part: {inner: 10}}", "1:25 'inner' must be a whole number from 0 to 9, not '10'\n"},
        {"{name: n, part: 5}", "1:17 a part must be a map of keys and values\n"},
        {"{name: n, part: {iner: 5}}", "1:18 a part: unknown key 'iner'; did you mean 'inner'? One of: inner\n"},
        {"[name]", "1:1 a thing must be a map of keys and values\n"},
        {"{score: 1}", "1:1 a thing needs 'name'\n"},
        {"{name: n, title: t}", "1:11 the key 'title' of a thing is now called 'name'\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        thing t = {.mode = 1};
        if (read_thing(cases[i].text, &t) || !strstr(report, cases[i].message)) {
            fail_msg("%s: got %s", cases[i].text, report);
        }
        assert_int_equal(t.mode, 1);
    }
}

static void an_unknown_key_is_told_the_keys_there_are_without_the_old_ones(void **state) {
    (void)state;
    thing t = {0};
    assert_false(read_thing("{name: n, scor: 1}", &t));
    assert_string_equal(report, "1:11 a thing: unknown key 'scor'; did you mean 'score'? One of: name, score, count, "
                                "size, time, on, mode, list, node, part\n");
}

static void all_mistakes_are_reported_in_one_run(void **state) {
    (void)state;
    thing t = {0};
    assert_false(read_thing("score: 2\ncount: x\nwhat: 1\non: 1\n", &t));
    static const char *const parts[] = {"1:8 'score'", "2:8 'count'", "3:1 a thing: unknown key 'what'", "4:5 'on'",
                                        "1:1 a thing needs 'name'"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(report, parts[i])) fail_msg("%s is not in: %s", parts[i], report);
    }
}

static void the_first_mistake_is_kept_with_its_file_and_rule(void **state) {
    (void)state;
    diagnostics d = {.file = "t.yaml", .rule = "r.one"};
    diagnose(&d, 3, 4, "wrong: %d", 7);
    diagnose(&d, 5, 6, "another");
    assert_string_equal(d.first, "t.yaml:3:4: r.one: wrong: 7");
    assert_int_equal(d.count, 2);
    diagnostics cut = {.fn = NULL, .file = "t.yaml"};
    diagnose(&cut, 1, 1, "'%.4s'", "abc\u00e9"); /* inside a character */
    assert_string_equal(cut.first, "t.yaml:1:1: 'abc?'");
    diagnostics outside = {.fn = NULL};
    diagnose(&outside, 1, 1, "no place");
    assert_string_equal(outside.first, ":1:1: no place");
}

static void count_one(const filter_diagnostic *d, void *arg) {
    (void)d;
    ++*(size_t *)arg;
}

static void mistakes_beyond_a_bound_are_counted_and_not_listed(void **state) {
    (void)state;
    size_t listed = 0;
    diagnostics d = {.fn = count_one, .arg = &listed};
    for (size_t i = 0; i < DIAGNOSTICS_MAX; i++) {
        assert_false(diagnostics_skip(&d));
        diagnose(&d, 1, 1, "a mistake");
    }
    diagnose(&d, 1, 1, "one more");
    assert_true(diagnostics_skip(&d));
    assert_int_equal(listed, DIAGNOSTICS_MAX);
    assert_int_equal(d.count, DIAGNOSTICS_MAX + 2);
}

static void a_reader_without_memory_gives_no_tree(void **state) {
    (void)state;
    static const char text[] = "a: [1, 2]\n";
    diagnostics d = {.fn = NULL};
    arena none = support_exhausted_arena();
    assert_null(yaml_parse(&none, text, sizeof text - 1, &d));
    assert_int_equal(d.count, 0);
    assert_true(none.failed); /* so that whoever asks at the end does not take it for an empty file */
}

/* Any bytes are read or refused; the sanitizers watch. */
static void random_documents_do_no_harm(void **state) {
    (void)state;
    static const char *const pieces[] = {"name: n\n", "list:\n", "  - x\n",   "{",      "}",       "[",
                                         "]",         ": ",      "size: 1\n", "'",      "\"",      "|",
                                         "\n",        "- ",      "&a ",       "*a ",    "part: {", "#",
                                         "!!str ",    "?",       "\\x00",     "time: ", "---\n",   "\xc3\xa9"};
    for (int round = 0; round < 3000; round++) {
        char text[400] = "";
        diagnostics d = {.fn = NULL};
        thing t = {0};
        for (uint32_t i = 0, n = support_random() % 24; i < n; i++) {
            strcat(text, pieces[support_random() % (sizeof pieces / sizeof *pieces)]);
        }
        const yaml_node *root = parse(text, strlen(text));
        if (root) yaml_read(&memory, root, &table, &t, &d);
        else assert_true(report[0] != '\0');
    }
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_knows_its_line_and_column),
        cmocka_unit_test(a_document_that_could_mislead_is_refused_with_its_place),
        cmocka_unit_test(a_map_holds_1024_keys_and_no_more),
        cmocka_unit_test(every_type_is_read_and_what_is_absent_keeps_its_value),
        cmocka_unit_test(sizes_and_times_are_read_with_their_units),
        cmocka_unit_test(a_wrong_value_is_named_with_what_is_allowed),
        cmocka_unit_test(an_unknown_key_is_told_the_keys_there_are_without_the_old_ones),
        cmocka_unit_test(all_mistakes_are_reported_in_one_run),
        cmocka_unit_test(the_first_mistake_is_kept_with_its_file_and_rule),
        cmocka_unit_test(mistakes_beyond_a_bound_are_counted_and_not_listed),
        cmocka_unit_test(a_reader_without_memory_gives_no_tree),
        cmocka_unit_test(random_documents_do_no_harm),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("yaml_reader", tests, NULL, teardown);
}
