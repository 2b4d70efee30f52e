/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control: the one thread that reloads the rules and answers the operator.
 *
 * It reloads on SIGHUP (control_reload), on `filterctl reload`, and when the rule directory changed and has been quiet
 * for a moment. It answers `status` and `reload` on the control socket, whose file only its owner can open:
 *
 *     {"op": "status"}  ->  {"status": "ok", "version": "0.1.0", "rules": 708, "reloads": 3, …}
 */
#ifndef FILTERD_CORE_CONTROL_H
#define FILTERD_CORE_CONTROL_H

#include "core/engine_store.h"
#include "core/unix_socket.h"
#include "core/rule_watch.h"

/* Adds the numbers of others to the answer of `status`, which is NULL afterwards when memory is out (json_build.h). It
 * may be before. Called on the thread of control. */
typedef void control_status_fn(json_t **status, void *arg);

typedef struct control {
    engine_store *store;
    const config *config;
    void *socket; /* ZeroMQ REP, or NULL */
    unix_socket file; /* where it listens */
    int wake; /* eventfd: reload, or stop */
    rule_watch watch;
    int64_t settled; /* when the directory will have been quiet for long enough, in ms; -1: it did not change */
    atomic_bool reload_asked, stop_asked;
    control_status_fn *status;
    void *status_arg;
    pthread_t thread;
} control;

/* Starts the thread; `context` is ZeroMQ's. Returns 0, or an exit status and then needs no control_stop. */
int control_start(control *c, engine_store *store, void *context, control_status_fn *status, void *arg);

/* What a request at the control socket is answered, a new object; NULL: memory is out. On the thread of control, or
 * without one: needs `store` and `status` only. */
json_t *control_answer(control *c, const char *request, size_t size);

/* Asks for a reload and returns at once. */
void control_reload(control *c);

void control_stop(control *c);

#endif
