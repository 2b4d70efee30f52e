/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker: answers requests. Each thread that answers has one, with a scratch of its own and a reference
 * to the engine that it followed last.
 */
#ifndef FILTERD_WORKER_H
#define FILTERD_WORKER_H

#include "config.h"
#include "job.h"
#include "rules.h"

#include <stdatomic.h>

/* What all workers count together. */
typedef struct worker_counters {
    atomic_uint_fast64_t errors, late, bytes;
    atomic_uint_fast64_t verdicts[4];
} worker_counters;

typedef struct worker {
    const config *config;
    rules *rules;
    worker_counters *counters;
    filter_scratch *scratch; /* NULL: memory was out */
    const filter_engine *engine;
    uint64_t generation;
    wire_text *texts;    /* of the request */
    filter_text *frames; /* of the reply: three for each segment */
    size_t capacity;
} worker;

void worker_init(worker *w, const config *c, rules *r, worker_counters *counters);
void worker_fini(worker *w);

/* Replaces the request in a job by its reply. */
void worker_answer(worker *w, job *j);

#endif
