/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"
#include "support.h"

static void a_name_stands_at_the_place_of_its_number(void **state) {
    (void)state;
    static const struct {
        const char *const *names;
        int place;
        const char *name;
    } cases[] = {
        {names_verdicts, FILTER_ALLOW, "allow"},
        {names_verdicts, FILTER_FLAG, "flag"},
        {names_verdicts, FILTER_REDACT, "redact"},
        {names_verdicts, FILTER_BLOCK, "block"},
        {names_actions, FILTER_ACTION_NONE, "none"},
        {names_actions, FILTER_ACTION_FLAG, "flag"},
        {names_actions, FILTER_ACTION_REDACT, "redact"},
        {names_actions, FILTER_ACTION_BLOCK, "block"},
        {names_roles, FILTER_ROLE_USER, "user"},
        {names_roles, FILTER_ROLE_SYSTEM, "system"},
        {names_roles, FILTER_ROLE_DEVELOPER, "developer"},
        {names_roles, FILTER_ROLE_TOOL, "tool"},
        {names_roles, FILTER_ROLE_DOCUMENT, "document"},
        {names_roles, FILTER_ROLE_TOOL_DEFINITION, "tool_definition"},
        {names_offsets, FILTER_OFFSETS_BYTE, "byte"},
        {names_offsets, FILTER_OFFSETS_CODEPOINT, "codepoint"},
        {names_offsets, FILTER_OFFSETS_UTF16, "utf16"},
        {names_isolate_modes, FILTER_ISOLATE_DELIMIT - 1, "delimit"},
        {names_isolate_modes, FILTER_ISOLATE_DATAMARK - 1, "datamark"},
        {names_isolate_modes, FILTER_ISOLATE_ENCODE - 1, "encode"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(cases[i].names[cases[i].place], cases[i].name);
    }
}

static void a_name_of_a_bit_stands_at_the_place_of_the_bit(void **state) {
    (void)state;
    static const struct {
        const char *const *names;
        const char *name;
        unsigned bit;
    } cases[] = {
        {names_categories, "pii", FILTER_PII},
        {names_categories, "secret", FILTER_SECRET},
        {names_categories, "injection", FILTER_INJECTION},
        {names_returns, "findings", FILTER_RETURN_FINDINGS},
        {names_returns, "redacted", FILTER_RETURN_REDACTED},
        {names_returns, "sanitized", FILTER_RETURN_SANITIZED},
        {names_returns, "isolated", FILTER_RETURN_ISOLATED},
        {names_returns, "text", NAMES_RETURN_TEXT},
        {names_returns, "names", FILTER_RETURN_NAMES},
        {names_evidence, "checksum", FILTER_EVIDENCE_CHECKSUM},
        {names_evidence, "checksum_failed", FILTER_EVIDENCE_CHECKSUM_FAILED},
        {names_evidence, "context", FILTER_EVIDENCE_CONTEXT},
        {names_evidence, "negative_context", FILTER_EVIDENCE_NEGATIVE_CONTEXT},
        {names_evidence, "placeholder", FILTER_EVIDENCE_PLACEHOLDER},
        {names_evidence, "low_entropy", FILTER_EVIDENCE_LOW_ENTROPY},
        {names_evidence, "limit", FILTER_EVIDENCE_LIMIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int place = names_index(cases[i].names, cases[i].name, strlen(cases[i].name));
        if (place < 0 || 1U << place != cases[i].bit) fail_msg("%s is at %d", cases[i].name, place);
    }
}

static void only_a_whole_name_is_found(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        int place;
    } cases[] = {{"user", 4, 0},      {"user", 3, -1},   {"users", 5, -1}, {"users", 4, 0}, {"User", 4, -1},
                 {"assistant", 9, 5}, {"use\0r", 5, -1}, {"", 0, -1},      {" user", 5, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int place = names_index(names_roles, cases[i].text, cases[i].size);
        if (place != cases[i].place) fail_msg("'%.*s' is at %d", (int)cases[i].size, cases[i].text, place);
    }
}

static void a_number_beyond_the_last_name_is_unknown(void **state) {
    (void)state;
    static const int numbers[] = {-1, 100, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_string_equal(filter_verdict_name((filter_verdict)numbers[i]), "unknown");
        assert_string_equal(filter_action_name((filter_action)numbers[i]), "unknown");
        assert_string_equal(filter_category_name((filter_category)numbers[i]), "unknown");
        assert_string_equal(filter_role_name((filter_role)numbers[i]), "unknown");
        assert_string_equal(filter_isolate_mode_name((filter_isolate_mode)numbers[i]), "unknown");
    }
    assert_string_equal(filter_verdict_name((filter_verdict)(FILTER_BLOCK + 1)), "unknown");
    assert_string_equal(filter_action_name((filter_action)(FILTER_ACTION_BLOCK + 1)), "unknown");
    assert_string_equal(filter_role_name((filter_role)(FILTER_ROLE_TOOL_DEFINITION + 1)), "unknown");
    assert_string_equal(filter_isolate_mode_name((filter_isolate_mode)(FILTER_ISOLATE_ENCODE + 1)), "unknown");
    assert_string_equal(filter_category_name((filter_category)0), "unknown");
    assert_string_equal(filter_category_name((filter_category)(FILTER_PII | FILTER_SECRET)), "unknown");
}

static void the_public_names_are_those_of_the_lists(void **state) {
    (void)state;
    assert_string_equal(filter_verdict_name(FILTER_BLOCK), "block");
    assert_string_equal(filter_action_name(FILTER_ACTION_BLOCK), "block");
    assert_string_equal(filter_category_name(FILTER_INJECTION), "injection");
    assert_string_equal(filter_role_name(FILTER_ROLE_ASSISTANT), "assistant");
    assert_string_equal(filter_role_name(FILTER_ROLE_TOOL_DEFINITION), "tool_definition");
    assert_string_equal(filter_isolate_mode_name(FILTER_ISOLATE_POLICY), "policy");
    assert_string_equal(filter_isolate_mode_name(FILTER_ISOLATE_ENCODE), "encode");
    assert_string_equal(filter_version(), FILTER_VERSION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_at_the_place_of_its_number),
        cmocka_unit_test(a_name_of_a_bit_stands_at_the_place_of_the_bit),
        cmocka_unit_test(only_a_whole_name_is_found),
        cmocka_unit_test(a_number_beyond_the_last_name_is_unknown),
        cmocka_unit_test(the_public_names_are_those_of_the_lists),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
