/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server: requests in, replies out.
 *
 * One thread owns the ROUTER sockets and moves frames; workers, each with its own scratch, parse,
 * inspect and build replies. Between them are two queues: the one to the workers is bounded, and a
 * request that finds it full is answered `overloaded` at once.
 */
#ifndef FILTERD_SERVER_H
#define FILTERD_SERVER_H

#include "core/config.h"
#include "core/engine_store.h"

#include <jansson.h>

typedef struct server server;

/* Binds the endpoints and starts the workers. NULL, with the exit status in *status, on failure. */
server *server_new(const config *c, rules *r, void *context, int *status);

/* Serves until `stop_fd` (a signalfd) says so: SIGTERM and SIGINT stop, SIGHUP reloads. Then answers
 * what was accepted. */
void server_run(server *s, int signal_fd);

void server_free(server *s);

/* Counters for `filterctl status`; a rules_status_fn. */
void server_status(json_t *status, void *server);

#endif
