/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener: the socket at which clients of the same host ask for shared memory. One thread accepts, and starts a
 * session (shm/session.h) for each client, up to the number that the configuration allows.
 */
#ifndef FILTERD_SHM_LISTENER_H
#define FILTERD_SHM_LISTENER_H

#include "core/worker.h"

typedef struct shm_listener shm_listener;

/* Listens where the configuration says. NULL after logging why not; *status is an exit status then. */
shm_listener *shm_listener_start(const config *c, engine_store *store, worker_common *common, int *status);

/* Ends all sessions and waits for their threads. NULL is allowed. */
void shm_listener_stop(shm_listener *l);

/* For `filterctl status`: sessions now and in all, rejected clients, protocol errors, bytes of all buffers. */
json_t *shm_listener_status(shm_listener *l);

#endif
