/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena: memory that is given back all at once.
 *
 * Two things own one: the rules of an engine, which live until its end, and a scratch, which is
 * reset for each request. A reset keeps one block as large as everything that was used, so that
 * after warm-up a request takes no memory from the system. Not locked: one thread at a time.
 */
#ifndef FILTER_BASE_ARENA_H
#define FILTER_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *block; /* the one that is being filled; older ones hang after it */
    size_t held; /* bytes in all blocks */
    bool holds_text; /* of requests: what was used is overwritten before it is used anew or given back */
    bool failed; /* an allocation failed since the start or the last reset: who builds much asks once, at the end */
} arena;

void arena_init(arena *a);
void arena_fini(arena *a);

/* Forgets every allocation. Blocks are merged into one; what exceeds `keep` bytes goes back to the
 * system, so that one huge request does not stay resident for ever. */
void arena_reset(arena *a, size_t keep);

/* Zeroed, aligned for any type; NULL when memory is out or count * size overflows. */
void *arena_alloc(arena *a, size_t count, size_t size);

/* A copy with a NUL after it. */
char *arena_copy(arena *a, const char *text, size_t size);

char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for at least `need` elements in an array that lives in the arena: doubles it where it stands when nothing
 * was taken after it, or copies it and leaves the old one. New elements are not zeroed. False when memory is out; the
 * array is unchanged then. */
bool arena_grow(arena *a, void *array, size_t *capacity, size_t need, size_t size);

#endif
