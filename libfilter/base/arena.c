/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN ((size_t)16 * 1024)
/* Bytes of an array that may still become longer: no sum of sizes overflows. */
#define LENGTHENED_MAX (SIZE_MAX / 4)

struct arena_block {
    arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(arena *a) {
    *a = (arena){.block = NULL};
}

static void forget(arena *a, arena_block *block) {
    if (a->holds_text) explicit_bzero(block->data, block->used);
    block->used = 0;
}

static void free_blocks(arena *a) {
    while (a->block) {
        arena_block *next = a->block->next;
        forget(a, a->block);
        free(a->block);
        a->block = next;
    }
    a->held = 0;
}

void arena_fini(arena *a) {
    free_blocks(a);
}

static bool push_block(arena *a, size_t size) {
    if (size > SIZE_MAX - sizeof(arena_block)) return false;
    arena_block *block = malloc(sizeof *block + size);
    if (!block) return false;
    block->next = a->block;
    block->used = 0;
    block->size = size;
    a->block = block;
    a->held += size;
    return true;
}

void arena_reset(arena *a, size_t keep) {
    a->failed = false;
    if (!a->block) return;
    if (!a->block->next && a->held <= keep) {
        forget(a, a->block);
        return;
    }
    size_t size = a->held < keep ? a->held : keep;
    free_blocks(a);
    (void)push_block(a, size); /* on failure the next allocation tries again */
}

static size_t whole(size_t bytes) {
    const size_t align = alignof(max_align_t);
    return (bytes + align - 1) & ~(align - 1);
}

static void *try_take(arena *a, size_t count, size_t size) {
    if (size && count > (SIZE_MAX / 2) / size) return NULL;
    size_t bytes = whole(count * size);
    if (bytes == 0) bytes = alignof(max_align_t);
    if (!a->block || a->block->size - a->block->used < bytes) {
        size_t want = a->held < BLOCK_MIN ? BLOCK_MIN : a->held; /* doubles what is held */
        if (!push_block(a, want < bytes ? bytes : want)) return NULL;
    }
    void *p = a->block->data + a->block->used;
    a->block->used += bytes;
    return p;
}

static void *take(arena *a, size_t count, size_t size) {
    void *p = try_take(a, count, size);
    if (!p) a->failed = true;
    return p;
}

void *arena_alloc(arena *a, size_t count, size_t size) {
    void *p = take(a, count, size);
    return p ? memset(p, 0, count * size) : NULL;
}

char *arena_copy(arena *a, const char *text, size_t size) {
    char *copy = size < SIZE_MAX ? take(a, size + 1, 1) : NULL;
    if (!copy) return NULL;
    if (size) memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *arena_printf(arena *a, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    char *text = size < 0 ? NULL : take(a, (size_t)size + 1, 1);
    if (text) vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

/* Makes what was taken last, `bytes` of it, longer where it stands. */
static bool lengthen(arena *a, const void *last, size_t bytes, size_t more) {
    arena_block *block = a->block;
    const size_t held = whole(bytes), wanted = whole(more);
    if (!block || held > block->used || block->data + block->used - held != last) return false;
    if (wanted - held > block->size - block->used) return false;
    block->used += wanted - held;
    return true;
}

bool arena_grow(arena *a, void *array, size_t *capacity, size_t need, size_t size) {
    if (need <= *capacity) return true;
    size_t more = *capacity > SIZE_MAX / 4 ? need : *capacity * 2;
    if (more < need) more = need;
    if (more < 16) more = 16;
    void *old;
    memcpy(&old, array, sizeof old);
    if (*capacity && more < LENGTHENED_MAX / size && lengthen(a, old, *capacity * size, more * size)) {
        *capacity = more;
        return true;
    }
    void *grown = take(a, more, size);
    if (!grown) return false;
    if (*capacity) memcpy(grown, old, *capacity * size);
    memcpy(array, &grown, sizeof grown);
    *capacity = more;
    return true;
}
