/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire: the protocol's headers (filterd/protocol/PROTOCOL.md), from JSON to a filter_request and from a
 * filter_result to JSON. Knows nothing of sockets, threads or limits of the daemon; filterctl builds
 * the same replies without one.
 */
#ifndef FILTERD_PROTOCOL_WIRE_H
#define FILTERD_PROTOCOL_WIRE_H

#include "base/arena.h"
#include "filter.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 1
#define WIRE_NAME_MAX 128 /* bytes of id, tenant, user */
#define WIRE_MESSAGE_MAX 600 /* bytes of an error message */
#define WIRE_INTERNAL_MESSAGE "the reply cannot be made; memory may be out"
#define WIRE_INTERNAL_MAX (WIRE_NAME_MAX * 6 + 200) /* bytes of that reply; a byte of the id takes six at most */
#define WIRE_FINDINGS_MAX 10000 /* listed in one reply; the texts have all */
#define WIRE_FINDINGS_SKIPPED "findings: more than a reply lists; the texts have all of them"

typedef enum wire_op { WIRE_INSPECT, WIRE_RESTORE, WIRE_PING, WIRE_INFO, WIRE_CHAT, WIRE_STREAM } wire_op;

extern const char *const wire_op_names[]; /* by wire_op; ends with NULL */

/* An error reply. */
typedef struct wire_error {
    const char *code; /* NULL: no error */
    char message[WIRE_MESSAGE_MAX];
    bool has_place; /* bad_text: which frame, which byte */
    size_t frame, offset;
} wire_error;

/* Which stream a piece is of. */
typedef struct wire_stream {
    const char *name, *part; /* "" for the only one */
    bool is_end, is_arguments;
} wire_stream;

/* What becomes of the mapping of tokens to values. */
typedef enum wire_restore {
    WIRE_RESTORE_NONE,
    WIRE_RESTORE_SEAL, /* the caller carries it */
    WIRE_RESTORE_STORE /* the daemon keeps it */
} wire_restore;

typedef struct wire_request {
    wire_op op;
    char id[WIRE_NAME_MAX + 1];
    const char *tenant, *user, *session; /* "" for none */
    wire_restore restore;
    wire_stream stream; /* of `stream`: the piece is the chat's body, and its mapping the chat's */
    filter_restore restoring; /* of `restore`: texts and mapping */
    bool has_policy;
    bool return_text;
    int64_t deadline_ms; /* from when the request came in; -1: none */
    filter_request filter;
    filter_chat chat; /* of `chat`: its `request` is not set */
    filter_segment *segments; /* owned, unless borrowed */
    const char **entities; /* owned, unless borrowed */
    bool borrowed;
    bool has_json; /* the request came with a JSON header, and its reply has one */
    char *strings; /* owned; of a JSON header */
    size_t strings_used;
} wire_request;

/* Can the operation be done, with so many texts? False after an error, also one from before. */
bool wire_check_operation(const wire_request *request, size_t text_count, wire_error *error);

/* Reads a header. On failure `error` is set, and id as far as it could be read. Call wire_request_fini
 * either way. The texts are borrowed by request->segments. */
bool wire_request_parse(wire_request *request, filter_text header, const filter_text *texts, size_t text_count,
                        wire_error *error);
void wire_request_fini(wire_request *request);

/* The same for a message in the binary form (protocol/message.h), or with a JSON header of at most `header_max` bytes
 * in it. The message is nobody else's to write to. What is not borrowed from it lives in `memory`. */
bool wire_message_parse(wire_request *request, filter_text message, size_t header_max, arena *memory,
                        wire_error *error);

/* The id of a header, for answers that look no further: as much as can be read without fault. */
void wire_read_id(filter_text header, char id[WIRE_NAME_MAX + 1]);

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

/* Headers of replies, as new JSON objects: with all their fields, or NULL when memory is out. */
json_t *wire_reply_error(const char *id, const wire_error *error);
json_t *wire_reply_ping(const char *id);

/* The header for when no other can be made, as JSON text: an error with the code `internal`. Takes no memory. Returns
 * its size. */
size_t wire_internal_error(const char *id, char out[WIRE_INTERNAL_MAX]);

/* The same with an empty id, for when there is no place to write to. */
extern const char wire_internal_constant[];

/* `texts` receives the reply's text frames, at most three for each segment; *text_count their number. They
 * live as long as the result. */
json_t *wire_reply_inspect(const wire_request *request, const filter_result *result, const wire_timing *timing,
                           filter_text *texts, size_t *text_count);

/* The same of a chat body; at most two texts. */
json_t *wire_reply_chat(const wire_request *request, const filter_chat_result *chat, const wire_timing *timing,
                        filter_text *texts, size_t *text_count);

/* The same of restored texts; as many as came. */
json_t *wire_reply_restored(const wire_request *request, const filter_restored *restored, filter_text *texts,
                            size_t *text_count);

/* The same of a piece of a stream; one text. */
json_t *wire_reply_settled(const wire_request *request, const filter_settled *settled, const wire_timing *timing,
                           filter_text *texts, size_t *text_count);

/* What came of a request. */
typedef struct wire_outcome {
    wire_error error; /* when its code is set, the rest is not looked at */
    const filter_result *result; /* of `inspect` and `chat`; the scratch's */
    const filter_chat_result *chat; /* of `chat`; likewise */
    const filter_restored *restored; /* of `restore`; likewise */
    const filter_settled *settled; /* of `stream`; likewise */
    json_t *header; /* of `ping` and `info`; owned */
    wire_timing timing;
} wire_outcome;

/* Without zeroing the room for a message. */
static inline void wire_outcome_init(wire_outcome *o) {
    o->error.code = NULL;
    o->error.has_place = false;
    o->error.frame = o->error.offset = 0;
    o->result = NULL;
    o->chat = NULL;
    o->restored = NULL;
    o->settled = NULL;
    o->header = NULL;
    o->timing = (wire_timing){0, 0, 0};
}

/* A reply in the binary form: the bytes that it takes. It is whole in `out` when that has as many; else there is a part
 * of it. */
size_t wire_message_reply(const wire_request *request, const wire_outcome *outcome, char *out, size_t capacity);

/* A JSON header and its texts. */
typedef struct wire_json_reply {
    char *header; /* NULL: memory is out */
    size_t size;
    const filter_text *texts;
    size_t text_count;
    bool failed; /* the header says `error` */
    filter_verdict verdict; /* what it says; FILTER_BLOCK: none */
} wire_json_reply;

/* The same as a message; likewise. */
size_t wire_message_json(const wire_json_reply *reply, char *out, size_t capacity);

/* What an engine holds, for `info`: pack, rules, entity types, policies. */
json_t *wire_reply_info(const char *id, const filter_engine *engine);

#endif
