/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message: requests and replies as they lie in shared memory, the binary form of the protocol.
 *
 * The fields are those of PROTOCOL.md and mean the same. All numbers are little-endian. A message is one block: a header
 * struct, and behind it, in any order, what its references point to. A reference counts bytes from the start of the
 * message; an empty one stands for a field that is left out. Fields are only ever added at the end of a struct, where zeros
 * stand for their absence, and `size` says how much of the header a writer knew.
 *
 * A message may also hold the JSON header of the protocol instead: form MESSAGE_JSON.
 *
 * Part of the public interface of libfilter-client, for languages that read memory themselves.
 */
#ifndef FILTER_CLIENT_MESSAGE_H
#define FILTER_CLIENT_MESSAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MESSAGE_VERSION 1u

enum { MESSAGE_BINARY = 0, MESSAGE_JSON = 1 };

/* The fields that have a name for each of their values hold the value's place in PROTOCOL.md's list, from 0. */
enum { MESSAGE_INSPECT, MESSAGE_RESTORE, MESSAGE_PING, MESSAGE_INFO };
enum { MESSAGE_USER, MESSAGE_SYSTEM, MESSAGE_DEVELOPER, MESSAGE_TOOL, MESSAGE_DOCUMENT, MESSAGE_ASSISTANT };
enum { MESSAGE_ALLOW, MESSAGE_FLAG, MESSAGE_REDACT, MESSAGE_BLOCK };
enum {
    MESSAGE_RETURN_FINDINGS = 1,
    MESSAGE_RETURN_REDACTED = 2,
    MESSAGE_RETURN_SANITIZED = 4,
    MESSAGE_RETURN_ISOLATED = 8,
    MESSAGE_RETURN_TEXT = 16
};
enum { MESSAGE_PII = 1, MESSAGE_SECRET = 2, MESSAGE_INJECTION = 4 };

typedef struct message_ref {
    uint32_t offset, size; /* bytes */
} message_ref;

/* Some structs in a row: `count` of them at `offset`, which is a multiple of eight. */
typedef struct message_list {
    uint32_t offset, count;
} message_list;

typedef struct message_segment {
    uint32_t role;
    uint32_t reserved; /* 0 */
    message_ref name;
    message_ref text; /* UTF-8 */
} message_segment;

typedef struct message_request {
    uint32_t version; /* MESSAGE_VERSION */
    uint32_t form;
    uint32_t size; /* of this struct */
    uint32_t op;
    message_ref json; /* MESSAGE_JSON: the header; then of the fields below only the texts of `segments` count */
    message_list segments; /* message_segment */
    message_ref id, policy, tenant, user;
    uint32_t returns; /* MESSAGE_RETURN_…; 0: findings and redacted */
    uint32_t categories; /* MESSAGE_PII | …; 0: all */
    message_list entities; /* message_ref */
    double min_score; /* below 0: the policy's thresholds */
    uint32_t offsets; /* 0 byte, 1 codepoint, 2 utf16 */
    uint32_t isolate_mode; /* 0 the policy's, 1 delimit, 2 datamark, 3 encode */
    message_ref model_family;
    message_ref traceparent;
    int64_t deadline_ms; /* below 0: none */
} message_request;

typedef struct message_segment_result {
    uint32_t verdict, reserved;
    double score;
    uint64_t stripped, neutralised;
    message_ref redacted, sanitized, isolated;
    uint32_t has; /* MESSAGE_RETURN_…: which of the texts were made */
    uint32_t reserved2;
} message_segment_result;

typedef struct message_finding {
    uint32_t segment, category, action, evidence;
    uint64_t start, end; /* in the request's `offsets` */
    uint64_t byte_start, byte_end;
    double score;
    message_ref rule, entity_type, view, text; /* text: only when it was asked for */
} message_finding;

typedef struct message_skip {
    uint32_t segment, reserved;
    message_ref reason;
} message_skip;

typedef struct message_reply {
    uint32_t version;
    uint32_t form;
    uint32_t size;
    uint32_t status; /* 0 ok, 1 error */
    message_ref json; /* MESSAGE_JSON, and answers to `info`: the header; its texts in `texts` */
    message_list texts; /* message_ref: MESSAGE_JSON */
    message_ref id;
    message_ref error_code, error_message;
    uint64_t error_frame, error_offset; /* bad_text: which frame, which byte */
    uint32_t verdict;
    uint32_t isolate_mode;
    double score;
    message_list reasons; /* message_ref */
    message_list segments; /* message_segment_result */
    message_list findings; /* message_finding */
    message_list skipped; /* message_skip */
    message_ref isolate_boundary, isolate_instruction;
    message_ref policy, pack_version, pack_digest;
    uint64_t bytes, tokens;
    int64_t queue_us, scan_us, total_us;
} message_reply;

#ifdef __cplusplus
}
#endif
#endif
