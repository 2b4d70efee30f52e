/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text: what every module needs to know of UTF-8: is it valid, is it all ASCII, where does a
 * character begin, how far is a byte in another unit. Also a growing buffer for making text.
 */
#ifndef FILTER_BASE_UTF8_H
#define FILTER_BASE_UTF8_H

#include "base/arena.h"
#include "base/work.h"
#include "filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size of the longest prefix that is ASCII only. */
size_t text_ascii_prefix(const char *text, size_t size);

/* Size of the longest prefix that is valid UTF-8 (no surrogates, no overlong forms). */
size_t text_valid_prefix(const char *text, size_t size);

/* Puts '?' for every byte that is no UTF-8, one for one, so that places stay right. */
void text_replace_invalid(char *text, size_t size);

/* Puts '?' also for what moves a terminal or forges a line of a log: control characters, C0, DEL and C1. For messages
 * that hold words of others. */
void text_make_printable(char *text, size_t size);

/* Is the character at `at`, or the one that ends there, a letter or a digit of any script? */
bool text_is_word_at(const char *text, size_t size, size_t at);
bool text_is_word_before(const char *text, size_t at);

/* Moves an offset back, or forward, to the start of a character. */
size_t text_align_back(const char *text, size_t offset);
size_t text_align_forward(const char *text, size_t size, size_t offset);

static inline bool text_is_digit(char c) {
    return c >= '0' && c <= '9';
}
static inline bool text_is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool text_is_alnum(char c) {
    return text_is_digit(c) || text_is_alpha(c);
}
static inline bool text_is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
/* Is a byte part of a word, when every character beyond ASCII is taken for a letter? */
static inline bool text_is_word_byte(char c) {
    return (unsigned char)c >= 0x80 || text_is_alnum(c);
}
static inline char text_upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static inline char text_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
/* The value of a hexadecimal digit; -1: it is none. */
static inline int text_hex_value(char c) {
    if (text_is_digit(c)) return c - '0';
    c = text_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of backslashes that end at `at`, back to `from` at most. */
static inline size_t text_slashes_before(const char *text, size_t from, size_t at) {
    size_t first = at;
    while (first > from && text[first - 1] == '\\') first--;
    return at - first;
}

/* First place of `needle` in the text, or NULL. */
const char *text_find(const char *text, size_t size, const char *needle, size_t needle_size);

/* Turns rising byte offsets of one text into another unit: offsets must be asked in an order that
 * never falls, so that all of them together cost one pass. */
typedef struct text_ruler {
    const char *text;
    size_t size;
    filter_offsets unit;
    size_t byte;
    size_t count;
} text_ruler;

size_t text_ruler_at(text_ruler *ruler, size_t byte);

/* Text that grows in an arena. `failed` sticks once memory is out; check it at the end. */
typedef struct text_buffer {
    arena *memory;
    work_budget *work; /* what making the text may cost, for those who make it; NULL: nobody counts */
    char *data;
    size_t size;
    size_t capacity;
    bool failed;
} text_buffer;

void text_append(text_buffer *buffer, const char *text, size_t size);
void text_append_string(text_buffer *buffer, const char *text);

#endif
