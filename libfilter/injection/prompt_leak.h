/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leak: does what a model wrote repeat its instructions?
 *
 * The trusted segments of a request become a set of hashes of five words in a row, in lower case, without what stands
 * between them; an output leaks when enough of the set, or a long enough row, occurs in it (after Schleimer, Wilkerson,
 * Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003; all hashes are kept here, because
 * instructions are short). A long word of letters and digits, such as the boundary that isolation writes into the
 * instructions, leaks by itself. A paraphrase or a translation is no row of the same words, and is not seen.
 */
#ifndef FILTER_LEAK_H
#define FILTER_LEAK_H

#include "engine/scratch.h"

typedef struct leak_set {
    uint64_t *slots; /* open addressing; 0 is empty */
    size_t capacity; /* a power of two; 0: no instructions */
    size_t count; /* different hashes */
} leak_set;

/* Reads the system and developer segments of a request. False when memory is out. */
bool leak_learn(leak_set *set, arena *memory, const filter_segment *segments, size_t count);

/* Makes the rule's candidate when an output repeats what the set was made from. The text as sent is looked at. */
void leak_find(const leak_set *set, const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
               filter_role role);

#endif
