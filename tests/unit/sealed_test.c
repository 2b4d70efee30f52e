/* SPDX-License-Identifier: Apache-2.0 */
#include "sealed.h"

#include "support.h"

static const uint8_t keys[2][FILTER_SCOPE_KEY_SIZE] = {{1}, {2}};
static filter_error error;
static char kept[4000];

static filter_scope scope_of(size_t key, const char *session) {
    filter_scope scope = FILTER_SCOPE_INIT;
    scope.keys = keys[key];
    scope.key_count = 1;
    scope.session = session;
    return scope;
}

/* The mapping of a request, as its caller keeps it; the token goes to `said`. */
static filter_text seal_request(const char *body, const filter_scope *scope, filter_text earlier, char *said) {
    filter_request request = FILTER_REQUEST_INIT;
    filter_chat chat = FILTER_CHAT_INIT;
    const filter_chat_result *out;
    request.scope = scope;
    chat.request = &request;
    chat.body = (filter_text){body, strlen(body)};
    chat.seal_seconds = 100;
    chat.sealed = earlier;
    assert_int_equal(filter_chat_inspect(support_engine(), support_scratch(), &chat, &out, &error), FILTER_OK);
    assert_non_null(out->sealed.text);
    const char *token = memchr(out->body.text, '<', out->body.size);
    if (said && token) snprintf(said, 64, "%.*s", (int)strcspn(token, "\""), token);
    memcpy(kept, out->sealed.text, out->sealed.size);
    return (filter_text){kept, out->sealed.size};
}

static filter_status restore(const char *text, filter_text sealed, const filter_scope *scope,
                             const filter_restored **out) {
    const filter_text texts[] = {{text, strlen(text)}, {NULL, 0}};
    filter_restore asked = FILTER_RESTORE_INIT;
    asked.texts = texts;
    asked.text_count = 2;
    asked.sealed = sealed;
    asked.scope = scope;
    return filter_restore_texts(support_engine(), support_scratch(), &asked, out, &error);
}

#define BODY "{\"messages\": [{\"role\": \"user\", \"content\": \"asha@example.in\"}]}"
#define LATER "{\"messages\": [{\"role\": \"user\", \"content\": \"go on\"}]}"

static void texts_are_restored(void **state) {
    (void)state;
    const filter_scope scope = scope_of(0, "s");
    const filter_restored *out;
    char token[64], text[100];
    filter_text sealed = seal_request(BODY, &scope, (filter_text){NULL, 0}, token);
    snprintf(text, sizeof text, "to %s.", token);
    assert_int_equal(restore(text, sealed, &scope, &out), FILTER_OK);
    assert_int_equal(out->texts[0].size, 19);
    assert_memory_equal(out->texts[0].text, "to asha@example.in.", 19);
    assert_int_equal(out->restored, 1);
    /* A later turn keeps what an earlier one had. */
    char first[4000];
    memcpy(first, sealed.text, sealed.size);
    sealed = seal_request(LATER, &scope, (filter_text){first, sealed.size}, NULL);
    assert_int_equal(restore(text, sealed, &scope, &out), FILTER_OK);
    assert_int_equal(out->restored, 1);
}

static void what_does_not_open_is_an_error(void **state) {
    (void)state;
    const filter_scope scope = scope_of(0, "s"), other_key = scope_of(1, "s"), other = scope_of(0, "t");
    const filter_scope none = FILTER_SCOPE_INIT;
    const filter_restored *out;
    const filter_text sealed = seal_request(BODY, &scope, (filter_text){NULL, 0}, NULL);
    const struct {
        filter_text sealed;
        const filter_scope *scope;
        const char *message;
    } cases[] = {
        {sealed, &other_key, "not there any more"},
        {sealed, &other, "another session"},
        {sealed, NULL, "no key"},
        {sealed, &none, "no key"},
        {{NULL, 0}, &scope, "no sealed mapping"},
        {{"x", 1}, &scope, "no sealed mapping"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(restore("x", cases[i].sealed, cases[i].scope, &out), FILTER_ERROR_SEALED);
        if (!strstr(error.message, cases[i].message)) fail_msg("%zu: %s", i, error.message);
        assert_null(out);
    }
    assert_int_equal(restore("\xff", sealed, &scope, &out), FILTER_ERROR_TEXT);
}

static void nothing_is_sealed_without_a_key(void **state) {
    (void)state;
    filter_chat chat = FILTER_CHAT_INIT;
    const filter_chat_result *out;
    chat.body = (filter_text){BODY, sizeof BODY - 1};
    chat.seal_seconds = 100;
    assert_int_equal(filter_chat_inspect(support_engine(), support_scratch(), &chat, &out, &error),
                     FILTER_ERROR_SEALED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_restored),
        cmocka_unit_test(what_does_not_open_is_an_error),
        cmocka_unit_test(nothing_is_sealed_without_a_key),
    };
    return cmocka_run_group_tests_name("sealed", tests, NULL, NULL);
}
