/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checksum: check digits and structures of identifiers, by the name that a rule gives.
 *
 * Each takes the value as it stands in the text, separators included, and knows which characters
 * count. This is the one part of detection that is code and not YAML: a new scheme is a function and
 * a line in the table of checksum.c.
 */
#ifndef FILTER_PACKS_CHECK_DIGITS_CHECK_DIGITS_H
#define FILTER_PACKS_CHECK_DIGITS_CHECK_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct checksum {
    const char *name;
    bool (*verify)(const char *value, size_t size);
    /* Writes the right check characters into a value whose other characters are set. NULL where
     * random values soon pass by themselves. */
    void (*complete)(char *value, size_t size);
} checksum;

/* NULL when there is none of that name; checksum_at returns NULL past the last one. */
const checksum *checksum_find(const char *name);
const checksum *checksum_at(size_t index);

#endif
