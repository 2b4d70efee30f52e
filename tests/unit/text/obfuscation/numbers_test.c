/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

typedef struct number_case {
    const char *text, *expected, *why;
} number_case;

static void expect(decode_fn *decode, const number_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) decoding_expect(decode, cases[i].text, cases[i].expected, cases[i].why);
}

static void digits_set_apart_become_a_number(void **state) {
    (void)state;
    static const number_case cases[] = {
        {"ssn 6-1-4-9-2-0-7-6-8", "ssn 614920768", "hyphens"},
        {"ssn: 6 1 4 9 2 0 7 6 8.", "ssn: 614920768.", "blanks"},
        {"ssn 6, 1, 4, 9, 2, 0, 7, 6, 8, ok", "ssn 614920768, ok", "a comma and a blank"},
        {"[6, 1, 4, 9, 2, 0, 7, 6, 8]", NULL, "a list of numbers"},
        {"x = 6, 1, 4, 9, 2, 0, 7, 6, 8", NULL, "no word before it"},
        {"row 0 0 1 0 1 1 0 0 1", NULL, "ones and zeros"},
        {"see 1, 2, 3, 4, 5, 6, 7, 8, 9", NULL, "a count"},
        {"version 6.1.4.9.2.0", NULL, "too few"},
        {"ssn 6-1 4-9-2.0-7-6-8", NULL, "not one hand's way of setting digits apart"},
        {"day 6 1 4 9 2 0 7 6 8 6 1 4 9 2 0 7 6 8 6 1 4 9", NULL, "too many"},
        {"day 6, 1, 4, 9, 2, 0, 7, 6, 8, 12, 40", NULL, "a list that goes on"},
    };
    expect(undo_digit_spacing, cases, sizeof cases / sizeof *cases);
}

static void a_number_goes_on_after_a_line_break(void **state) {
    (void)state;
    static const number_case cases[] = {
        {"my ssn is 614-92-\n0768, ok", "my ssn is 614-92-0768, ok", "after its hyphen"},
        {"my ssn is 614-92\r\n  0768", "my ssn is 614-92-0768", "in place of one"},
        {"> call 6149 20\n> 7684 now", "> call 6149 20 7684 now", "in a quotation"},
        {"card 61492076=\n84614920", "card 6149207684614920", "a soft break"},
        {"6149 20\n7684 6149", NULL, "rows of numbers"},
        {"a line of 614920\n1. an item", NULL, "an item of a list"},
        {"it took 614920\n2026-01-05 10:00 next", NULL, "a date"},
        {"at 614920\n10:30 next", NULL, "a time"},
        {"a,b,614920\n7684,x", NULL, "cells"},
        {"a\t614920\n7684\tx", NULL, "cells with tabs"},
        {"by 61\n49", NULL, "too few digits"},
        {"by 614920\n7684th", NULL, "a word"},
    };
    expect(undo_broken_numbers, cases, sizeof cases / sizeof *cases);
}

static void letters_in_a_number_become_digits(void **state) {
    (void)state;
    static const number_case cases[] = {
        {"card 6149 2O76 84l4 9ZS0", "card 6149 2076 8414 9250", "letters that look like digits"},
        {"id 6I492O76B", "id 614920768", "without blanks"},
        {"card 6149 2O76 8414 ok", "card 6149 2076 8414 ok", "before a word that begins with such a letter"},
        {"no 61492O76", NULL, "too few"},
        {"no 6OIlBS149", NULL, "more letters than a slip makes"},
        {"6149A2O7684", NULL, "a letter that looks like none"},
        {"6149-2O76-84l4-9e50", NULL, "in a longer word"},
        {"card 6149 2076 8414 9250", NULL, "digits"},
    };
    expect(undo_misreading, cases, sizeof cases / sizeof *cases);
}

static void what_is_decoded_is_bounded(void **state) {
    (void)state;
    static const char *const pieces[] = {"1",  "61", "4-",  " ",       "word ", "O",  "lB",
                                         ", ", "\n", "=\n", "-\r\n> ", "é",     "9.2"};
    decode_fn *const undo[] = {undo_digit_spacing, undo_broken_numbers, undo_misreading};
    for (size_t i = 0; i < sizeof undo / sizeof *undo; i++)
        decoding_check_random(undo[i], pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_set_apart_become_a_number),
        cmocka_unit_test(a_number_goes_on_after_a_line_break),
        cmocka_unit_test(letters_in_a_number_become_digits),
        cmocka_unit_test(what_is_decoded_is_bounded),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
