/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_parts: what the tests of the daemon's rooms share: a configuration and an engine of one rule, which finds
 * A-1234567 as OWN_A. All of it lies in the folder of files.h, which must be there.
 */
#ifndef TESTS_DAEMON_PARTS_H
#define TESTS_DAEMON_PARTS_H

#include "core/worker.h"

/* A pack with one rule; OWN_A is what it finds. */
#define DAEMON_PACK                                                                                                    \
    "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\n"                                                         \
    "policies: [{id: default, title: own}, {id: mild, title: own}]\n"                                                  \
    "rules:\n"                                                                                                         \
    "  - {id: own.a, title: a rule of my own, category: pii, entity_type: OWN_A, score: 0.9, format: 'A-\\d{7}',\n"    \
    "     examples: {match: ['number {{own.a}}']}}\n"

typedef struct daemon_parts {
    config config;
    engine_store store;
    worker_common common;
} daemon_parts;

/* The memory is static. Nothing is watched, cached or bound; what a test needs it sets in `config`. */
daemon_parts *daemon_parts_open(void);
void daemon_parts_close(daemon_parts *d);

/* Only the configuration; for engine_store_open. */
void daemon_parts_configure(config *c);

/* Writes a file in the directory of rules. */
void daemon_parts_write_rules(const char *name, const char *text);

/* Waits for what must come, for a minute. False when it did not. */
bool daemon_parts_until(bool (*holds)(void *arg), void *arg);

/* Sends frames, NULL ends them, and takes the first frame of the answer as JSON, within a minute. The answer is owned;
 * NULL when there is none. */
json_t *daemon_parts_ask(void *socket, const char *const *frames);

#endif
