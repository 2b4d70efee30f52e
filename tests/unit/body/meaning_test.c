/* SPDX-License-Identifier: Apache-2.0 */
/* What the tables make of whole bodies is in parts_test.c. */
#include "body/meaning.h"

#include "support.h"

static filter_text text_of(const char *text) {
    return (filter_text){text, strlen(text)};
}

static void names_are_found_whole(void **state) {
    (void)state;
    /* The first, the last and some in the middle: a table that is not in order loses some of them. */
    static const struct {
        const char *key;
        bool is_top;
        meaning is;
    } cases[] = {
        {"annotations", false, MEANING_DATA},
        {"usage", false, MEANING_SETTING},
        {"content", false, MEANING_TEXT},
        {"thinking", false, MEANING_FIXED},
        {"user", true, MEANING_UNKNOWN},
        {"user", false, MEANING_UNKNOWN},
        {"bad_words", true, MEANING_UNKNOWN},
        {"input", true, MEANING_TEXT},
        {"input", false, MEANING_DATA},
        {"chat_template", true, MEANING_TEMPLATE},
        {"chat_template", false, MEANING_UNKNOWN},
        {"tool_calls", false, MEANING_TEXT},
        {"tool_call", false, MEANING_UNKNOWN},
        {"contents", false, MEANING_UNKNOWN},
        {"", false, MEANING_UNKNOWN},
        {"logprobs", false, MEANING_ECHO},
        {"tools", true, MEANING_DATA},
        {"messages", true, MEANING_TEXT},
        {"model", true, MEANING_SETTING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (meaning_of_key(text_of(cases[i].key), cases[i].is_top).is != cases[i].is) fail_msg("%s", cases[i].key);
    }
}

static void calls_and_results_are_known_by_their_ends(void **state) {
    (void)state;
    static const struct {
        const char *type;
        int role;
    } cases[] = {
        {"bash_code_execution_tool_result", FILTER_ROLE_TOOL},
        {"local_shell_call_output", FILTER_ROLE_TOOL},
        {"apply_patch_call", FILTER_ROLE_ASSISTANT},
        {"server_tool_use", FILTER_ROLE_ASSISTANT},
        {"web_search_result", FILTER_ROLE_DOCUMENT},
        {"output_text", ROLE_AS_AROUND},
        {"brand_new", ROLE_AS_AROUND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(meaning_of_type(text_of(cases[i].type)).role, cases[i].role);
}

static void who_is_unknown_is_a_user(void **state) {
    (void)state;
    assert_int_equal(meaning_of_role(text_of("system")), FILTER_ROLE_SYSTEM);
    assert_int_equal(meaning_of_role(text_of("function")), FILTER_ROLE_TOOL);
    assert_int_equal(meaning_of_role(text_of("System")), FILTER_ROLE_USER);
    assert_int_equal(meaning_of_role(text_of("")), FILTER_ROLE_USER);
    assert_int_equal(meaning_of_place(text_of("arguments"), RESTORE_CONTENT), RESTORE_TOOL_ARGUMENTS);
    assert_int_equal(meaning_of_place(text_of("text"), RESTORE_REASONING), RESTORE_REASONING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_whole),
        cmocka_unit_test(calls_and_results_are_known_by_their_ends),
        cmocka_unit_test(who_is_unknown_is_a_user),
    };
    return cmocka_run_group_tests_name("meaning", tests, NULL, NULL);
}
