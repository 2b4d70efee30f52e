/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include "log.h"
#include "keys.h"
#include "queue.h"
#include "wire.h"

#include <errno.h>
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
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* libzmq drops a peer that sends a frame above its own limit, without an answer; so that limit is
 * this many times ours, and what lies between is answered `too_large`. */
#define FRAME_LIMIT_FACTOR 4

enum { SOCKET_LOCAL, SOCKET_CURVE, SOCKET_COUNT };

/* A request, and then its reply, with the way back. */
typedef struct job {
    queue_item item; /* first: queue.h */
    int socket;
    bool delimiter; /* an empty frame stood between identity and header, and goes back */
    zmq_msg_t identity, header;
    zmq_msg_t *texts;
    size_t text_count, text_capacity;
    const char *refused; /* error code that reading already found, or NULL */
    int64_t received_us;
} job;

/* What a thread needs to answer requests. */
typedef struct worker {
    server *server;
    filter_scratch *scratch;
    const filter_engine *engine;
    uint64_t generation;
    wire_text *texts; /* of the request, then frames of the reply: three for each segment */
    filter_text *frames;
    size_t capacity;
} worker;

struct server {
    const config *config;
    rules *rules;
    void *sockets[SOCKET_COUNT];
    worker here; /* the sockets' own thread, for a small request that comes alone */
    queue requests, replies;
    int replies_ready; /* eventfd */
    pthread_t *workers;
    size_t worker_count;
    size_t bound;     /* endpoints, from the first */
    size_t in_flight; /* accepted and not yet answered */
    int64_t started;
    atomic_uint_fast64_t received, answered, errors, overloaded, late, undeliverable, bytes;
    atomic_uint_fast64_t verdicts[4];
};

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ------------------------------------------------------------------------------------- jobs ---- */

static void job_drop_texts(job *j) {
    for (size_t i = 0; i < j->text_count; i++) zmq_msg_close(&j->texts[i]);
    j->text_count = 0;
}

static void job_free(job *j) {
    job_drop_texts(j);
    free(j->texts);
    zmq_msg_close(&j->identity);
    zmq_msg_close(&j->header);
    free(j);
}

static bool job_add_text(job *j, zmq_msg_t *frame) {
    if (j->text_count == j->text_capacity) {
        size_t capacity = j->text_capacity ? j->text_capacity * 2 : 4;
        zmq_msg_t *grown = realloc(j->texts, capacity * sizeof *grown);
        if (!grown) return false;
        j->texts = grown;
        j->text_capacity = capacity;
    }
    zmq_msg_init(&j->texts[j->text_count]);
    return zmq_msg_move(&j->texts[j->text_count++], frame) == 0;
}

/* A frame of the reply. A text that came through unchanged is the request's own frame, and shared; any
 * other lives in a worker's scratch, which the next request overwrites, and is copied. */
static bool make_frame(zmq_msg_t *frame, filter_text text, zmq_msg_t *request_text) {
    if (request_text && zmq_msg_data(request_text) == text.text && zmq_msg_size(request_text) == text.size) {
        zmq_msg_init(frame);
        return zmq_msg_copy(frame, request_text) == 0;
    }
    if (zmq_msg_init_size(frame, text.size) != 0) return false;
    if (text.size) memcpy(zmq_msg_data(frame), text.text, text.size);
    return true;
}

/* Replaces the job's frames by a reply's. */
static void job_set_reply(job *j, const json_t *header, const filter_text *texts, size_t count) {
    static const char failed[] = "{\"v\":1,\"id\":\"\",\"status\":\"error\",\"error\":{\"code\":\"internal\",\"message\":\"out of memory\"}}";
    size_t size = 0, made = 0;
    char *text = header ? wire_dump(header, &size) : NULL;
    zmq_msg_t *frames = calloc(count + 1, sizeof *frames);
    for (; text && frames && made < count; made++) {
        /* As many texts come back for each segment, in their order. */
        zmq_msg_t *own = j->text_count ? &j->texts[made * j->text_count / count] : NULL;
        if (!make_frame(&frames[made], texts[made], own)) break;
    }
    bool fine = text && frames && made == count;
    if (!fine) {
        for (size_t i = 0; i < made; i++) zmq_msg_close(&frames[i]);
        free(frames);
        frames = NULL;
        made = 0;
    }
    job_drop_texts(j);
    free(j->texts);
    j->texts = frames;
    j->text_count = j->text_capacity = made;
    zmq_msg_close(&j->header);
    const char *content = fine ? text : failed;
    if (!fine) size = sizeof failed - 1;
    if (zmq_msg_init_size(&j->header, size) == 0) memcpy(zmq_msg_data(&j->header), content, size);
    else zmq_msg_init(&j->header);
    free(text);
}

static void job_set_error(job *j, const char *id, const wire_error *error) {
    json_t *header = wire_reply_error(id, error);
    job_set_reply(j, header, NULL, 0);
    json_decref(header);
}

/* Answers without a worker: the id is all that is read of the request. */
static void job_refuse(job *j, const char *code, const char *message) {
    char id[WIRE_NAME_MAX + 1] = "";
    wire_error error = {0};
    size_t size = zmq_msg_size(&j->header);
    if (size <= 65536) wire_read_id(zmq_msg_data(&j->header), size, id);
    wire_fail(&error, code, "%s", message);
    job_set_error(j, id, &error);
}

/* ---------------------------------------------------------------------------------- workers ---- */

static bool worker_init(worker *w, server *s) {
    filter_error error;
    *w = (worker){.server = s};
    if (filter_scratch_new(&w->scratch, &error) == FILTER_OK) return true;
    log_error("worker: %s", error.message);
    return false;
}

static void worker_fini(worker *w) {
    filter_engine_unref(w->engine);
    filter_scratch_free(w->scratch);
    free(w->texts);
    free(w->frames);
}

static bool worker_make_room(worker *w, size_t count) {
    if (count <= w->capacity) return true;
    wire_text *texts = realloc(w->texts, count * sizeof *texts);
    if (texts) w->texts = texts;
    filter_text *frames = realloc(w->frames, 3 * count * sizeof *frames);
    if (frames) w->frames = frames;
    if (!texts || !frames) return false;
    w->capacity = count;
    return true;
}

static json_t *info(worker *w, const char *id) {
    const config *c = w->server->config;
    json_t *reply = wire_reply_info(id, w->engine);
    json_object_set_new(reply, "limits",
                        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "request_bytes", (json_int_t)c->request_bytes, "segments",
                                  (json_int_t)c->segments, "header_bytes", (json_int_t)c->header_bytes, "queue_requests",
                                  (json_int_t)c->queue_requests, "deadline_ms", (json_int_t)c->deadline_ms, "findings",
                                  (json_int_t)WIRE_FINDINGS_MAX));
    return reply;
}

static void inspect(worker *w, job *j, wire_request *request, int64_t begun, wire_error *error) {
    const filter_result *result;
    filter_error failure;
    size_t count = 0;
    const char *policy = request->has_policy ? NULL : config_tenant_policy(w->server->config, request->tenant);
    if (policy) request->filter.policy = policy;
    if (filter_inspect(w->engine, w->scratch, &request->filter, &result, &failure) != FILTER_OK) {
        wire_fail_from_filter(error, &failure);
        return;
    }
    int64_t now = now_us();
    wire_timing timing = {begun - j->received_us, now - begun, now - j->received_us};
    json_t *header = wire_reply_inspect(request, result, &timing, w->frames, &count);
    atomic_fetch_add(&w->server->verdicts[result->verdict], 1);
    atomic_fetch_add(&w->server->bytes, result->bytes);
    job_set_reply(j, header, w->frames, count);
    json_decref(header);
}

static void answer(worker *w, job *j) {
    wire_request request = {0};
    wire_error error = {0};
    json_t *reply = NULL;
    int64_t begun = now_us();
    if (!worker_make_room(w, j->text_count + 1)) {
        job_refuse(j, "internal", "out of memory");
        return;
    }
    for (size_t i = 0; i < j->text_count; i++) {
        w->texts[i] = (wire_text){zmq_msg_data(&j->texts[i]), zmq_msg_size(&j->texts[i])};
    }
    if (wire_request_parse(&request, zmq_msg_data(&j->header), zmq_msg_size(&j->header), w->texts, j->text_count, &error)) {
        int64_t deadline = request.deadline_ms >= 0 ? request.deadline_ms
                           : w->server->config->deadline_ms ? (int64_t)w->server->config->deadline_ms : -1;
        rules_follow(w->server->rules, &w->engine, &w->generation);
        if (deadline >= 0 && begun - j->received_us > deadline * 1000) {
            wire_fail(&error, "deadline", "waited longer than %lld ms for its turn", (long long)deadline);
            atomic_fetch_add(&w->server->late, 1);
        } else if (request.op == WIRE_PING) {
            reply = wire_reply_ping(request.id);
        } else if (request.op == WIRE_INFO) {
            reply = info(w, request.id);
        } else {
            inspect(w, j, &request, begun, &error);
        }
    }
    if (error.code) {
        atomic_fetch_add(&w->server->errors, 1);
        job_set_error(j, request.id, &error);
    } else if (reply) {
        job_set_reply(j, reply, NULL, 0);
    }
    json_decref(reply);
    wire_request_fini(&request);
}

static void *work(void *arg) {
    server *s = arg;
    worker w;
    worker_init(&w, s);
    for (job *j; (j = (job *)queue_pop(&s->requests)) != NULL;) {
        uint64_t one = 1;
        if (w.scratch) answer(&w, j);
        else job_refuse(j, "internal", "out of memory");
        queue_push(&s->replies, &j->item);
        if (write(s->replies_ready, &one, sizeof one) < 0 && errno != EAGAIN) log_error("worker: eventfd: %s", strerror(errno));
    }
    worker_fini(&w);
    return NULL;
}

/* ----------------------------------------------------------------------------------- sockets ---- */

/* A router drops what it cannot deliver when it is not told to say so; a client that went away or does
 * not read is counted, and nobody waits for it. */
static void send_reply(server *s, job *j) {
    void *socket = s->sockets[j->socket];
    size_t left = j->text_count;
    bool fine = zmq_msg_send(&j->identity, socket, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0;
    if (fine && j->delimiter) fine = zmq_send(socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0;
    if (fine) fine = zmq_msg_send(&j->header, socket, (left ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT) >= 0;
    for (size_t i = 0; fine && i < j->text_count; i++) {
        fine = zmq_msg_send(&j->texts[i], socket, (--left ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT) >= 0;
    }
    atomic_fetch_add(fine ? &s->answered : &s->undeliverable, 1);
    job_free(j);
}

/* Takes the frames of one request. NULL when there is none, or it has no header. */
static job *receive(server *s, int index) {
    const config *c = s->config;
    void *socket = s->sockets[index];
    zmq_msg_t identity;
    zmq_msg_init(&identity);
    if (zmq_msg_recv(&identity, socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&identity);
        return NULL;
    }
    job *j = calloc(1, sizeof *j);
    bool have_header = false;
    size_t bytes = 0;
    int more = zmq_msg_more(&identity);
    if (j) {
        j->socket = index;
        j->received_us = now_us();
        zmq_msg_init(&j->identity);
        zmq_msg_init(&j->header);
        zmq_msg_move(&j->identity, &identity);
    }
    zmq_msg_close(&identity);
    for (int number = 0; more; number++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, 0) < 0) break;
        more = zmq_msg_more(&frame);
        size_t size = zmq_msg_size(&frame);
        if (!j) {
            /* no memory: the frames are still taken off the socket */
        } else if (number == 0 && size == 0 && more) {
            j->delimiter = true;
        } else if (!have_header) {
            have_header = true;
            if (size > c->header_bytes) j->refused = "the header is larger than the limit";
            else zmq_msg_move(&j->header, &frame);
        } else if (!j->refused) {
            bytes += size;
            if (bytes > c->request_bytes) j->refused = "the texts are larger than the limit";
            else if (j->text_count >= c->segments) j->refused = "more text frames than the limit";
            else if (!job_add_text(j, &frame)) j->refused = "out of memory";
            if (j->refused) job_drop_texts(j);
        }
        zmq_msg_close(&frame);
    }
    if (j && !have_header) {
        job_free(j);
        return receive(s, index);
    }
    if (j) j->item.bytes = bytes + zmq_msg_size(&j->header);
    return j;
}

/* Handing a request to a worker and its reply back costs two wake-ups, several times what inspecting a
 * small text takes. One that comes while nothing else is going on is answered on the spot. */
#define ON_THE_SPOT_MAX ((size_t)16 * 1024)

static bool nothing_else(const server *s, int index) {
    int events = 0;
    size_t size = sizeof events;
    return s->in_flight == 0 && zmq_getsockopt(s->sockets[index], ZMQ_EVENTS, &events, &size) == 0 && !(events & ZMQ_POLLIN);
}

/* Some requests at a time, so that replies are not kept waiting by a flood. */
#define RECEIVE_BATCH 64

static void accept_requests(server *s, int index) {
    for (int i = 0; i < RECEIVE_BATCH; i++) {
        job *j = receive(s, index);
        if (!j) return;
        atomic_fetch_add(&s->received, 1);
        if (!j->refused && j->item.bytes <= ON_THE_SPOT_MAX && nothing_else(s, index)) {
            answer(&s->here, j);
            send_reply(s, j);
            continue;
        }
        if (j->refused) {
            job_refuse(j, "too_large", j->refused);
        } else if (queue_push(&s->requests, &j->item)) {
            s->in_flight++;
            continue;
        } else {
            atomic_fetch_add(&s->overloaded, 1);
            job_refuse(j, "overloaded", "the queue is full; try again later, or elsewhere");
        }
        atomic_fetch_add(&s->errors, 1);
        send_reply(s, j);
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

static void *new_socket(server *s, void *context, const char *secret_key) {
    int64_t frame_max = (int64_t)s->config->request_bytes * FRAME_LIMIT_FACTOR;
    if (frame_max < (int64_t)s->config->header_bytes) frame_max = (int64_t)s->config->header_bytes;
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    bool fine = socket && set_int(socket, ZMQ_LINGER, 1000) && set_int(socket, ZMQ_ROUTER_MANDATORY, 1) &&
                set_int(socket, ZMQ_RCVHWM, 1000) && set_int(socket, ZMQ_SNDHWM, 10000) &&
                set_int(socket, ZMQ_HEARTBEAT_IVL, 30000) && set_int(socket, ZMQ_BACKLOG, 1024) &&
                zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max) == 0;
    if (fine && secret_key) {
        fine = set_int(socket, ZMQ_CURVE_SERVER, 1) && set_int(socket, ZMQ_IPV6, 1) &&
               zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, strlen(secret_key)) == 0 &&
               zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, "filterd", 7) == 0;
    }
    if (!fine && socket) zmq_close(socket);
    return fine ? socket : NULL;
}

/* libzmq takes a socket file over from whoever listens there; two daemons must not share one. */
static bool is_taken(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return false; /* zmq_bind will say so */
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool taken = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0) close(fd);
    return taken;
}

static bool bind_endpoint(server *s, const char *endpoint) {
    int index = config_is_remote(endpoint) ? SOCKET_CURVE : SOCKET_LOCAL;
    bool ipc = strncmp(endpoint, "ipc://", 6) == 0;
    if (ipc && is_taken(endpoint + 6)) {
        log_error("endpoint %s: another process serves there", endpoint);
        return false;
    }
    size_t mode = s->config->ipc_mode;
    mode_t bits = (mode_t)((mode / 100 << 6) | (mode / 10 % 10 << 3) | mode % 10);
    mode_t old = umask(ipc ? 0777 & ~bits : 0077);
    bool bound = zmq_bind(s->sockets[index], endpoint) == 0;
    int error = zmq_errno();
    umask(old);
    if (!bound) log_error("endpoint %s: cannot be bound: %s", endpoint, zmq_strerror(error));
    else log_info("serving on %s%s", endpoint, index == SOCKET_CURVE ? " with CURVE" : "");
    return bound;
}

/* ------------------------------------------------------------------------------------ server ---- */

server *server_new(const config *c, rules *r, void *context, int *status) {
    server *s = calloc(1, sizeof *s);
    *status = CONFIG_EXIT_SYSTEM;
    if (!s) return NULL;
    char secret_key[KEYS_Z85_SIZE] = "";
    s->config = c;
    s->rules = r;
    s->started = now_us();
    s->replies_ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    queue_init(&s->requests, c->queue_requests, c->queue_bytes);
    queue_init(&s->replies, 0, 0);
    s->sockets[SOCKET_LOCAL] = new_socket(s, context, NULL);
    s->workers = calloc(c->workers, sizeof *s->workers);
    if (!worker_init(&s->here, s) || s->replies_ready < 0 || !s->sockets[SOCKET_LOCAL] || !s->workers) goto fail;
    if (c->curve_secret_key) {
        if (!keys_read_secret(c->curve_secret_key, secret_key)) {
            *status = CONFIG_EXIT_KEYS;
            goto fail;
        }
        s->sockets[SOCKET_CURVE] = new_socket(s, context, secret_key);
        sodium_memzero(secret_key, sizeof secret_key);
        if (!s->sockets[SOCKET_CURVE]) goto fail;
    }
    for (size_t i = 0; i < c->endpoints.count; i++) {
        if (!bind_endpoint(s, c->endpoints.items[i])) {
            *status = CONFIG_EXIT_BIND;
            goto fail;
        }
        s->bound++;
    }
    for (; s->worker_count < c->workers; s->worker_count++) {
        if (pthread_create(&s->workers[s->worker_count], NULL, work, s) != 0) goto fail;
    }
    *status = 0;
    return s;
fail:
    server_free(s);
    return NULL;
}

/* SIGHUP reloads; true when it is time to stop. */
static bool handle_signal(server *s, int signal_fd) {
    struct signalfd_siginfo signal;
    if (read(signal_fd, &signal, sizeof signal) != (ssize_t)sizeof signal) return false;
    if (signal.ssi_signo != SIGHUP) return true;
    log_info("SIGHUP: reloading rules");
    rules_reload(s->rules);
    return false;
}

void server_run(server *s, int signal_fd) {
    bool stopping = false;
    int64_t give_up = 0;
    while (!stopping || s->in_flight > 0) {
        zmq_pollitem_t items[4] = {{NULL, s->replies_ready, ZMQ_POLLIN, 0},
                                   {NULL, signal_fd, ZMQ_POLLIN, 0},
                                   {s->sockets[SOCKET_LOCAL], 0, ZMQ_POLLIN, 0},
                                   {s->sockets[SOCKET_CURVE], 0, ZMQ_POLLIN, 0}};
        int count = stopping ? 1 : s->sockets[SOCKET_CURVE] ? 4 : 3;
        if (zmq_poll(items, count, stopping ? 100 : -1) < 0 && zmq_errno() != EINTR) break;
        if (items[0].revents) send_replies(s);
        if (stopping) {
            if (now_us() > give_up) {
                log_warning("stopping with %zu requests unanswered after %zu ms", s->in_flight, s->config->stop_ms);
                break;
            }
            continue;
        }
        if (items[1].revents && handle_signal(s, signal_fd)) {
            log_info("stopping: %zu requests to answer", s->in_flight);
            sd_notify(0, "STOPPING=1");
            stopping = true;
            give_up = now_us() + (int64_t)s->config->stop_ms * 1000;
            continue;
        }
        if (items[2].revents) accept_requests(s, SOCKET_LOCAL);
        if (count == 4 && items[3].revents) accept_requests(s, SOCKET_CURVE);
    }
}

void server_free(server *s) {
    if (!s) return;
    queue_close(&s->requests);
    for (size_t i = 0; i < s->worker_count; i++) pthread_join(s->workers[i], NULL);
    for (job *j; (j = (job *)queue_try_pop(&s->replies)) != NULL;) job_free(j);
    for (int i = 0; i < SOCKET_COUNT; i++) {
        if (s->sockets[i]) zmq_close(s->sockets[i]);
    }
    for (size_t i = 0; i < s->bound; i++) {
        if (strncmp(s->config->endpoints.items[i], "ipc://", 6) == 0) unlink(s->config->endpoints.items[i] + 6);
    }
    if (s->replies_ready >= 0) close(s->replies_ready);
    queue_fini(&s->requests);
    queue_fini(&s->replies);
    worker_fini(&s->here);
    free(s->workers);
    free(s);
}

void server_status(json_t *status, void *arg) {
    server *s = arg;
    json_t *verdicts = json_object();
    for (int i = 0; i < 4; i++) {
        json_object_set_new(verdicts, filter_verdict_name((filter_verdict)i), json_integer((json_int_t)s->verdicts[i]));
    }
    json_object_set_new(status, "uptime_s", json_integer((json_int_t)(now_us() - s->started) / 1000000));
    json_object_set_new(status, "workers", json_integer((json_int_t)s->worker_count));
    json_object_set_new(status, "queued", json_integer((json_int_t)queue_count(&s->requests)));
    json_object_set_new(status, "requests",
                        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "received", (json_int_t)s->received,
                                  "answered", (json_int_t)s->answered, "errors", (json_int_t)s->errors, "overloaded",
                                  (json_int_t)s->overloaded, "deadline", (json_int_t)s->late, "undeliverable",
                                  (json_int_t)s->undeliverable, "bytes", (json_int_t)s->bytes, "verdicts", verdicts));
}
