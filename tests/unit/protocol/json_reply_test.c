/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/json_build.h"
#include "protocol/wire.h"
#include "support.h"

static void a_reply_says_what_the_contract_lists(void **state) {
    (void)state;
    static const char header[] =
        "{\"v\":1,\"id\":\"7\",\"return\":[\"findings\",\"redacted\",\"sanitized\",\"isolated\"]}";
    static const char text[] = "a.b@example.org";
    static const char *const fields[] = {"v",     "id",       "status",   "verdict",  "action",
                                         "score", "reasons",  "segments", "findings", "isolation",
                                         "pack",  "coverage", "usage",    "timing_us"};
    const filter_text texts[] = {{text, sizeof text - 1}};
    const wire_timing timing = {1, 2, 3};
    wire_request r;
    wire_error error;
    const filter_result *result;
    filter_text frames[3];
    size_t count, size;
    support_engine();
    assert_true(wire_request_parse(&r, (filter_text){header, sizeof header - 1}, texts, 1, &error));
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &r.filter, &result, NULL), FILTER_OK);
    json_t *reply = wire_reply_inspect(&r, result, &timing, frames, &count);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!json_object_get(reply, fields[i])) fail_msg("no %s", fields[i]);
    }
    assert_int_equal(count, 3);
    assert_string_equal(json_string_value(json_object_get(reply, "action")), "GUARDRAIL_INTERVENED");
    char *dumped = json_build_text(reply, &size);
    assert_null(strstr(dumped, "a.b@example.org")); /* no personal data in a header unasked */
    free(dumped);
    json_decref(reply);
    wire_request_fini(&r);
}

/* Without a field that says why, a client can only guess. */
static void an_error_reply_never_lacks_its_error(void **state) {
    (void)state;
    const wire_error broken = {.code = "bad_request", .message = "cut in a character: \xC3"};
    json_t *reply = wire_reply_error("x", &broken), *body = json_object_get(reply, "error");
    assert_string_equal(json_string_value(json_object_get(reply, "id")), "x");
    assert_string_equal(json_string_value(json_object_get(body, "code")), "internal");
    assert_non_null(json_string_value(json_object_get(body, "message")));
    json_decref(reply);
}

static void the_reply_without_memory_is_json_with_any_id(void **state) {
    (void)state;
    char id[WIRE_NAME_MAX + 1], out[WIRE_INTERNAL_MAX];
    static const char *const ids[] = {"", "a-1", "\xC3\xA9", "a\"b\\c", "\x01\n"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        json_t *reply = json_loadb(out, wire_internal_error(ids[i], out), 0, NULL);
        assert_string_equal(json_string_value(json_object_get(reply, "id")), ids[i]);
        assert_non_null(json_object_get(json_object_get(reply, "error"), "message"));
        json_decref(reply);
    }
    memset(id, '\x01', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    size_t size = wire_internal_error(id, out);
    assert_true(size < sizeof out && out[size - 1] == '}');
    json_t *reply = json_loadb(out, wire_internal_error("\xFF", out), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(reply, "id")), "");
    json_decref(reply);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_says_what_the_contract_lists),
        cmocka_unit_test(an_error_reply_never_lacks_its_error),
        cmocka_unit_test(the_reply_without_memory_is_json_with_any_id),
    };
    return cmocka_run_group_tests_name("json_reply", tests, NULL, NULL);
}
