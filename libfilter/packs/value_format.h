/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value_format: the shape of a value, as data.
 *
 * A format is the part of regular expressions that is finite: literals, \d, classes, groups,
 * alternatives, ? and {m,n}; and `~`, which stands for one optional separator of the rule, the same
 * at every `~` of a value ("5432 1098 7652", "5432-1098-7652", never a mixture). Because it is
 * finite it has a longest value, a literal head, a number of digits, and random members: from one
 * text come what the scanner looks for, what the confirmation matches, and examples.
 */
#ifndef FILTER_PACKS_VALUE_FORMAT_H
#define FILTER_PACKS_VALUE_FORMAT_H

#include "base/arena.h"
#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct value_format_node value_format_node;

typedef struct value_format {
    const char *source;
    const char *separators; /* "" when it has no ~ */
    const value_format_node *root;
    size_t min_width, max_width; /* bytes of a value */
    size_t min_digits; /* every value has at least so many digits */
    size_t lead, trail; /* longest stretch before the first, after the last digit that every value has; */
    /* 0 when a value is one word, and so never leaves the word of its digit         */
    size_t digit_within; /* the first digit is at most so far from the beginning; the width when none is sure */
    uint64_t first[2]; /* a bit for each character of ASCII that a value may begin with */
    const char *head; /* literal that every value begins with, "" for none */
    size_t prefix_size;
} value_format;

/* Longest value that a format may stand for. */
#define VALUE_FORMAT_WIDTH_MAX 4096

/* NULL, with the reason in `why`, when the source is not a format. */
const value_format *value_format_parse(arena *memory, const char *source, const char *separators, char *why,
                                       size_t why_size);

/* The format as a regular expression: for Hyperscan, which cannot tell that separators agree, or
 * for PCRE2, which can (the named group is `sep`). */
char *value_format_scan_expression(arena *memory, const value_format *t);
char *value_format_confirm_expression(arena *memory, const value_format *t);

/* Writes a random value, at most max_width bytes, and returns its size. */
size_t value_format_random(const value_format *t, random_source *source, char *out);

#endif
