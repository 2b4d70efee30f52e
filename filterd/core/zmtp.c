/* SPDX-License-Identifier: Apache-2.0 */
#include "core/zmtp.h"

#define GREETING_SIZE 64
#define MECHANISM_AT 12 /* in the greeting: its name, and zeros */
#define COMMAND_MAX 4096 /* bytes: those of hand-shakes have some hundred, pings fewer */
enum { FLAG_MORE = 1, FLAG_LONG = 2, FLAG_COMMAND = 4 };

static const char curve[] = "CURVE";
#define CURVE_SIZE (sizeof curve - 1)

/* The signature is 0xFF, eight bytes of any value, and 0x7F; then comes the version. */
static bool take_greeting(zmtp_stream *s, unsigned char byte) {
    size_t at = s->greeted++;
    bool names = at >= MECHANISM_AT && at < MECHANISM_AT + CURVE_SIZE;
    if (names && byte == (unsigned char)curve[at - MECHANISM_AT]) s->spelled++;
    return at == 0 ? byte == 0xFF : at == 9 ? byte == 0x7F : at == 10 ? byte >= 3 : true;
}

static size_t header_size(unsigned char flags) {
    return flags & FLAG_LONG ? 9 : 2;
}

/* A frame begins. libzmq makes room for it now, so nobody announces much before the hand-shake: READY, or HELLO and
 * INITIATE under CURVE. No command goes on in another frame; libzmq takes some for a part of a message, and under CURVE
 * whatever the flags say. */
static bool begin_frame(zmtp_stream *s, const zmtp_limits *limits) {
    bool is_command = s->header[0] & FLAG_COMMAND, is_curve = s->spelled == CURVE_SIZE;
    s->body = 0;
    for (size_t i = 1; i < s->header_size; i++) s->body = s->body << 8 | s->header[i];
    s->header_size = 0;
    if (is_command && (s->header[0] & FLAG_MORE || s->body > COMMAND_MAX)) return false;
    if (s->commands < (is_curve ? 2 : 1)) {
        s->commands++;
        return is_command;
    }
    if (is_command && !is_curve) return true;
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
        if (!take_greeting(s, bytes[i])) return false;
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
