/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach: clients of the same host, over shared memory (client/ring.h).
 *
 * One thread listens on a Unix socket; each client that attaches has a thread of its own, with a scratch of its own, so that
 * a busy or stuck client takes the system's share of the processors and nothing else. Nothing of a client outlives its
 * connection. Areas are sealed memfds: they have no name, and cannot shrink under a reader.
 */
#ifndef FILTERD_ATTACH_H
#define FILTERD_ATTACH_H

#include "core/worker.h"

typedef struct attach attach;

/* Listens where the configuration says. NULL after logging why not; *status is an exit status then. */
attach *attach_start(const config *c, rules *r, worker_counters *counters, int *status);

/* Detaches everyone, and waits for their threads. NULL is allowed. */
void attach_stop(attach *a);

/* How many are attached, have been, were turned away, and were cut off for nonsense; and the bytes of their areas. */
json_t *attach_status(attach *a);

#endif
