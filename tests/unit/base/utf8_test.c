/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"
#include "base/utf8.h"

static void a_prefix_ends_where_utf8_does(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size, valid;
        const char *why;
    } cases[] = {
        {"", 0, 0, "nothing is valid"},
        {"abc", 3, 3, "ASCII"},
        {"a\0b", 3, 3, "NUL is a character"},
        {"\xc3\xa9", 2, 2, "two bytes"},
        {"\xc3", 1, 0, "cut after the first byte"},
        {"ab\xe2\x82", 4, 2, "cut inside three bytes"},
        {"\xc0\x80", 2, 0, "overlong NUL"},
        {"\xe0\x80\x80", 3, 0, "overlong"},
        {"\xed\xa0\x80", 3, 0, "a surrogate"},
        {"\xf4\x90\x80\x80", 4, 0, "above U+10FFFF"},
        {"\xf0\x9f\x98\x80", 4, 4, "an emoji"},
        {"x\x80", 2, 1, "a lone continuation"},
        {"\xff", 1, 0, "no UTF-8 byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (text_valid_prefix(cases[i].text, cases[i].size) != cases[i].valid) fail_msg("%s", cases[i].why);
    }
}

/* Vector code reads 64 bytes at a time: the place of the bad byte must not matter. */
static void a_bad_byte_is_found_at_every_place(void **state) {
    (void)state;
    char text[200];
    for (size_t size = 1; size <= sizeof text; size += 7) {
        for (size_t at = 0; at < size; at++) {
            memset(text, 'a', size);
            text[at] = (char)0xFE;
            assert_int_equal(text_valid_prefix(text, size), at);
            assert_int_equal(text_ascii_prefix(text, size), at);
        }
    }
}

static void a_ruler_measures_in_all_units(void **state) {
    (void)state;
    static const char text[] = "a\xc3\xa9\xf0\x9f\x98\x80z"; /* a é 😀 z */
    static const struct {
        size_t byte, codepoint, utf16;
    } cases[] = {{0, 0, 0}, {1, 1, 1}, {3, 2, 2}, {7, 3, 4}, {8, 4, 5}};
    text_ruler codepoints = {.text = text, .size = 8, .unit = FILTER_OFFSETS_CODEPOINT};
    text_ruler units = {.text = text, .size = 8, .unit = FILTER_OFFSETS_UTF16};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_ruler_at(&codepoints, cases[i].byte), cases[i].codepoint);
        assert_int_equal(text_ruler_at(&units, cases[i].byte), cases[i].utf16);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prefix_ends_where_utf8_does),
        cmocka_unit_test(a_bad_byte_is_found_at_every_place),
        cmocka_unit_test(a_ruler_measures_in_all_units),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
