/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentences: what the sentence model reads of a view: windows of whole sentences, and the features of each.
 *
 * A sentence ends at a full stop, a line end or a like mark; one without an end is cut after SENTENCE_MAX bytes. Each
 * sentence is a window, and so are it and those after it that fit into WINDOW_MAX bytes. Features are
 * hashed: words, their first five and last three characters, pairs of neighbours and of those one apart, marks, and
 * the classes of phrases (phrase.h) with the class before. Words of scripts without blanks are single characters.
 * Case does not count. Features of a sentence do not depend on the window, so that each is read once: the walk costs
 * little more than looking at the bytes, and takes no memory.
 */
#ifndef FILTER_INJECTION_SENTENCES_H
#define FILTER_INJECTION_SENTENCES_H

#include "pass/pass.h"

#define SENTENCE_MAX 160
#define WINDOW_MAX 320

/* Some sentences in a row. */
typedef struct sentence_window {
    size_t start, end; /* in the view */
    size_t first; /* number of its first feature in the view */
    uint32_t count; /* of features */
    int32_t sum; /* of their weights */
} sentence_window;

typedef void sentence_window_fn(void *arg, const sentence_window *window);
typedef void sentence_feature_fn(void *arg, uint32_t hash);

/* What is done with features: their weights are summed, or, for the trainer, each is told. */
typedef struct sentence_reading {
    const int8_t *weights; /* 2^bits; not looked at when features are told */
    unsigned bits;
    sentence_feature_fn *on_feature; /* NULL: weights are summed */
    sentence_window_fn *on_window; /* in order of start */
    void *arg;
} sentence_reading;

/* Reads the view of a pass, whose phrases were found last. Returns how many sentences it has; stops early when the time
 * is up. */
size_t sentences_read(const pass *p, const sentence_reading *reading);

/* The place of a feature in a table of 2^bits weights. */
static inline uint32_t sentence_place(uint32_t hash, unsigned bits) {
    return hash >> (32 - bits);
}

#endif
