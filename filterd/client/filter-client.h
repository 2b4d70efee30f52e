/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libfilter-client: talk to filterd on the same host through shared memory.
 *
 *   1. errors       what every call returns
 *   2. opening      one client for each thread
 *   3. asking       one request at a time, or many in flight
 *   4. replies      where they lie, and until when
 *   5. event loops  a file descriptor to wait on
 *   6. pipelines    handing a reply to another process without a copy
 *
 * The shortest program is examples/ask.c. Fields and their meaning are those of PROTOCOL.md; requests and replies may
 * be built from C structs or from the protocol's JSON header, whichever is handier. The library needs nothing but
 * libc, starts no thread, prints nothing, and handles no signal.
 *
 * A client belongs to one thread at a time. After fork() only one of the two processes may use it.
 */
#ifndef FILTER_CLIENT_H
#define FILTER_CLIENT_H

#include "protocol/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FILTER_CLIENT_API __attribute__((visibility("default")))
#else
#define FILTER_CLIENT_API
#endif

/* ------------------------------------------------------------------------------- 1. errors ---- */

typedef enum filter_client_status {
    FILTER_CLIENT_OK = 0,
    FILTER_CLIENT_AGAIN, /* the ring or the buffer is full, or no reply is there yet: take replies first, or wait */
    FILTER_CLIENT_TIMEOUT, /* no answer in time; to a request it will still come */
    FILTER_CLIENT_GONE, /* the daemon went away: close, and open anew */
    FILTER_CLIENT_TOO_LARGE, /* the request is larger than the request buffer: open with a larger one */
    FILTER_CLIENT_REJECTED, /* the daemon rejects this client */
    FILTER_CLIENT_UNREACHABLE, /* nobody listens at the socket */
    FILTER_CLIENT_ARGUMENT, /* the call itself is wrong */
    FILTER_CLIENT_MEMORY, /* memory or file descriptors are out */
    FILTER_CLIENT_INVALID /* what came is no answer, such as one without a verdict: close, and open anew */
} filter_client_status;

/* What a status means, for people. */
FILTER_CLIENT_API const char *filter_client_status_text(filter_client_status status);

/* ---------------------------------------------------------------------------- 2. opening ---- */

typedef struct filter_client filter_client;

typedef struct filter_client_options {
    size_t struct_size;
    const char *socket; /* NULL: /run/filterd/filterd.sock.shm; ipc://… or tcp://…: over ZeroMQ, see below */
    uint32_t slots; /* requests in flight, at most; 0: 256 */
    uint32_t request_bytes; /* of all requests in flight together; 0: 4 MiB */
    uint32_t reply_bytes; /* of all replies that were not released; 0: 4 MiB */
    int timeout_ms; /* of filter_client_ask, and of the handshake when opening; 0 or below: none */
} filter_client_options;

#define FILTER_CLIENT_OPTIONS_INIT                                                                                     \
    { sizeof(filter_client_options), NULL, 0, 0, 0, 10000 }

/*
 * With an endpoint of ZeroMQ for a socket the same calls go over ZeroMQ, for hosts and containers that share no
 * memory: libzmq.so.5 is loaded then, requests must be JSON (`json` is set), one is in flight at a time, and there is
 * no event descriptor (-1), no filter_client_wait and no reply buffer.
 */

/* Connects. On failure `why`, unless it is NULL, holds a sentence about it. The daemon may give less than was asked
 * for. */
FILTER_CLIENT_API filter_client_status filter_client_open(filter_client **client, const filter_client_options *options,
                                                          char why[256]);

/* Disconnects; NULL is allowed. Replies are gone. */
FILTER_CLIENT_API void filter_client_close(filter_client *client);

/* ------------------------------------------------------------------------------- 3. asking ---- */

typedef struct filter_client_text {
    const char *text; /* may be NULL when size is 0 */
    size_t size;
    uint32_t role; /* FILTER_MESSAGE_USER, …; with a JSON header the header says it */
} filter_client_text;

typedef struct filter_client_request {
    size_t struct_size;
    const char *json; /* the protocol's header; NULL: the fields below */
    const filter_client_text *texts;
    size_t text_count;
    uint32_t op; /* FILTER_MESSAGE_INSPECT, … */
    const char *id, *policy, *tenant, *user; /* NULL: left out */
    uint32_t returns; /* FILTER_MESSAGE_RETURN_…; 0: findings and redacted */
    uint32_t categories; /* 0: all */
    const char *const *entities;
    size_t entity_count;
    double min_score; /* below 0: the policy's thresholds */
    uint32_t offsets; /* 0 byte, 1 codepoint, 2 utf16 */
    uint32_t isolate_mode;
    const char *model_family;
    const char *traceparent;
    int64_t deadline_ms; /* below 0: none */
} filter_client_request;

#define FILTER_CLIENT_REQUEST_INIT                                                                                     \
    {                                                                                                                  \
        sizeof(filter_client_request), NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 0, NULL, 0, -1.0, 0, 0, NULL,      \
            NULL, -1                                                                                                   \
    }

/* Hands a request over and does not wait. `tag` comes back with the reply; replies come in the order of requests. The
 * texts are copied. FILTER_CLIENT_AGAIN when there is no room: then nothing was handed over. */
FILTER_CLIENT_API filter_client_status filter_client_submit(filter_client *client, const filter_client_request *request,
                                                            uint64_t tag);

/* ------------------------------------------------------------------------------ 4. replies ---- */

typedef struct filter_client_reply {
    uint64_t tag;
    const filter_message_reply *message; /* references count from here */
    size_t size;
    uint32_t offset; /* of the message in the reply buffer: section 6 */
} filter_client_reply;

/* The next reply, waiting for it at most `timeout_ms`; 0 does not wait, below 0 waits for as long as it takes. It
 * stays where it is until it is released. It is an error (message->status is 1), or, unless the request was `ping` or
 * `info`, has one of the four verdicts; message->verdict is FILTER_MESSAGE_BLOCK where there is none. */
FILTER_CLIENT_API filter_client_status filter_client_next(filter_client *client, filter_client_reply *reply,
                                                          int timeout_ms);

/* Waits until `count` replies can be taken, for those who have many requests in flight: one wake-up for all of them.
 * FILTER_CLIENT_ARGUMENT when fewer are on their way. */
FILTER_CLIENT_API filter_client_status filter_client_wait(filter_client *client, uint32_t count, int timeout_ms);

/* Gives the oldest reply that was taken back to the daemon. Who does not release replies gets no more of them at some
 * point. */
FILTER_CLIENT_API void filter_client_release(filter_client *client);

/* Submits, waits and takes; only when nothing else is in flight. Release the reply. After FILTER_CLIENT_TIMEOUT the
 * client must be closed. */
FILTER_CLIENT_API filter_client_status filter_client_ask(filter_client *client, const filter_client_request *request,
                                                         filter_client_reply *reply);

/* Bytes that a reference of a reply points to; NULL and 0 when it is empty, or points out of the reply. */
FILTER_CLIENT_API const char *filter_client_bytes(const filter_client_reply *reply, filter_message_ref ref,
                                                  size_t *size);

/* Item `i` of a list of structs of `item` bytes; NULL when there is none. */
FILTER_CLIENT_API const void *filter_client_item(const filter_client_reply *reply, filter_message_list list, size_t i,
                                                 size_t item);

/* -------------------------------------------------------------------------- 5. event loops ---- */

/* Becomes readable when there may be something to take, or when the daemon is gone: filter_client_next with a timeout
 * of 0 says which. To be watched only; it belongs to the client. */
FILTER_CLIENT_API int filter_client_event_fd(const filter_client *client);

/* Before going to sleep on it: true when it will wake the loop; false when a reply is there already, or the daemon is
 * gone. */
FILTER_CLIENT_API bool filter_client_arm(filter_client *client);

/* ---------------------------------------------------------------------------- 6. pipelines ---- */

/* A descriptor of the reply buffer, which can only be read from it: pass it to another process over a Unix socket,
 * which maps `*bytes` of it and finds a reply at filter_client_reply.offset, until it is released. The caller closes
 * it; -1 on failure. */
FILTER_CLIENT_API int filter_client_reply_buffer(const filter_client *client, size_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
