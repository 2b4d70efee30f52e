/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/field_names.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

/* Words at the end of a name that are joined and looked up. */
#define TAIL_WORDS 5

static uint32_t hash_of(const char *name, size_t size) {
    uint32_t h = HASH32_BASIS;
    for (size_t i = 0; i < size; i++) h = hash32_step(h, (unsigned char)name[i]);
    return h;
}

static field_name_entry *slot_of(const field_names *n, const char *name, size_t size) {
    size_t mask = n->capacity - 1, i = hash_of(name, size) & mask;
    while (n->entries[i].name && (n->entries[i].size != size || memcmp(n->entries[i].name, name, size) != 0)) {
        i = (i + 1) & mask;
    }
    return &n->entries[i];
}

static bool make_room(field_names *n, arena *memory) {
    if (n->count * 2 < n->capacity) return true;
    field_name_entry *old = n->entries;
    size_t old_capacity = n->capacity;
    n->capacity = old_capacity ? old_capacity * 2 : 64;
    n->entries = arena_alloc(memory, n->capacity, sizeof *n->entries);
    if (!n->entries) return false;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].name) *slot_of(n, old[i].name, old[i].size) = old[i];
    }
    return true;
}

bool field_names_add(field_names *n, arena *memory, const char *name, uint32_t pattern) {
    const bool glued = name[0] == '*';
    char *joined = arena_copy(memory, name, strlen(name));
    size_t size = 0;
    if (!joined || !make_room(n, memory)) return false;
    for (const char *c = name + glued; *c; c++) {
        if (text_is_word_byte(*c)) joined[size++] = text_lower(*c);
    }
    field_name_entry *e = slot_of(n, joined, size);
    if (!arena_grow(memory, &n->patterns, &n->pattern_capacity, n->pattern_count + 1, sizeof *n->patterns))
        return false;
    if (!e->name) {
        *e = (field_name_entry){.name = joined, .size = (uint32_t)size};
        n->count++;
    }
    e->may_be_glued = e->may_be_glued || glued;
    if (glued && size > n->longest) n->longest = size;
    if (glued && (!n->shortest || size < n->shortest)) n->shortest = size;
    n->patterns[n->pattern_count] = (field_pattern){pattern, e->first};
    e->first = (uint32_t)++n->pattern_count;
    return true;
}

/* Adds the patterns of an entry, each once, in order. */
static size_t add_patterns(const field_names *n, const field_name_entry *e, uint32_t *patterns, size_t count,
                           size_t max) {
    for (uint32_t i = e->first; i && count < max; i = n->patterns[i - 1].next) {
        uint32_t pattern = n->patterns[i - 1].pattern;
        size_t k = 0;
        while (k < count && patterns[k] < pattern) k++;
        if (k < count && patterns[k] == pattern) continue;
        memmove(patterns + k + 1, patterns + k, (count - k) * sizeof *patterns);
        patterns[k] = pattern;
        count++;
    }
    return count;
}

size_t field_names_find(const field_names *n, const char *words, size_t size, uint32_t *patterns, size_t max) {
    char joined[256]; /* filled from its end */
    size_t at = sizeof joined, count = 0, seen = 0;
    if (n->count == 0) return 0;
    for (size_t i = size; i > 0 && at > 0 && seen < TAIL_WORDS;) {
        const char c = words[--i];
        if (c != ' ') joined[--at] = c;
        if (i > 0 && words[i - 1] != ' ') continue;
        if (c == ' ') continue;
        seen++;
        const field_name_entry *e = slot_of(n, joined + at, sizeof joined - at);
        if (e->name) count = add_patterns(n, e, patterns, count, max);
        size_t length = sizeof joined - at;
        for (size_t tail = n->shortest; seen == 1 && n->longest && tail < length && tail <= n->longest; tail++) {
            e = slot_of(n, joined + sizeof joined - tail, tail);
            if (e->name && e->may_be_glued) count = add_patterns(n, e, patterns, count, max);
        }
    }
    explicit_bzero(joined + at, sizeof joined - at); /* no text of a request stays on a stack */
    return count;
}
