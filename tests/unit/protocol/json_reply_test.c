/* SPDX-License-Identifier: Apache-2.0 */
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
    char *dumped = wire_dump(reply, &size);
    assert_null(strstr(dumped, "a.b@example.org")); /* no personal data in a header unasked */
    free(dumped);
    json_decref(reply);
    wire_request_fini(&r);
}

static void an_error_of_a_text_says_where(void **state) {
    (void)state;
    wire_error error = {0};
    const filter_error failure = {FILTER_ERROR_TEXT, 3, 17, "not UTF-8"};
    wire_fail_from_filter(&error, &failure);
    json_t *reply = wire_reply_error("id-1", &error), *body = json_object_get(reply, "error");
    assert_string_equal(json_string_value(json_object_get(reply, "id")), "id-1");
    assert_string_equal(json_string_value(json_object_get(body, "code")), "bad_text");
    assert_int_equal(json_integer_value(json_object_get(body, "frame")), 3);
    assert_int_equal(json_integer_value(json_object_get(body, "offset")), 17);
    json_decref(reply);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_says_what_the_contract_lists),
        cmocka_unit_test(an_error_of_a_text_says_where),
    };
    return cmocka_run_group_tests_name("json_reply", tests, NULL, NULL);
}
