/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher: text that is written in other letters or another order, and has no shape that gives it away: Caesar's
 * cipher, Atbash, reversed text, the spelling alphabet.
 *
 * Each is seen by words that only it makes. The lexicon holds them, made here from words of attacks, and
 * view_add_cipher undoes the cipher around the place where one stands.
 */
#ifndef FILTER_TEXT_CIPHER_H
#define FILTER_TEXT_CIPHER_H

#include "base/utf8.h"
#include "text/span_map.h"
#include "text/word_index.h"

/* CIPHER_CAESAR + n puts for each letter the one that stands n places on: n is 1 to 25. */
typedef enum cipher { CIPHER_REVERSED, CIPHER_ATBASH, CIPHER_SPELLING, CIPHER_CAESAR } cipher;
#define CIPHER_COUNT (CIPHER_CAESAR + 26)

const char *cipher_name(cipher c);

/* What undoes a cipher. CIPHER_SPELLING is only ever undone. */
cipher cipher_inverse(cipher c);

/* Applies a cipher to `part` of a text; writes nothing where there is nothing to undo. */
void cipher_apply(cipher c, const char *text, span part, const word_index *words, text_buffer *out, span_map *map);

/* Do two words of the spelling alphabet stand here? */
bool cipher_is_spelled(const char *text, size_t size, size_t at);

/* The words of the spelling alphabet of radio (ICAO Annex 10 Volume II), with the ways they are written. */
#define SPELLING_COUNT 29
extern const char *const cipher_spelling[SPELLING_COUNT];

#endif
