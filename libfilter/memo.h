/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo: which texts were found clean before. A table of keyed hashes of 64 bits, in sets of four; a new one takes the
 * place of another of its set. Lock-free: a hash is one atomic word, and one that is lost is read again.
 */
#ifndef FILTER_MEMO_H
#define FILTER_MEMO_H

#include "filter.h"

typedef struct memo_key {
    const char *pack_digest, *policy;
    filter_role role;
    bool is_string;
} memo_key;

/* Under which a text is remembered; never 0. */
uint64_t memo_hash(const filter_memo *memo, const memo_key *key, filter_text text);

bool memo_has(const filter_memo *memo, uint64_t hash);
void memo_add(filter_memo *memo, uint64_t hash);

#endif
