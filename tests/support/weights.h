/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weights: a small file of weights for the sentence model, and a pack that names it.
 */
#ifndef TESTS_WEIGHTS_H
#define TESTS_WEIGHTS_H

#include "support.h"

#define WEIGHTS_BITS 8
#define WEIGHTS_HEADER 48
#define WEIGHTS_SIZE (WEIGHTS_HEADER + (2 << WEIGHTS_BITS)) /* two tables */

typedef struct weights_file {
    unsigned char file[WEIGHTS_SIZE + 1]; /* a byte more, for tests of what is too long */
    size_t size;
    char hex[65]; /* the digest that the pack names */
} weights_file;

/* A right file of weights: all of one value for users, and of the other sign for documents. */
weights_file weights_make(signed char weight);

/* A pack whose one rule, m, has a model; its trigger is the word ignore, of the class override, and moon is a word of
 * the class sky. The memory is static. */
const char *weights_pack(const char *weights, const char *digest);

/* An engine of such a pack in memory. NULL after an error. */
filter_engine *weights_engine(signed char weight);

#endif
