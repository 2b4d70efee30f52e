/* SPDX-License-Identifier: Apache-2.0 */
/*
 * character: what the tagger of names sees in a character. The tables are those of rules/train/names/tag.py.
 */
#ifndef FILTER_NAMES_CHARACTER_H
#define FILTER_NAMES_CHARACTER_H

#include <stddef.h>
#include <stdint.h>

typedef enum character_kind {
    CHARACTER_LETTER,
    CHARACTER_DIGIT,
    CHARACTER_MARK,
    CHARACTER_SPACE,
    CHARACTER_SINGLE, /* a letter that is a word: of scripts without blanks between words */
    CHARACTER_JOINT, /* a vowel or a tone of one */
} character_kind;

/* Scripts by number: 1 is Latin, and all that are none of the others. */
#define SCRIPT_LATIN 1
#define SCRIPT_CYRILLIC 3 /* the last one that has capitals */

/* The character at *at of UTF-8, and *at behind it; U+FFFD for a byte that is none. */
uint32_t character_next(const char *text, size_t size, size_t *at);

character_kind character_kind_of(uint32_t code);
uint8_t character_script(uint32_t code);

/* The small letter of a capital, one character for one; the character itself when it is none. */
uint32_t character_lower(uint32_t code);

/* Writes a character as UTF-8: the number of bytes, four at most. */
size_t character_write(uint32_t code, char *out);

#endif
