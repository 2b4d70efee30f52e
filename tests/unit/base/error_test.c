/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/utf8.h"
#include "support.h"

static void an_error_is_set_whole_and_nothing_of_an_older_one_stays(void **state) {
    (void)state;
    filter_error error;
    memset(&error, 0xEE, sizeof error);
    error_set(&error, FILTER_ERROR_IO, "%s: %d", "file", 7);
    assert_int_equal(error.status, FILTER_ERROR_IO);
    assert_string_equal(error.message, "file: 7");
    assert_int_equal(error.segment, 0);
    assert_int_equal(error.offset, 0);
}

static void a_caller_who_wants_no_error_gets_none(void **state) {
    (void)state;
    error_set(NULL, FILTER_ERROR_IO, "%s", "nothing");
}

static void a_long_message_is_cut_and_ends_in_nul(void **state) {
    (void)state;
    char text[2000];
    filter_error error;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    error_set(&error, FILTER_ERROR_RULES, "%s", text);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    error_set(&error, FILTER_ERROR_RULES, "%s", "short");
    assert_string_equal(error.message, "short");
}

/* A value is cut to so many bytes, which may end inside a character; a reply in JSON must be UTF-8 all the same. */
static void a_character_that_was_cut_leaves_question_marks(void **state) {
    (void)state;
    filter_error error;
    error_set(&error, FILTER_ERROR_UNKNOWN_POLICY, "policy '%.4s'", "abc\u00e9");
    assert_string_equal(error.message, "policy 'abc?'");
    error_set(&error, FILTER_ERROR_UNKNOWN_POLICY, "policy '%.6s'", "abc\u00e9");
    assert_string_equal(error.message, "policy 'abc\u00e9'");
    char text[2000];
    for (size_t i = 0; i + 3 < sizeof text; i += 3) strcpy(text + i, "\u4e2d");
    error_set(&error, FILTER_ERROR_RULES, "x%s", text);
    assert_int_equal(text_valid_prefix(error.message, strlen(error.message)), sizeof error.message - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_set_whole_and_nothing_of_an_older_one_stays),
        cmocka_unit_test(a_caller_who_wants_no_error_gets_none),
        cmocka_unit_test(a_long_message_is_cut_and_ends_in_nul),
        cmocka_unit_test(a_character_that_was_cut_leaves_question_marks),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
