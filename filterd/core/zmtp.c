/* SPDX-License-Identifier: Apache-2.0 */
#include "core/zmtp.h"

#define GREETING_SIZE 64
enum { FLAG_MORE = 1, FLAG_LONG = 2, FLAG_COMMAND = 4 };

/* The signature is 0xFF, eight bytes of any value, and 0x7F; then comes the version. */
static bool is_greeting(size_t at, unsigned char byte) {
    return at == 0 ? byte == 0xFF : at == 9 ? byte == 0x7F : at == 10 ? byte >= 3 : true;
}

static size_t header_size(unsigned char flags) {
    return flags & FLAG_LONG ? 9 : 2;
}

/* A frame begins. Commands (pings, and the hand-shake) are taken one by one, and are part of no message. */
static bool begin_frame(zmtp_stream *s, const zmtp_limits *limits) {
    s->body = 0;
    for (size_t i = 1; i < s->header_size; i++) s->body = s->body << 8 | s->header[i];
    s->header_size = 0;
    if (s->header[0] & FLAG_COMMAND) return true;
    if (s->body > limits->bytes - s->bytes || s->frames == limits->frames) return false;
    if (s->body > limits->untaken_bytes - s->untaken_bytes || s->untaken_frames == limits->untaken_frames) return false;
    s->bytes += s->body;
    s->frames++;
    s->untaken_bytes += s->body;
    s->untaken_frames++;
    if (!(s->header[0] & FLAG_MORE)) s->bytes = s->frames = 0;
    return true;
}

bool zmtp_follow(zmtp_stream *s, const unsigned char *bytes, size_t size, const zmtp_limits *limits) {
    size_t i = 0;
    for (; s->greeted < GREETING_SIZE && i < size; i++) {
        if (!is_greeting(s->greeted++, bytes[i])) return false;
    }
    while (i < size) {
        if (s->body) {
            uint64_t left = size - i, part = s->body < left ? s->body : left;
            s->body -= part;
            i += part;
            continue;
        }
        s->header[s->header_size++] = bytes[i++];
        if (s->header_size == header_size(s->header[0]) && !begin_frame(s, limits)) return false;
    }
    return true;
}
