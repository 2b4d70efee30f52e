/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/detector_type.h"
#include "packs.h"

typedef struct settings {
    size_t count;
    bool finished;
} settings;

static const yaml_field fields[] = {
    {.key = "count", .type = YAML_COUNT, .offset = offsetof(settings, count), .required = true, .max = 9},
};

static bool finish(struct ruleset *set, const yaml_node *node, void *made, diagnostics *d) {
    settings *s = made;
    assert_non_null(set);
    s->finished = true;
    if (s->count < 9) return true;
    diagnose(d, node->line, node->column, "nine is too many");
    return false;
}

static const detector_type first = {.keys = {.what = "first", .fields = fields, .count = 1, .about = "The first."},
                                    .size = sizeof(settings)};
static const detector_type second = {.keys = {.what = "second", .fields = fields, .count = 1, .about = "The second."},
                                     .size = sizeof(settings),
                                     .finish = finish};
static const detector_type *const list[] = {&first, &second, NULL};

static arena memory;
static pack_report report;

static const settings *read_settings(const char *text, const detector_type **type) {
    diagnostics d = {.fn = pack_report_add, .arg = &report, .file = "p", .rule = "r"};
    ruleset set = {.memory = &memory, .detectors = list};
    arena_reset(&memory, 1 << 20);
    report.count = 0;
    *type = NULL;
    const yaml_node *node = yaml_parse(&memory, text, strlen(text), &d);
    assert_non_null(node);
    return detector_read(&set, node, type, &d);
}

static void every_detector_of_the_list_is_a_key_with_a_table(void **state) {
    (void)state;
    yaml_field keys[DETECTORS_MAX];
    yaml_table table = detector_table(list, keys);
    assert_int_equal(table.count, 2);
    assert_string_equal(table.fields[0].key, "first");
    assert_string_equal(table.fields[1].about, "The second.");
    assert_ptr_equal(table.fields[1].table, &second.keys);
    assert_int_equal(table.fields[1].holds, YAML_HOLDS_TABLE);
    assert_true(table.fields[0].offset != table.fields[1].offset);
}

static void a_list_longer_than_the_table_is_cut(void **state) {
    (void)state;
    const detector_type *many[DETECTORS_MAX + 2] = {NULL};
    yaml_field keys[DETECTORS_MAX];
    for (size_t i = 0; i <= DETECTORS_MAX; i++) many[i] = &first;
    assert_int_equal(detector_table(many, keys).count, DETECTORS_MAX);
}

static void settings_are_filled_and_finished_by_their_detector(void **state) {
    (void)state;
    const detector_type *type;
    const settings *s = read_settings("{first: {count: 3}}", &type);
    assert_ptr_equal(type, &first);
    assert_true(s && s->count == 3 && !s->finished);
    s = read_settings("{second: {count: 4}}", &type);
    assert_ptr_equal(type, &second);
    assert_true(s && s->count == 4 && s->finished);
}

static void a_mistake_in_detect_gives_no_settings(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{}", "'detect' names no detector"},
        {"{frist: {count: 1}}", "detect: unknown key 'frist'; did you mean 'first'? One of: first, second"},
        {"{first: {}}", "first needs 'count'"},
        {"{first: {count: 10}}", "'count' must be a whole number from 0 to 9, not '10'"},
        {"{first: 1}", "first must be a map of keys and values"},
        {"{second: {count: 9}}", "nine is too many"},
        {"first", "detect must be a map of keys and values"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const detector_type *type;
        assert_null(read_settings(cases[i].text, &type));
        if (!pack_report_has(&report, cases[i].says)) fail_msg("%s: '%s'", cases[i].text, report.lines[0]);
    }
}

static void a_rule_with_two_detectors_is_reported(void **state) {
    (void)state;
    const detector_type *type;
    (void)read_settings("{first: {count: 1}, second: {count: 1}}", &type);
    assert_true(pack_report_has(&report, "a rule has one detector; split the rule"));
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_detector_of_the_list_is_a_key_with_a_table),
        cmocka_unit_test(a_list_longer_than_the_table_is_cut),
        cmocka_unit_test(settings_are_filled_and_finished_by_their_detector),
        cmocka_unit_test(a_mistake_in_detect_gives_no_settings),
        cmocka_unit_test(a_rule_with_two_detectors_is_reported),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("detector_type", tests, NULL, teardown);
}
