/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_message: what a judge is asked and what it answers, as JSON. The contract is in PROTOCOL.md.
 *
 *     {"v": 1, "op": "judge", "id": "17", "role": "user", "score": 0.52, "reasons": ["injection.model"],
 *      "timeout_ms": 200}                                     and the text in a frame of its own
 *     {"v": 1, "id": "17", "score": 0.93}                     or "verdict": "attack", "benign"
 */
#ifndef FILTERD_PROTOCOL_JUDGE_MESSAGE_H
#define FILTERD_PROTOCOL_JUDGE_MESSAGE_H

#include "filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JUDGE_MESSAGE_REPLY_MAX 4096 /* bytes of a reply */
#define JUDGE_MESSAGE_NO_SCORE (-1.0) /* of a judge that cannot judge this text */

typedef struct judge_reply {
    uint64_t id;
    double score; /* 0 to 1, or JUDGE_MESSAGE_NO_SCORE */
} judge_reply;

/* The header of a question, without its text; released with free(). NULL when memory is out. */
char *judge_message_write(const filter_question *question, uint64_t id, size_t timeout_ms, size_t *size);

/* False for what is no reply: whose it is cannot be said then. Keys that are not known are passed over. Takes no
 * memory. */
bool judge_message_read(const char *text, size_t size, judge_reply *reply);

#endif
