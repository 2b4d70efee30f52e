/* SPDX-License-Identifier: Apache-2.0 */
/*
 * escape: text from outside, for terminals and logs. What a terminal would obey, what forges a line of a log, and what
 * turns the order of letters around is shown and not sent. Names of files, and what packs and replies hold, are such
 * text.
 *
 *     "a\x1B[31m\u202Eb"  ->  a<1b>[31m<U+202E>b
 *
 * Escaped are control characters (C0, DEL, C1), separators of lines, marks of direction, and bytes that are no UTF-8.
 */
#ifndef FILTERD_CORE_ESCAPE_H
#define FILTERD_CORE_ESCAPE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ESCAPE_NONE UINT32_MAX

/* The size of the next character, 1 for a byte that is no UTF-8. *code is ESCAPE_NONE for one that may be printed, else
 * its number. `size` is above 0. */
size_t escape_next(const char *text, size_t size, uint32_t *code);

/* Writes a string to `out`, cut to `capacity` bytes with the NUL, never in a character. Returns the bytes before the
 * NUL. */
size_t escape_string(char *out, size_t capacity, const char *text);

/* Prints a text. */
void escape_print(FILE *out, const char *text, size_t size);

#endif
