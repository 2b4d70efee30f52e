/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server: requests in, replies out.
 *
 * One thread owns the ROUTER sockets and moves frames; workers, each with its own scratch, parse,
 * inspect and build replies. Between them are two queues: the one to the workers is bounded, and a
 * request that finds it full is answered `overloaded` at once.
 */
#ifndef FILTERD_ZMQ_SERVER_H
#define FILTERD_ZMQ_SERVER_H

#include "core/control.h"
#include "core/worker.h"

typedef struct server server;

/* Binds the endpoints and starts the workers. NULL, with the exit status in *status, on failure. */
server *server_new(engine_store *store, worker_common *common, void *context, int *status);

/* Serves until `signal_fd` (a signalfd) says so: SIGTERM and SIGINT stop, SIGHUP makes `c` reload. Then answers
 * what was accepted. */
void server_run(server *s, control *c, int signal_fd);

void server_free(server *s);

/* Adds the counters to an answer to `filterctl status`; *status is NULL afterwards when memory is out. */
void server_status(server *s, json_t **status);

#endif
