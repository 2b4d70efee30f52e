/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zmtp: follows what a peer sends over one connection, to see a message that is larger than any can be before it is in
 * memory. libzmq bounds a frame, not how many make a message.
 *
 * The framing is that of ZMTP 3.0 and 3.1 (rfc.zeromq.org/spec/23 and /37): a greeting of 64 bytes, then frames of
 * flags, length and body. Under CURVE the flag that more frames follow is encrypted, so that each frame looks like a
 * message of its own; what is then left is to count what came since a message was taken out. No allocation; one thread
 * at a time for each stream.
 */
#ifndef FILTERD_CORE_ZMTP_H
#define FILTERD_CORE_ZMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zmtp_limits {
    uint64_t frames, bytes; /* of one message */
    uint64_t untaken_frames, untaken_bytes; /* that came since zmtp_taken */
} zmtp_limits;

typedef struct zmtp_stream {
    uint64_t body; /* bytes of the frame at hand that are still to come */
    uint64_t frames, bytes; /* of the message at hand */
    uint64_t untaken_frames, untaken_bytes;
    uint8_t greeted; /* bytes of the greeting, up to 64 */
    uint8_t spelled; /* of them, those that spell CURVE */
    uint8_t commands; /* of the hand-shake, until it has as many as it must */
    uint8_t header_size; /* bytes of a frame's header that came so far: flags, and a length of 1 or 8 bytes */
    uint8_t header[9];
} zmtp_stream;

/* Takes the next bytes of a stream; a new one is zeroed. False when the peer speaks an older protocol, or its message
 * exceeds a limit: then the connection is to be ended. */
bool zmtp_follow(zmtp_stream *s, const unsigned char *bytes, size_t size, const zmtp_limits *limits);

/* The reader has taken a message of this stream: it keeps up. */
static inline void zmtp_taken(zmtp_stream *s) {
    s->untaken_frames = s->untaken_bytes = 0;
}

#endif
