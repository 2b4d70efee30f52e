/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"
#include "packs.h"

static arena memory;
static filter_engine *engine;
static pack_report report;
static diagnostics d;

static builder new_builder(void) {
    arena_reset(&memory, 1 << 20);
    memset(engine, 0, sizeof *engine);
    for (int i = 0; i < DATABASE_COUNT; i++) engine->sources[i].memory = &memory;
    report.count = 0;
    d = (diagnostics){.fn = pack_report_add, .arg = &report, .file = "", .rule = ""};
    return (builder){.engine = engine, .memory = &memory, .d = &d};
}

static void a_list_keeps_what_is_added_in_order(void **state) {
    (void)state;
    builder b = new_builder();
    id_list list = {NULL, 0, 0};
    for (size_t i = 0; i < 1000; i++) list_add(&b, &list, 3 * i);
    assert_int_equal(list.count, 1000);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(list.items[i], 3 * i);
    assert_false(b.failed);
}

static void an_expression_of_several_rules_is_compiled_once(void **state) {
    (void)state;
    builder b = new_builder();
    const pack_rule first = {.id = "first"}, second = {.id = "second"};
    size_t a = add_expression(&b, DATABASE_DATA, "abc", 0, &first, NULL);
    size_t other = add_expression(&b, DATABASE_DATA, "abd", 0, &second, NULL);
    size_t caseless = add_expression(&b, DATABASE_DATA, "abc", HS_FLAG_CASELESS, &second, NULL);
    assert_int_equal(add_expression(&b, DATABASE_DATA, "abc", 0, &second, NULL), a);
    assert_true(a != other && a != caseless && other != caseless);
    assert_int_equal(engine->sources[DATABASE_DATA].count, 3);
    assert_ptr_equal(b.owners[DATABASE_DATA][a], &first); /* the first rule is to blame */
    assert_int_equal(add_expression(&b, DATABASE_WORDS, "abc", 0, &second, NULL), 0); /* another database counts anew */
}

static void memory_that_is_out_is_remembered(void **state) {
    (void)state;
    builder b = new_builder();
    arena none = support_exhausted_arena();
    id_list list = {NULL, 0, 0};
    b.memory = &none;
    list_add(&b, &list, 1);
    assert_true(b.failed);
    assert_int_equal(list.count, 0);
    b = new_builder();
    (void)add_expression(&b, DATABASE_DATA, NULL, 0, NULL, NULL); /* an expression that could not be made */
    assert_true(b.failed);
}

static void flags_of_a_rule_are_those_of_hyperscan(void **state) {
    (void)state;
    assert_int_equal(hyperscan_flags(&(pack_rule){.caseless = true}), HS_FLAG_CASELESS);
    assert_int_equal(hyperscan_flags(&(pack_rule){.multiline = true}), HS_FLAG_MULTILINE);
    assert_int_equal(hyperscan_flags(&(pack_rule){.dotall = true, .caseless = true}),
                     HS_FLAG_DOTALL | HS_FLAG_CASELESS);
    assert_int_equal(hyperscan_flags(&(pack_rule){.dotall = false}), 0);
}

static void a_mistake_is_shown_at_its_node_or_at_its_rule(void **state) {
    (void)state;
    builder b = new_builder();
    const pack_rule rule = {.id = "r", .file = "f.yaml", .line = 7};
    const yaml_node node = {.line = 9, .column = 4};
    diagnose_node(&b, &rule, &node, "50% wrong");
    diagnose_node(&b, &rule, NULL, "wrong");
    assert_string_equal(report.lines[0], "f.yaml:9:4: r: 50% wrong");
    assert_string_equal(report.lines[1], "f.yaml:7:0: r: wrong");
    diagnose(&d, 1, 1, "outside of a rule");
    assert_string_equal(report.lines[2], "f.yaml:1:1: : outside of a rule");
}

static int set_up(void **state) {
    (void)state;
    arena_init(&memory);
    engine = calloc(1, sizeof *engine);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    free(engine);
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_keeps_what_is_added_in_order),
        cmocka_unit_test(an_expression_of_several_rules_is_compiled_once),
        cmocka_unit_test(memory_that_is_out_is_remembered),
        cmocka_unit_test(flags_of_a_rule_are_those_of_hyperscan),
        cmocka_unit_test(a_mistake_is_shown_at_its_node_or_at_its_rule),
    };
    return cmocka_run_group_tests_name("builder", tests, set_up, tear_down);
}
