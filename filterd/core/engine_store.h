/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_store: which engine is in force, and how it is replaced while requests run.
 *
 * One thread loads (core/control.h). It compiles aside, swaps the pointer, and raises a generation; a worker compares
 * generations without a lock and takes the new engine before its next request. A directory that does not load changes
 * nothing, and the reasons are kept for `filterctl status`.
 */
#ifndef FILTERD_CORE_ENGINE_STORE_H
#define FILTERD_CORE_ENGINE_STORE_H

#include "core/config.h"
#include "filter.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define ENGINE_STORE_REASON_MAX 4096

typedef struct engine_store {
    const config *config;
    uint8_t hash_key[32]; /* the same for all engines of one run: hashes stay comparable */
    pthread_mutex_t lock; /* over what follows, up to the atomic */
    const filter_engine *engine;
    char reason[ENGINE_STORE_REASON_MAX]; /* why the last reload failed, a line for each mistake; "" when it did not */
    int64_t loaded_at; /* Unix seconds */
    uint64_t reloads, failures;
    atomic_uint_fast64_t generation;
} engine_store;

/* Loads the directory for the first time. Returns 0 or an exit status; call engine_store_close either way. */
int engine_store_open(engine_store *store, const config *c);
void engine_store_close(engine_store *store);

/* Loads the directory again. False when it does not load: then the engine before stays. One thread calls it. */
bool engine_store_reload(engine_store *store);

/* For a worker: *engine is replaced, with a reference, when there is a newer one. */
void engine_store_acquire(engine_store *store, const filter_engine **engine, uint64_t *generation);

/* What is in force, for `filterctl status`: a new object, or NULL when memory is out. */
json_t *engine_store_status(engine_store *store);

#endif
