/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"
#include "support.h"

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

static void a_name_that_is_cut_leaves_a_message_that_can_be_sent(void **state) {
    (void)state;
    wire_error error = {0};
    wire_fail(&error, "bad_request", "%s", "a\xC3 \x1B[31m \xC2\x85 \x7F \xC3\xA9");
    assert_string_equal(error.message, "a? ?[31m ?? ? \xC3\xA9");
    json_t *reply = wire_reply_error("", &error);
    assert_string_equal(json_string_value(json_object_get(json_object_get(reply, "error"), "code")), "bad_request");
    json_decref(reply);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_error_of_a_text_says_where),
                                       cmocka_unit_test(a_name_that_is_cut_leaves_a_message_that_can_be_sent)};
    return cmocka_run_group_tests_name("wire_error", tests, NULL, NULL);
}
