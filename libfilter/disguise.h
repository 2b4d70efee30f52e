/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disguise: text that a person still reads and a pattern does not: letters set apart, digits and symbols for letters,
 * numbers for letters, Morse.
 *
 * Each is seen by its shape, in one pass over the text that finds nothing in nearly all texts, and undone with some of
 * the text around it. What has no shape (ROT13, Atbash, text that is reversed) is seen by words that only it makes:
 * the lexicon holds those of the anchors, and view_add_cipher undoes it.
 */
#ifndef FILTER_DISGUISE_H
#define FILTER_DISGUISE_H

#include "decode.h"

/* What a text may hold by its shape: a bit for each, and 0 for nearly every text. */
enum { SHAPE_LETTERS = 1, SHAPE_LEET = 2, SHAPE_NUMBERS = 4, SHAPE_MORSE = 8 };
unsigned disguise_shapes(const char *text, size_t size);

/* "i g n o r e", "i.g.n.o.r.e", one letter a line. */
bool disguise_letters(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map);

/* "1gn0r3 4ll", "ignooore". */
bool disguise_leet(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map);

/* Codes of characters: binary, hexadecimal or decimal, in groups. */
bool disguise_numbers(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map);

bool disguise_morse(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map);

typedef enum cipher { CIPHER_ROT13, CIPHER_ATBASH, CIPHER_REVERSED, CIPHER_COUNT } cipher;

extern const char *const cipher_names[CIPHER_COUNT];

/* Applies a cipher to `part` of a text; each is its own inverse. */
void disguise_cipher(cipher c, const char *text, span part, text_buffer *out, span_map *map);

#endif
