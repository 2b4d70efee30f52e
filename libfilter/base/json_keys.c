/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_keys.h"

#include "base/hash.h"

#include <sodium.h>
#include <string.h>

#define TABLE_FIRST_BITS 6 /* 2^6 places: an ordinary answer never grows it */

/* A key of an object that is open. At each depth at most one object is open, so that the depth says which. */
struct json_key {
    uint64_t hash[2];
    size_t depth;
};

void json_keys_begin(json_keys *k, arena *memory) {
    *k = (json_keys){.memory = memory};
    randombytes_buf(k->secret, sizeof k->secret);
}

/* The place of a key in the table: its own, or a free one. */
static uint32_t *find(const json_keys *k, const json_key *wanted) {
    uint64_t mask = (UINT64_C(1) << k->bits) - 1;
    uint64_t at = (wanted->hash[0] + wanted->depth * HASH_GOLDEN) >> (64 - k->bits);
    for (;; at = (at + 1) & mask) {
        uint32_t *place = &k->table[at];
        if (!*place) return place;
        const json_key *there = &k->stack[*place - 1];
        if (there->depth == wanted->depth && memcmp(there->hash, wanted->hash, sizeof there->hash) == 0) return place;
    }
}

/* A table of twice the size. Keys go in as they came, so that the last one can still be taken out alone. */
static bool grow_table(json_keys *k) {
    k->bits = k->bits ? k->bits + 1 : TABLE_FIRST_BITS;
    k->table = arena_alloc(k->memory, (size_t)1 << k->bits, sizeof *k->table);
    if (!k->table) return false;
    for (size_t i = 0; i < k->count; i++) *find(k, &k->stack[i]) = (uint32_t)i + 1;
    return true;
}

/* False when it is there already, or there is no room for it. */
static bool add_key(json_keys *k, const json_key *added) {
    if (k->count == JSON_KEYS_MAX) return false;
    if (!arena_grow(k->memory, &k->stack, &k->capacity, k->count + 1, sizeof *k->stack)) return false;
    if ((k->bits == 0 || k->count * 2 >= (size_t)1 << k->bits) && !grow_table(k)) return false;
    uint32_t *place = find(k, added);
    if (*place) return false;
    k->stack[k->count++] = *added;
    *place = (uint32_t)k->count;
    return true;
}

bool json_keys_take(json_keys *k, const json_scan *s) {
    const char *text = s->text + s->start;
    size_t size = s->end - s->start;
    json_key added = {.depth = s->depth};
    if (memchr(text, '\\', size)) {
        if (!arena_grow(k->memory, &k->decoded, &k->decoded_capacity, size, 1)) return false;
        size = json_scan_decode(text, size, k->decoded);
        text = k->decoded;
    }
    crypto_shorthash_siphashx24((unsigned char *)added.hash, (const unsigned char *)text, size, k->secret);
    return add_key(k, &added);
}

/* The last key that came is the first to go. Nothing else ever leaves the table, so that no place must be marked. */
void json_keys_drop(json_keys *k, size_t depth) {
    while (k->count && k->stack[k->count - 1].depth > depth) {
        *find(k, &k->stack[k->count - 1]) = 0;
        k->count--;
    }
}
