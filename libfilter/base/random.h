/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random: numbers for example values, from a seed, so that a pack's examples hold or fail the same
 * way at every load. Boundaries and keys come from the system's generator and not from here.
 */
#ifndef FILTER_BASE_RANDOM_H
#define FILTER_BASE_RANDOM_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

typedef struct random_source {
    unsigned char seed[randombytes_SEEDBYTES];
    unsigned char pool[256];
    size_t left;
} random_source;

/* A source that depends on `name` alone; NULL: on the system's randomness. */
void random_seed(random_source *source, const char *name);

/* Uniform in 0 … limit - 1. */
uint32_t random_below(random_source *source, uint32_t limit);

#endif
