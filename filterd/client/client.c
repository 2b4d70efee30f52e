/* SPDX-License-Identifier: Apache-2.0 */
#include "filter-client.h"

#include "base/struct_size.h"

#include "fallback.h"
#include "reply_check.h"
#include "shm/ring.h"
#include "protocol/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_DEFAULT "/run/filterd/filterd.sock.shm"

struct filter_client {
    fallback *zeromq; /* NULL: shared memory */
    int connection;
    int files[RING_FD_COUNT];
    ring_control *control;
    char *requests;
    const char *replies;
    size_t control_bytes, request_bytes, reply_bytes;
    ring_end out, in; /* requests out, replies in */
    ring_buffer buffer;
    bool *inspects; /* by slot: does the request ask for a verdict? */
    uint32_t in_flight; /* submitted, and the reply not released */
    uint32_t taken; /* replies taken and not released */
    int timeout_ms;
    bool gone; /* the daemon has closed the socket */
    uint32_t spin; /* nanoseconds to look before sleeping */
};

static const char *const status_texts[] = {"ok",
                                           "no room or no reply yet",
                                           "no answer in time",
                                           "the daemon went away",
                                           "the request is larger than the request buffer",
                                           "the daemon rejects this client",
                                           "nobody listens at the socket",
                                           "the call is wrong",
                                           "memory or file descriptors are out",
                                           "what came is no answer"};

const char *filter_client_status_text(filter_client_status status) {
    return (unsigned)status < sizeof status_texts / sizeof *status_texts ? status_texts[status] : "unknown";
}

/* ------------------------------------------------------------------------------- opening   ---- */

static filter_client_status explain(char *why, filter_client_status status, const char *text) {
    if (why) snprintf(why, 256, "%s", text);
    return status;
}

static bool receive_hello_reply(filter_client *c, ring_hello_reply *w) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof c->files)];
    } rights;
    struct iovec data = {w, sizeof *w};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof rights.bytes};
    ssize_t size;
    /* A daemon that refuses may hang up before it has read our hello: that is reported first, and its answer then. */
    for (int resets = 0; (size = recvmsg(c->connection, &message, MSG_CMSG_CLOEXEC)) < 0;) {
        if (errno != EINTR && (errno != ECONNRESET || resets++)) break;
    }
    struct cmsghdr *h = size >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (h && h->cmsg_type == SCM_RIGHTS && h->cmsg_len <= CMSG_LEN(sizeof c->files)) /* fewer are ours to close, too */
        memcpy(c->files, CMSG_DATA(h), h->cmsg_len - CMSG_LEN(0));
    return size == (ssize_t)sizeof *w && w->magic == RING_MAGIC;
}

/* What the kernel may take to connect, and the daemon for the handshake; without it a stopped daemon stops us, too. */
static void limit_handshake(int connection, int timeout_ms) {
    struct timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    if (timeout_ms <= 0) return;
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

static filter_client_status explain_silence(char *why, const char *path, int timeout_ms) {
    if (why) snprintf(why, 256, "%.150s: no answer to the handshake in %d ms", path, timeout_ms);
    return FILTER_CLIENT_TIMEOUT;
}

static bool map_buffers(filter_client *c, const ring_hello_reply *w) {
    if (c->files[RING_FD_COUNT - 1] < 0 || w->slots == 0 || (w->slots & (w->slots - 1))) return false;
    c->control_bytes = (size_t)w->data_offset + w->request_bytes;
    c->request_bytes = w->request_bytes;
    c->reply_bytes = w->reply_bytes;
    void *control = mmap(NULL, c->control_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, c->files[RING_FD_REQUEST], 0);
    void *replies = mmap(NULL, c->reply_bytes, PROT_READ, MAP_SHARED, c->files[RING_FD_REPLY], 0);
    if (control != MAP_FAILED) c->control = control;
    if (replies != MAP_FAILED) c->replies = replies;
    c->buffer = (ring_buffer){.ends = calloc(w->slots, sizeof(uint64_t)),
                              .bytes = w->request_bytes,
                              .slots = w->slots,
                              .released = RING_FIRST};
    c->inspects = calloc(w->slots, sizeof *c->inspects);
    if (!c->control || !c->replies || !c->buffer.ends || !c->inspects) return false;
    ring_control *k = c->control;
    c->requests = (char *)k + w->data_offset;
    c->out = ring_end_of(&k->request_head, &k->request_tail, k->descriptors, w->slots, RING_FIRST);
    c->in = ring_end_of(&k->reply_tail, &k->reply_head, k->descriptors + w->slots, w->slots, RING_FIRST);
    return true;
}

static filter_client_status connect_shared_memory(filter_client *c, const filter_client_options *o, char *why) {
    const char *path = o->socket ? o->socket : SOCKET_DEFAULT;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return explain(why, FILTER_CLIENT_ARGUMENT, "the path of the socket is too long");
    memcpy(address.sun_path, path, strlen(path));
    c->connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (c->connection < 0) return explain(why, FILTER_CLIENT_MEMORY, strerror(errno));
    limit_handshake(c->connection, c->timeout_ms);
    if (connect(c->connection, (const struct sockaddr *)&address, sizeof address) != 0) {
        if (errno == EAGAIN) return explain_silence(why, path, c->timeout_ms);
        if (why) snprintf(why, 256, "%.150s: %s; is filterd running there?", path, strerror(errno));
        return FILTER_CLIENT_UNREACHABLE;
    }
    ring_hello hello = {RING_MAGIC, RING_VERSION, o->slots, o->request_bytes, o->reply_bytes};
    ring_hello_reply w = {0};
    (void)!send(c->connection, &hello, sizeof hello, MSG_NOSIGNAL); /* when it fails, nothing comes back */
    errno = 0;
    if (!receive_hello_reply(c, &w))
        return errno == EAGAIN ? explain_silence(why, path, c->timeout_ms)
                               : explain(why, FILTER_CLIENT_GONE, "the daemon hung up during the handshake");
    w.rejected[sizeof w.rejected - 1] = '\0';
    if (w.version != RING_VERSION) {
        if (why)
            snprintf(
                why, 256,
                "the daemon speaks version %u of the shared memory, this library version %u; use one release for both",
                w.version, RING_VERSION);
        return FILTER_CLIENT_REJECTED;
    }
    if (*w.rejected) return explain(why, FILTER_CLIENT_REJECTED, w.rejected);
    return map_buffers(c, &w) ? FILTER_CLIENT_OK
                              : explain(why, FILTER_CLIENT_MEMORY, "the shared memory cannot be mapped");
}

filter_client_status filter_client_open(filter_client **client, const filter_client_options *options, char why[256]) {
    filter_client_options o = FILTER_CLIENT_OPTIONS_INIT;
    *client = NULL;
    if (options && !struct_size_take(&o, sizeof o, options, STRUCT_SIZE_WITH(filter_client_options, timeout_ms))) {
        return explain(why, FILTER_CLIENT_ARGUMENT, "struct_size is not set, or of a newer library");
    }
    filter_client *c = calloc(1, sizeof *c);
    if (!c) return explain(why, FILTER_CLIENT_MEMORY, "memory is out");
    c->connection = -1;
    for (int i = 0; i < RING_FD_COUNT; i++) c->files[i] = -1;
    c->timeout_ms = o.timeout_ms;
    c->spin = RING_SPIN_FIRST;
    bool zeromq = o.socket && fallback_takes(o.socket);
    filter_client_status status = zeromq ? fallback_open(&c->zeromq, o.socket, why) : connect_shared_memory(c, &o, why);
    if (status == FILTER_CLIENT_OK) *client = c;
    else filter_client_close(c);
    return status;
}

void filter_client_close(filter_client *c) {
    if (!c) return;
    fallback_close(c->zeromq);
    if (c->connection >= 0) close(c->connection);
    for (int i = 0; i < RING_FD_COUNT; i++) {
        if (c->files[i] >= 0) close(c->files[i]);
    }
    if (c->control) munmap(c->control, c->control_bytes);
    if (c->replies) munmap((void *)(uintptr_t)c->replies, c->reply_bytes);
    free(c->buffer.ends);
    free(c->inspects);
    free(c);
}

/* ---------------------------------------------------------------------------------- requests ---- */

static void write_request(writer *w, const filter_client_request *r) {
    filter_message_request m = {.version = FILTER_MESSAGE_VERSION,
                                .form = r->json ? FILTER_MESSAGE_JSON : FILTER_MESSAGE_BINARY,
                                .size = sizeof m,
                                .op = r->op};
    w->used = sizeof m;
    m.segments = writer_list(w, r->text_count, sizeof(filter_message_segment));
    m.entities = writer_list(w, r->entity_count, sizeof(filter_message_ref));
    for (size_t i = 0; i < r->entity_count; i++) {
        filter_message_ref entity = writer_string(w, r->entities[i]);
        writer_item(w, m.entities, i, &entity, sizeof entity);
    }
    m.json = writer_string(w, r->json);
    m.id = writer_string(w, r->id);
    m.policy = writer_string(w, r->policy);
    m.tenant = writer_string(w, r->tenant);
    m.user = writer_string(w, r->user);
    m.model_family = writer_string(w, r->model_family);
    m.traceparent = writer_string(w, r->traceparent);
    m.returns = r->returns;
    m.categories = r->categories;
    m.min_score = r->min_score;
    m.offsets = r->offsets;
    m.isolate_mode = r->isolate_mode;
    m.deadline_ms = r->deadline_ms;
    for (size_t i = 0; i < r->text_count; i++) {
        filter_message_segment s = {.role = r->texts[i].role,
                                    .text = writer_bytes(w, r->texts[i].text, r->texts[i].size)};
        writer_item(w, m.segments, i, &s, sizeof s);
    }
    writer_put_at(w, 0, &m, sizeof m);
}

filter_client_status filter_client_submit(filter_client *c, const filter_client_request *request, uint64_t tag) {
    filter_client_request r = FILTER_CLIENT_REQUEST_INIT;
    uint32_t offset, room;
    if (!c || !request ||
        !struct_size_take(&r, sizeof r, request, STRUCT_SIZE_WITH(filter_client_request, text_count))) {
        return FILTER_CLIENT_ARGUMENT;
    }
    if (c->zeromq) return fallback_submit(c->zeromq, &r, tag);
    size_t bytes = 0;
    for (size_t i = 0; i < r.text_count; i++) {
        if (r.texts[i].size > c->request_bytes - bytes) return FILTER_CLIENT_TOO_LARGE;
        bytes += r.texts[i].size;
    }
    uint32_t free_slots = ring_free(&c->out);
    if (free_slots > c->out.slots) return FILTER_CLIENT_GONE;
    if (free_slots == 0 || c->in_flight == c->out.slots) return FILTER_CLIENT_AGAIN;
    ring_buffer_release(&c->buffer, c->out.cached_index);
    room = ring_buffer_room(&c->buffer, &offset);
    writer w = {c->requests + offset, room, 0};
    write_request(&w, &r);
    if (w.used > c->request_bytes) return FILTER_CLIENT_TOO_LARGE;
    if (!ring_buffer_take(&c->buffer, c->out.index, (uint32_t)w.used, &offset)) return FILTER_CLIENT_AGAIN;
    if (w.used > room) { /* its place is elsewhere: after the end of the buffer comes its beginning */
        w.out = c->requests + offset;
        w.capacity = w.used;
        write_request(&w, &r);
    }
    c->inspects[c->out.index % c->out.slots] = reply_check_is_inspect(&r);
    ring_push(&c->out, (ring_message){tag, ring_now_ns(), offset, (uint32_t)w.used});
    c->in_flight++;
    ring_wake(&c->control->daemon_sleeping, c->connection);
    return FILTER_CLIENT_OK;
}

/* ----------------------------------------------------------------------------------- replies ---- */

/* Replies that wait after those that were taken. */
static uint32_t waiting(filter_client *c) {
    c->in.cached_index = atomic_load_explicit(c->in.other, memory_order_acquire);
    return c->in.cached_index - c->in.index - c->taken;
}

/* Sees whether the daemon is still there. */
static void look_at_socket(filter_client *c) {
    c->gone = !ring_take_wake_ups(c->connection) || c->gone;
}

static bool arm(filter_client *c, uint32_t count) {
    look_at_socket(c);
    atomic_store_explicit(&c->control->client_wants, c->in.index + c->taken + count, memory_order_relaxed);
    atomic_store(&c->control->client_sleeping, 1);
    if (waiting(c) < count && !c->gone) return true;
    atomic_store(&c->control->client_sleeping, 0);
    return false;
}

bool filter_client_arm(filter_client *c) {
    return !c->zeromq && arm(c, 1);
}

/* Spinning is for who waits for one reply; who waits for many gives the processor to those who make them. */
static filter_client_status wait_for_replies(filter_client *c, uint32_t count, int timeout_ms) {
    const uint64_t begun = ring_now_ns();
    while (waiting(c) < count) {
        struct pollfd item = {c->connection, POLLIN, 0};
        if (count == 1) ring_relax();
        uint64_t waited = ring_now_ns() - begun;
        if (count == 1 && waited < c->spin) continue;
        if (timeout_ms >= 0 && waited / 1000000 >= (uint64_t)timeout_ms) return FILTER_CLIENT_TIMEOUT;
        if (!arm(c, count)) {
            if (waiting(c) < count) return FILTER_CLIENT_GONE;
            break;
        }
        int ready = poll(&item, 1, timeout_ms < 0 ? -1 : timeout_ms - (int)(waited / 1000000));
        atomic_store(&c->control->client_sleeping, 0);
        if (ready < 0 && errno != EINTR) return FILTER_CLIENT_MEMORY;
    }
    if (count == 1) c->spin = ring_next_spin(c->spin, ring_now_ns() - begun);
    return FILTER_CLIENT_OK;
}

filter_client_status filter_client_wait(filter_client *c, uint32_t count, int timeout_ms) {
    if (!c || c->zeromq || count == 0 || count > c->in_flight - c->taken) return FILTER_CLIENT_ARGUMENT;
    return wait_for_replies(c, count, timeout_ms);
}

filter_client_status filter_client_next(filter_client *c, filter_client_reply *reply, int timeout_ms) {
    if (!c || !reply) return FILTER_CLIENT_ARGUMENT;
    if (c->zeromq) return fallback_next(c->zeromq, reply, timeout_ms);
    if (!waiting(c) && timeout_ms == 0) {
        look_at_socket(c);
        if (!waiting(c)) return c->gone ? FILTER_CLIENT_GONE : FILTER_CLIENT_AGAIN;
    }
    filter_client_status status = waiting(c) ? FILTER_CLIENT_OK : wait_for_replies(c, 1, timeout_ms);
    if (status != FILTER_CLIENT_OK) return status;
    ring_message m = ring_peek(&c->in, c->taken);
    if (waiting(c) > c->in.slots || m.offset > c->reply_bytes || m.size > c->reply_bytes - m.offset ||
        m.size < sizeof(filter_message_reply)) {
        return FILTER_CLIENT_GONE;
    }
    *reply = (filter_client_reply){m.tag, (const filter_message_reply *)(const void *)(c->replies + m.offset), m.size,
                                   m.offset};
    /* Replies come in the order of requests. */
    if (!reply_check_is_answer(reply, c->inspects[(c->in.index + c->taken) % c->in.slots]))
        return FILTER_CLIENT_INVALID;
    c->taken++;
    return FILTER_CLIENT_OK;
}

void filter_client_release(filter_client *c) {
    if (c && c->zeromq) {
        fallback_release(c->zeromq);
        return;
    }
    if (!c || c->taken == 0) return;
    c->taken--;
    c->in_flight--;
    ring_pop(&c->in);
    ring_wake(&c->control->daemon_sleeping, c->connection);
}

filter_client_status filter_client_ask(filter_client *c, const filter_client_request *request,
                                       filter_client_reply *reply) {
    if (!c || c->in_flight) return FILTER_CLIENT_ARGUMENT;
    filter_client_status status = filter_client_submit(c, request, 0);
    return status == FILTER_CLIENT_OK ? filter_client_next(c, reply, c->timeout_ms ? c->timeout_ms : -1) : status;
}

const char *filter_client_bytes(const filter_client_reply *reply, filter_message_ref ref, size_t *size) {
    bool inside = ref.size && ref.offset <= reply->size && ref.size <= reply->size - ref.offset;
    *size = inside ? ref.size : 0;
    return inside ? (const char *)reply->message + ref.offset : NULL;
}

const void *filter_client_item(const filter_client_reply *reply, filter_message_list list, size_t i, size_t item) {
    if (i >= list.count || list.offset > reply->size || (reply->size - list.offset) / item <= i) return NULL;
    return (const char *)reply->message + list.offset + i * item;
}

/* ------------------------------------------------------------------------------------ others ---- */

int filter_client_event_fd(const filter_client *c) {
    return c->connection;
}

int filter_client_reply_buffer(const filter_client *c, size_t *bytes) {
    char path[64];
    *bytes = c->reply_bytes;
    if (c->zeromq) return -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", c->files[RING_FD_REPLY]);
    return open(path, O_RDONLY | O_CLOEXEC);
}
