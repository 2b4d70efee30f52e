/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"
#include "packs.h"

static filter_engine *engine_of(const char *rules) {
    static char text[4096];
    snprintf(text, sizeof text, "rules:\n%s", rules);
    filter_engine *engine = support_engine_from(text);
    assert_non_null(engine);
    return engine;
}

static void shapes_are_looked_for_near_as_many_digits_as_they_surely_have(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("few", "format: 'a-\\d{4}'") PACK_RULE("many", "format: 'ab\\d{5}x'")
                                     PACK_RULE("said", "format: '[0-9a-f]{12}', digits: 8"));
    assert_non_null(e->databases[DATABASE_DIGITS]);
    assert_int_equal(e->sources[DATABASE_DIGITS].count, 3);
    assert_int_equal(e->window.digits_min, 4);
    assert_int_equal(e->window.lead, 2);
    assert_int_equal(e->window.trail, 0);
    assert_int_equal(e->window.width, 12);
    filter_engine_unref(e);
}

static void a_shape_begins_where_what_touches_it_may(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("words", "format: 'a-\\d{4}', flags: caseless")
                                     PACK_RULE("after-letters", "format: '[1-3]\\d{5}', left: '0-9'")
                                         PACK_RULE("anywhere", "format: '[+(]?7\\d{5}', left: 'y'"));
    static const struct {
        const char *text;
        size_t at;
        bool may;
    } cases[] = {{"a-1234", 0, true},   {"A-1234", 0, true},    {"xa-1234", 1, false}, {"é a-1234", 3, true},
                 {"x123456", 1, true},  {"9123456", 1, false},  {"x723456", 1, true},  {"9723456", 1, true},
                 {"x+723456", 1, true}, {"x 423456", 2, false}, {"x b", 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (shape_may_begin(&e->starts, cases[i].text, cases[i].at) != cases[i].may)
            fail_msg("'%s' at %zu", cases[i].text, cases[i].at);
    }
    assert_int_equal(e->starts.count, 3);
    assert_int_equal(e->starts.digit_within['a'], 2);
    assert_int_equal(e->starts.digit_within['7'], 1); /* perhaps a + before it */
    assert_int_equal(e->starts.digit_within['1'], 0);
    filter_engine_unref(e);
}

static void rules_that_look_for_the_same_share_one_expression(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "format: 'sk-[a-z]{20}'") PACK_RULE("b", "format: 'sk-[0-9]{20}'")
                                     PACK_RULE("c", "pattern: 'other'"));
    assert_int_equal(e->sources[DATABASE_DATA].count, 2);
    assert_int_equal(e->expressions[DATABASE_DATA][0].count, 2); /* the head of both */
    assert_int_equal(e->expressions[DATABASE_DATA][1].count, 1);
    assert_int_equal(e->pattern_count, 3);
    assert_int_equal(e->patterns[2].rule_index, 2);
    filter_engine_unref(e);
}

static void a_width_is_that_of_the_value_or_the_one_that_is_given(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "format: 'sk-[a-z]{2,20}'") PACK_RULE("b", "pattern: 'ab{1,9}'")
                                     PACK_RULE("c", "pattern: 'ab+', width: 77")
                                         PACK_RULE("d", "pattern: 'abcd', confirm: 'abcd.{0,99}'"));
    assert_int_equal(e->patterns[0].width, 23);
    assert_int_equal(e->patterns[1].width, 10);
    assert_int_equal(e->patterns[2].width, 77);
    assert_int_equal(e->patterns[3].width, 256);
    filter_engine_unref(e);
}

static void a_group_is_found_by_name_and_by_number(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "pattern: 'x(y)(?P<v>z)', group: v") PACK_RULE(
        "b", "pattern: 'x(y)(z)', group: '1'") PACK_RULE("c", "pattern: 'x(y)'"));
    assert_int_equal(e->patterns[0].group, 2);
    assert_int_equal(e->patterns[1].group, 1);
    assert_int_equal(e->patterns[2].group, 0);
    filter_engine_unref(e);
    assert_null(support_engine_from("rules:\n" PACK_RULE("a", "pattern: 'x(y)', group: '2'")));
}

static void words_near_a_value_are_sorted_and_stand_alone_unless_they_may_go_on(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "format: 'abc\\d', context: {words: [tel, 'tel*', fax, 中]}") PACK_RULE(
        "b", "format: 'abd\\d', context: {words: [zip, fax, tel], within: 200}"));
    const id_list *a = &e->rules[0].context, *b = &e->rules[1].context;
    assert_int_equal(a->count, 4);
    assert_int_equal(b->count, 3);
    for (size_t i = 1; i < a->count; i++) assert_true(a->items[i - 1] < a->items[i]);
    for (size_t i = 1; i < b->count; i++) assert_true(b->items[i - 1] < b->items[i]);
    assert_int_equal(e->sources[DATABASE_WORDS].count, 5); /* tel, tel*, fax, 中, zip */
    size_t open = 0, whole = 0;
    for (size_t i = 0; i < 5; i++) {
        open += e->words[i].whole_before && !e->words[i].whole_after;
        whole += e->words[i].whole_before && e->words[i].whole_after;
    }
    assert_int_equal(open, 1); /* tel* */
    assert_int_equal(whole, 3); /* and 中 stands where it likes */
    assert_int_equal(e->words_within, 200);
    filter_engine_unref(e);
}

static void a_keyword_names_the_patterns_of_its_rules(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "format: '[a-z]{20}', keywords: [apikey]")
                                     PACK_RULE("b", "format: '[a-z]{30}', keywords: [apikey, other]"));
    assert_true(e->has_keywords);
    assert_int_equal(e->words_within, KEYWORD_WITHIN);
    assert_int_equal(e->words[0].keyword_of.count, 2);
    assert_int_equal(e->words[1].keyword_of.count, 1);
    assert_false(e->words[0].whole_before || e->words[0].whole_after);
    filter_engine_unref(e);
}

static void a_score_without_context_is_bounded_unless_a_neighbour_may_raise_it(void **state) {
    (void)state;
    static const char rules[] =
        PACK_RULE("plain", "format: 'abc\\d'") PACK_RULE("sum", "format: 'abd\\d', checksum: {name: luhn, pass: 0.95}")
            PACK_RULE("partner", "format: 'abe\\d'")
                PACK_RULE("near", "format: 'abf\\d', near_rules: {rules: [partner]}");
    filter_engine *e = engine_of(rules);
    assert_true(e->rules[0].max_score_without_context == 0.9);
    assert_true(e->rules[1].max_score_without_context == 0.95);
    assert_true(e->rules[2].max_score_without_context == 1);
    assert_true(e->rules[3].max_score_without_context == 1);
    assert_int_equal(e->rules[3].partners.items[0], 2);
    filter_engine_unref(e);
}

static void a_value_that_reaches_far_from_its_digits_says_how_many_it_has(void **state) {
    (void)state;
    assert_null(support_engine_from("rules:\n" PACK_RULE("a", "format: '[A-Z]{40}-\\d'")));
    filter_engine *e = engine_of(PACK_RULE("a", "format: '[A-Z]{40}-\\d', digits: 1"));
    assert_int_equal(e->window.lead, 32);
    filter_engine_unref(e);
}

static void a_pattern_near_digits_is_looked_for_around_them_alone(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "pattern: 'fax', near_digits: 6")
                                     PACK_RULE("b", "pattern: 'pin', near_digits: 4") PACK_RULE("c", "pattern: 'key'"));
    assert_int_equal(e->sources[DATABASE_NEAR_DIGITS].count, 2);
    assert_int_equal(e->sources[DATABASE_DATA].count, 1);
    assert_int_equal(e->near_window.digits_min, 4);
    assert_int_equal(e->near_window.lead, 112);
    assert_int_equal(e->near_window.trail, 48);
    filter_engine_unref(e);
}

static void a_match_begins_as_near_to_what_was_found_as_its_rule_says(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "pattern: 'fax', start_within: 0") PACK_RULE(
        "b", "pattern: 'pin', start_within: 12") PACK_RULE("c", "pattern: 'key', width: 40"));
    assert_int_equal(e->patterns[0].start_within, 0);
    assert_int_equal(e->patterns[1].start_within, 12);
    assert_int_equal(e->patterns[2].start_within, 40 + LOOKAHEAD);
    filter_engine_unref(e);
}

static void patterns_of_one_rule_share_what_confirms_them(void **state) {
    (void)state;
    filter_engine *e = engine_of(PACK_RULE("a", "pattern: [fax, tel], confirm: '(fax|tel) (?<v>\\d+)', group: v")
                                     PACK_RULE("b", "pattern: [pin, otp]"));
    assert_ptr_equal(e->patterns[0].code, e->patterns[1].code);
    assert_int_equal(e->patterns[1].group, e->patterns[0].group);
    assert_ptr_not_equal(e->patterns[2].code, e->patterns[3].code);
    filter_engine_unref(e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_looked_for_near_as_many_digits_as_they_surely_have),
        cmocka_unit_test(a_shape_begins_where_what_touches_it_may),
        cmocka_unit_test(rules_that_look_for_the_same_share_one_expression),
        cmocka_unit_test(a_width_is_that_of_the_value_or_the_one_that_is_given),
        cmocka_unit_test(a_group_is_found_by_name_and_by_number),
        cmocka_unit_test(words_near_a_value_are_sorted_and_stand_alone_unless_they_may_go_on),
        cmocka_unit_test(a_keyword_names_the_patterns_of_its_rules),
        cmocka_unit_test(a_score_without_context_is_bounded_unless_a_neighbour_may_raise_it),
        cmocka_unit_test(a_value_that_reaches_far_from_its_digits_says_how_many_it_has),
        cmocka_unit_test(a_pattern_near_digits_is_looked_for_around_them_alone),
        cmocka_unit_test(a_match_begins_as_near_to_what_was_found_as_its_rule_says),
        cmocka_unit_test(patterns_of_one_rule_share_what_confirms_them),
    };
    return cmocka_run_group_tests_name("compile_values", tests, NULL, NULL);
}
