/* SPDX-License-Identifier: Apache-2.0 */
#include "fallback.h"

#include "reply_check.h"
#include "shm/ring.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of zmq.h, whose interface has been the same since 2010. */
enum { DEALER = 5, OPTION_LINGER = 17, OPTION_RECEIVE_TIMEOUT = 27, DO_NOT_WAIT = 1, MORE_COMES = 2 };

typedef union frame {
    unsigned char bytes[64];
    void *align;
} frame;

typedef struct library {
    void *handle;
    void *(*ctx_new)(void);
    int (*ctx_term)(void *);
    void *(*socket)(void *, int);
    int (*close)(void *);
    int (*connect)(void *, const char *);
    int (*setsockopt)(void *, int, const void *, size_t);
    int (*send)(void *, const void *, size_t, int);
    int (*msg_init)(frame *);
    int (*msg_recv)(frame *, void *, int);
    void *(*msg_data)(frame *);
    size_t (*msg_size)(const frame *);
    int (*msg_more)(const frame *);
    int (*msg_close)(frame *);
    int (*error)(void);
} library;

struct fallback {
    library zmq;
    void *context, *socket;
    char *message; /* of the reply */
    size_t capacity;
    uint64_t tag;
    bool asked, answered;
    bool inspects; /* the request asks for a verdict */
    bool lost; /* the reply came, and cannot be given */
};

bool fallback_takes(const char *socket) {
    return strncmp(socket, "ipc://", 6) == 0 || strncmp(socket, "tcp://", 6) == 0;
}

static bool load(library *l) {
    static const struct {
        const char *name;
        size_t offset;
    } symbols[] = {{"zmq_ctx_new", offsetof(library, ctx_new)},     {"zmq_ctx_term", offsetof(library, ctx_term)},
                   {"zmq_socket", offsetof(library, socket)},       {"zmq_close", offsetof(library, close)},
                   {"zmq_connect", offsetof(library, connect)},     {"zmq_setsockopt", offsetof(library, setsockopt)},
                   {"zmq_send", offsetof(library, send)},           {"zmq_msg_init", offsetof(library, msg_init)},
                   {"zmq_msg_recv", offsetof(library, msg_recv)},   {"zmq_msg_data", offsetof(library, msg_data)},
                   {"zmq_msg_size", offsetof(library, msg_size)},   {"zmq_msg_more", offsetof(library, msg_more)},
                   {"zmq_msg_close", offsetof(library, msg_close)}, {"zmq_errno", offsetof(library, error)}};
    l->handle = dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; l->handle && i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(l->handle, symbols[i].name);
        if (!symbol) return false;
        memcpy((char *)l + symbols[i].offset, &symbol, sizeof symbol);
    }
    return l->handle != NULL;
}

filter_client_status fallback_open(fallback **out, const char *endpoint, char *why) {
    const int linger = 0;
    fallback *f = calloc(1, sizeof *f);
    *out = NULL;
    if (!f) return FILTER_CLIENT_MEMORY;
    filter_client_status status = FILTER_CLIENT_OK;
    if (!load(&f->zmq)) {
        if (why)
            snprintf(why, 256, "libzmq.so.5 cannot be loaded, and '%.100s' needs it: apt-get install libzmq5",
                     endpoint);
        status = FILTER_CLIENT_UNREACHABLE;
    } else if (!(f->context = f->zmq.ctx_new()) || !(f->socket = f->zmq.socket(f->context, DEALER)) ||
               f->zmq.setsockopt(f->socket, OPTION_LINGER, &linger, sizeof linger) != 0) {
        status = FILTER_CLIENT_MEMORY;
        if (why) snprintf(why, 256, "memory or file descriptors are out");
    } else if (f->zmq.connect(f->socket, endpoint) != 0) {
        status = FILTER_CLIENT_ARGUMENT;
        if (why) snprintf(why, 256, "'%.100s': not an endpoint; write ipc://PATH or tcp://HOST:PORT", endpoint);
    }
    if (status == FILTER_CLIENT_OK) *out = f;
    else fallback_close(f);
    return status;
}

void fallback_close(fallback *f) {
    if (!f) return;
    if (f->socket) f->zmq.close(f->socket);
    if (f->context) f->zmq.ctx_term(f->context);
    if (f->zmq.handle) dlclose(f->zmq.handle);
    free(f->message);
    free(f);
}

filter_client_status fallback_submit(fallback *f, const filter_client_request *request, uint64_t tag) {
    if (!request->json) return FILTER_CLIENT_ARGUMENT;
    if (f->asked) return FILTER_CLIENT_AGAIN;
    bool more = request->text_count > 0;
    if (f->zmq.send(f->socket, request->json, strlen(request->json), (more ? MORE_COMES : 0) | DO_NOT_WAIT) < 0)
        return FILTER_CLIENT_GONE;
    for (size_t i = 0; i < request->text_count; i++) {
        more = i + 1 < request->text_count;
        if (f->zmq.send(f->socket, request->texts[i].text, request->texts[i].size, more ? MORE_COMES : 0) < 0)
            return FILTER_CLIENT_GONE;
    }
    f->tag = tag;
    f->asked = true;
    f->inspects = reply_check_is_inspect(request);
    return FILTER_CLIENT_OK;
}

/* Appends to the message; the place where, or 0 when memory is out. */
static size_t append(fallback *f, size_t *used, const void *bytes, size_t size) {
    size_t at = (*used + 7) & ~(size_t)7;
    if (size > UINT32_MAX - at) return 0;
    if (at + size > f->capacity) {
        size_t capacity = (at + size) * 2;
        char *grown = realloc(f->message, capacity);
        if (!grown) return 0;
        f->message = grown;
        f->capacity = capacity;
    }
    if (size) memcpy(f->message + at, bytes, size);
    *used = at + size;
    return at;
}

/* A reply as it comes in: it becomes a message as it lies in shared memory. */
typedef struct incoming {
    filter_message_reply head;
    filter_message_ref *texts;
    size_t used, count, capacity;
    bool ok; /* memory was not out */
} incoming;

static bool add_text(incoming *in, filter_message_ref ref) {
    enum { TEXTS_MAX = 3 * 65536 };
    if (in->count == in->capacity) {
        size_t capacity = in->capacity ? in->capacity * 2 : 8;
        filter_message_ref *grown = in->count < TEXTS_MAX ? realloc(in->texts, capacity * sizeof *grown) : NULL;
        if (!grown) return false;
        in->texts = grown;
        in->capacity = capacity;
    }
    in->texts[in->count++] = ref;
    return true;
}

static void take_frame(fallback *f, incoming *in, const void *bytes, size_t size, bool first) {
    size_t at = append(f, &in->used, bytes, size);
    filter_message_ref ref = {(uint32_t)at, (uint32_t)size};
    if (at == 0) in->ok = false;
    else if (first) in->head.json = ref;
    else in->ok = add_text(in, ref);
}

/* Receives within the time that is left: a signal does not begin it anew. */
static int receive(fallback *f, frame *part, int timeout_ms) {
    const uint64_t begun = ring_now_ns();
    for (int left = timeout_ms;;) {
        if (f->zmq.setsockopt(f->socket, OPTION_RECEIVE_TIMEOUT, &left, sizeof left) != 0) return -1;
        int size = f->zmq.msg_recv(part, f->socket, 0);
        if (size >= 0 || f->zmq.error() != EINTR) return size;
        uint64_t waited = (ring_now_ns() - begun) / 1000000;
        if (timeout_ms > 0) left = waited < (uint64_t)timeout_ms ? timeout_ms - (int)waited : 0;
    }
}

/* All frames are taken, also when memory is out: the next reply begins after them. */
static filter_client_status receive_frames(fallback *f, incoming *in, int timeout_ms) {
    for (bool first = true, more = true; more; first = false) {
        frame part;
        f->zmq.msg_init(&part);
        if (receive(f, &part, timeout_ms) < 0) {
            bool late = f->zmq.error() == EAGAIN;
            f->zmq.msg_close(&part);
            return !late ? FILTER_CLIENT_GONE : timeout_ms ? FILTER_CLIENT_TIMEOUT : FILTER_CLIENT_AGAIN;
        }
        more = f->zmq.msg_more(&part) != 0;
        if (in->ok) take_frame(f, in, f->zmq.msg_data(&part), f->zmq.msg_size(&part), first);
        f->zmq.msg_close(&part);
    }
    if (in->ok && in->count) {
        size_t at = append(f, &in->used, in->texts, in->count * sizeof *in->texts);
        in->head.texts = (filter_message_list){(uint32_t)at, (uint32_t)in->count};
        in->ok = at != 0;
    }
    return in->ok ? FILTER_CLIENT_OK : FILTER_CLIENT_MEMORY;
}

/* Status and verdict are those of the header. */
static filter_client_status finish(fallback *f, incoming *in, filter_client_reply *reply) {
    reply_check_header said;
    if (!reply_check_read(f->message + in->head.json.offset, in->head.json.size, &said)) return FILTER_CLIENT_INVALID;
    in->head.status = said.failed;
    in->head.verdict = said.verdict >= 0 && !said.failed ? (uint32_t)said.verdict : FILTER_MESSAGE_BLOCK;
    memcpy(f->message, &in->head, sizeof in->head);
    *reply = (filter_client_reply){f->tag, (const filter_message_reply *)(const void *)f->message, in->used, 0};
    return reply_check_is_answer(reply, f->inspects) ? FILTER_CLIENT_OK : FILTER_CLIENT_INVALID;
}

filter_client_status fallback_next(fallback *f, filter_client_reply *reply, int timeout_ms) {
    incoming in = {
        .head = {.version = FILTER_MESSAGE_VERSION, .form = FILTER_MESSAGE_JSON, .size = sizeof(filter_message_reply)}};
    if (f->lost) return FILTER_CLIENT_GONE;
    if (!f->asked || f->answered) return f->asked ? FILTER_CLIENT_ARGUMENT : FILTER_CLIENT_AGAIN;
    in.ok = append(f, &in.used, &in.head, sizeof in.head) == 0 && in.used == sizeof in.head;
    filter_client_status status = receive_frames(f, &in, timeout_ms);
    free(in.texts);
    if (status == FILTER_CLIENT_OK) status = finish(f, &in, reply);
    f->answered = status == FILTER_CLIENT_OK;
    f->lost = status == FILTER_CLIENT_MEMORY || status == FILTER_CLIENT_INVALID;
    return status;
}

void fallback_release(fallback *f) {
    f->asked = f->asked && !f->answered;
    f->answered = false;
}
