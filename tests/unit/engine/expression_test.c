/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/expression.h"
#include "support.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static arena memory;

/* Does an expression match the whole text? As the library compiles it: bytes, no UTF. */
static bool matches(const char *expression, const char *text, size_t size, uint32_t options) {
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                      PCRE2_NEVER_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | options, &error, &offset, NULL);
    if (!code) fail_msg("'%s' does not compile at %zu", expression, offset);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    int found = pcre2_match(code, (PCRE2_SPTR)text, size, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return found > 0;
}

static void a_literal_matches_itself_and_nothing_else(void **state) {
    (void)state;
    for (int round = 0; round < 500; round++) {
        char text[40];
        size_t size = 1 + support_random() % sizeof text;
        for (size_t i = 0; i < size; i++) text[i] = (char)(support_random() % 256);
        const char *expression = expression_literal(&memory, text, size);
        assert_true(matches(expression, text, size, 0));
        text[support_random() % size] ^= 1;
        assert_false(matches(expression, text, size, 0));
    }
    assert_string_equal(expression_literal(&memory, "", 0), "");
}

static void words_match_with_any_white_space_between_them(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool match;
    } cases[] = {{"to do. it", true}, {"to\n\t do.  it", true}, {"todo. it", false}, {"to do, it", false}};
    const char *expression = expression_words(&memory, "to do. it", 9);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(matches(expression, cases[i].text, strlen(cases[i].text), 0), cases[i].match);
    }
}

static rule_pattern pattern_of(finder how, const char *format) {
    char why[256];
    const value_format *value = value_format_parse(&memory, format, "", why, sizeof why);
    assert_non_null(value);
    return (rule_pattern){.finder = how, .value = value};
}

static void a_scan_looks_for_the_head_the_shape_or_the_pattern(void **state) {
    (void)state;
    const pack_rule bounded = {.left = "0-9", .right = "a-z"}, open = {.left = "", .right = ""};
    const rule_pattern head = pattern_of(FIND_BY_PREFIX, "sk-[a-z]{4}"), shape = pattern_of(FIND_BY_DIGITS, "\\d{4}");
    const rule_pattern regex = {.finder = FIND_BY_REGEX, .regex = "a.c"};
    assert_string_equal(expression_scan(&memory, &bounded, &head), "sk\\x2d");
    assert_string_equal(expression_scan(&memory, &bounded, &regex), "a.c");
    assert_true(matches(expression_scan(&memory, &open, &shape), "1234", 4, 0));
    const char *scan = expression_scan(&memory, &bounded, &shape);
    assert_true(matches(scan, "1234", 4, 0)); /* nothing comes after it */
    assert_true(matches(scan, "1234-", 5, 0)); /* something that may */
    assert_false(matches(scan, "1234a", 5, 0));
    assert_false(matches(scan, "-1234", 5, 0)); /* it begins elsewhere */
}

static void what_is_confirmed_is_the_value_alone(void **state) {
    (void)state;
    const pack_rule bounded = {.left = "0-9", .right = "a-z"}, confirm = {.left = "", .right = "", .confirm = "x|y"};
    const rule_pattern shape = pattern_of(FIND_BY_DIGITS, "\\d{4}"), regex = {.finder = FIND_BY_REGEX, .regex = "a|b"};
    assert_true(matches(expression_confirm(&memory, &bounded, &shape), "1234", 4, 0));
    assert_false(matches(expression_confirm(&memory, &bounded, &shape), "-1234", 5, 0));
    assert_string_equal(expression_confirm(&memory, &confirm, &shape), "(?:x|y)");
    assert_string_equal(expression_confirm(&memory, &bounded, &regex), "(?<![0-9])(?:a|b)(?![a-z])");
}

static void a_token_matches_as_models_read_it(void **state) {
    (void)state;
    static const struct {
        const char *token, *text;
        bool line_start, match;
        const char *why;
    } cases[] = {
        {"<|im_start|>", "<|im_start|>", false, true, "as it is"},
        {"<|im_start|>", "< | IM_START |\n>", false, true, "white space between marks, any case"},
        {"<|im_start|>", "<|im _start|>", false, false, "none inside a word"},
        {"<|im_start|>", "<     |im_start|>", false, false, "five spaces are too many"},
        {"[INST]", "[ INST ]", false, true, "brackets"},
        {"User:", "   User :", true, true, "indented at the start of a line"},
        {"User:", "         User:", true, false, "nine spaces"},
        {"<s>", "<S>", false, true, "case"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *expression = expression_token(&memory, cases[i].token, cases[i].line_start);
        bool match = matches(expression, cases[i].text, strlen(cases[i].text), PCRE2_CASELESS | PCRE2_MULTILINE);
        if (match != cases[i].match) fail_msg("%s: %s", cases[i].why, expression);
    }
}

static void an_expression_without_memory_is_null(void **state) {
    (void)state;
    arena none = support_exhausted_arena();
    const pack_rule rule = {.left = "0-9", .right = ""};
    const rule_pattern shape = pattern_of(FIND_BY_DIGITS, "\\d{4}");
    assert_null(expression_literal(&none, "abc", 3));
    assert_null(expression_words(&none, "abc", 3));
    assert_null(expression_token(&none, "abc", true));
    assert_null(expression_scan(&none, &rule, &shape));
    assert_null(expression_confirm(&none, &rule, &shape));
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_literal_matches_itself_and_nothing_else),
        cmocka_unit_test(words_match_with_any_white_space_between_them),
        cmocka_unit_test(a_scan_looks_for_the_head_the_shape_or_the_pattern),
        cmocka_unit_test(what_is_confirmed_is_the_value_alone),
        cmocka_unit_test(a_token_matches_as_models_read_it),
        cmocka_unit_test(an_expression_without_memory_is_null),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("expression", tests, NULL, teardown);
}
