/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams: the texts that come in pieces, between their pieces.
 *
 * A stream is known by its tenant, session, name and part. One request at a time may have it. Its rules are those in
 * force when it began. Streams whose caller went away end by themselves. Any thread may use them.
 */
#ifndef FILTERD_CORE_STREAMS_H
#define FILTERD_CORE_STREAMS_H

#include "core/config.h"
#include "protocol/wire.h"

#include <jansson.h>

typedef struct streams streams;

/* NULL: memory is out. */
streams *streams_new(const config *c);
void streams_free(streams *all);

/* Takes a piece of the request's stream, which begins with its first one; `sealed` is what it is restored from. False
 * after setting the error. */
bool streams_push(streams *all, const filter_engine *engine, filter_scratch *scratch, const wire_request *request,
                  const filter_settled **settled, wire_error *error);

#define STREAMS_SWEEP_MS 10000 /* how often streams are looked at, that nobody goes on with */

/* Ends the streams whose callers are gone at a time of clock_now_us: their texts go with them. */
void streams_sweep(streams *all, int64_t now_us);

/* Streams that are open, begun so far, and ended for their age. NULL when memory is out. */
json_t *streams_status(streams *all);

#endif
