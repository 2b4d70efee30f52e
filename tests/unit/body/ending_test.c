/* SPDX-License-Identifier: Apache-2.0 */
#include "body/ending.h"

#include "support.h"
#include "verdict/json_answer.h"

static arena memory;

static filter_text end_of(filter_api api, filter_direction direction, const char *body, unsigned *status) {
    json_tree tree;
    size_t bad_at;
    const char *why;
    text_buffer out = {.memory = &memory};
    assert_true(json_tree_read(&tree, &memory, (filter_text){body, strlen(body)}, &bad_at, &why));
    *status = body_ending(&out, api, direction, &tree);
    text_append(&out, "", 1);
    return (filter_text){out.data, out.size - 1};
}

static void each_api_has_its_words(void **state) {
    (void)state;
    static const struct {
        filter_api api;
        const char *request, *answer;
    } cases[] = {
        {FILTER_API_OPENAI_CHAT, "\"code\":\"content_policy_violation\"", "\"finish_reason\":\"content_filter\""},
        {FILTER_API_OPENAI_COMPLETIONS, "\"type\":\"invalid_request_error\"", "\"text\":\"\""},
        {FILTER_API_OPENAI_RESPONSES, "invalid_request_error", "\"status\":\"incomplete\""},
        {FILTER_API_ANTHROPIC, "{\"type\":\"error\"", "\"stop_reason\":\"refusal\""},
        {FILTER_API_TGI, "\"error_type\":\"validation\"", "\"generated_text\":\"\""},
    };
    static const char body[] = "{\"id\": \"x\", \"usage\": {\"t\": 1}, \"choices\": [{\"text\": \"secret\"}]}";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned status;
        arena_init(&memory);
        filter_text out = end_of(cases[i].api, FILTER_TO_MODEL, body, &status);
        assert_int_equal(status, 400);
        assert_true(json_answer_is_valid(&memory, out.text, out.size));
        if (!strstr(out.text, cases[i].request)) fail_msg("%s", out.text);
        out = end_of(cases[i].api, FILTER_FROM_MODEL, body, &status);
        assert_int_equal(status, 200);
        assert_true(json_answer_is_valid(&memory, out.text, out.size));
        if (!strstr(out.text, cases[i].answer)) fail_msg("%s", out.text);
        assert_null(strstr(out.text, "secret"));
        if (cases[i].api != FILTER_API_TGI) assert_non_null(strstr(out.text, "\"usage\": {\"t\": 1}"));
        arena_fini(&memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_api_has_its_words)};
    return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
