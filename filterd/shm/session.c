/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/session.h"

#include "core/clock.h"
#include "core/log.h"
#include "protocol/json_build.h"
#include "shm/handshake.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A larger copy of a request is not kept for the next one. */
#define MESSAGE_KEPT ((size_t)8 << 20)

/* --------------------------------------------------------------------------------- waiting ---- */

/* Has the client handed something over, or given something back? */
static bool has_moved(const shm_session *s, bool for_room) {
    return for_room ? atomic_load(s->out.other) != s->out.cached_index : atomic_load(s->in.other) != s->in.index;
}

/* Wakes a client that sleeps; unless `now`, only when as many replies are there as it waits for. */
static void wake_client(shm_session *s, bool now) {
    if (!atomic_load(&s->control->client_sleeping)) return;
    uint32_t wants = atomic_load_explicit(&s->control->client_wants, memory_order_relaxed);
    if (!now && (int32_t)(s->out.index - wants) < 0) return;
    ring_wake(&s->control->client_sleeping, s->connection);
}

/* Waits for the client to move. False when the client is gone or the daemon stops. */
static bool wait_for_client(shm_session *s, bool for_room) {
    atomic_uint *sleeping = &s->control->daemon_sleeping;
    const uint64_t begun = ring_now_ns();
    wake_client(s, true);
    while (!has_moved(s, for_room)) {
        struct pollfd item = {s->connection, POLLIN, 0};
        ring_relax();
        if (ring_now_ns() - begun < s->spin) continue;
        if (!for_room) worker_rest(&s->worker); /* a reply that waits for room still needs its rules */
        atomic_store(sleeping, 1);
        if (!has_moved(s, for_room) && !atomic_load(&s->shared->stopping)) (void)poll(&item, 1, -1);
        atomic_store(sleeping, 0);
        if (atomic_load(&s->shared->stopping) || (item.revents && !ring_take_wake_ups(s->connection))) return false;
    }
    s->spin = ring_next_spin(s->spin, ring_now_ns() - begun);
    return true;
}

/* --------------------------------------------------------------------------------- serving ---- */

/* Room in the reply buffer. False when there never will be. */
static bool take_room(shm_session *s, uint32_t size, uint32_t *offset) {
    for (;;) {
        uint32_t free_slots = ring_free(&s->out);
        if (free_slots > s->slots) return false;
        ring_buffer_release(&s->buffer, s->out.cached_index);
        if (free_slots > 0 && ring_buffer_take(&s->buffer, s->out.index, size, offset)) return true;
        if (!wait_for_client(s, true)) return false;
    }
}

/* A request, and what is answered. */
typedef struct answer {
    wire_request request;
    wire_outcome outcome;
    bool is_json;
    wire_json_reply json; /* its header is owned, unless it is `internal` */
    char internal[WIRE_INTERNAL_MAX]; /* the header when no other can be made */
} answer;

static size_t write_answer(const answer *r, char *out, size_t capacity) {
    return r->is_json ? wire_message_json(&r->json, out, capacity)
                      : wire_message_reply(&r->request, &r->outcome, out, capacity);
}

static void free_header(answer *r) {
    if (r->json.header != r->internal) free(r->json.header);
}

/* Takes over the header. What asked in JSON is answered in JSON, whatever happens. */
static void set_json(answer *r, json_t *header) {
    free_header(r);
    r->is_json = true;
    r->json.failed = r->outcome.error.code != NULL;
    r->json.verdict = r->outcome.result && !r->json.failed ? r->outcome.result->verdict : FILTER_BLOCK;
    if (r->json.failed) r->json.text_count = 0;
    r->json.header = json_build_text(header, &r->json.size);
    if (!r->json.header) {
        wire_fail(&r->outcome.error, "internal", "out of memory");
        r->is_json = r->request.has_json;
        r->json = (wire_json_reply){.header = r->internal, .failed = true, .verdict = FILTER_BLOCK};
        r->json.size = wire_internal_error(r->request.id, r->internal);
    }
    json_decref(header);
}

/* False when the client is gone, or breaks the protocol. */
static bool send_answer(shm_session *s, uint64_t tag, answer *r) {
    uint32_t offset = 0, room = 0, free_slots = ring_free(&s->out);
    if (free_slots > 0 && free_slots <= s->slots) {
        ring_buffer_release(&s->buffer, s->out.cached_index);
        room = ring_buffer_room(&s->buffer, &offset);
    }
    /* Most often there is room, and once is enough. */
    size_t size = write_answer(r, s->replies + offset, room);
    if (size <= room) {
        /* The place that was written to: nothing was looked at meanwhile that the client gave back. */
        if (!ring_buffer_take(&s->buffer, s->out.index, (uint32_t)size, &offset)) return false;
    } else {
        if (size > s->reply_bytes) {
            wire_fail(&r->outcome.error, "too_large",
                      "the reply takes %zu bytes, and the reply buffer has %u; open with a larger one", size,
                      s->reply_bytes);
            if (r->is_json) set_json(r, wire_reply_error(r->request.id, &r->outcome.error));
            size = write_answer(r, NULL, 0);
        }
        if (!take_room(s, (uint32_t)size, &offset)) return false;
        write_answer(r, s->replies + offset, size);
    }
    ring_push(&s->out, (ring_message){tag, 0, offset, (uint32_t)size});
    wake_client(s, false);
    return true;
}

/* A private copy of a message: what the client does to it from now on changes nothing. */
static bool copy_message(shm_session *s, ring_message m) {
    if (m.size > s->message_capacity) {
        size_t capacity = m.size < 4096 ? 4096 : m.size;
        char *grown = realloc(s->message, capacity);
        if (!grown) return false;
        s->message = grown;
        s->message_capacity = capacity;
    }
    if (m.size) memcpy(s->message, s->requests + m.offset, m.size); /* the first one may be empty, and no copy there */
    return true;
}

static size_t text_bytes(const wire_request *request) {
    size_t bytes = 0;
    for (size_t i = 0; i < request->filter.segment_count; i++) bytes += request->filter.segments[i].size;
    return bytes;
}

static void handle(shm_session *s, ring_message m, answer *r) {
    const config *c = s->shared->config;
    wire_error *error = &r->outcome.error;
    int64_t begun = clock_now_us(), sent = (int64_t)(m.sent / 1000);
    worker_times times = {sent > 0 && sent < begun ? sent : begun, begun};
    filter_text message = {s->message, m.size};
    bool ok = wire_message_parse(&r->request, message, c->header_bytes, &s->memory, error);
    if (ok && r->request.filter.segment_count > c->segments)
        wire_fail(error, "too_large", "more segments than the limit");
    if (ok && text_bytes(&r->request) > c->request_bytes)
        wire_fail(error, "too_large", "the texts are larger than the limit");
    if (error->code) atomic_fetch_add(&s->shared->common->errors, 1);
    else worker_handle(&s->worker, &r->request, times, &r->outcome);
    if (!error->code && r->request.op == WIRE_INFO && !r->outcome.header)
        wire_fail(error, "internal", WIRE_INTERNAL_MESSAGE);
    if (!r->request.has_json && !(r->outcome.header && r->request.op == WIRE_INFO)) {
        json_decref(r->outcome.header);
        return;
    }
    set_json(r, error->code ? wire_reply_error(r->request.id, error)
                            : worker_header(&s->worker, &r->request, &r->outcome, &r->json.text_count));
    r->json.texts = s->worker.frames;
}

/* Answers a request that cannot be read: memory is out, which is no fault of the client. */
static void reject(shm_session *s, answer *r) {
    memset(&r->request, 0, sizeof r->request);
    wire_fail(&r->outcome.error, "internal", "out of memory");
    atomic_fetch_add(&s->shared->common->errors, 1);
}

/* Nothing of a request stays after its reply. */
static void forget_message(shm_session *s, size_t size) {
    if (size) explicit_bzero(s->message, size);
    if (s->message_capacity <= MESSAGE_KEPT) return;
    free(s->message);
    s->message = NULL;
    s->message_capacity = 0;
}

/* A message that was copied, or found no memory. `r` needs fini_answer. */
static void answer_message(shm_session *s, ring_message m, bool copied, answer *r) {
    wire_outcome_init(&r->outcome);
    r->is_json = false;
    r->json = (wire_json_reply){.header = NULL};
    if (copied) handle(s, m, r);
    else reject(s, r);
}

static void fini_answer(answer *r) {
    free_header(r);
    wire_request_fini(&r->request);
}

/* One request. False when the client is gone or breaks the protocol. */
static bool serve_one(shm_session *s) {
    answer r;
    ring_message m = ring_peek(&s->in, 0);
    if (m.offset > s->request_bytes || m.size > s->request_bytes - m.offset || m.offset % 8) return false;
    bool copied = copy_message(s, m);
    ring_pop(&s->in);
    answer_message(s, m, copied, &r);
    bool ok = send_answer(s, m.tag, &r);
    fini_answer(&r);
    arena_reset(&s->memory, 1 << 20);
    filter_scratch_wipe(s->worker.scratch);
    forget_message(s, copied ? m.size : 0);
    return ok;
}

static void serve(shm_session *s) {
    while (!atomic_load_explicit(&s->shared->stopping, memory_order_relaxed)) {
        uint32_t ready = ring_ready(&s->in);
        if (ready == 0) {
            if (!wait_for_client(s, false)) return;
            continue;
        }
        if (ready > s->slots || !serve_one(s)) {
            /* Gone, or stopping? Else it broke the contract. */
            if (ring_take_wake_ups(s->connection) && !atomic_load(&s->shared->stopping)) {
                log_warning("shared memory: session %zu disconnected: protocol error, an index or a descriptor is out "
                            "of bounds",
                            s->number);
                atomic_fetch_add(&s->shared->protocol_errors, 1);
            }
            return;
        }
    }
}

/* -------------------------------------------------------------------------------- lifetime ---- */

shm_session *shm_session_new(shm_shared *shared, size_t number, int connection) {
    shm_session *s = malloc(sizeof *s);
    if (!s) return NULL;
    *s = (shm_session){
        .shared = shared, .number = number, .connection = connection, .files = {-1, -1}, .spin = RING_SPIN_FIRST};
    arena_init(&s->memory);
    return s;
}

void shm_session_free(shm_session *s) {
    shm_shared *shared = s->shared;
    for (int i = 0; i < RING_FD_COUNT; i++) {
        if (s->files[i] >= 0) close(s->files[i]);
    }
    if (s->control) munmap(s->control, s->control_bytes);
    if (s->replies) munmap(s->replies, s->reply_bytes);
    free(s->buffer.ends);
    free(s->message);
    worker_fini(&s->worker);
    arena_fini(&s->memory);
    pthread_mutex_lock(&shared->lock);
    close(s->connection);
    shared->places[s->number].connection = -1;
    shared->count--;
    pthread_cond_signal(&shared->left);
    pthread_mutex_unlock(&shared->lock);
    free(s);
}

void *shm_session_main(void *arg) {
    shm_session *s = arg;
    shm_shared *shared = s->shared;
    const char *rejected = shm_handshake(s);
    size_t bytes = s->control_bytes + s->reply_bytes;
    if (rejected) {
        atomic_fetch_add(&shared->rejected, 1);
        log_debug("shared memory: session %zu rejected: %s", s->number, *rejected ? rejected : "the client went away");
        if (*rejected) shm_send_hello_reply(s, rejected);
    } else if (shm_send_hello_reply(s, NULL)) {
        atomic_fetch_add(&shared->accepted, 1);
        atomic_fetch_add(&shared->bytes, bytes);
        log_debug("shared memory: session %zu opened: %u slots, buffers of %u and %u bytes", s->number, s->slots,
                  s->request_bytes, s->reply_bytes);
        serve(s);
        log_debug("shared memory: session %zu closed", s->number);
        atomic_fetch_sub(&shared->bytes, bytes);
    }
    shm_session_free(s);
    return NULL;
}
