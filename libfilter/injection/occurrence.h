/* SPDX-License-Identifier: Apache-2.0 */
/*
 * occurrence: in which segments of a request some words stand. The words are those of an answer, which are few; the
 * segments are then read once, whatever their number.
 *
 * A segment is a bit. Those of the user, those that are trusted and all others have 21 bits of their own each, by their
 * number: where there are more, two may look like one, but never a document like the user.
 */
#ifndef FILTER_INJECTION_OCCURRENCE_H
#define FILTER_INJECTION_OCCURRENCE_H

#include "base/arena.h"

#include <stdint.h>

typedef struct occurrence {
    uint64_t hash; /* 0: a free slot */
    uint64_t segments; /* a bit for each */
    size_t first; /* the first of them that may plant something; SIZE_MAX: none */
    size_t note; /* for the owner; 0 at first */
} occurrence;

typedef struct occurrences {
    occurrence *slots; /* open addressing */
    size_t capacity; /* a power of two; 0: it holds nothing */
} occurrences;

/* Makes room for so many hashes. False when memory is out. */
bool occurrences_init(occurrences *o, arena *memory, size_t count);

/* The place of a hash, new or not; NULL where too many others collide with it. `hash` is not 0. */
occurrence *occurrences_add(occurrences *o, uint64_t hash);

/* The place of a hash that was added; NULL: it was not. */
occurrence *occurrences_find(const occurrences *o, uint64_t hash);

/* Notes that what the hash stands for is in a segment, if it was added. */
void occurrences_see(const occurrences *o, uint64_t hash, size_t segment, uint64_t bit, bool may_plant);

/* Who wrote a segment. */
typedef enum occurrence_writer { WRITTEN_BY_USER, WRITTEN_BY_TRUSTED, WRITTEN_BY_OTHERS } occurrence_writer;

#define OCCURRENCE_BITS 21

/* The bit of a segment. */
static inline uint64_t occurrence_bit(size_t segment, occurrence_writer writer) {
    return UINT64_C(1) << (segment % OCCURRENCE_BITS + OCCURRENCE_BITS * (size_t)writer);
}

#endif
