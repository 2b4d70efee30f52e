/* SPDX-License-Identifier: Apache-2.0 */

/*
 * disguise: text that a person still reads and a pattern does not: letters set apart or together, shuffled, turned, replaced by digits, symbols,
 * numbers or Morse.
 *
 * Each is seen by its shape, in one pass over the text that finds nothing in nearly all texts, and undone with some of
 * the text around it. What has no shape is told by words: see cipher.h.
 */
#ifndef FILTER_TEXT_OBFUSCATION_H
#define FILTER_TEXT_OBFUSCATION_H

#include "text/decode/decode.h"


/* What a text may hold by its shape: a bit for each; SHAPE_ANY is what has no shape and is looked for in every text. */
enum { SHAPE_ANY = 1, SHAPE_LETTERS = 2, SHAPE_LEET = 4, SHAPE_NUMBERS = 8, SHAPE_SHUFFLED = 16, SHAPE_PIG_LATIN = 32 };
unsigned disguise_shapes(const char *text, size_t size, const word_index *words);

/* "i g n o r e", "i.g.n.o.r.e", one letter a line. */
bool disguise_letters(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "1gn0r3 4ll", "ignooore". */
bool disguise_leet(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Codes of characters: binary, hexadecimal or decimal, in groups; the places of letters in the alphabet. */
bool disguise_numbers(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

bool disguise_morse(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Words without the spaces between them. */
bool disguise_joined(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "igorne all puervios": words whose ends are in place. */
bool disguise_shuffled(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

bool disguise_pig_latin(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Letters upside down, from the end of the line to its start. Looks at text that is not folded: folding would take some for other letters. */
bool disguise_turned(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "ig" + "nore": strings that a plus sign joins. */
bool disguise_sum(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

#endif
