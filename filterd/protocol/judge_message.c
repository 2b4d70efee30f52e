/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/judge_message.h"

#include "protocol/json_build.h"
#include "protocol/json_value.h"
#include "protocol/wire.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 20 /* of the largest number */

char *judge_message_write(const filter_question *q, uint64_t id, size_t timeout_ms, size_t *size) {
    char name[ID_DIGITS + 1];
    json_t *reasons = json_array();
    snprintf(name, sizeof name, "%" PRIu64, id);
    for (size_t i = 0; i < q->reason_count; i++) json_build_add(&reasons, json_string(q->reasons[i]));
    json_t *header = json_pack("{s:i, s:s, s:s, s:s, s:f, s:I}", "v", WIRE_VERSION, "op", "judge", "id", name, "role",
                               filter_role_name(q->role), "score", round(q->score * 10000) / 10000, "timeout_ms",
                               (json_int_t)timeout_ms);
    json_build_set(&header, "reasons", reasons);
    char *text = json_build_text(header, size);
    json_decref(header);
    return text;
}

/* Only as it was written: digits, and no zero before them. */
static bool read_id(const json_value *value, uint64_t *id) {
    char text[ID_DIGITS + 1], again[ID_DIGITS + 1];
    if (!json_value_is_string(value) || json_value_raw_size(value) > ID_DIGITS) return false;
    json_value_copy(value, text);
    *id = strtoull(text, NULL, 10);
    snprintf(again, sizeof again, "%" PRIu64, *id);
    return strcmp(text, again) == 0;
}

static bool read_score(const json_value *value, double *score) {
    return json_value_number(value, score) && *score >= 0 && *score <= 1;
}

/* The policy has the last word: a judge says how sure it is, and these are the two ends. */
static bool read_verdict(const json_value *value, double *score) {
    char word[8];
    if (!json_value_is_string(value) || json_value_raw_size(value) >= sizeof word) return false;
    json_value_copy(value, word);
    const bool is_attack = strcmp(word, "attack") == 0;
    *score = is_attack;
    return is_attack || strcmp(word, "benign") == 0;
}

bool judge_message_read(const char *text, size_t size, judge_reply *reply) {
    json_text json = {.text = text, .size = size};
    json_value root;
    int ids = 0, scores = 0;
    if (size > JUDGE_MESSAGE_REPLY_MAX || !json_value_open(&json, &root) || !json_value_is_object(&root)) return false;
    *reply = (judge_reply){.score = JUDGE_MESSAGE_NO_SCORE};
    json_items items = json_value_items(&root);
    for (json_item item; json_value_next(&items, &item);) {
        bool ok = true;
        if (strcmp(item.key, "id") == 0) {
            ok = ++ids == 1 && read_id(&item.value, &reply->id);
        } else if (strcmp(item.key, "score") == 0) {
            ok = ++scores == 1 && read_score(&item.value, &reply->score);
        } else if (strcmp(item.key, "verdict") == 0) {
            ok = ++scores == 1 && read_verdict(&item.value, &reply->score);
        }
        if (!ok) return false;
    }
    return ids == 1;
}
