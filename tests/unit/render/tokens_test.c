/* SPDX-License-Identifier: Apache-2.0 */
/* Numbered tokens: redact_test.c. */
#include "filter.h"
#include "packs.h"

static const uint8_t keys[2][FILTER_SCOPE_KEY_SIZE] = {{1}, {2}};
static char out[4000];

/* The text as redacted in a session. */
static const char *redact_text(const char *text, const char *tenant, const char *session, size_t key) {
    const filter_segment segment = {text, strlen(text), FILTER_ROLE_USER};
    filter_request request = FILTER_REQUEST_INIT;
    filter_scope scope = FILTER_SCOPE_INIT;
    const filter_result *r;
    scope.keys = keys[key];
    scope.key_count = 1;
    scope.tenant = tenant;
    scope.session = session;
    request.segments = &segment;
    request.segment_count = 1;
    request.returns |= FILTER_RETURN_TOKENS;
    request.scope = &scope;
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &request, &r, NULL), FILTER_OK);
    snprintf(out, sizeof out, "%.*s", (int)r->segments[0].redacted.size, r->segments[0].redacted.text);
    for (size_t i = 0; i < r->token_count; i++) {
        const filter_token *t = &r->tokens[i];
        assert_non_null(strstr(out, t->token));
        assert_non_null(memmem(text, strlen(text), t->value.text, t->value.size));
        assert_int_equal(t->roles, 1U << FILTER_ROLE_USER);
    }
    return out;
}

static void a_session_has_one_token_for_a_value(void **state) {
    (void)state;
    char *first = strdup(redact_text("asha@example.in", "t", "s", 0));
    static const char head[] = "<EMAIL_ADDRESS_";
    assert_memory_equal(first, head, sizeof head - 1);
    assert_int_equal(strlen(first), sizeof head - 1 + 6 + 1);
    assert_string_equal(redact_text("ASHA@Example.in", "t", "s", 0), first);
    assert_non_null(strstr(redact_text("ring +91 98765 43210 or asha@example.in", "t", "s", 0), first));
    assert_string_not_equal(redact_text("asha@example.in", "t", "s2", 0), first);
    assert_string_not_equal(redact_text("asha@example.in", "u", "s", 0), first);
    assert_string_not_equal(redact_text("asha@example.in", "t", "s", 1), first);
    assert_string_not_equal(redact_text("ravi@example.in", "t", "s", 0), first);
    free(first);
}

static void without_a_session_tokens_are_numbered(void **state) {
    (void)state;
    assert_string_equal(redact_text("asha@example.in", "t", "", 0), "<EMAIL_ADDRESS_1>");
    assert_string_equal(redact_text("asha@example.in", "t", NULL, 0), "<EMAIL_ADDRESS_1>");
}

static void many_values_have_as_many_tokens(void **state) {
    (void)state;
    enum { VALUES = 3000 };
    static char text[VALUES * 32], token[64];
    size_t used = 0;
    for (int i = 0; i < VALUES; i++) used += (size_t)snprintf(text + used, sizeof text - used, "u%d@example.in ", i);
    const filter_segment segment = {text, used, FILTER_ROLE_USER};
    filter_request request = FILTER_REQUEST_INIT;
    filter_scope scope = FILTER_SCOPE_INIT;
    const filter_result *r;
    scope.keys = keys[0];
    scope.key_count = 1;
    scope.session = "s";
    request.segments = &segment;
    request.segment_count = 1;
    request.returns |= FILTER_RETURN_TOKENS;
    request.scope = &scope;
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &request, &r, NULL), FILTER_OK);
    assert_int_equal(r->token_count, VALUES);
    for (size_t i = 0; i < r->token_count; i += 50) {
        size_t same = 0;
        snprintf(token, sizeof token, "%s", r->tokens[i].token);
        for (size_t k = 0; k < r->token_count; k++) same += strcmp(r->tokens[k].token, token) == 0;
        assert_int_equal(same, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_has_one_token_for_a_value),
        cmocka_unit_test(without_a_session_tokens_are_numbered),
        cmocka_unit_test(many_values_have_as_many_tokens),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
