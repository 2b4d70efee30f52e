/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/judge_message.h"

#include "support.h"

#include <jansson.h>

static void a_question_has_all_that_the_contract_says(void **state) {
    (void)state;
    static const char *const reasons[] = {"own.a", "own.b"};
    const filter_question q = {.role = FILTER_ROLE_TOOL, .score = 0.123456, .reasons = reasons, .reason_count = 2};
    size_t size;
    char *text = judge_message_write(&q, 17, 200, &size);
    assert_non_null(text);
    assert_int_equal(strlen(text), size);
    json_t *header = json_loads(text, 0, NULL), *wanted = json_loads("{\"v\":1,\"op\":\"judge\",\"id\":\"17\",\"role\":"
                                                                     "\"tool\",\"score\":0.1235,\"timeout_ms\":200,"
                                                                     "\"reasons\":[\"own.a\",\"own.b\"]}",
                                                                     0, NULL);
    assert_true(json_equal(header, wanted));
    json_decref(header);
    json_decref(wanted);
    free(text);
}

static void a_reply_is_read_or_refused_for_its_reason(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        double score;
        const char *why;
    } cases[] = {
        {"{\"v\":1,\"id\":\"17\",\"score\":0.25}", true, 0.25, "a score"},
        {"{\"id\":\"17\",\"score\":0}", true, 0, "the least"},
        {"{\"id\":\"17\",\"score\":1}", true, 1, "the most"},
        {"{\"id\":\"17\",\"verdict\":\"attack\"}", true, 1, "a word"},
        {"{\"verdict\":\"benign\",\"id\":\"17\"}", true, 0, "the other"},
        {"{\"id\":\"17\",\"score\":0.5,\"model\":{\"id\":\"x\",\"score\":7}}", true, 0.5, "what is not known"},
        {"{\"id\":\"17\",\"error\":\"too long for me\"}", true, JUDGE_MESSAGE_NO_SCORE, "no judgement"},
        {"", false, 0, "nothing"},
        {"rubbish", false, 0, "no JSON"},
        {"{\"id\":\"17\",\"score\":0.5", false, 0, "half of it"},
        {"{\"id\":\"17\",\"score\":0.5} x", false, 0, "more after it"},
        {"[\"17\",0.5]", false, 0, "no object"},
        {"{\"score\":0.5}", false, 0, "nobody's"},
        {"{\"id\":17,\"score\":0.5}", false, 0, "an id that is a number"},
        {"{\"id\":\"017\",\"score\":0.5}", false, 0, "an id that was not given"},
        {"{\"id\":\"-17\",\"score\":0.5}", false, 0, "nor this"},
        {"{\"id\":\"17 \",\"score\":0.5}", false, 0, "nor this"},
        {"{\"id\":\"\",\"score\":0.5}", false, 0, "nor none"},
        {"{\"id\":\"99999999999999999999\",\"score\":0.5}", false, 0, "one that no number holds"},
        {"{\"id\":\"123456789012345678901\",\"score\":0.5}", false, 0, "a longer one"},
        {"{\"id\":\"17\",\"id\":\"17\",\"score\":0.5}", false, 0, "an id twice"},
        {"{\"id\":\"17\",\"score\":0.5,\"score\":0.1}", false, 0, "a score twice"},
        {"{\"id\":\"17\",\"score\":0.5,\"verdict\":\"attack\"}", false, 0, "two judgements"},
        {"{\"id\":\"17\",\"score\":1.01}", false, 0, "more than there is"},
        {"{\"id\":\"17\",\"score\":-0.1}", false, 0, "less"},
        {"{\"id\":\"17\",\"score\":1e999}", false, 0, "no end"},
        {"{\"id\":\"17\",\"score\":NaN}", false, 0, "no number"},
        {"{\"id\":\"17\",\"score\":\"0.5\"}", false, 0, "a text"},
        {"{\"id\":\"17\",\"score\":null}", false, 0, "null"},
        {"{\"id\":\"17\",\"score\":true}", false, 0, "true"},
        {"{\"id\":\"17\",\"score\":[0.5]}", false, 0, "a list"},
        {"{\"id\":\"17\",\"verdict\":\"Attack\"}", false, 0, "another word"},
        {"{\"id\":\"17\",\"verdict\":\"attack, surely\"}", false, 0, "a longer one"},
        {"{\"id\":\"17\",\"verdict\":1}", false, 0, "no word"},
        {"{\"id\":\"17\\u0000\",\"score\":0.5}", false, 0, "a NUL"},
        {"{\"id\":\"\xff\",\"score\":0.5}", false, 0, "no UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        judge_reply reply = {.id = 0};
        bool ok = judge_message_read(cases[i].text, strlen(cases[i].text), &reply);
        if (ok != cases[i].ok || (ok && (reply.id != 17 || reply.score != cases[i].score)))
            fail_msg("%s: %d, %f", cases[i].why, ok, reply.score);
    }
}

static void a_reply_that_is_too_long_is_none(void **state) {
    (void)state;
    static char text[JUDGE_MESSAGE_REPLY_MAX + 1];
    static const char reply[] = "{\"id\":\"17\",\"score\":0.5}";
    judge_reply out;
    memset(text, ' ', sizeof text);
    memcpy(text, reply, sizeof reply - 1);
    assert_true(judge_message_read(text, JUDGE_MESSAGE_REPLY_MAX, &out));
    assert_false(judge_message_read(text, JUDGE_MESSAGE_REPLY_MAX + 1, &out));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_has_all_that_the_contract_says),
        cmocka_unit_test(a_reply_is_read_or_refused_for_its_reason),
        cmocka_unit_test(a_reply_that_is_too_long_is_none),
    };
    return cmocka_run_group_tests_name("judge_message", tests, NULL, NULL);
}
