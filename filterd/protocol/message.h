/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message: requests and replies as they lie in shared memory, the binary form of the protocol.
 *
 * The fields are those of PROTOCOL.md and mean the same. All numbers are little-endian. A message is one block: a
 * header struct, and after it, in any order, what its references point to. A reference counts bytes from the start of
 * the message; an empty one is a field that is left out. Fields are only ever added at the end of a struct, where
 * zeros stand for their absence, and `size` says how much of the header a writer knew.
 *
 * A message may also hold the JSON header of the protocol instead: form FILTER_MESSAGE_JSON.
 *
 * Part of the public interface of libfilter-client, for languages that read memory themselves.
 */
#ifndef FILTERD_PROTOCOL_MESSAGE_H
#define FILTERD_PROTOCOL_MESSAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FILTER_MESSAGE_VERSION 1u

enum { FILTER_MESSAGE_BINARY = 0, FILTER_MESSAGE_JSON = 1 };

/* The fields that have a name for each of their values hold the value's place in PROTOCOL.md's list, from 0. */
enum {
    FILTER_MESSAGE_INSPECT,
    FILTER_MESSAGE_RESTORE,
    FILTER_MESSAGE_PING,
    FILTER_MESSAGE_INFO,
    FILTER_MESSAGE_CHAT,
    FILTER_MESSAGE_STREAM
};
enum {
    FILTER_MESSAGE_USER,
    FILTER_MESSAGE_SYSTEM,
    FILTER_MESSAGE_DEVELOPER,
    FILTER_MESSAGE_TOOL,
    FILTER_MESSAGE_DOCUMENT,
    FILTER_MESSAGE_ASSISTANT,
    FILTER_MESSAGE_TOOL_DEFINITION
};
enum { FILTER_MESSAGE_ALLOW, FILTER_MESSAGE_FLAG, FILTER_MESSAGE_REDACT, FILTER_MESSAGE_BLOCK };
enum {
    FILTER_MESSAGE_RETURN_FINDINGS = 1,
    FILTER_MESSAGE_RETURN_REDACTED = 2,
    FILTER_MESSAGE_RETURN_SANITIZED = 4,
    FILTER_MESSAGE_RETURN_ISOLATED = 8,
    FILTER_MESSAGE_RETURN_TEXT = 16,
    FILTER_MESSAGE_RETURN_NAMES = 32
};
enum { FILTER_MESSAGE_PII = 1, FILTER_MESSAGE_SECRET = 2, FILTER_MESSAGE_INJECTION = 4 };

typedef struct filter_message_ref {
    uint32_t offset, size; /* bytes */
} filter_message_ref;

/* Some structs in a row: `count` of them at `offset`, which is a multiple of eight. */
typedef struct filter_message_list {
    uint32_t offset, count;
} filter_message_list;

typedef struct filter_message_segment {
    uint32_t role;
    uint32_t reserved; /* 0 */
    filter_message_ref name;
    filter_message_ref text; /* UTF-8 */
} filter_message_segment;

typedef struct filter_message_request {
    uint32_t version; /* FILTER_MESSAGE_VERSION */
    uint32_t form;
    uint32_t size; /* of this struct */
    uint32_t op;
    filter_message_ref
        json; /* FILTER_MESSAGE_JSON: the header; then of the fields below only the texts of `segments` count */
    filter_message_list segments; /* filter_message_segment */
    filter_message_ref id, policy, tenant, user;
    uint32_t returns; /* FILTER_MESSAGE_RETURN_…; 0: findings and redacted */
    uint32_t categories; /* FILTER_MESSAGE_PII | …; 0: all */
    filter_message_list entities; /* filter_message_ref */
    double min_score; /* below 0: the policy's thresholds */
    uint32_t offsets; /* 0 byte, 1 codepoint, 2 utf16 */
    uint32_t isolate_mode; /* 0 the policy's, 1 delimit, 2 datamark, 3 encode */
    filter_message_ref model_family;
    filter_message_ref traceparent;
    int64_t deadline_ms; /* below 0: none */
} filter_message_request;

typedef struct filter_message_segment_result {
    uint32_t verdict, reserved;
    double score;
    uint64_t stripped, neutralised;
    filter_message_ref redacted, sanitized, isolated;
    uint32_t has; /* FILTER_MESSAGE_RETURN_…: which of the texts were made */
    uint32_t reserved2;
} filter_message_segment_result;

typedef struct filter_message_finding {
    uint32_t segment, category, action, evidence;
    uint64_t start, end; /* in the request's `offsets` */
    uint64_t byte_start, byte_end;
    double score;
    filter_message_ref rule, entity_type, view, text; /* text: only when it was asked for */
} filter_message_finding;

/* What the structure around a finding says of it: only when `names` was asked for. */
typedef struct filter_message_finding_names {
    filter_message_ref path; /* empty: it has none */
    filter_message_list names; /* filter_message_ref */
} filter_message_finding_names;

typedef struct filter_message_skip {
    uint32_t segment, reserved;
    filter_message_ref reason;
} filter_message_skip;

typedef struct filter_message_reply {
    uint32_t version;
    uint32_t form;
    uint32_t size;
    uint32_t status; /* 0 ok, 1 error */
    filter_message_ref json; /* FILTER_MESSAGE_JSON, and answers to `info`: the header; its texts in `texts` */
    filter_message_list texts; /* filter_message_ref: FILTER_MESSAGE_JSON */
    filter_message_ref id;
    filter_message_ref error_code, error_message;
    uint64_t error_frame, error_offset; /* bad_text: which frame, which byte */
    uint32_t verdict; /* FILTER_MESSAGE_BLOCK in replies without one, such as errors */
    uint32_t isolate_mode;
    double score;
    filter_message_list reasons; /* filter_message_ref */
    filter_message_list segments; /* filter_message_segment_result */
    filter_message_list findings; /* filter_message_finding */
    filter_message_list skipped; /* filter_message_skip */
    filter_message_ref isolate_boundary, isolate_instruction;
    filter_message_ref policy, pack_version, pack_digest;
    uint64_t bytes, tokens;
    int64_t queue_us, scan_us, total_us;
    filter_message_list finding_names; /* filter_message_finding_names: one for each of `findings`; empty: not asked */
} filter_message_reply;

#ifdef __cplusplus
}
#endif
#endif
