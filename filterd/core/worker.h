/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker: answers requests. Each thread that answers has one, with a scratch of its own and a reference
 * to the engine that it acquired last.
 */
#ifndef FILTERD_CORE_WORKER_H
#define FILTERD_CORE_WORKER_H

#include "core/streams.h"
#include "core/vault.h"
#include "core/config.h"
#include "core/job.h"
#include "core/engine_store.h"
#include "core/judge.h"

#include <stdatomic.h>

/* What all workers share: counters, and whom they ask. */
typedef struct worker_common {
    atomic_uint_fast64_t errors, late, bytes;
    atomic_uint_fast64_t verdicts[4];
    judge *judge; /* NULL: nobody is asked */
    streams *streams; /* NULL: memory was out, and there are none */
    vault *vault; /* keys of tokens, and mappings; NULL: none, and tokens are numbered */
    filter_memo *memo; /* of chats; NULL: memory was out, and every turn is read */
} worker_common;

typedef struct worker {
    const config *config;
    engine_store *store;
    worker_common *common;
    filter_scratch *scratch; /* NULL: memory was out */
    const filter_engine *engine;
    uint64_t generation;
    filter_text *texts; /* of the request */
    filter_text *frames; /* of the reply: three for each segment */
    size_t capacity;
    arena memory; /* of the mapping that was kept for the request */
    _Atomic int64_t due_us; /* when the request that it is at is over at the latest; 0: it is at none with a deadline */
} worker;

void worker_init(worker *w, const config *c, engine_store *store, worker_common *common);
void worker_fini(worker *w);

/* Lets go of the rules: who waits must not keep old ones in memory. The next request takes those in force. */
void worker_rest(worker *w);

/* From any thread: it is at a request whose deadline passed long ago, which no scan should be. */
bool worker_is_stuck(const worker *w, int64_t now_us);

/* When a request came in, and when its turn began: times of clock_now_us. */
typedef struct worker_times {
    int64_t received_us, begun_us;
} worker_times;

/* Does what a request asks for. An error in the outcome is counted. */
void worker_handle(worker *w, wire_request *request, worker_times times, wire_outcome *out);

/* The JSON header of what came of it, a new object, or NULL when memory is out; its texts are in w->frames. Takes
 * out->header over. */
json_t *worker_header(worker *w, const wire_request *request, wire_outcome *out, size_t *text_count);

/* Replaces the request in a job by its reply. */
void worker_answer(worker *w, job *j);

#endif
