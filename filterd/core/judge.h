/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: asks a slower judge over ZeroMQ, within a time, and costs nothing while there is none.
 *
 *     judge *j = judge_new(config, context, &status);
 *     request.judge = judge_ask; request.judge_arg = j;       for filter_inspect, on any thread
 *
 * Whoever inspects a request asks, and waits. At most `judge.waiting` wait at a time, each on a line of its own to the
 * judge; for one more the answer is "busy" at once. After some requests in a row whose time was up, nobody is asked for
 * a moment ("paused"), and then one. A line on which an answer did not come, or was none, is hung up and made anew, so
 * that no answer comes late.
 */
#ifndef FILTERD_CORE_JUDGE_H
#define FILTERD_CORE_JUDGE_H

#include "core/config.h"
#include "filter.h"

#include <jansson.h>

typedef struct judge judge;

/* Can its keys be read? Logs why not. True when there are none to read. */
bool judge_check_keys(const config *c);

/* Begins to connect; `context` is ZeroMQ's. Who is not there yet may come later. NULL after logging why not; then
 * *status is an exit status, else it is 0. */
judge *judge_new(const config *c, void *context, int *status);

/* When nobody asks any more; NULL is allowed. */
void judge_free(judge *j);

/* A filter_judge_fn; `arg` is the judge. */
void judge_ask(filter_question *questions, size_t count, uint64_t time_us, void *arg);

/* What was asked and what came of it, for `filterctl status`: a new object, or NULL when memory is out. */
json_t *judge_status(judge *j);

#endif
