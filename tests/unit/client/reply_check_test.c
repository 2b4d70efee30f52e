/* SPDX-License-Identifier: Apache-2.0 */
#include "client/reply_check.h"
#include "support.h"

static void a_header_says_its_status_and_verdict_or_nothing(void **state) {
    (void)state;
    static const struct {
        const char *header;
        bool read, failed;
        int verdict;
    } cases[] = {
        {"{\"status\":\"ok\",\"verdict\":\"allow\"}", true, false, FILTER_MESSAGE_ALLOW},
        {"{\"status\":\"ok\",\"verdict\":\"flag\"}", true, false, FILTER_MESSAGE_FLAG},
        {" { \"verdict\" : \"redact\" , \"status\" : \"ok\" } ", true, false, FILTER_MESSAGE_REDACT},
        {"{\"st\\u0061tus\":\"o\\u006b\",\"verdict\":\"\\u0062lock\"}", true, false, FILTER_MESSAGE_BLOCK},
        {"{\"status\":\"error\"}", true, true, -1},
        {"{\"status\":\"ok\"}", true, false, -1},
        {"{\"status\":\"ok\",\"verdict\":\"allowed\"}", true, false, -1},
        {"{\"status\":\"ok\",\"verdict\":\"allow\\u0000\"}", true, false, -1},
        {"{\"status\":\"ok\",\"verdict\":0}", true, false, -1},
        {"{\"status\":\"ok\",\"verdict\":[\"allow\"]}", true, false, -1},
        {"{\"status\":\"ok\",\"x\":{\"verdict\":\"allow\"}}", true, false, -1},
        {"{\"status\":\"ok\",\"segments\":[{\"verdict\":\"allow\"}]}", true, false, -1},
        {"{\"status\":\"ok\",\"id\":\"\\\",\\\"verdict\\\":\\\"allow\"}", true, false, -1},
        {"{\"id\":\"\\\"status\\\":\\\"error\\\"\",\"status\":\"ok\",\"verdict\":\"allow\"}", true, false, 0},
        {"{\"x\":\"status\",\"y\":\"ok\"}", false, false, 0},
        {"{\"x\":{\"status\":\"ok\"}}", false, false, 0},
        {"{\"verdict\":\"allow\"}", false, false, 0},
        {"{\"status\":\"OK\"}", false, false, 0},
        {"{\"status\":null}", false, false, 0},
        {"{\"status\":\"ok\",\"status\":\"error\"}", false, false, 0},
        {"{\"status\":\"ok\",\"verdict\":\"allow\",\"verd\\u0069ct\":\"block\"}", false, false, 0},
        {"{\"status\":\"ok\",\"verdict\":\"allow\"", false, false, 0},
        {"{\"status\":\"ok\"}x", false, false, 0},
        {"[\"status\",\"ok\"]", false, false, 0},
        {"\"status\"", false, false, 0},
        {"", false, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reply_check_header said = {.verdict = -2};
        bool read = reply_check_read(cases[i].header, strlen(cases[i].header), &said);
        if (read != cases[i].read || (read && (said.failed != cases[i].failed || said.verdict != cases[i].verdict)))
            fail_msg("%s: %d, verdict %d", cases[i].header, (int)read, said.verdict);
    }
}

static void all_requests_but_ping_and_info_ask_for_a_verdict(void **state) {
    (void)state;
    static const struct {
        const char *json;
        uint32_t op;
        bool inspects;
    } cases[] = {
        {NULL, FILTER_MESSAGE_INSPECT, true},
        {NULL, FILTER_MESSAGE_RESTORE, true},
        {NULL, FILTER_MESSAGE_PING, false},
        {NULL, FILTER_MESSAGE_INFO, false},
        {NULL, 99, true},
        {"{\"v\":1}", FILTER_MESSAGE_PING, true},
        {"{\"op\":\"inspect\"}", 0, true},
        {"{\"op\":\"ping\"}", 0, false},
        {"{\"v\":1,\"op\":\"info\"}", 0, false},
        {"{\"x\":{\"op\":\"ping\"}}", 0, true},
        {"{\"op\":\"ping\",\"op\":1}", 0, true},
        {"nonsense", 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
        request.json = cases[i].json;
        request.op = cases[i].op;
        if (reply_check_is_inspect(&request) != cases[i].inspects) fail_msg("case %zu", i);
    }
}

/* A message, with a JSON header or without. */
static bool is_answer(filter_message_reply m, const char *header, size_t size, bool inspects) {
    union {
        filter_message_reply head;
        char bytes[sizeof(filter_message_reply) + 200];
    } message = {.head = m};
    if (header) {
        message.head.json = (filter_message_ref){sizeof m, (uint32_t)strlen(header)};
        memcpy(message.bytes + sizeof m, header, strlen(header));
    }
    filter_client_reply reply = {.message = &message.head, .size = size};
    return reply_check_is_answer(&reply, inspects);
}

static void a_message_is_an_answer_only_when_it_says_so_in_all_places(void **state) {
    (void)state;
    static const char *const allow = "{\"status\":\"ok\",\"verdict\":\"allow\"}", *const ok = "{\"status\":\"ok\"}",
                             *const error = "{\"status\":\"error\"}";
    static const struct {
        uint32_t version, form, status, verdict;
        const char *header;
        bool inspects, answer;
    } cases[] = {
        {1, 0, 0, 0, NULL, true, true},   {1, 0, 0, 3, NULL, true, true},  {1, 0, 0, 4, NULL, true, false},
        {1, 0, 0, 4, NULL, false, true},  {1, 0, 1, 3, NULL, true, true},  {1, 0, 2, 0, NULL, true, false},
        {0, 0, 0, 0, NULL, true, false},  {2, 0, 0, 0, NULL, true, false}, {1, 2, 0, 0, NULL, true, false},
        {1, 1, 0, 0, allow, true, true},  {1, 1, 0, 0, ok, true, false},   {1, 1, 0, 0, ok, false, true},
        {1, 1, 0, 0, error, true, false}, {1, 1, 1, 3, error, true, true}, {1, 1, 1, 0, allow, true, false},
        {1, 1, 0, 0, NULL, true, false},  {1, 1, 1, 0, NULL, true, false}, {1, 1, 0, 0, "", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_message_reply m = {
            .version = cases[i].version, .form = cases[i].form, .status = cases[i].status, .verdict = cases[i].verdict};
        if (is_answer(m, cases[i].header, sizeof m + 200, cases[i].inspects) != cases[i].answer)
            fail_msg("case %zu", i);
        assert_false(is_answer(m, cases[i].header, sizeof m - 1, cases[i].inspects));
        if (cases[i].header) assert_false(is_answer(m, cases[i].header, sizeof m, true)); /* the header lies outside */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_says_its_status_and_verdict_or_nothing),
        cmocka_unit_test(all_requests_but_ping_and_info_ask_for_a_verdict),
        cmocka_unit_test(a_message_is_an_answer_only_when_it_says_so_in_all_places),
    };
    return cmocka_run_group_tests_name("reply_check", tests, NULL, NULL);
}
