/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire: the protocol's headers (filterd/protocol/PROTOCOL.md), from JSON to a filter_request and from a
 * filter_result to JSON. Knows nothing of sockets, threads or limits of the daemon; filterctl builds
 * the same replies without one.
 */
#ifndef FILTERD_WIRE_H
#define FILTERD_WIRE_H

#include "base/arena.h"
#include "filter.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 1
#define WIRE_NAME_MAX 128 /* bytes of id, tenant, user */
#define WIRE_FINDINGS_MAX 10000 /* listed in one reply; the texts have all */
#define WIRE_FINDINGS_SKIPPED "findings: more than a reply lists; the texts have all of them"

typedef enum wire_op { WIRE_INSPECT, WIRE_RESTORE, WIRE_PING, WIRE_INFO } wire_op;

/* An error reply. */
typedef struct wire_error {
    const char *code; /* NULL: no error */
    char message[600];
    bool has_place; /* bad_text: which frame, which byte */
    size_t frame, offset;
} wire_error;

typedef struct wire_text {
    const char *text;
    size_t size;
} wire_text;

typedef struct wire_request {
    wire_op op;
    char id[WIRE_NAME_MAX + 1];
    const char *tenant; /* "" for none; lives as long as json */
    bool has_policy;
    bool return_text;
    int64_t deadline_ms; /* from when the request came in; -1: none */
    filter_request filter;
    filter_segment *segments; /* owned, unless borrowed */
    const char **entities; /* owned, unless borrowed */
    bool borrowed;
    json_t *json; /* owned; NULL for the binary form */
} wire_request;

/* Reads a header. On failure `error` is set, and id as far as it could be read. Call wire_request_fini
 * either way. The texts are borrowed by request->segments. */
bool wire_request_parse(wire_request *request, const char *header, size_t size, const wire_text *texts,
                        size_t text_count, wire_error *error);
void wire_request_fini(wire_request *request);

/* The same for a message in the binary form (client/message.h), or with a JSON header of at most `header_max` bytes in
 * it; *json says which. The message is nobody else's to write to. What is not borrowed from it lives in `memory`. */
bool wire_message_parse(wire_request *request, const char *message, size_t size, size_t header_max, arena *memory,
                        bool *json, wire_error *error);

/* The id of a header, for answers that look no further: as much as can be read without fault. */
void wire_read_id(const char *header, size_t size, char id[WIRE_NAME_MAX + 1]);

void wire_fail(wire_error *error, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The error code for a status of the library, with its message. */
void wire_fail_from_filter(wire_error *error, const filter_error *from);

typedef struct wire_timing {
    int64_t queue_us, scan_us, total_us;
} wire_timing;

/* About four bytes a token: what the common tokenizers make of English. */
static inline size_t wire_tokens(size_t bytes) {
    return (bytes + 3) / 4;
}

/* Headers of replies, as new JSON objects; NULL when memory is out. */
json_t *wire_reply_error(const char *id, const wire_error *error);
json_t *wire_reply_ping(const char *id);

/* `texts` receives the reply's text frames, at most three for each segment; *text_count their number. They
 * live as long as the result. */
json_t *wire_reply_inspect(const wire_request *request, const filter_result *result, const wire_timing *timing,
                           filter_text *texts, size_t *text_count);

/* A reply in the binary form: the bytes that it takes. It is whole in `out` when that has as many; else there is a part of it. With
 * `error` set it is an error reply and `result` is not looked at. */
size_t wire_message_reply(const wire_request *request, const filter_result *result, const wire_timing *timing,
                          const wire_error *error, char *out, size_t capacity);

/* A JSON header and its texts in a message; likewise. */
size_t wire_message_json(const char *header, size_t size, const filter_text *texts, size_t count, bool failed,
                         char *out, size_t capacity);

/* What an engine holds, for `info`: pack, rules, entity types, policies. */
json_t *wire_reply_info(const char *id, const filter_engine *engine);

/* Compact JSON text; release with free(). */
char *wire_dump(const json_t *header, size_t *size);

#endif
