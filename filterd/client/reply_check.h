/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_check: is a reply an answer? One to `inspect` is ok with one of the four verdicts, or an error; all else is no
 * answer, so that no caller can take it for an allow. Costs one pass over a JSON header.
 */
#ifndef FILTERD_CLIENT_REPLY_CHECK_H
#define FILTERD_CLIENT_REPLY_CHECK_H

#include "filter-client.h"

/* Does the request ask for a verdict? All do but `ping` and `info`. */
bool reply_check_is_inspect(const filter_client_request *request);

/* What a JSON header says. */
typedef struct reply_check_header {
    bool failed; /* its status is `error` */
    int verdict; /* FILTER_MESSAGE_ALLOW …; -1: none that is known */
} reply_check_header;

/* False when the header is no JSON object, or its status is neither `ok` nor `error`, or it has either twice. */
bool reply_check_read(const char *header, size_t size, reply_check_header *out);

/* `inspects`: it answers a request that asked for a verdict. */
bool reply_check_is_answer(const filter_client_reply *reply, bool inspects);

#endif
