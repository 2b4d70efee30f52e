/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/occurrence.h"

#include "base/hash.h"

/* Slots that are looked at for one hash: in a table that is half full, one in 2^30 needs more. Whoever makes hashes
 * collide loses their own words, and takes no time. */
#define PROBES_MAX 64

bool occurrences_init(occurrences *o, arena *memory, size_t count) {
    size_t capacity = 64;
    while (capacity / 2 < count) capacity *= 2;
    o->slots = arena_alloc(memory, capacity, sizeof *o->slots);
    o->capacity = o->slots ? capacity : 0;
    return o->slots != NULL;
}

/* The slot of a hash, or the free one where it belongs; NULL: neither is near. */
static occurrence *slot_of(const occurrences *o, uint64_t hash) {
    size_t at = (size_t)((hash * HASH_GOLDEN) >> 20);
    for (size_t i = 0; i < PROBES_MAX && i < o->capacity; i++) {
        occurrence *slot = &o->slots[(at + i) & (o->capacity - 1)];
        if (!slot->hash || slot->hash == hash) return slot;
    }
    return NULL;
}

occurrence *occurrences_add(occurrences *o, uint64_t hash) {
    occurrence *slot = slot_of(o, hash);
    if (slot && !slot->hash) *slot = (occurrence){.hash = hash, .first = SIZE_MAX};
    return slot;
}

occurrence *occurrences_find(const occurrences *o, uint64_t hash) {
    occurrence *slot = slot_of(o, hash);
    return slot && slot->hash ? slot : NULL;
}

void occurrences_see(const occurrences *o, uint64_t hash, size_t segment, uint64_t bit, bool may_plant) {
    occurrence *found = occurrences_find(o, hash);
    if (!found) return;
    found->segments |= bit;
    if (may_plant && found->first > segment) found->first = segment;
}
