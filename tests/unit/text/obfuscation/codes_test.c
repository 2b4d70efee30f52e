/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

static size_t write_binary(char *out, char c, size_t width) {
    for (size_t i = 0; i < width; i++) out[i] = (char)('0' + (c >> (width - 1 - i) & 1));
    return width;
}

/* Codes of all characters of a text; `separator` stands between them. */
static void encode(const char *text, int base, const char *separator, char *out) {
    size_t used = 0;
    for (size_t i = 0; text[i]; i++) {
        if (i) used += (size_t)sprintf(out + used, "%s", separator);
        if (base == 2) used += write_binary(out + used, text[i], 8);
        else used += (size_t)sprintf(out + used, base == 16 ? "%02x" : "%d", text[i]);
    }
    out[used] = '\0';
}

static void codes_of_characters_are_read_in_every_base(void **state) {
    (void)state;
    static const struct {
        int base;
        const char *separator;
    } ways[] = {{2, " "}, {2, ""}, {2, ", "}, {16, " "}, {16, ","}, {16, "-"}, {10, " "}, {10, ", "}, {10, "\n"}};
    for (int round = 0; round < 300; round++) {
        char words[256], encoded[3000];
        decoding_random_words(words, sizeof words, 3 + support_random() % 6);
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            encode(words, ways[i].base, ways[i].separator, encoded);
            const decoded *d = decoding_run(undo_character_codes, encoded, strlen(encoded));
            if (!d->any || strcmp(d->text, words) != 0) fail_msg("'%s' gives '%s'", encoded, d->text);
        }
    }
}

static void only_codes_of_letters_are_taken(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected, *why;
    } cases[] = {
        {"9-7-14-15-18-5 1-12-12", "ignore all", "places in the alphabet"},
        {"x 9 7 14 15 18 5 1 12 12 y", "x ignore all y", "the same with one gap: the words of classes part them"},
        {"say 73 79 73 74 65 6d now", "say system now", "among text"},
        {"say 115 121 115 116 101 109 now", "say system now", "decimal"},
        {"73 79 73 74 65", NULL, "five codes"},
        {"27-28-29-30-31-32-33-34", NULL, "numbers beyond 26"},
        {"30 31 32 33 34 35 36 37", NULL, "codes of digits are numbers"},
        {"01110011 01111001", NULL, "two bytes"},
        {"01110011011110010111001101110100011001010110110101", NULL, "six bytes and two bits"},
        {"0a5 0a5 0a5 0a5 0a5 0a5", NULL, "digits of another base"},
        {"0000000000000000000000000000000000000000000000000000000000000000", NULL, "zeros"},
        {"2024-01-15 10:30:00", NULL, "a date"},
        {"4111 1111 1111 1111", NULL, "a card number"},
        {"", NULL, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decoding_expect(undo_character_codes, cases[i].text, cases[i].expected, cases[i].why);
    }
}

static void a_character_comes_from_its_code(void **state) {
    (void)state;
    static const char text[] = "x 115 121 115 116 101 109 y",
                      bits[] = "011100110111100101110011011101000110010101101101";
    decoding_expect_source(decoding_run(undo_character_codes, text, sizeof text - 1), text, "yst", "121 115 116");
    decoding_expect_source(decoding_run(undo_character_codes, bits, sizeof bits - 1), bits, "sy", "0111001101111001");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {"73 ", "01110011 ", "115,", "9-", "1",  "0",   " ",
                                         "x",   "é",         "\n",   "a ", "6d", "26 ", "99999"};
    decoding_check_random(undo_character_codes, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_characters_are_read_in_every_base),
        cmocka_unit_test(only_codes_of_letters_are_taken),
        cmocka_unit_test(a_character_comes_from_its_code),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
