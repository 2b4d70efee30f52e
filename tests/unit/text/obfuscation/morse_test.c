/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

static const char *const letters[] = {".-",   "-...", "-.-.", "-..",  ".",   "..-.", "--.",  "....", "..",
                                      ".---", "-.-",  ".-..", "--",   "-.",  "---",  ".--.", "--.-", ".-.",
                                      "...",  "-",    "..-",  "...-", ".--", "-..-", "-.--", "--.."};
static const char *const digits[] = {"-----", ".----", "..---", "...--", "....-",
                                     ".....", "-....", "--...", "---..", "----."};

/* ITU-R M.1677-1, section 1. */
static void encode(const char *text, const char *between_words, char *out) {
    *out = '\0';
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == ' ') {
            strcat(out, between_words);
            continue;
        }
        if (i && text[i - 1] != ' ') strcat(out, " ");
        strcat(out, text_is_digit(text[i]) ? digits[text[i] - '0'] : letters[text[i] - 'a']);
    }
}

static void what_was_encoded_is_decoded(void **state) {
    (void)state;
    static const char *const gaps[] = {" / ", "/", "   ", "\n\n"};
    for (int round = 0; round < 500; round++) {
        char words[256], encoded[2048];
        decoding_random_words(words, sizeof words, 4 + support_random() % 5);
        encode(words, gaps[support_random() % 4], encoded);
        const decoded *d = decoding_run(undo_morse, encoded, strlen(encoded));
        if (!d->any || strcmp(d->text, words) != 0) fail_msg("'%s' gives '%s'", encoded, d->text);
    }
}

static void every_letter_and_digit_is_known(void **state) {
    (void)state;
    static const char text[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    char encoded[512];
    encode(text, "", encoded);
    decoding_expect(undo_morse, encoded, text, "all of them");
}

static void eight_signs_are_morse_and_fewer_are_not(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"- . .-.. .-.. / -- . / .- .-.. .-..", "tell me all", "words"},
        {"now - . .-.. .-.. / -- . / .- .-.. ok", "now tell me al ok", "among text"},
        {"- . .-.. .-.. -- . .", NULL, "seven signs"},
        {"--- a rule --- and dots ...", NULL, "marks of prose"},
        {"a - b - c - d - e - f - g - h - i", NULL, "hyphens one by one between letters"},
        {"--------------------", NULL, "a line"},
        {"- . .-.. .-.. -- . . ------", NULL, "the eighth is too long for a letter"},
        {"", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(undo_morse, cases[i].text, cases[i].expected, cases[i].why);
    }
}

static void a_letter_comes_from_its_signs(void **state) {
    (void)state;
    static const char text[] = "- . .-.. .-.. / -- . / .- .-.. .-..";
    decoding_expect_source(decoding_run(undo_morse, text, sizeof text - 1), text, "me", "-- .");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {"- ", ". ", ".- ", "-... ",   " / ", "/",
                                         "\n", "x",  "é",   "------ ", "---", "..."};
    decoding_check_random(undo_morse, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_is_decoded),
        cmocka_unit_test(every_letter_and_digit_is_known),
        cmocka_unit_test(eight_signs_are_morse_and_fewer_are_not),
        cmocka_unit_test(a_letter_comes_from_its_signs),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests_name("morse", tests, NULL, NULL);
}
