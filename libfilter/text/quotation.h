/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quotation: where a text quotes: between quotation marks of any script, in code spans, code fences and block quotes.
 *
 * Who writes about an attack quotes it. A quotation ends in its paragraph, a fence where its line of the same marks
 * says; what is never closed is no quotation, nor is a value of JSON, of an attribute, a list, a cell or a call. Linear
 * in the size of the text.
 */
#ifndef FILTER_TEXT_QUOTATION_H
#define FILTER_TEXT_QUOTATION_H

#include "base/arena.h"
#include "base/utf8.h"
#include "base/work.h"
#include "text/span_map.h"

typedef struct quotation_mark {
    const char *open, *close;
} quotation_mark;

/* Marks that differ at both ends, and straight ones, whose neighbours tell which end it is. */
#define QUOTATION_MARKS 10
extern const quotation_mark quotation_marks[QUOTATION_MARKS];

typedef struct quotations {
    span *items; /* in order, apart from each other; marks included */
    size_t count, capacity;
    size_t outside; /* letters and digits, in bytes, that stand in none */
} quotations;

/* Finds the quotations of a text, while the work lasts. False when memory is out. */
bool quotations_find(quotations *q, arena *memory, work_budget *left, filter_text text);

/* Does a quotation hold the whole span, or touch it? */
bool quotations_hold(const quotations *q, span at);
bool quotations_touch(const quotations *q, span at);

#endif
