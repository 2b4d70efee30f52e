/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"
#include "support.h"

static void an_operation_is_done_or_refused_for_its_reason(void **state) {
    (void)state;
    static const struct {
        wire_op op;
        size_t texts;
        bool has_json;
        const char *says; /* "" when it can be done */
    } cases[] = {
        {WIRE_INSPECT, 0, false, ""},
        {WIRE_INSPECT, 3, true, ""},
        {WIRE_CHAT, 1, true, ""},
        {WIRE_CHAT, 1, false, "op 'chat' needs a JSON header; there is no binary form of it"},
        {WIRE_CHAT, 0, true, "op 'chat' takes the body, and a sealed mapping or none, and 0 came"},
        {WIRE_CHAT, 2, true, ""},
        {WIRE_CHAT, 3, true, "op 'chat' takes the body, and a sealed mapping or none, and 3 came"},
        {WIRE_STREAM, 1, true, ""},
        {WIRE_STREAM, 0, true, "op 'stream' takes a piece, and a sealed mapping or none, and 0 came"},
        {WIRE_PING, 0, false, ""},
        {WIRE_PING, 2, false, "op 'ping' takes no texts, and 2 came"},
        {WIRE_INFO, 0, true, ""},
        {WIRE_INFO, 1, true, "op 'info' takes no texts, and 1 came"},
        {WIRE_RESTORE, 0, true, "op 'restore' takes texts, and a sealed mapping or none, and 0 came"},
        {WIRE_RESTORE, 1, true, ""},
        {WIRE_RESTORE, 1, false, "op 'restore' needs a JSON header; there is no binary form of it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wire_error error = {0};
        const wire_request request = {.op = cases[i].op, .has_json = cases[i].has_json};
        bool ok = wire_check_operation(&request, cases[i].texts, &error);
        if (ok != !*cases[i].says || strcmp(error.message, cases[i].says) != 0) fail_msg("%zu: %s", i, error.message);
        if (!ok) assert_string_equal(error.code, "bad_request");
    }
}

static void an_error_from_before_is_kept(void **state) {
    (void)state;
    wire_error error = {.code = "bad_text", .message = "first"};
    assert_false(wire_check_operation(&(wire_request){.op = WIRE_PING}, 0, &error));
    assert_false(wire_check_operation(&(wire_request){.op = WIRE_RESTORE}, 0, &error));
    assert_string_equal(error.code, "bad_text");
    assert_string_equal(error.message, "first");
}

static void names_stand_in_the_order_of_their_numbers(void **state) {
    (void)state;
    static const char *const names[] = {
        [WIRE_INSPECT] = "inspect", [WIRE_RESTORE] = "restore", [WIRE_PING] = "ping",
        [WIRE_INFO] = "info",       [WIRE_CHAT] = "chat",       [WIRE_STREAM] = "stream"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_string_equal(wire_op_names[i], names[i]);
    assert_null(wire_op_names[sizeof names / sizeof *names]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_is_done_or_refused_for_its_reason),
        cmocka_unit_test(an_error_from_before_is_kept),
        cmocka_unit_test(names_stand_in_the_order_of_their_numbers),
    };
    return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
