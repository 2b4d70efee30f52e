/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traits: what obfuscated text looks like, for 64 bytes at a time.
 *
 * A mask has a bit for each of 64 bytes. What every obfuscation is recognised by is worked out from a few of them, so
 * that text without any costs one pass. Only the files of this folder use it.
 */
#ifndef FILTER_TEXT_OBFUSCATION_TRAITS_H
#define FILTER_TEXT_OBFUSCATION_TRAITS_H

#include "text/obfuscation/obfuscation.h"
#include "text/rewrite.h"

#include <stdint.h>

#define TOKEN_MAX 24 /* letters and symbols of a word that is rewritten */

/* Bytes that are rewritten at once: what goes on is the next region, and between two the time is looked at. */
#define REGION_MAX ((size_t)16 << 10)

/* Of 64 bytes, or fewer at the end, a bit for each. */
typedef struct masks {
    uint64_t letters, digits;
    uint64_t symbols; /* $ ! | + */
    uint64_t same; /* as the two bytes after it */
    uint64_t ay; /* an a before a y */
} masks;

masks masks_at(const char *text, size_t size, size_t at);

/* Single letters that stand in a row. */
uint64_t rows_of(const masks *m);

/* A digit beside a letter: "n0r", "1gn"; a symbol between two: "d!r"; three of the same letter. Where there is one,
 * symbols after letters count, too: "promp+". */
uint64_t leet_of(const masks *m);

/* Digits that stand alone, three in a row. */
uint64_t lone_digits_of(const masks *m);

/* Digits beside letters. */
uint64_t misreads_of(const masks *m);

/* Digits of a block that is full of them, as codes make it. */
uint64_t codes_of(const masks *m);

/* Where words of at least six letters begin. At the start of a block that may be the inside of one. */
uint64_t words_of(const masks *m);

/* The ends of pig Latin, when there are many of them. */
uint64_t ays_of(const masks *m);

/* What may stand inside of a word and not be seen, or be seen past: a sign after a letter, and before more; a character
 * beyond ASCII beside a letter; a vowel twice. At the ends of a block more than that. */
uint64_t joints_at(const char *text, size_t size, size_t at);

/* Is an indicator word disguised around the joint at `at`? `floor` is where the word before ended, and is set to where
 * this one does. */
bool is_rendered_indicator(const char *text, size_t size, const word_index *words, size_t at, size_t *floor);

/* Writes one character for `from_size` bytes at `from`. */
void put(rewriter *w, char c, size_t from, size_t from_size);

/* Rewrites at each place of `places`, left to right; what `rewrite` returns is where the next place may lie. */
bool rewrite_places(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
                    uint64_t (*places)(const masks *m),
                    size_t (*rewrite)(rewriter *w, const word_index *words, size_t at, size_t floor));

#endif
