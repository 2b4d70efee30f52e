/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_data: what the tagger of names knows: classes of words, and the weights of its model.
 *
 *     detect: {person: {data: names.bin, digest: 5c1f…}}
 *
 * It is a data file (data_file.h) of the kind "FILTERNM", version 1. Its parameter is the number of words. Of each
 * follow its fingerprint and what is known of it, four bytes each, in the order of the fingerprints; then 8 × 7 weights
 * of steps from one tag to the next, 3 × 17 points of the calibration, a zero, and 8 bytes of each slot of weights: a
 * check and 7 weights, one of each tag. rules/train/names/FEATURES.md says what all of it means.
 */
#ifndef FILTER_PACKS_NAME_DATA_H
#define FILTER_PACKS_NAME_DATA_H

#include "packs/pack.h"

/* O, then what begins and what goes on with a person, a place and an organisation. */
#define NAME_TAGS 7
#define NAME_TYPES 3
#define NAME_KNOTS 17

typedef struct name_word {
    uint32_t fingerprint; /* FNV-1a */
    uint32_t known; /* classes in bits 0 to 17, cluster in bits 20 to 31 */
} name_word;

typedef struct name_data {
    const name_word *words; /* in the order of their fingerprints */
    uint32_t word_count;
    const uint64_t *telling; /* bits for the words that tell of names: the others are ordinary, or unknown */
    const uint64_t *entries; /* bits for several words that are an entry, or begin one */
    const uint32_t *index; /* by the first 16 bits of a fingerprint: the first word of them */
    const int8_t (*steps)[NAME_TAGS]; /* by tag before + 1, and tag */
    const uint8_t (*calibration)[NAME_KNOTS]; /* of each type */
    const uint8_t *slots; /* 8 bytes each */
    uint32_t slot_count;
} name_data;

/* What the pack says of its file. */
typedef struct name_source {
    const char *data, *digest;
    const yaml_node *node; /* where mistakes of the file are shown */
} name_source;

/* Reads the file into `out`, in the arena of the rules. False after a mistake, or when memory is out. */
bool name_data_read(ruleset *set, const name_source *from, name_data *out, diagnostics *d);

#define NAME_CLASSES 0x1FFFFU
/* Classes that only say how ordinary a word is. */
#define NAME_LEVEL 0x3000U
/* Of several words that are an entry, or begin one. */
#define NAME_SEVERAL 0x20000U

/* Bloom filters (B. Bloom, Communications of the ACM 13, 1970) of one hash: a quick no spares a look-up. */
#define NAME_FILTER_BITS 21

static inline uint32_t name_filter_bit(uint32_t fingerprint) {
    return fingerprint * UINT32_C(0x9E3779B1) >> (32 - NAME_FILTER_BITS);
}

static inline bool name_filter_has(const uint64_t *filter, uint32_t fingerprint) {
    const uint32_t bit = name_filter_bit(fingerprint);
    return filter[bit / 64] >> bit % 64 & 1;
}

/* What is known of a word by its fingerprint; 0: nothing. */
static inline uint32_t name_data_find(const name_data *data, uint32_t fingerprint) {
    const name_word *at = data->words + data->index[fingerprint >> 16];
    const name_word *end = data->words + data->index[(fingerprint >> 16) + 1];
    while (at < end && at->fingerprint < fingerprint) at++;
    return at < end && at->fingerprint == fingerprint ? at->known : 0;
}

#endif
