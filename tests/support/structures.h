/* SPDX-License-Identifier: Apache-2.0 */
/*
 * structures: the fields of a text as one line, for tests that are tables.
 */
#ifndef TESTS_STRUCTURES_H
#define TESTS_STRUCTURES_H

#include "fields/field.h"
#include "support.h"

typedef struct structure_case {
    const char *text, *expected, *why;
} structure_case;

/* Fails unless each text has the named fields that are expected: "name=value; name=value", names as words, containers
 * and headers left out. Each text is read again from the end of a page, and from each of its prefixes. */
void structures_expect(const structure_case *cases, size_t count);

/* The same as one line, in a buffer of the test. */
const char *structures_of(const char *text, size_t size);

#endif
