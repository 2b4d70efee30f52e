/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control.h"

#include "core/clock.h"
#include "core/connections.h"
#include "core/event_fd.h"
#include "core/log.h"
#include "core/zmq_frames.h"
#include "protocol/json_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#define CONTROL_MODE 600 /* of its file, whatever the configuration says of others */
#define SETTLE_MS 100 /* an editor writes several times; a package manager, many files */
#define LINGER_MS 500 /* how long the last answer may take to leave when the daemon stops */
/* When no other answer can be made. */
#define NO_ANSWER "{\"status\":\"error\",\"last_error\":\"the answer cannot be made; memory may be out\"}"
#define REQUEST_MAX ((int64_t)65536) /* bytes of a control request; larger ones are dropped by libzmq */

/* --------------------------------------------------------------------------------- requests ---- */

static json_t *make_status(control *c) {
    json_t *status = engine_store_status(c->store);
    c->status(&status, c->status_arg);
    return status;
}

json_t *control_answer(control *c, const char *request, size_t size) {
    json_t *json = json_loadb(request, size, JSON_REJECT_DUPLICATES, NULL);
    const char *op = json_string_value(json_object_get(json, "op"));
    json_t *answer;
    if (op && strcmp(op, "status") == 0) {
        answer = make_status(c);
    } else if (op && strcmp(op, "reload") == 0) {
        log_debug("rules: reload on request at the control socket");
        bool ok = engine_store_reload(c->store);
        answer = make_status(c);
        if (!ok) json_build_set(&answer, "status", json_string("error"));
    } else {
        answer = json_pack("{s:s, s:s}", "status", "error", "last_error", "op must be 'status' or 'reload'");
    }
    json_decref(json);
    return answer;
}

/* One frame is all that a request has; others are taken off the socket. */
static void drop_frames(void *socket) {
    int more = 1;
    while (more) {
        zmq_msg_t extra;
        zmq_msg_init(&extra);
        more = zmq_frames_receive(&extra, socket, 0) && zmq_msg_more(&extra);
        zmq_msg_close(&extra);
    }
}

static void serve_control(control *c) {
    zmq_msg_t request;
    zmq_msg_init(&request);
    if (zmq_frames_receive(&request, c->socket, ZMQ_DONTWAIT)) {
        connections_taken(zmq_msg_get(&request, ZMQ_SRCFD));
        if (zmq_msg_more(&request)) drop_frames(c->socket);
        json_t *answer = control_answer(c, zmq_msg_data(&request), zmq_msg_size(&request));
        size_t size;
        char *text = json_build_text(answer, &size);
        const char *sent = text ? text : NO_ANSWER;
        zmq_frames_send_bytes(c->socket, sent, strlen(sent), ZMQ_DONTWAIT);
        free(text);
        json_decref(answer);
    }
    zmq_msg_close(&request);
}

/* ----------------------------------------------------------------------------------- thread ---- */

/* How long nothing may happen before there is something to do; -1: for ever. */
static long wait_ms(const control *c) {
    if (c->settled < 0) return rule_watch_wait_ms(&c->watch);
    int64_t left = c->settled - clock_now_ms();
    return left < 0 ? 0 : (long)left;
}

static void note_changes(control *c, bool readable) {
    if (readable && rule_watch_changed(&c->watch)) {
        if (c->settled < 0) log_debug("rules: %s changed; waiting until it is quiet", c->config->rules);
        c->settled = clock_now_ms() + SETTLE_MS;
    }
    if (c->settled >= 0 || rule_watch_wait_ms(&c->watch) != 0) return;
    rule_watch_renew(&c->watch); /* when it is back, its rules may be others */
    if (!rule_watch_is_lost(&c->watch)) c->settled = clock_now_ms() + SETTLE_MS;
}

static void reload_if_due(control *c) {
    bool asked = atomic_exchange(&c->reload_asked, false);
    if (!asked && (c->settled < 0 || clock_now_ms() < c->settled)) return;
    log_debug("rules: reload %s", asked ? "on SIGHUP" : "because the directory changed");
    c->settled = -1;
    rule_watch_renew(&c->watch);
    engine_store_reload(c->store);
}

static void *run(void *arg) {
    control *c = arg;
    while (!atomic_load(&c->stop_asked)) {
        /* inotify and the socket may be missing: what is there comes without a gap. */
        zmq_pollitem_t items[3] = {{NULL, c->wake, ZMQ_POLLIN, 0}};
        int count = 1, watch_at = 0, socket_at = 0;
        if (c->watch.fd >= 0) items[watch_at = count++] = (zmq_pollitem_t){NULL, c->watch.fd, ZMQ_POLLIN, 0};
        if (c->socket) items[socket_at = count++] = (zmq_pollitem_t){c->socket, 0, ZMQ_POLLIN, 0};
        zmq_poll(items, count, wait_ms(c));
        uint64_t value;
        if (items[0].revents && read(c->wake, &value, sizeof value) < 0 && errno != EAGAIN && errno != EINTR)
            log_warning("control: eventfd: %s", strerror(errno)); /* it stays readable, and is read again */
        note_changes(c, watch_at && items[watch_at].revents);
        if (atomic_load(&c->stop_asked)) break;
        reload_if_due(c);
        if (socket_at && items[socket_at].revents) serve_control(c);
    }
    return NULL;
}

static bool bind_socket(control *c, void *context) {
    const int linger = LINGER_MS;
    const int64_t max = REQUEST_MAX;
    c->socket = zmq_socket(context, ZMQ_REP);
    const char *path = c->config->control + strlen("ipc://");
    int fd = unix_socket_listen(&c->file, "control", path, SOCK_STREAM, CONTROL_MODE);
    if (fd < 0) return false;
    connections_prefer(fd);
    /* libzmq takes the descriptor over, and leaves the file alone. */
    bool bound = c->socket && zmq_setsockopt(c->socket, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
                 zmq_setsockopt(c->socket, ZMQ_MAXMSGSIZE, &max, sizeof max) == 0 &&
                 zmq_setsockopt(c->socket, ZMQ_USE_FD, &fd, sizeof fd) == 0 &&
                 zmq_bind(c->socket, c->config->control) == 0;
    if (bound) return true;
    log_error("control %s: cannot be bound: %s", c->config->control, zmq_strerror(zmq_errno()));
    close(fd);
    return false;
}

static void release(control *c) {
    unix_socket_remove(&c->file); /* while it is served, nobody else takes it */
    if (c->socket) zmq_close(c->socket);
    if (c->wake >= 0) close(c->wake);
    rule_watch_close(&c->watch);
}

int control_start(control *c, engine_store *store, void *context, control_status_fn *status, void *arg) {
    *c = (control){.store = store,
                   .config = store->config,
                   .watch = RULE_WATCH_NONE,
                   .settled = -1,
                   .status = status,
                   .status_arg = arg};
    int failure = 0;
    c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error = c->wake < 0 ? errno : 0;
    if (error) failure = CONFIG_EXIT_SYSTEM;
    if (!failure && c->config->watch) rule_watch_open(&c->watch, c->config->rules);
    if (!failure && *c->config->control && !bind_socket(c, context)) failure = CONFIG_EXIT_BIND;
    if (!failure && (error = pthread_create(&c->thread, NULL, run, c)) != 0) failure = CONFIG_EXIT_SYSTEM;
    if (error) log_error("control: the reloading thread cannot be started: %s", strerror(error));
    if (failure) release(c);
    return failure;
}

static void wake(control *c) {
    if (!event_fd_wake(c->wake)) log_warning("control: the reloading thread cannot be woken: %s", strerror(errno));
}

void control_reload(control *c) {
    atomic_store(&c->reload_asked, true);
    wake(c);
}

void control_stop(control *c) {
    atomic_store(&c->stop_asked, true);
    wake(c);
    pthread_join(c->thread, NULL);
    release(c);
}
