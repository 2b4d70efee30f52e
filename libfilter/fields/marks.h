/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks: the bytes of a text where structure can begin or end, one after the other.
 *
 * Quotes, brackets, separators, line feeds, and a hyphen after a blank, as an option has it. Prose has one in about
 * forty bytes, so walking from mark to mark is what makes reading fields cheap.
 */
#ifndef FILTER_FIELDS_MARKS_H
#define FILTER_FIELDS_MARKS_H

#include "base/byte_mask.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MARKS_BLOCK 64

typedef struct marks {
    const char *text;
    size_t size;
    size_t block; /* where the block whose marks are known begins */
    uint64_t bits; /* of its marks */
} marks;

void marks_begin(marks *m, const char *text, size_t size);

/* Finds the marks of the block that begins at `block`. */
void marks_load(marks *m, size_t block);

/* The first mark at `from` or later; the size of the text: there is none. */
static inline size_t marks_next(marks *m, size_t from) {
    size_t block = from & ~(size_t)(MARKS_BLOCK - 1);
    if (from >= m->size) return m->size;
    if (block != m->block) marks_load(m, block);
    uint64_t bits = m->bits & (~UINT64_C(0) << (from & (MARKS_BLOCK - 1)));
    while (!bits) {
        block += MARKS_BLOCK;
        if (block >= m->size) return m->size;
        marks_load(m, block);
        bits = m->bits;
    }
    return block + (size_t)__builtin_ctzll(bits);
}

#endif
