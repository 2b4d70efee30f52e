/* SPDX-License-Identifier: Apache-2.0 */
#include "values/scan.h"
#include "packs.h"
#include "passes.h"

#define RUN_MIN 16

/* Windows hold whole words and what a value may add around its digits; text without enough digits has none. */
static void a_window_holds_whole_words_and_what_a_value_adds_to_its_digits(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t min, lead, trail, start, end;
        const char *why;
    } cases[] = {
        {"no digits at all", 1, 4, 4, 0, 0, "none"},
        {"one 1 only", 2, 4, 4, 0, 0, "too few"},
        {"x 12 y", 2, 0, 0, 1, 5, "a boundary on both sides"},
        {"12", 2, 4, 4, 0, 2, "at the edges"},
        {"aa ABCPK1234F bb", 4, 0, 0, 2, 14, "the word of the digits, whole"},
        {"aaaaaaaa KA 05 MH 1234 bbbbbbbb", 4, 3, 0, 8, 23, "a lead word"},
        {"12                                      34", 4, 0, 0, 0, 0, "too far apart to be one value"},
        {"1234 aaaaaaaaaaaaaaaaaaaa 5 6 bbbbbb", 3, 0, 24, 0, 36, "digits in what trails, with what trails them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span w = {0, 0};
        const engine_window wanted = {cases[i].min, cases[i].lead, cases[i].trail, 32};
        bool found = scan_next_window(cases[i].text, strlen(cases[i].text), 0, &wanted, &w);
        if (found != (cases[i].end > 0) || w.start != cases[i].start || w.end != cases[i].end) {
            fail_msg("%s: %zu-%zu", cases[i].why, w.start, w.end);
        }
    }
}

/* Whatever stands around it, a value made of digits lies inside some window. */
static void no_value_falls_between_windows(void **state) {
    (void)state;
    const engine_window wanted = {4, 3, 4, 32};
    for (int round = 0; round < 20000; round++) {
        char text[400];
        size_t size = 0, at;
        for (uint32_t n = support_random() % 150; size < n;) text[size++] = "ab 1,2- "[support_random() % 8];
        at = size;
        memcpy(text + size, "KA 05 MH 1234", 13);
        size += 13;
        for (uint32_t n = support_random() % 150, k = 0; k < n; k++) text[size++] = "ab 1,2- "[support_random() % 8];
        span w;
        bool covered = false;
        for (size_t from = 0; scan_next_window(text, size, from, &wanted, &w); from = w.end) {
            assert_true(w.end > from && w.end <= size);
            covered = covered || (w.start <= at && w.end >= at + 13);
        }
        if (!covered) fail_msg("'%.*s'", (int)size, text);
    }
}

/* Against a walk over the text that looks at each byte. */
static void runs_of_token_characters_with_a_letter_and_a_digit_are_found(void **state) {
    (void)state;
    for (int round = 0; round < 5000; round++) {
        char text[300];
        size_t size = support_random() % sizeof text, from = 0, at = 0;
        for (size_t i = 0; i < size; i++)
            text[i] = support_random() % 24 ? "aZ09_-+/5"[support_random() % 9] : " .=\xC3"[support_random() % 4];
        span run;
        while (at < size) {
            size_t start = at;
            bool letter = false, digit = false;
            for (; at < size && (text_is_alnum(text[at]) || (text[at] && strchr("_-+/", text[at]))); at++) {
                letter = letter || text_is_alpha(text[at]);
                digit = digit || text_is_digit(text[at]);
            }
            if (letter && digit && at - start >= RUN_MIN) {
                assert_true(scan_next_run(text, size, from, &run));
                assert_true(run.start == start && run.end == at);
                from = run.end;
            }
            at += at == start;
        }
        assert_false(scan_next_run(text, size, from, &run));
    }
}

static void a_view_is_scanned_for_what_is_asked_for(void **state) {
    (void)state;
    filter_engine *engine = support_engine_from("rules:\n" PACK_RULE("head", "format: 'sk-[a-z]{4}'") PACK_RULE(
        "digits", "format: '\\d{6}'") PACK_RULE("few", "format: '\\d{2}-\\d{2}'"));
    static const struct {
        const char *text;
        unsigned categories;
        size_t hits;
        const char *why;
    } cases[] = {
        {"sk-abcd 123456 12-34", FILTER_PII, 3, "a head, and shapes near digits"},
        {"sk-abcd 123456 12-34", FILTER_INJECTION, 1, "no shapes for injection alone"},
        {"no digits at all", FILTER_CATEGORIES_ALL, 0, "nothing"},
        {"", FILTER_CATEGORIES_ALL, 0, "no text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pass p = pass_begin(engine, cases[i].text, FILTER_ROLE_USER);
        p.categories = cases[i].categories;
        p.scratch->hits.count = 0;
        assert_true(scan_view(&p));
        if (p.scratch->hits.count != cases[i].hits) fail_msg("%s: %zu", cases[i].why, p.scratch->hits.count);
        pass_end(&p);
    }
    filter_engine_unref(engine);
}

static void more_hits_than_a_view_may_have_are_told(void **state) {
    (void)state;
    enum { HITS_MAX = 1 << 20 };
    filter_engine *engine = support_engine_from("rules:\n" PACK_RULE("all", "pattern: '[^z]'"));
    char *text = malloc(HITS_MAX + 2);
    memset(text, 'a', HITS_MAX + 1);
    text[HITS_MAX + 1] = '\0';
    pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    assert_false(scan_view(&p));
    assert_int_equal(p.scratch->hits.count, HITS_MAX);
    pass_end(&p);
    text[HITS_MAX] = '\0';
    p = pass_begin(engine, text, FILTER_ROLE_USER);
    assert_true(scan_view(&p));
    pass_end(&p);
    free(text);
    filter_engine_unref(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_holds_whole_words_and_what_a_value_adds_to_its_digits),
        cmocka_unit_test(no_value_falls_between_windows),
        cmocka_unit_test(runs_of_token_characters_with_a_letter_and_a_digit_are_found),
        cmocka_unit_test(a_view_is_scanned_for_what_is_asked_for),
        cmocka_unit_test(more_hits_than_a_view_may_have_are_told),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
