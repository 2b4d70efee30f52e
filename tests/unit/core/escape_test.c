/* SPDX-License-Identifier: Apache-2.0 */
#include "core/escape.h"
#include "support.h"

static const struct {
    const char *text, *shown, *why;
} cases[] = {
    {"", "", "nothing"},
    {"a \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "a \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "letters of any length"},
    {"a\x1B[31m", "a<1b>[31m", "a terminal's command"},
    {"a\nerror: b\r\t", "a<0a>error: b<0d><09>", "a line that is forged"},
    {"\x7F", "<7f>", "DEL"},
    {"\xC2\x9B"
     "31m\xC2\x85",
     "<9b>31m<85>", "C1: one character that does what ESC [ does"},
    {"\xC2\xA0", "\xC2\xA0", "the first after C1"},
    {"\xE2\x80\xAE"
     "gpj.\xE2\x81\xA9",
     "<U+202E>gpj.<U+2069>", "letters in another order"},
    {"\xD8\x9C\xE2\x80\x8E\xE2\x80\xA8", "<U+061C><U+200E><U+2028>", "marks and separators"},
    {"\xE2\x80\x8D", "\xE2\x80\x8D", "a joiner, which scripts need"},
    {"\xFF"
     "a\xC3",
     "<ff>a<c3>", "no UTF-8"},
    {"\xED\xA0\x80\xC0\x80", "<ed><a0><80><c0><80>", "a surrogate, an overlong form"},
};

static void what_a_terminal_would_obey_is_shown(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[200];
        size_t size = escape_string(out, sizeof out, cases[i].text);
        if (size != strlen(out) || strcmp(out, cases[i].shown) != 0) fail_msg("%s: %s", cases[i].why, out);
    }
}

static void print_and_string_agree(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *printed = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&printed, &size);
        escape_print(file, cases[i].text, strlen(cases[i].text));
        fclose(file);
        assert_string_equal(printed, cases[i].shown);
        free(printed);
    }
}

static void a_cut_falls_between_characters(void **state) {
    (void)state;
    for (size_t capacity = 1; capacity < 12; capacity++) {
        char out[12];
        size_t size = escape_string(out, capacity, "\xC3\xA9\n\xE2\x82\xAC");
        assert_true(size < capacity && strlen(out) == size);
        assert_true(size == 0 || size == 2 || size == 6 || size == 9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_a_terminal_would_obey_is_shown),
                                       cmocka_unit_test(print_and_string_agree),
                                       cmocka_unit_test(a_cut_falls_between_characters)};
    return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
