/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer: a message as it is put together, by client and daemon alike. What fits is written, and all is measured: a
 * message that turns out longer than its room is written again where there is more.
 */
#ifndef FILTERD_PROTOCOL_WRITER_H
#define FILTERD_PROTOCOL_WRITER_H

#include "protocol/message.h"

#include <stddef.h>
#include <string.h>

typedef struct writer {
    char *out; /* may be NULL when capacity is 0 */
    size_t capacity;
    size_t used; /* begins after the header struct, which is put at 0 when it is complete */
} writer;

static inline void writer_put_at(writer *w, size_t at, const void *bytes, size_t size) {
    if (at + size <= w->capacity) memcpy(w->out + at, bytes, size);
}

static inline filter_message_ref writer_bytes(writer *w, const char *bytes, size_t size) {
    if (!bytes || size == 0) return (filter_message_ref){0, 0};
    filter_message_ref ref = {(uint32_t)w->used, (uint32_t)size};
    writer_put_at(w, w->used, bytes, size);
    w->used += size;
    return ref;
}

static inline filter_message_ref writer_string(writer *w, const char *text) {
    return writer_bytes(w, text, text ? strlen(text) : 0);
}

/* Room for structs of `item` bytes that are put one by one. */
static inline filter_message_list writer_list(writer *w, size_t count, size_t item) {
    static const char zeros[8] = {0};
    size_t padding = (8 - w->used % 8) % 8;
    if (count == 0) return (filter_message_list){0, 0};
    writer_put_at(w, w->used, zeros, padding);
    filter_message_list list = {(uint32_t)(w->used + padding), (uint32_t)count};
    w->used += padding + count * item;
    return list;
}

static inline void writer_item(writer *w, filter_message_list list, size_t i, const void *item, size_t size) {
    writer_put_at(w, list.offset + i * size, item, size);
}

#endif
