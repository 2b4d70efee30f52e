/* SPDX-License-Identifier: Apache-2.0 */
#include "zmq/server.h"

#include "core/account.h"
#include "core/clock.h"
#include "core/connections.h"
#include "core/event_fd.h"
#include "core/job.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/queue.h"
#include "core/stop_timer.h"
#include "core/unix_socket.h"
#include "core/watchdog.h"
#include "core/worker.h"
#include "core/zmq_frames.h"
#include "protocol/json_build.h"
#include "zmq/zap.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <zmq.h>

/* libzmq drops a peer that sends a frame above its own limit, without an answer; so that limit is
 * this many times ours, and what lies between is answered `too_large`. */
#define FRAME_LIMIT_FACTOR 4

enum { SOCKET_LOCAL, SOCKET_CURVE, SOCKET_COUNT };

/* A thread that answers what the sockets' own thread does not. */
typedef struct worker_thread {
    pthread_t id;
    server *server;
    worker worker;
} worker_thread;

struct server {
    const config *config;
    engine_store *store;
    void *sockets[SOCKET_COUNT];
    worker inline_worker; /* of the sockets' own thread, for a small request that comes alone */
    queue requests, replies;
    account_book accounts; /* of clients, by identity */
    bool had_burst; /* memory may be given back when it is over */
    int replies_ready; /* eventfd */
    worker_thread *workers;
    size_t worker_count;
    size_t bound; /* endpoints, from the first */
    unix_socket *files; /* by endpoint: of those that are files */
    size_t in_flight; /* accepted and not yet answered */
    int64_t started;
    atomic_uint_fast64_t received, answered, overloaded, undeliverable;
    worker_common *common;
};

/* ---------------------------------------------------------------------------------- workers ---- */

/* A worker that must wait holds no rules. */
static job *next_job(server *s, worker *w) {
    job *j = (job *)queue_try_pop(&s->requests);
    if (j) return j;
    worker_rest(w);
    return (job *)queue_pop(&s->requests);
}

static void *work(void *arg) {
    worker_thread *t = arg;
    server *s = t->server;
    for (job *j; (j = next_job(s, &t->worker)) != NULL;) {
        worker_answer(&t->worker, j);
        queue_push(&s->replies, &j->item);
        if (!event_fd_wake(s->replies_ready)) log_error("worker: eventfd: %s", strerror(errno));
    }
    return NULL;
}

/* ----------------------------------------------------------------------------------- sockets ---- */

/* A router drops what it cannot deliver when it is not told to say so; a client that went away or does
 * not read is counted, and nobody waits for it. */
static void send_reply(server *s, job *j) {
    void *socket = s->sockets[j->socket];
    size_t left = j->text_count;
    bool ok = zmq_frames_send(&j->identity, socket, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (ok && j->delimiter) ok = zmq_frames_send_bytes(socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (ok) ok = zmq_frames_send(&j->header, socket, (left ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT);
    for (size_t i = 0; ok && i < j->text_count; i++) {
        ok = zmq_frames_send(&j->texts[i], socket, (--left ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT);
    }
    atomic_fetch_add(ok ? &s->answered : &s->undeliverable, 1);
    job_free(j);
}

/* Takes the frames of one request. NULL when there is none, or it has no header. */
static job *receive(server *s, int index) {
    void *socket = s->sockets[index];
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (!zmq_frames_receive(&frame, socket, ZMQ_DONTWAIT)) {
        zmq_msg_close(&frame);
        return NULL;
    }
    int more = zmq_msg_more(&frame);
    job *j = job_new(index, &frame);
    while (more) {
        zmq_msg_close(&frame);
        zmq_msg_init(&frame);
        if (!zmq_frames_receive(&frame, socket, 0)) break;
        more = zmq_msg_more(&frame);
        if (!more) connections_taken(zmq_msg_get(&frame, ZMQ_SRCFD));
        if (j) job_take_frame(j, s->config, &frame); /* without memory the frames are still taken off the socket */
    }
    zmq_msg_close(&frame);
    if (j && !j->has_header) {
        job_free(j);
        return NULL;
    }
    if (j) j->item.bytes += zmq_msg_size(&j->header);
    return j;
}

/* Handing a request to a worker and its reply back costs two wake-ups, several times what inspecting a
 * small text takes. One that comes while nothing else is going on is answered by the inline worker; not where a judge
 * may be asked: nobody but a worker may wait. */
/* So much text takes the inline worker less time than the hand-over, or, made to be slow, two milliseconds. */
#define INLINE_MAX ((size_t)2 * 1024)

static bool is_only_request(const server *s, int index) {
    int events = 0;
    size_t size = sizeof events;
    return s->in_flight == 0 && zmq_getsockopt(s->sockets[index], ZMQ_EVENTS, &events, &size) == 0 &&
           !(events & ZMQ_POLLIN);
}

/* Why a request is not taken; NULL: it is, and its client pays for it. */
static const char *charge_client(server *s, job *j) {
    account *a = accounts_of(&s->accounts, zmq_msg_data(&j->identity), zmq_msg_size(&j->identity));
    if (!a) return "out of memory";
    if (account_has_room(a, j->item.bytes, s->config->client_bytes, s->config->total_bytes)) {
        job_charge(j, a);
        return NULL;
    }
    account_unref(a);
    return "the client, or all together, have as many bytes on their way as they may; take replies first";
}

static void refuse(server *s, job *j, const char *code, const char *message) {
    job_reject(j, code, message);
    atomic_fetch_add(&s->common->errors, 1);
    send_reply(s, j);
}

/* Answers a request, hands it to a worker, or refuses it. */
static void take_request(server *s, job *j, int index) {
    const char *why_not = charge_client(s, j);
    atomic_fetch_add(&s->received, 1);
    if (j->reject_code) {
        refuse(s, j, j->reject_code, j->reject_message);
    } else if (why_not) {
        atomic_fetch_add(&s->overloaded, 1);
        refuse(s, j, "overloaded", why_not);
    } else if (!s->common->judge && j->item.bytes <= INLINE_MAX && is_only_request(s, index)) {
        worker_answer(&s->inline_worker, j);
        send_reply(s, j);
    } else if (queue_push(&s->requests, &j->item)) {
        s->in_flight++;
    } else {
        atomic_fetch_add(&s->overloaded, 1);
        refuse(s, j, "overloaded", "the queue is full; try again later, or elsewhere");
    }
}

/* Some requests at a time, so that replies are not kept waiting by a flood. */
#define RECEIVE_BATCH 64

static void accept_requests(server *s, int index) {
    for (int i = 0; i < RECEIVE_BATCH; i++) {
        job *j = receive(s, index);
        if (!j) return;
        take_request(s, j, index);
    }
}

static void send_replies(server *s) {
    uint64_t count;
    if (read(s->replies_ready, &count, sizeof count) < 0 && errno != EAGAIN) log_error("eventfd: %s", strerror(errno));
    for (job *j; (j = (job *)queue_try_pop(&s->replies)) != NULL;) {
        s->in_flight--;
        send_reply(s, j);
    }
}

static bool set_int(void *socket, int option, int value) {
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

/* Who connects and does not say that he speaks ZeroMQ is disconnected: he keeps a descriptor from others. */
#define HANDSHAKE_MS 2000

static int64_t frame_max(const config *c) {
    size_t text = c->request_bytes * FRAME_LIMIT_FACTOR;
    return (int64_t)(text > c->header_bytes ? text : c->header_bytes);
}

/* Descriptors beside those of connections: of a session over shared memory, of a line to the judge, and of the daemon
 * itself. */
enum { SESSION_DESCRIPTORS = 4, JUDGE_DESCRIPTORS = 3, OWN_DESCRIPTORS = 64 };

/* What libzmq may hold of a connection from which no message is taken: more than the requests that it queues, but for
 * the largest. In such a flood each frame costs 64 bytes beside its own. */
#define UNTAKEN_FRAMES (1 << 20)
#define UNTAKEN_MESSAGES 4 /* of the largest size */

/* A message may exceed what is taken, so that its sender is told. */
static void limit_connections(const config *c) {
    const uint64_t frames = 2 * c->segments + 16, bytes = (uint64_t)frame_max(c) + c->header_bytes;
    const zmtp_limits message = {.frames = frames,
                                 .bytes = bytes,
                                 .untaken_frames = frames > UNTAKEN_FRAMES ? frames : UNTAKEN_FRAMES,
                                 .untaken_bytes = UNTAKEN_MESSAGES * bytes};
    const size_t asking = c->judge.endpoint ? JUDGE_DESCRIPTORS * c->judge.waiting : 0;
    connections_limit(c->connections, OWN_DESCRIPTORS + SESSION_DESCRIPTORS * c->shm_sessions + asking, &message);
}

static void *new_socket(server *s, void *context, const char *secret_key) {
    const int64_t frame = frame_max(s->config);
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    bool ok = socket && set_int(socket, ZMQ_LINGER, 1000) && set_int(socket, ZMQ_ROUTER_MANDATORY, 1) &&
              set_int(socket, ZMQ_RCVHWM, 1000) && set_int(socket, ZMQ_SNDHWM, 10000) &&
              set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) && set_int(socket, ZMQ_HEARTBEAT_IVL, 30000) &&
              set_int(socket, ZMQ_BACKLOG, 1024) && zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame, sizeof frame) == 0;
    if (ok && secret_key) {
        ok = set_int(socket, ZMQ_CURVE_SERVER, 1) && set_int(socket, ZMQ_IPV6, 1) &&
             zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, strlen(secret_key)) == 0 &&
             zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) == 0;
    }
    if (!ok && socket) zmq_close(socket);
    return ok ? socket : NULL;
}

static bool bind_endpoint(server *s, const char *endpoint) {
    int index = config_is_remote(endpoint) ? SOCKET_CURVE : SOCKET_LOCAL;
    int fd = -1; /* libzmq makes the socket itself */
    if (strncmp(endpoint, "ipc://", 6) == 0) {
        /* libzmq would replace whatever file stands there, and remove whatever stands there at the end. */
        fd = unix_socket_listen(&s->files[s->bound], "endpoint", endpoint + 6, SOCK_STREAM, s->config->ipc_mode);
        if (fd < 0) return false;
    }
    bool bound = set_int(s->sockets[index], ZMQ_USE_FD, fd) && zmq_bind(s->sockets[index], endpoint) == 0;
    if (!bound) log_error("endpoint %s: cannot be bound: %s", endpoint, zmq_strerror(zmq_errno()));
    else log_info("serving on %s%s", endpoint, index == SOCKET_CURVE ? " with CURVE" : "");
    if (!bound && fd >= 0) close(fd);
    return bound;
}

/* ------------------------------------------------------------------------------------ server ---- */

server *server_new(engine_store *store, worker_common *common, void *context, int *status) {
    const config *c = store->config;
    server *s = calloc(1, sizeof *s);
    *status = CONFIG_EXIT_SYSTEM;
    if (!s) return NULL;
    char secret_key[KEYS_Z85_SIZE] = "";
    s->config = c;
    s->store = store;
    s->common = common;
    s->started = clock_now_us();
    limit_connections(c);
    s->replies_ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    queue_init(&s->requests, c->queue_requests, c->queue_bytes);
    queue_init(&s->replies, 0, 0);
    s->sockets[SOCKET_LOCAL] = new_socket(s, context, NULL);
    s->workers = calloc(c->workers, sizeof *s->workers);
    s->files = calloc(c->endpoints.count + 1, sizeof *s->files);
    worker_init(&s->inline_worker, c, store, common);
    if (!s->inline_worker.scratch || s->replies_ready < 0 || !s->sockets[SOCKET_LOCAL] || !s->workers || !s->files) {
        log_error("the sockets cannot be made: %s", zmq_strerror(errno));
        goto fail;
    }
    if (c->curve_secret_key) {
        if (!keys_read_secret(c->curve_secret_key, secret_key)) {
            *status = CONFIG_EXIT_KEYS;
            goto fail;
        }
        s->sockets[SOCKET_CURVE] = new_socket(s, context, secret_key);
        sodium_memzero(secret_key, sizeof secret_key);
        if (!s->sockets[SOCKET_CURVE]) {
            log_error("the socket for CURVE cannot be made: %s", zmq_strerror(errno));
            goto fail;
        }
    }
    for (size_t i = 0; i < c->endpoints.count; i++) {
        if (!bind_endpoint(s, c->endpoints.items[i])) {
            *status = CONFIG_EXIT_BIND;
            goto fail;
        }
        s->bound++;
    }
    for (; s->worker_count < c->workers; s->worker_count++) {
        worker_thread *t = &s->workers[s->worker_count];
        t->server = s;
        worker_init(&t->worker, c, store, common);
        int error = pthread_create(&t->id, NULL, work, t);
        if (error) {
            worker_fini(&t->worker);
            log_error("worker %zu of %zu cannot be started: %s", s->worker_count + 1, c->workers, strerror(error));
            goto fail;
        }
    }
    *status = 0;
    return s;
fail:
    server_free(s);
    return NULL;
}

#define BURST_BYTES ((size_t)16 << 20) /* on their way: a moment when malloc takes much */
#define QUIET_MS 500 /* without a request: the burst is over */

/* SIGHUP reloads; true when it is time to stop. */
static bool handle_signal(control *c, int signal_fd) {
    struct signalfd_siginfo signal;
    if (read(signal_fd, &signal, sizeof signal) != (ssize_t)sizeof signal) return false;
    if (signal.ssi_signo != SIGHUP) return true;
    log_info("SIGHUP: reloading rules");
    control_reload(c);
    return false;
}

/* After a burst of requests or replies, what malloc keeps goes back to the system. */
static void trim_memory(server *s, bool is_quiet) {
    if (account_total() > BURST_BYTES) s->had_burst = true;
    if (!s->had_burst || !is_quiet || account_total() > BURST_BYTES) return;
    malloc_trim(0);
    s->had_burst = false;
}

static bool is_well(const server *s, int64_t now_us) {
    for (size_t i = 0; i < s->worker_count; i++) {
        if (worker_is_stuck(&s->workers[i].worker, now_us)) return false;
    }
    return true;
}

void server_run(server *s, control *c, int signal_fd) {
    bool stopping = false;
    watchdog guard;
    watchdog_init(&guard);
    int64_t give_up = 0;
    while (!stopping || s->in_flight > 0) {
        zmq_pollitem_t items[4] = {{NULL, s->replies_ready, ZMQ_POLLIN, 0},
                                   {NULL, signal_fd, ZMQ_POLLIN, 0},
                                   {s->sockets[SOCKET_LOCAL], 0, ZMQ_POLLIN, 0},
                                   {s->sockets[SOCKET_CURVE], 0, ZMQ_POLLIN, 0}};
        int count = stopping ? 1 : s->sockets[SOCKET_CURVE] ? 4 : 3;
        worker_rest(&s->inline_worker);
        const int quiet = s->had_burst ? QUIET_MS : STREAMS_SWEEP_MS;
        int ready = zmq_poll(items, count, watchdog_wait_ms(&guard, stopping ? 100 : quiet));
        if (s->common->streams) streams_sweep(s->common->streams, clock_now_us());
        if (ready < 0 && zmq_errno() != EINTR) break;
        if (guard.period_us) {
            int64_t now = clock_now_us();
            watchdog_turn(&guard, now, is_well(s, now));
        }
        trim_memory(s, ready == 0);
        if (items[0].revents) send_replies(s);
        if (stopping) {
            if (clock_now_us() > give_up) {
                log_warning("stopping with %zu requests unanswered after %zu ms", s->in_flight, s->config->stop_ms);
                break;
            }
            continue;
        }
        if (items[1].revents && handle_signal(c, signal_fd)) {
            log_info("stopping: %zu requests to answer", s->in_flight);
            sd_notify(0, "STOPPING=1");
            stop_timer_start(s->config->stop_ms);
            stopping = true;
            give_up = clock_now_us() + (int64_t)s->config->stop_ms * 1000;
            continue;
        }
        if (items[2].revents) accept_requests(s, SOCKET_LOCAL);
        if (count == 4 && items[3].revents) accept_requests(s, SOCKET_CURVE);
    }
}

void server_free(server *s) {
    if (!s) return;
    queue_close(&s->requests);
    for (size_t i = 0; i < s->worker_count; i++) {
        pthread_join(s->workers[i].id, NULL);
        worker_fini(&s->workers[i].worker);
    }
    for (job *j; (j = (job *)queue_try_pop(&s->replies)) != NULL;) job_free(j);
    for (size_t i = 0; s->files && i < s->config->endpoints.count; i++) unix_socket_remove(&s->files[i]);
    for (int i = 0; i < SOCKET_COUNT; i++) {
        if (s->sockets[i]) zmq_close(s->sockets[i]);
    }
    free(s->files);
    if (s->replies_ready >= 0) close(s->replies_ready);
    accounts_fini(&s->accounts);
    queue_fini(&s->requests);
    queue_fini(&s->replies);
    worker_fini(&s->inline_worker);
    free(s->workers);
    free(s);
}

void server_status(server *s, json_t **status) {
    json_t *verdicts = json_object();
    for (int i = 0; i < 4; i++) {
        json_build_set(&verdicts, filter_verdict_name((filter_verdict)i),
                       json_integer((json_int_t)s->common->verdicts[i]));
    }
    json_build_set(status, "uptime_s", json_integer((json_int_t)(clock_now_us() - s->started) / 1000000));
    json_build_set(status, "workers", json_integer((json_int_t)s->worker_count));
    json_build_set(status, "queued", json_integer((json_int_t)queue_count(&s->requests)));
    json_build_set(status, "connections", connections_status());
    json_build_set(status, "requests",
                   json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "received", (json_int_t)s->received,
                             "answered", (json_int_t)s->answered, "errors", (json_int_t)s->common->errors, "overloaded",
                             (json_int_t)s->overloaded, "deadline", (json_int_t)s->common->late, "undeliverable",
                             (json_int_t)s->undeliverable, "bytes", (json_int_t)s->common->bytes, "verdicts",
                             verdicts));
}
