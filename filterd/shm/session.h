/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session: one client of the shared memory (shm/ring.h), served by a thread of its own with a scratch of its own, so
 * that a busy or stuck client takes the system's share of the processors and nothing else.
 *
 * A session belongs to its thread. It ends when the client closes its end of the socket, breaks the protocol, or the
 * daemon stops; nothing of it outlives its connection. Its buffers are sealed memfds: they have no name, and cannot
 * shrink under a reader.
 */
#ifndef FILTERD_SHM_SESSION_H
#define FILTERD_SHM_SESSION_H

#include "core/worker.h"
#include "shm/ring.h"

#include <pthread.h>
#include <sys/types.h>

/* A place for a session. */
typedef struct shm_place {
    int connection; /* -1: it is free */
    uid_t user;
} shm_place;

/* What all sessions share; owned by the listener, which outlives them. */
typedef struct shm_shared {
    const config *config;
    engine_store *store;
    worker_common *common;
    pthread_mutex_t lock;
    pthread_cond_t left; /* a session ended */
    shm_place *places; /* by number of the session; under the lock */
    size_t count; /* threads that run; under the lock */
    atomic_bool stopping;
    atomic_uint_fast64_t accepted, rejected, protocol_errors, bytes;
} shm_shared;

typedef struct shm_session {
    shm_shared *shared;
    size_t number;
    int connection;
    int files[RING_FD_COUNT];
    ring_control *control;
    size_t control_bytes;
    char *requests, *replies; /* messages; the first after the control block */
    uint32_t slots, request_bytes, reply_bytes;
    ring_end in, out;
    ring_buffer buffer; /* of replies */
    worker worker;
    arena memory; /* of one request */
    char *message; /* a private copy of a request */
    size_t message_capacity;
    uint32_t spin; /* nanoseconds to look before sleeping */
    char why_not[104]; /* the client is rejected, where the reason is made for it */
} shm_session;

/* A session for a connection that has its place in `shared`; NULL when memory is out. */
shm_session *shm_session_new(shm_shared *shared, size_t number, int connection);

/* Closes the connection and gives its place back. */
void shm_session_free(shm_session *s);

/* What the session's thread runs: handshake, requests, shm_session_free. */
void *shm_session_main(void *session);

#endif
