/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash: hashes for tables in memory and for features, never for secrets: FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv)
 * and a mixer by multiplication.
 *
 *     uint32_t h = HASH32_BASIS;
 *     h = hash32_step(h, 'a');
 *
 * Weights of the sentence model are found by them: a change here needs new weights.
 */
#ifndef FILTER_BASE_HASH_H
#define FILTER_BASE_HASH_H

#include <stdint.h>

#define HASH32_BASIS UINT32_C(2166136261)
#define HASH64_BASIS UINT64_C(14695981039346656037)

/* 2^64 over the golden ratio: spreads what is multiplied by it over the high bits. */
#define HASH_GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static inline uint32_t hash32_step(uint32_t hash, unsigned char byte) {
    return (hash ^ byte) * UINT32_C(16777619);
}

static inline uint64_t hash64_step(uint64_t hash, unsigned char byte) {
    return (hash ^ byte) * UINT64_C(1099511628211);
}

/* Of a string up to its NUL. */
static inline uint32_t hash32_string(const char *text) {
    uint32_t hash = HASH32_BASIS;
    for (; *text; text++) hash = hash32_step(hash, (unsigned char)*text);
    return hash;
}

/* Of two hashes in their order. */
static inline uint32_t hash32_mix(uint32_t a, uint32_t b) {
    uint64_t h = (a * HASH_GOLDEN) ^ (b + UINT64_C(0x7F4A7C15));
    h *= UINT64_C(0xC2B2AE3D27D4EB4F);
    return (uint32_t)(h >> 32);
}

#endif
