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
    static const char text[] = "a\u00e9\u4e2d\U0001f600z";
    static const struct {
        size_t byte, codepoint, utf16;
    } cases[] = {{0, 0, 0}, {1, 1, 1}, {3, 2, 2}, {6, 3, 3}, {10, 4, 5}, {11, 5, 6}};
    text_ruler codepoints = {.text = text, .size = 11, .unit = FILTER_OFFSETS_CODEPOINT};
    text_ruler units = {.text = text, .size = 11, .unit = FILTER_OFFSETS_UTF16};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_ruler_at(&codepoints, cases[i].byte), cases[i].codepoint);
        assert_int_equal(text_ruler_at(&units, cases[i].byte), cases[i].utf16);
    }
}

static void a_byte_that_is_no_utf8_becomes_a_question_mark_in_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *replaced;
    } cases[] = {{"abc", "abc"},       {"\xFF", "?"}, {"a\xFF\xFE\xC3\xA9", "a??\xC3\xA9"}, {"\xE2\x82", "??"},
                 {"\xE2\x82z", "??z"}, {"", ""},      {"\xC3\xA9\x80", "\xC3\xA9?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[16];
        strcpy(text, cases[i].text);
        text_replace_invalid(text, strlen(text));
        assert_string_equal(text, cases[i].replaced);
    }
    for (int round = 0; round < 2000; round++) {
        char text[40];
        size_t size = support_random() % sizeof text;
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(support_random() % 3 ? 0xC2 + support_random() % 60 : 0x80 + support_random() % 64);
        text_replace_invalid(text, size);
        assert_int_equal(text_valid_prefix(text, size), size);
    }
}

static void what_moves_a_terminal_becomes_question_marks(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"plain", "plain"},
        {"two\nlines\ttab", "two?lines?tab"},
        {"\x1B[31mred\x7F", "?[31mred?"},
        {"\xC2\x9B"
         "31m",
         "??31m"}, /* C1: the other way to begin an escape sequence */
        {"\xC2\xA0\xC3\xA9", "\xC2\xA0\xC3\xA9"},
        {"cut \xC3", "cut ?"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        strcpy(text, cases[i].text);
        text_make_printable(text, strlen(text));
        assert_string_equal(text, cases[i].wanted);
    }
}

static void letters_and_digits_of_every_script_are_parts_of_words(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_word;
    } cases[] = {{"a", true},       {"7", true},           {"\u00e9", true}, {"\u4e2d", true}, {"\U00010400", true},
                 {"\u093f", true},  {"\u0967", true},      {" ", false},     {"_", false},     {"-", false},
                 {"\u201c", false}, {"\U0001f600", false}, {"\u00a0", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].text);
        assert_int_equal(text_is_word_at(cases[i].text, size, 0), cases[i].is_word);
        assert_int_equal(text_is_word_before(cases[i].text, size), cases[i].is_word);
    }
    assert_false(text_is_word_at("ab", 1, 1)); /* the text has ended */
    assert_false(text_is_word_before("a", 0));
}

static void an_offset_moves_to_the_start_of_a_character(void **state) {
    (void)state;
    static const char text[] = "a\u00e9\U0001f600z"; /* starts at 0, 1, 3, 7 */
    static const size_t back[] = {0, 1, 1, 3, 3, 3, 3, 7, 8}, forward[] = {0, 1, 3, 3, 7, 7, 7, 7, 8};
    assert_int_equal(text_align_back("\x80", 0), 0);
    for (size_t at = 0; at <= 8; at++) {
        assert_int_equal(text_align_back(text, at), back[at]);
        assert_int_equal(text_align_forward(text, 8, at), forward[at]);
    }
}

static void a_character_of_ascii_is_of_the_kind_that_the_c_locale_says(void **state) {
    (void)state;
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        assert_int_equal(text_is_digit(byte), c >= '0' && c <= '9');
        assert_int_equal(text_is_alpha(byte), (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
        assert_int_equal(text_is_space(byte), c == ' ' || (c >= 9 && c <= 13));
        assert_int_equal(text_is_word_byte(byte), c >= 0x80 || text_is_alnum(byte));
        assert_int_equal(text_lower(text_upper(byte)), text_lower(byte));
        const char *digit = c ? strchr("0123456789abcdef", text_lower(byte)) : NULL;
        assert_int_equal(text_hex_value(byte), digit ? digit - "0123456789abcdef" : -1);
    }
}

static void a_needle_is_found_whole_or_not_at_all(void **state) {
    (void)state;
    static const char text[] = "ab\0cab";
    assert_ptr_equal(text_find(text, 6, "ab", 2), text);
    assert_ptr_equal(text_find(text, 6, "cab", 3), text + 3);
    assert_null(text_find(text, 5, "cab", 3)); /* it ends after the text */
    assert_null(text_find("a", 1, "ab", 2));
}

static void a_buffer_grows_until_memory_is_out_and_remembers_that(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory);
    text_buffer out = {.memory = &memory};
    for (int i = 0; i < 1000; i++) text_append_string(&out, "abc");
    assert_int_equal(out.size, 3000);
    assert_memory_equal(out.data + 2997, "abc", 3);
    text_append(&out, "x", SIZE_MAX / 2); /* more than there can be */
    assert_true(out.failed);
    text_append(&out, "x", 1);
    assert_int_equal(out.size, 3000);
    arena_fini(&memory);
    arena none = support_exhausted_arena();
    text_buffer lost = {.memory = &none};
    text_append(&lost, "", 0);
    assert_false(lost.failed);
    text_append(&lost, "x", 1);
    assert_true(lost.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prefix_ends_where_utf8_does),
        cmocka_unit_test(a_bad_byte_is_found_at_every_place),
        cmocka_unit_test(a_ruler_measures_in_all_units),
        cmocka_unit_test(a_byte_that_is_no_utf8_becomes_a_question_mark_in_its_place),
        cmocka_unit_test(what_moves_a_terminal_becomes_question_marks),
        cmocka_unit_test(letters_and_digits_of_every_script_are_parts_of_words),
        cmocka_unit_test(an_offset_moves_to_the_start_of_a_character),
        cmocka_unit_test(a_character_of_ascii_is_of_the_kind_that_the_c_locale_says),
        cmocka_unit_test(a_needle_is_found_whole_or_not_at_all),
        cmocka_unit_test(a_buffer_grows_until_memory_is_out_and_remembers_that),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
