/* SPDX-License-Identifier: Apache-2.0 */
#include "memo.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SET_SIZE 4 /* hashes that may stand for one another */

struct filter_memo {
    unsigned char secret[crypto_generichash_KEYBYTES];
    uint64_t mask; /* of sets */
    atomic_uint next; /* of a set: the place that is taken next */
    _Atomic uint64_t hashes[];
};

#define TEXTS_MAX ((size_t)1 << 28)

filter_memo *filter_memo_new(size_t texts) {
    size_t sets = 1;
    while (sets * SET_SIZE < texts && sets < TEXTS_MAX / SET_SIZE) sets *= 2;
    filter_memo *memo = sodium_init() < 0 ? NULL : calloc(1, sizeof *memo + sets * SET_SIZE * sizeof *memo->hashes);
    if (!memo) return NULL;
    memo->mask = sets - 1;
    randombytes_buf(memo->secret, sizeof memo->secret);
    return memo;
}

void filter_memo_free(filter_memo *memo) {
    free(memo);
}

static void add_string(crypto_generichash_state *state, const char *text) {
    crypto_generichash_update(state, (const unsigned char *)text, strlen(text) + 1);
}

uint64_t memo_hash(const filter_memo *memo, const memo_key *key, filter_text text) {
    crypto_generichash_state state;
    unsigned char hash[crypto_generichash_BYTES_MIN];
    const unsigned char kind[] = {(unsigned char)key->role, key->is_string};
    uint64_t out;
    crypto_generichash_init(&state, memo->secret, sizeof memo->secret, sizeof hash);
    add_string(&state, key->pack_digest);
    add_string(&state, key->policy);
    crypto_generichash_update(&state, kind, sizeof kind);
    crypto_generichash_update(&state, (const unsigned char *)text.text, text.size);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_memzero(&state, sizeof state);
    memcpy(&out, hash, sizeof out);
    return out ? out : 1;
}

static size_t set_of(const filter_memo *memo, uint64_t hash) {
    return (size_t)(hash & memo->mask) * SET_SIZE;
}

bool memo_has(const filter_memo *memo, uint64_t hash) {
    const size_t set = set_of(memo, hash);
    for (size_t i = 0; i < SET_SIZE; i++) {
        if (atomic_load_explicit(&memo->hashes[set + i], memory_order_relaxed) == hash) return true;
    }
    return false;
}

void memo_add(filter_memo *memo, uint64_t hash) {
    const size_t set = set_of(memo, hash);
    size_t place = 0;
    while (place < SET_SIZE && atomic_load_explicit(&memo->hashes[set + place], memory_order_relaxed)) place++;
    if (place == SET_SIZE) place = atomic_fetch_add_explicit(&memo->next, 1, memory_order_relaxed) % SET_SIZE;
    atomic_store_explicit(&memo->hashes[set + place], hash, memory_order_relaxed);
}
