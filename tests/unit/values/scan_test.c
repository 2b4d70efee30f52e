/* SPDX-License-Identifier: Apache-2.0 */
#include "values/scan.h"
#include "support.h"

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
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span w = {0, 0};
        const engine_window wanted = {cases[i].min, cases[i].lead, cases[i].trail};
        bool found = scan_next_window(cases[i].text, strlen(cases[i].text), 0, &wanted, &w);
        if (found != (cases[i].end > 0) || w.start != cases[i].start || w.end != cases[i].end) {
            fail_msg("%s: %zu-%zu", cases[i].why, w.start, w.end);
        }
    }
}

/* Whatever stands around it, a value made of digits lies inside some window. */
static void no_value_falls_between_windows(void **state) {
    (void)state;
    const engine_window wanted = {4, 3, 4};
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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_window_holds_whole_words_and_what_a_value_adds_to_its_digits),
                                       cmocka_unit_test(no_value_falls_between_windows)};
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
