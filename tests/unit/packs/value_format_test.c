/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "packs/value_format.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static arena memory;

static void a_format_knows_its_widths_digits_and_head(void **state) {
    (void)state;
    static const struct {
        const char *source, *separators;
        size_t min, max, digits, lead, trail;
        const char *head;
    } cases[] = {
        {"\\d{4}", "", 4, 4, 4, 0, 0, ""},
        {"[A-Z]{5}\\d{4}[A-Z]", "", 10, 10, 4, 0, 0, ""}, /* one word: the digits' word holds it all */
        {"\\d{4}~\\d{4}", " -", 8, 9, 8, 0, 0, ""},
        {"[A-Z]{2}~\\d{2}~[A-Z]{1,3}", " ", 5, 9, 2, 3, 4, ""},
        {"ghp_[A-Za-z0-9]{36}", "", 40, 40, 0, 40, 40, "ghp_"},
        {"(a|bc)?\\d", "", 1, 3, 1, 0, 0, ""},
        {"x{3}y[0-9a-f]", "", 5, 5, 0, 0, 0, "xxxy"},
        {"SG\\.[a-z]{2}", "", 5, 5, 0, 5, 5, "SG."},
        {"\\+[1-9]\\d?", "", 2, 3, 1, 1, 1, "+"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[256];
        const value_format *t = value_format_parse(&memory, cases[i].source, cases[i].separators, why, sizeof why);
        if (!t) fail_msg("%s: %s", cases[i].source, why);
        if (t->min_width != cases[i].min || t->max_width != cases[i].max || t->min_digits != cases[i].digits ||
            t->lead != cases[i].lead || t->trail != cases[i].trail || strcmp(t->head, cases[i].head) != 0) {
            fail_msg("%s: %zu..%zu, %zu digits, lead %zu, trail %zu, head '%s'", cases[i].source, t->min_width,
                     t->max_width, t->min_digits, t->lead, t->trail, t->head);
        }
    }
}

static void what_is_not_finite_is_refused(void **state) {
    (void)state;
    static const char *const sources[] = {"a*",
                                          "a+",
                                          ".",
                                          "^a",
                                          "a$",
                                          "[^a]",
                                          "[a",
                                          "(a",
                                          "a)",
                                          "a{",
                                          "a{2",
                                          "a{3,2}",
                                          "a{0}",
                                          "a{9999}",
                                          "\\w",
                                          "\\",
                                          "é",
                                          "[]",
                                          "[z-a]",
                                          "a{4096}b{4096}",
                                          "~",
                                          "",
                                          "()",
                                          "a?",
                                          "?",
                                          "a{2}{3}x",
                                          "((((((((((((((((((a))))))))))))))))))"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char why[256] = "";
        if (value_format_parse(&memory, sources[i], "", why, sizeof why)) fail_msg("'%s' is taken", sources[i]);
        if (!*why) fail_msg("'%s' is refused without a reason", sources[i]);
    }
}

/* What a template makes, its own expression matches, whole. */
static void what_a_format_makes_its_expression_matches(void **state) {
    (void)state;
    static const char *const sources[] = {"\\d{4}~\\d{4}~\\d{4}", "[A-Z]{2}\\d{2}(~[0-9A-Z]{4}){2,7}",
                                          "(ab|c[de]|\\d)[x-z]?", "a\\.b\\-[\\]a]{3}",
                                          "\\+[1-9]( ?\\d){3,6}", "a b#c"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char why[256], value[VALUE_FORMAT_WIDTH_MAX];
        random_source source;
        random_seed(&source, sources[i]);
        const value_format *t = value_format_parse(&memory, sources[i], " -", why, sizeof why);
        assert_non_null(t);
        const char *whole = arena_printf(&memory, "^(?:%s)$", value_format_confirm_expression(&memory, t));
        int number;
        PCRE2_SIZE offset;
        pcre2_code *code =
            pcre2_compile((PCRE2_SPTR)whole, PCRE2_ZERO_TERMINATED, PCRE2_MATCH_UNSET_BACKREF, &number, &offset, NULL);
        assert_non_null(code);
        pcre2_match_data *match = pcre2_match_data_create(8, NULL);
        for (int round = 0; round < 500; round++) {
            size_t size = value_format_random(t, &source, value);
            assert_in_range(size, t->min_width, t->max_width);
            if (pcre2_match(code, (PCRE2_SPTR)value, size, 0, 0, match, NULL) < 1) {
                fail_msg("%s does not match '%.*s'", whole, (int)size, value);
            }
        }
        pcre2_match_data_free(match);
        pcre2_code_free(code);
    }
}

static void a_seed_gives_the_same_value_again(void **state) {
    (void)state;
    char why[256], first[64], second[64];
    const value_format *t = value_format_parse(&memory, "[0-9a-f]{32}", "", why, sizeof why);
    random_source source;
    random_seed(&source, "x");
    value_format_random(t, &source, first);
    random_seed(&source, "x");
    value_format_random(t, &source, second);
    assert_memory_equal(first, second, 32);
    random_seed(&source, "y");
    value_format_random(t, &source, second);
    assert_memory_not_equal(first, second, 32);
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_knows_its_widths_digits_and_head),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(what_a_format_makes_its_expression_matches),
        cmocka_unit_test(a_seed_gives_the_same_value_again),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("template", tests, NULL, teardown);
}
