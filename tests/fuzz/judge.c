/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the answer of a judge. */
#include "fuzz.h"
#include "protocol/judge_message.h"

#include <jansson.h>
#include <string.h>

/* Another reader takes it for JSON, too, and reads the same. */
static void check_reply(const char *text, size_t size, const judge_reply *reply) {
    json_t *json = json_loadb(text, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    const json_t *score = json_object_get(json, "score");
    const char *id = json_string_value(json_object_get(json, "id"));
    if (!json) return; /* numbers without end, and more levels than it takes */
    fuzz_check(id && strtoull(id, NULL, 10) == reply->id);
    fuzz_check(!score || json_number_value(score) == reply->score);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    judge_reply reply;
    if (!judge_message_read((const char *)data, size, &reply)) return 0;
    fuzz_check(size <= JUDGE_MESSAGE_REPLY_MAX);
    fuzz_check(reply.score == JUDGE_MESSAGE_NO_SCORE || (reply.score >= 0 && reply.score <= 1));
    check_reply((const char *)data, size, &reply);
    return 0;
}
