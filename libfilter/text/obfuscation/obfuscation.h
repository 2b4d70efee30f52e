/* SPDX-License-Identifier: Apache-2.0 */

/*
 * obfuscation: text that a person still reads and a pattern does not: letters set apart or together, scrambled, turned,
 * replaced by digits, symbols, numbers or Morse.
 *
 * Each is seen by its shape, in one pass over the text that finds nothing in nearly all texts, and undone with some
 * of the text around it. What has no shape is told by words: see cipher.h.
 */
#ifndef FILTER_TEXT_OBFUSCATION_OBFUSCATION_H
#define FILTER_TEXT_OBFUSCATION_OBFUSCATION_H

#include "text/decode/decode.h"

/* What a text may hold by its shape: a bit for each; TRAIT_ANY is what has no shape and is looked for in every text. */
enum {
    TRAIT_ANY = 1,
    TRAIT_LETTER_SPACING = 2,
    TRAIT_LEET = 4,
    TRAIT_CODES = 8,
    TRAIT_SCRAMBLED = 16,
    TRAIT_PIG_LATIN = 32,
    TRAIT_RENDERED = 64
};
unsigned obfuscation_traits(const char *text, size_t size, const word_index *words, work_budget *left);

/* "i g n o r e", "i.g.n.o.r.e", one letter a line. */
bool undo_letter_spacing(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "1gn0r3 4ll", "ignooore". */
bool undo_leet(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "aWdu b3Jl IGFs bA==": Base64 in pieces of one size, with blanks or numbers of lines between. */
bool undo_base64_pieces(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* ":8?@C6": every printable character 47 places on. Seen by the digits and the words that it makes. */
bool undo_rot47(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Codes of characters: binary, hexadecimal or decimal, in groups; the places of letters in the alphabet. */
bool undo_character_codes(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

bool undo_morse(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Words without the spaces between them. */
bool undo_run_together(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "igorne all puervios", "instuctions": words whose ends are in place. */
bool undo_scrambling(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

bool undo_pig_latin(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "Ig<b></b>nore", "ig|no|re", "ignóre", "ign*re", "iignooree": words with what a page does not show, or a reader sees
 * past. */
bool undo_rendering(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "four one one, double five": numbers in words, in 35 languages. */
bool undo_spelling(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "4-1-1-1": one digit at a time, after a word. */
bool undo_digit_spacing(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* A number that the end of a line breaks, in prose. */
bool undo_broken_numbers(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "4539 397O": letters that look like digits in a number. */
bool undo_misreading(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Letters upside down, from the end of the line to its start. Looks at text that is not folded: folding would take
 * some for other letters. */
bool undo_upside_down(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Bytes in variation selectors, bits in characters without a width. Looks at text that is not folded: folding drops
 * them. */
bool undo_invisible(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* "ig" + "nore": strings that a plus sign joins. */
bool undo_concatenation(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

/* Is it a word for a digit, in one of the languages of spelled.c? */
bool spelled_is_digit(const char *word, size_t size);

#endif
