/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_token: the words and marks of a text as the tagger of names sees them.
 *
 *     name_reader r = {.data = data, .memory = &s->memory, .text = text, .size = size};
 *     while (name_reader_next(&r)) …   r.items[r.first] … r.items[r.last - 1] are the tokens of the next lines
 *
 * rules/train/names/FEATURES.md is the definition. Lines are read whole, dozens of tokens at a time; a line of more
 * than NAME_LINE_MAX is cut there.
 */
#ifndef FILTER_NAMES_NAME_TOKEN_H
#define FILTER_NAMES_NAME_TOKEN_H

#include "base/arena.h"
#include "fields/field.h"
#include "packs/name_data.h"

/* Tokens that are read together, at least and at most. */
#define NAME_LINES_MIN 64
#define NAME_LINE_MAX 4096
/* Tokens before and after those that are read, which features look at. */
#define NAME_BESIDE 2

typedef enum name_shape {
    NAME_MARK,
    NAME_SMALL,
    NAME_CAPITAL, /* one, at the beginning */
    NAME_UPPER,
    NAME_INITIAL,
    NAME_MIXED, /* McCapital */
    NAME_NUMBER,
    NAME_CODE, /* no word of a language */
    NAME_CASELESS,
    NAME_SINGLE, /* of a script without blanks between words */
    NAME_ABSENT = 15, /* before the first token, behind the last */
} name_shape;

/* What marks of ASCII do. */
typedef enum name_mark {
    NAME_MARK_OF_CODE = 1,
    NAME_MARK_QUOTES = 2,
    NAME_MARK_NAMES = 4, /* the value behind it */
    NAME_MARK_BEGINS = 8, /* a sentence, or an item */
    NAME_MARK_HANDLES = 16, /* a word behind it is a handle, a tag, a variable or a path */
} name_mark;

/* Marks of code of a line are counted so far. */
#define NAME_NOISE_MAX 3

/* How a line is written. */
typedef enum name_mode { NAME_LINE_MIXED, NAME_LINE_SMALL, NAME_LINE_UPPER, NAME_LINE_TITLE } name_mode;

/* Classes of words. */
#define NAME_GIVEN 0x1U
#define NAME_FAMILY 0x2U
#define NAME_PLACE 0x4U
#define NAME_COUNTRY 0x8U
#define NAME_TITLE 0x40U
#define NAME_KIN 0x80U
#define NAME_PARTICLE 0x200U
#define NAME_CUE 0x400U
#define NAME_OFTEN 0x2000U /* of the levels of NAME_LEVEL, the upper two */
#define NAME_PHRASE 0x4000U
#define NAME_STOPPED 0x8000U
#define NAME_ANY_NAME (NAME_GIVEN | NAME_FAMILY | NAME_PLACE | NAME_COUNTRY)

typedef struct name_token {
    size_t start, end; /* in bytes of the text */
    uint32_t mark; /* the character, of a mark */
    uint32_t hash, classes, found;
    uint32_t key[2]; /* what names it as a value */
    uint32_t line; /* or cell, where tabs part it: names do not reach over its end */
    uint8_t shape, mode, noise, script, run, length;
    uint8_t marks; /* bits of name_mark, of a mark of ASCII */
    bool is_first, is_glued;
    bool is_apart; /* a tab is before it */
    bool is_ordinary; /* it has no class but perhaps NAME_LEVEL, which name_reader_complete() learns */
    bool has_stop; /* at its end */
    bool is_complete;
    uint32_t cluster;
    uint32_t suffix[4], prefix[2]; /* not known before, as the cluster of an ordinary word */
} name_token;

typedef struct name_reader {
    const name_data *data;
    arena *memory;
    const char *text;
    size_t size;
    const field_list *fields; /* of the text: cells and elements are named by them; NULL: nobody asks */
    size_t field; /* the first one that may hold the next token */
    size_t at; /* how far the text was read */
    name_token *items;
    size_t first, last, count, capacity;
    uint32_t line;
    bool failed; /* memory is out */
} name_reader;

/* Reads the tokens of the next lines. False at the end of the text, or when memory is out. */
bool name_reader_next(name_reader *r);

/* Learns the beginning and the end of a word, and its cluster. */
void name_reader_complete(const name_reader *r, name_token *token);

#endif
