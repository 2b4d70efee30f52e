/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon: the words of all classes, found in a text.
 *
 * Words that begin with an ASCII letter or digit are looked up where a word of the text begins, by its first four
 * bytes, and several words in a row by the first four of each of the first two: most words of most texts end there.
 * Measured on 1,900 of them, this takes a quarter of the time of a literal matcher, because that must look at every
 * byte. Words that begin with any other letter are left to the literal matcher, for scripts that do not part their
 * words; text that is ASCII does not pay for them.
 */
#ifndef FILTER_ENGINE_LEXICON_H
#define FILTER_ENGINE_LEXICON_H

#include "base/work.h"
#include "text/span_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEXICON_BUCKETS 8192
#define LEXICON_SLOTS 65536 /* so many that a word that is in no entry is seldom taken for one */

typedef struct lexicon_entry {
    const char *text; /* lower case; a space stands for white space */
    uint16_t size;
    bool open; /* the word may go on; it is told to its end */
    bool is_trigger; /* of a class that is rare in benign text */
    uint32_t id; /* what is reported */
    uint32_t next; /* entry of the same bucket, plus one */
    uint64_t begin, mask; /* the first eight bytes, up to a space; most entries of a bucket are told apart by them */
} lexicon_entry;

typedef struct lexicon {
    lexicon_entry *entries;
    size_t count, capacity;
    uint32_t buckets[LEXICON_BUCKETS]; /* entry plus one; 0: none */
    uint8_t known[LEXICON_SLOTS]; /* by hash: bits of KNOWN_… */
} lexicon;

/* Can the word be an entry? It begins with an ASCII letter or digit, and has four bytes before it may go on. */
bool lexicon_takes(const char *word, size_t size, bool open);

/* False: memory is out. `word` lives as long as the lexicon. */
bool lexicon_add(lexicon *l, arena *memory, const char *word, size_t size, bool open, bool is_trigger, uint32_t id);

/* Told of each word found, in order of start. False ends the search. */
typedef bool lexicon_fn(uint32_t id, size_t start, size_t end, void *arg);

/* What is searched, and who is told. */
typedef struct lexicon_search {
    const char *text;
    span part; /* entries begin and end in it */
    bool triggers_only;
    work_budget *work; /* what it may cost; NULL: nobody counts */
    lexicon_fn *fn;
    void *arg;
} lexicon_search;

/* Finds the entries of a text, or only those of them that are triggers, while the work lasts. */
void lexicon_find(const lexicon *l, const lexicon_search *s);

#endif
