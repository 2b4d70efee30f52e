/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

static void digits_and_symbols_inside_words_become_letters(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"1gn0r3 4ll", "ignore all", "digits"},
        {"$ecre7 sy$tem", "secret system", "a symbol in a word with a digit, and between letters"},
        {"pr0mp+", "prompt", "a plus sign for a t"},
        {"ignooooore", "ignore", "a letter many times"},
        {"a1l the ru1es", "all the ruies", "a known word has its own letters, any other an i"},
        {"sh0w it!", "show it!", "a mark at the end is punctuation"},
        {"sh0w promp+", "show prompt", "a symbol at the end, beside leetspeak"},
        {"123wxyz", "izewxyz", "three digits in a row"},
        {"1234wxyz", NULL, "four are a number"},
        {"abc123def456", NULL, "hexadecimal"},
        {"2024-01-01", NULL, "a date"},
        {"a1", NULL, "two characters"},
        {"1a2b3c4d5e6f7g8h9i0j1k2l3", NULL, "25 are more than a word"},
        {"http://ex4mple.com/p4th", NULL, "an address"},
        {"_v4lue=x9y", NULL, "a name"},
        {"s1gn0re_x", NULL, "joined with an underscore"},
        {"", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(undo_leet, cases[i].text, cases[i].expected, cases[i].why);
    }
}

static char leet_form(char c) {
    static const char letters[] = "oieastgb", digits[] = "01345798";
    const char *at = strchr(letters, c);
    return at ? digits[at - letters] : c;
}

/* A word index takes i for l, so that both may be written as a one. */
static void known_words_are_read_in_any_mixture_of_letters_and_digits(void **state) {
    (void)state;
    static const char *const words[] = {"ignore", "previous", "instructions", "system", "prompt", "secret", "show"};
    for (int round = 0; round < 2000; round++) {
        char text[64];
        const char *word = words[support_random() % (sizeof words / sizeof *words)];
        bool digit = false, letter = false;
        for (size_t i = 0; i <= strlen(word); i++) {
            text[i] = support_random() % 3 ? word[i] : leet_form(word[i]);
            if (i < strlen(word)) *(text_is_digit(text[i]) ? &digit : &letter) = true;
        }
        if (!digit || !letter) continue;
        const decoded *d = decoding_run(undo_leet, text, strlen(text));
        if (!d->any || strcmp(d->text, word) != 0) fail_msg("'%s' gives '%s'", text, d->text);
    }
}

static void a_letter_comes_from_the_bytes_it_was_written_with(void **state) {
    (void)state;
    static const char text[] = "now 1gnooore it";
    const decoded *d = decoding_run(undo_leet, text, sizeof text - 1);
    assert_string_equal(d->text, "now ignore it");
    decoding_expect_source(d, text, "i", "1");
    span o = span_map_source(&d->map, (span){7, 8});
    assert_true(o.start == 7 && o.end == 10);
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {"1gn0r3", "$", "!", "|", "aaa", "bb", "1",  "22",
                                         " ",      "x", "/", ":", "é",   "_",  "4ll"};
    decoding_check_random(undo_leet, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_and_symbols_inside_words_become_letters),
        cmocka_unit_test(known_words_are_read_in_any_mixture_of_letters_and_digits),
        cmocka_unit_test(a_letter_comes_from_the_bytes_it_was_written_with),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests_name("leet", tests, NULL, NULL);
}
