/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apart: words whose letters stood apart, or were written as something else, put together again.
 *
 * The letters of a word come one by one, each with the bytes that it stands for. Where nothing parted several words,
 * the word index parts them.
 */
#ifndef FILTER_TEXT_WORD_JOINER_H
#define FILTER_TEXT_WORD_JOINER_H

#include "text/rewrite.h"
#include "text/word_index.h"

/* A word, until it is written. */
typedef struct word_joiner {
    size_t count;
    char letters[WORD_INDEX_SEGMENT_MAX];
    size_t from[WORD_INDEX_SEGMENT_MAX], from_size[WORD_INDEX_SEGMENT_MAX];
} word_joiner;

/* Adds a letter that stands for `from_size` bytes at `from`. */
void word_joiner_add(rewriter *w, const word_index *words, word_joiner *a, char c, size_t from, size_t from_size);

/* Writes the word, and begins another. */
void word_joiner_put(rewriter *w, const word_index *words, word_joiner *a);

/* Where the ASCII letters end that begin at `at`. */
static inline size_t word_end(const char *text, size_t size, size_t at) {
    while (at < size && text_is_alpha(text[at])) at++;
    return at;
}

#endif
