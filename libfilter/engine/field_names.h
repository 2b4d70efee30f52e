/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field_names: which patterns look at a value of this name.
 *
 *     fields: [api key]     apiKey, X-API-KEY, "api key 2"     the words of the name end with those of the rule
 *     fields: [*password]   dbpassword                         … or the name's last word ends with them
 *
 * One look-up for each of the last words of a name, whatever the number of rules.
 */
#ifndef FILTER_ENGINE_FIELD_NAMES_H
#define FILTER_ENGINE_FIELD_NAMES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct field_pattern {
    uint32_t pattern, next; /* next: 1 + index of the next one of the same name; 0: none */
} field_pattern;

/* A name without its blanks. */
typedef struct field_name_entry {
    const char *name; /* NULL: free */
    uint32_t size, first; /* 1 + index of its first pattern */
    bool may_be_glued;
} field_name_entry;

typedef struct field_names {
    field_name_entry *entries;
    size_t count, capacity;
    field_pattern *patterns;
    size_t pattern_count, pattern_capacity;
    size_t longest; /* of the names that may be glued to what is before */
    size_t shortest;
} field_names;

/* Adds a name for a pattern. False when memory is out. */
bool field_names_add(field_names *names, arena *memory, const char *name, uint32_t pattern);

/* Writes the patterns for a name as field_words makes it, at most `max`, in the order of rules; returns how many. */
size_t field_names_find(const field_names *names, const char *words, size_t size, uint32_t *patterns, size_t max);

#endif
