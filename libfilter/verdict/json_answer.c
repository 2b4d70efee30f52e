/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/json_answer.h"

#include "base/hash.h"
#include "base/json_scan.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#define TABLE_FIRST_BITS 6 /* 2^6 places: an ordinary answer never grows it */

/* A key of an object that is open, by its hash: nobody can make two of them agree without the random key. At each depth
 * at most one object is open, so that the depth says which. */
typedef struct key {
    uint64_t hash[2];
    size_t depth;
} key;

/* The last key that came is the first to go. Nothing else ever leaves the table, so that no place must be marked. */
typedef struct keys {
    arena *memory;
    unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
    key *stack;
    size_t count, capacity;
    uint32_t *table; /* places in the stack, from 1; 0: free */
    unsigned bits; /* there are 2^bits of them; 0: none yet */
    char *decoded;
    size_t decoded_capacity;
} keys;

/* The place of a key in the table: its own, or a free one. */
static uint32_t *find(const keys *k, const key *wanted) {
    uint64_t mask = (UINT64_C(1) << k->bits) - 1;
    uint64_t at = (wanted->hash[0] + wanted->depth * HASH_GOLDEN) >> (64 - k->bits);
    for (;; at = (at + 1) & mask) {
        uint32_t *place = &k->table[at];
        if (!*place) return place;
        const key *there = &k->stack[*place - 1];
        if (there->depth == wanted->depth && memcmp(there->hash, wanted->hash, sizeof there->hash) == 0) return place;
    }
}

/* A table of twice the size. Keys go in as they came, so that the last one can still be taken out alone. */
static bool grow_table(keys *k) {
    k->bits = k->bits ? k->bits + 1 : TABLE_FIRST_BITS;
    k->table = arena_alloc(k->memory, (size_t)1 << k->bits, sizeof *k->table);
    if (!k->table) return false;
    for (size_t i = 0; i < k->count; i++) *find(k, &k->stack[i]) = (uint32_t)i + 1;
    return true;
}

/* False when it is there already, or there is no room for it. */
static bool add_key(keys *k, const key *added) {
    if (k->count == JSON_ANSWER_KEYS_MAX) return false;
    if (!arena_grow(k->memory, &k->stack, &k->capacity, k->count + 1, sizeof *k->stack)) return false;
    if ((k->bits == 0 || k->count * 2 >= (size_t)1 << k->bits) && !grow_table(k)) return false;
    uint32_t *place = find(k, added);
    if (*place) return false;
    k->stack[k->count++] = *added;
    *place = (uint32_t)k->count;
    return true;
}

static bool take_key(keys *k, const json_scan *s) {
    const char *text = s->text + s->start;
    size_t size = s->end - s->start;
    key added = {.depth = s->depth};
    if (memchr(text, '\\', size)) {
        if (!arena_grow(k->memory, &k->decoded, &k->decoded_capacity, size, 1)) return false;
        size = json_scan_decode(text, size, k->decoded);
        text = k->decoded;
    }
    crypto_shorthash_siphashx24((unsigned char *)added.hash, (const unsigned char *)text, size, k->secret);
    return add_key(k, &added);
}

/* Forgets the keys of objects that are closed. */
static void drop_keys(keys *k, size_t depth) {
    while (k->count && k->stack[k->count - 1].depth > depth) {
        *find(k, &k->stack[k->count - 1]) = 0;
        k->count--;
    }
}

static bool has_room(arena *memory, json_scan *s) {
    size_t bytes = s->levels / 8;
    if (s->depth < s->levels) return true;
    if (!arena_grow(memory, &s->objects, &bytes, bytes + 1, 1)) return false;
    s->levels = bytes * 8;
    return true;
}

bool json_answer_is_valid(arena *memory, const char *text, size_t size) {
    keys k = {.memory = memory};
    json_scan s = {.text = text, .size = size};
    json_scan_token token = JSON_SCAN_BAD;
    randombytes_buf(k.secret, sizeof k.secret);
    while (has_room(memory, &s) && (token = json_scan_next(&s)) > JSON_SCAN_END) {
        if (token == JSON_SCAN_CLOSE) drop_keys(&k, s.depth);
        if (token == JSON_SCAN_KEY && !take_key(&k, &s)) return false;
    }
    return token == JSON_SCAN_END;
}
