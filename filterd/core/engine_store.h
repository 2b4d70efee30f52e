/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: which engine serves, and how it is replaced while requests run.
 *
 * One thread reloads: on a signal, on `filterctl reload`, and when the rule directory changed and has
 * been quiet for a moment. It compiles aside, swaps the pointer, and counts a generation up; a worker
 * compares generations without a lock and takes the new engine before its next request. A directory
 * that does not load changes nothing, and the reasons are kept for `filterctl status`.
 *
 * The same thread answers the control socket, whose file only its owner can open.
 */
#ifndef FILTERD_RULES_H
#define FILTERD_RULES_H

#include "core/config.h"
#include "core/rule_watch.h"
#include "filter.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define RULES_REASON_MAX 4096

/* Adds the server's own numbers to the answer of `status`. Called on the reloading thread. */
typedef void rules_status_fn(json_t *status, void *arg);

typedef struct rules {
    const config *config;
    uint8_t hash_key[32]; /* the same for all engines of one run: hashes stay comparable */
    pthread_mutex_t lock; /* over what follows, up to the atomic */
    const filter_engine *engine;
    char reason[RULES_REASON_MAX]; /* why the last reload failed, a line for each mistake; "" when it did not */
    int64_t loaded_at; /* Unix seconds */
    uint64_t reloads, failures;
    atomic_uint_fast64_t generation;

    void *control; /* ZeroMQ REP, or NULL */
    int wake; /* eventfd: reload, or stop */
    rule_watch watch;
    atomic_bool reload_asked, stop_asked;
    rules_status_fn *status;
    void *status_arg;
    pthread_t thread;
} rules;

/* Loads the directory for the first time, on the calling thread. Returns 0 or an exit status. */
int rules_open(rules *r, const config *c);

/* Starts the reloading thread; `context` for the control socket. Returns 0 or an exit status. */
int rules_start(rules *r, void *context, rules_status_fn *status, void *arg);

/* Asks for a reload and returns at once. */
void rules_reload(rules *r);

void rules_stop(rules *r);
void rules_close(rules *r);

/* A worker's view: *engine is replaced, with a reference, when there is a newer one. */
void rules_follow(rules *r, const filter_engine **engine, uint64_t *generation);

#endif
