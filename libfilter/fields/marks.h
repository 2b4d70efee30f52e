/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks: the bytes of a text where structure can begin or end, a bit for each.
 *
 * Quotes, brackets, separators, line feeds, and a hyphen after a blank, as an option has it. Prose has one in about
 * forty bytes, so walking from mark to mark is what makes reading fields cheap. They are found in one pass: who looks
 * ahead or back pays for a look at the bits alone.
 */
#ifndef FILTER_FIELDS_MARKS_H
#define FILTER_FIELDS_MARKS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKS_BLOCK 64

typedef struct marks {
    uint64_t *bits; /* a word for each block */
    size_t size; /* of the text */
} marks;

/* Finds the marks of a text. False when memory is out. */
bool marks_find(marks *m, arena *memory, const char *text, size_t size);

/* Adds the marks of `count` whole blocks, as a machine without AVX2 does; all but a hyphen at the start of a block. */
void marks_find_plain(const char *text, size_t count, uint64_t *bits);

/* The first mark at `from` or later; the size of the text: there is none. */
static inline size_t marks_next(const marks *m, size_t from) {
    if (from >= m->size) return m->size;
    size_t block = from / MARKS_BLOCK;
    uint64_t bits = m->bits[block] & (~UINT64_C(0) << (from % MARKS_BLOCK));
    while (!bits) {
        if (++block * MARKS_BLOCK >= m->size) return m->size;
        bits = m->bits[block];
    }
    return block * MARKS_BLOCK + (size_t)__builtin_ctzll(bits);
}

#endif
