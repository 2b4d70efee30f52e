/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

static void numbers_in_words_become_digits(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"it is six one four nine two zero seven", "it is 6149207", "English"},
        {"six one four, nine two-zero seven!", "6149207!", "in groups"},
        {"Six 1 FOUR 9 two zero 7", "6149207", "some as digits, in any case"},
        {"six double one triple four oh nine", "61144409", "doubled, and a name for zero"},
        {"sechs eins vier neun zwei null sieben", "6149207", "German"},
        {"seis uno cuatro nueve dos cero siete", "6149207", "Spanish"},
        {"six un quatre neuf deux zéro sept", "6149207", "French"},
        {"seis um quatro nove dois zero sete", "6149207", "Portuguese"},
        {"sześć jeden cztery dziewięć dwa zero siedem", "6149207", "Polish"},
        {"sáu một bốn chín hai không bảy", "6149207", "Vietnamese"},
        {"шесть один четыре девять два ноль семь", "6149207", "Russian"},
        {"छह एक चार नौ दो शून्य सात", "6149207", "Hindi"},
        {"ستة واحد أربعة تسعة اثنان صفر سبعة", "6149207", "Arabic"},
        {"号码六一四九二零七六八", "号码614920768", "signs without blanks"},
        {"전화 육일사구이공칠육팔", "전화 614920768", "and of Korean"},
        {"six one four nine two zero", NULL, "six digits are no number"},
        {"1 2 3 4 5 6 7 8 9", NULL, "digits alone are left to others"},
        {"one of six and two of four, nine at ten", NULL, "words of a sentence"},
        {"sixone fournine twozero seventy sixteen fours ones", NULL, "other words"},
        {"", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(undo_spelling, cases[i].text, cases[i].expected, cases[i].why);
    }
}

/* A row is looked for at one place in 24 bytes: it is found wherever it stands. */
static void a_number_is_found_at_any_distance(void **state) {
    (void)state;
    static const char *const rows[] = {"one two six one six two one two six", "uno tre due tre sei due tre due",
                                       "六一四九二零七六八"};
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        for (size_t lead = 0; lead < 60; lead++) {
            char text[200];
            memset(text, '.', lead);
            snprintf(text + lead, sizeof text - lead, " %s.", rows[row]);
            if (!decoding_run(undo_spelling, text, strlen(text))->any) fail_msg("'%s'", text);
        }
    }
}

static void each_digit_comes_from_its_word(void **state) {
    (void)state;
    static const char text[] = "tel six one double four nine two zero, and more";
    const decoded *d = decoding_run(undo_spelling, text, strlen(text));
    decoding_expect_source(d, text, "6144920", "six one double four nine two zero");
}

static void what_is_decoded_is_bounded(void **state) {
    (void)state;
    static const char *const pieces[] = {"one", "Two ", "double ", "o",    "7",    " ",
                                         "-",   ", ",   "六",      "вода", "ноль", "\n"};
    decoding_check_random(undo_spelling, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_words_become_digits),
        cmocka_unit_test(a_number_is_found_at_any_distance),
        cmocka_unit_test(each_digit_comes_from_its_word),
        cmocka_unit_test(what_is_decoded_is_bounded),
    };
    return cmocka_run_group_tests_name("spelled", tests, NULL, NULL);
}
