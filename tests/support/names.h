/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names: a few words and weights for the tagger of names.
 */
#ifndef TESTS_NAMES_H
#define TESTS_NAMES_H

#include "support.h"

#include "packs/name_data.h"

/* A word, in small letters, and its classes. */
typedef struct names_word {
    const char *word;
    uint32_t classes;
} names_word;

typedef struct names_file {
    unsigned char *file;
    size_t size;
    char hex[65]; /* the digest that the pack names */
} names_file;

/* A file of some words. Every row of words that may be names is a person in it, or none, by the sign of `weight`: that
 * of a step to B-PER and I-PER; the other one leads to O. Freed with free(). */
names_file names_make(const names_word *words, size_t count, signed char weight);

/* The data of such a file, as it is loaded. The memory is that of the arena. */
const name_data *names_data(arena *memory, const names_word *words, size_t count, signed char weight);

#endif
