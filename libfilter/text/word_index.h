/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word index: words that attacks are made of, to know one again whose letters were set together, scrambled or
 * replaced.
 *
 * Holds the words of all classes that are ASCII letters, several-word entries by their words. Small i and l are one
 * letter here, because leetspeak writes 1, ! and | for both. Read-only once it is made, so that all threads may use
 * it.
 */
#ifndef FILTER_TEXT_WORD_INDEX_H
#define FILTER_TEXT_WORD_INDEX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORD_INDEX_WORD_MAX 16
#define WORD_INDEX_SEGMENT_MAX 96
#define WORD_INDEX_CORRECTED_MIN 10 /* letters: shorter words are too often others by one letter */

typedef struct word_index_slot {
    uint32_t hash;
    uint32_t word; /* plus one; 0: empty */
} word_index_slot;

typedef struct indexed_word {
    const char *text; /* lower case */
    uint8_t size;
    bool is_indicator;
} indexed_word;

typedef struct word_index {
    indexed_word *words;
    size_t count, capacity;
    /* by the letters in their order, and by those of the ends and what stands between */
    word_index_slot *spelled, *scrambled;
    size_t slot_count; /* of each table, a power of two */
    uint32_t begins[32]; /* by five bits of the first letter, a bit for each second one */
    uint32_t
        ends[32]
            /* of indicator words: by five bits of the first letter and four of the size, a bit for each last letter */
            [16];
} word_index;

/* `word` is in lower case and lives as long as the word index; what has other characters than ASCII letters, or is
 * too long, is left out. An indicator word is rare enough to show by itself that letters are scrambled. False: memory
 * is out. */
bool word_index_add(word_index *v, arena *memory, const char *word, size_t size, bool is_indicator);

/* Makes the tables, once all words are there. False: memory is out. */
bool word_index_finish(word_index *v, arena *memory);

/* The word that is spelled so, in any case, i and l alike; NULL: none. */
const indexed_word *word_index_find(const word_index *v, const char *text, size_t size);

/* The word of at least six letters that has these letters, the first and the last at their places and the others in
 * another order; NULL: none, or it is spelled right. */
const indexed_word *word_index_unscramble(const word_index *v, const char *text, size_t size);

/* The word of at least ten letters that these are with one more, or one fewer, between the first and the last; NULL:
 * none, or it is spelled right. */
const indexed_word *word_index_correct(const word_index *v, const char *text, size_t size);

/* Could a word of letters be an indicator that is scrambled? Quick, and wrong at times. */
static inline bool word_index_may_indicate(const word_index *v, char first, char last, size_t size) {
    return v->ends[first & 31][size & 15] >> (last & 31) & 1;
}

/* The same for one with a letter too many or too few. */
static inline bool word_index_may_be_misspelled(const word_index *v, char first, char last, size_t size) {
    return size + 1 >= WORD_INDEX_CORRECTED_MIN && size <= WORD_INDEX_WORD_MAX + 1 &&
           (word_index_may_indicate(v, first, last, size - 1) || word_index_may_indicate(v, first, last, size + 1));
}

/* Parts letters that were set together into words: `starts` gets where each word, or what stands between words,
 * begins. Returns how many, 0 when they are not words for the most part. At most WORD_INDEX_SEGMENT_MAX letters. */
size_t word_index_segment(const word_index *v, const char *letters, size_t size, size_t starts[WORD_INDEX_SEGMENT_MAX]);

#endif
