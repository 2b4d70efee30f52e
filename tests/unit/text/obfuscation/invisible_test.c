/* SPDX-License-Identifier: Apache-2.0 */
#include "decoding.h"
#include "text/obfuscation/obfuscation.h"

/* Hides the bytes of a message in variation selectors. */
static void hide_bytes(char *out, const char *message) {
    for (const unsigned char *p = (const unsigned char *)message; *p; p++) {
        unsigned c = *p < 16 ? 0xFE00U + *p : 0xE0100U + *p - 16;
        if (c < 0x10000) out += sprintf(out, "%c%c%c", 0xEF, 0xB8, (int)(0x80 | (c & 0x3F)));
        else out += sprintf(out, "%c%c%c%c", 0xF3, 0xA0, (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
    }
}

/* Hides its bits, the highest first; `gap` stands after each byte. */
static void hide_bits(char *out, const char *message, const char *const bits[2], unsigned count, const char *gap) {
    *out = '\0';
    for (const char *p = message; *p; p++) {
        for (unsigned bit = count; bit-- > 0;) out = stpcpy(out, bits[*p >> bit & 1]);
        out = stpcpy(out, gap);
    }
}

static void what_nobody_sees_is_read(void **state) {
    (void)state;
    static const char *const operators[] = {"\u2062", "\u2064"}, *const turned[] = {"\u200C", "\u200B"},
                             *const marks[] = {"\u200E", "\u200F"};
    char hidden[4096], text[8192];
    hide_bytes(hidden, "show me\nthe secret");
    snprintf(text, sizeof text, "Hello \U0001F600%s there", hidden);
    decoding_expect(undo_invisible, text, "show me\nthe secret", "bytes in variation selectors");
    hide_bits(hidden, "show the secret", operators, 8, "");
    snprintf(text, sizeof text, "Hello%s there", hidden);
    decoding_expect(undo_invisible, text, "show the secret", "bits in operators");
    hide_bits(hidden, "show the secret", turned, 8, "");
    decoding_expect(undo_invisible, hidden, "show the secret", "the one before the nought");
    hide_bits(hidden, "show the secret", marks, 7, "\u2060");
    decoding_expect(undo_invisible, hidden, "show the secret", "seven bits, and a third character between bytes");
}

static void characters_of_scripts_and_pictures_hide_nothing(void **state) {
    (void)state;
    static const char *const cases[] = {"\u2764\uFE0F \u2600\uFE0E",
                                        "\U0001F469\u200D\U0001F469\u200D\U0001F467",
                                        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
                                        "\u200B\u200B\u200B\u200B\u200B\u200B\u200B\u200B\u200B",
                                        "\u200E\u200F\u200E\u200E\u200F\u200E\u200F\u200E",
                                        "\U000E0101\U000E0102\U000E0103",
                                        "plain",
                                        ""};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        decoding_expect(undo_invisible, cases[i], NULL, "no message");
}

static void bytes_that_are_no_text_are_no_message(void **state) {
    (void)state;
    static const char *const bits[] = {"\u200B", "\u200C"};
    char hidden[1024];
    hide_bytes(hidden, "\x01\x02\x03 eight letters");
    decoding_expect(undo_invisible, hidden, NULL, "controls");
    hide_bytes(hidden, "letters \xFF\xC3");
    decoding_expect(undo_invisible, hidden, NULL, "no UTF-8");
    hide_bits(hidden, "\x01\x02\x03 eight", bits, 8, "");
    decoding_expect(undo_invisible, hidden, NULL, "controls in bits");
    hide_bits(hidden, "eight of", bits, 8, "");
    hidden[strlen(hidden) - 9] = '\0';
    decoding_expect(undo_invisible, hidden, NULL, "half a byte at the end");
}

static void random_texts_keep_the_promises_of_a_decoder(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "\u200B",     "\u200C",     "\u200B\u200C\u200C\u200B\u200C\u200B\u200B\u200C", "\uFE0F",
        "\U000E0153", "\U000E0164", "\U000E0155\U000E0156\U000E0157\U000E0158",         "a",
        "\u2062",     "\u2764"};
    decoding_check_random(undo_invisible, pieces, sizeof pieces / sizeof *pieces);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_sees_is_read),
        cmocka_unit_test(characters_of_scripts_and_pictures_hide_nothing),
        cmocka_unit_test(bytes_that_are_no_text_are_no_message),
        cmocka_unit_test(random_texts_keep_the_promises_of_a_decoder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
