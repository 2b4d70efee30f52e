/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_keys: does a key come twice in an object? For readers that walk a document with json_scan. Keys are compared
 * without their escapes, by a hash with a random key: nobody can make two of them agree.
 *
 *     json_keys k;
 *     json_keys_begin(&k, memory);
 *     JSON_SCAN_KEY:    json_keys_take(&k, &scan)          false: it came before in this object
 *     JSON_SCAN_CLOSE:  json_keys_drop(&k, scan.depth)
 *
 * About 40 bytes for each key of the objects that are open at a time.
 */
#ifndef FILTER_BASE_JSON_KEYS_H
#define FILTER_BASE_JSON_KEYS_H

#include "base/arena.h"
#include "base/json_scan.h"

#include <stdint.h>

/* Keys of the objects that are open at a time, at most. */
#define JSON_KEYS_MAX ((size_t)262144)
#define JSON_KEYS_MAX_TEXT "262,144"

typedef struct json_key json_key;

typedef struct json_keys {
    arena *memory;
    unsigned char secret[16];
    json_key *stack; /* of all open objects, in order */
    size_t count, capacity;
    uint32_t *table; /* places in the stack, from 1; 0: free */
    unsigned bits; /* there are 2^bits of them; 0: none yet */
    char *decoded;
    size_t decoded_capacity;
} json_keys;

void json_keys_begin(json_keys *k, arena *memory);

/* Takes the key that the scan has just read. False when the object has it already, there are too many, or memory is
 * out, which memory->failed says. */
bool json_keys_take(json_keys *k, const json_scan *s);

/* Forgets the keys of objects that are deeper than `depth`. */
void json_keys_drop(json_keys *k, size_t depth);

#endif
