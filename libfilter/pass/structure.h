/* SPDX-License-Identifier: Apache-2.0 */
/*
 * structure: the fields of a view, read when they are first asked for, and where a value stands in them.
 */
#ifndef FILTER_PASS_STRUCTURE_H
#define FILTER_PASS_STRUCTURE_H

#include "fields/field.h"
#include "pass/pass.h"

/* Forgets the fields of the segment before. */
void structure_begin(filter_scratch *s);

/* The fields of a view of the segment. NULL: memory is out. */
const field_list *structure_of(const pass *p, const view *v);

/* The innermost field with a name around a value of a view. What stands in text that was unescaped is looked for where
 * its escapes are, because there a quote of a string can be told from one in it. */
typedef struct field_place {
    const field_list *list;
    const field *field; /* NULL: none with a name */
    const view *view; /* whose field it is */
    span at; /* the value in that view */
} field_place;

field_place structure_find(const pass *p, span at);

/* Does a span of the view cut an escape in two: the n of "\n" before a word? */
bool structure_cuts_escape(const pass *p, span at);

#endif
