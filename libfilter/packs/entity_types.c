/* SPDX-License-Identifier: Apache-2.0 */
/* The entity types of a ruleset: each once, in order of bytes, so that a request names and counts them by index. */
#include "packs/pack.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of a text that does not end in NUL, against a name that does. */
static int compare(const char *text, size_t size, const char *name) {
    int order = strncmp(text, name, size);
    return order ? order : name[size] ? -1 : 0;
}

size_t pack_entity_index(const ruleset *set, const char *text, size_t size) {
    size_t low = 0, high = set->entity_type_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(text, size, set->entity_types[middle]);
        if (order == 0) return middle;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return set->entity_type_count;
}

bool pack_has_entity(const ruleset *set, const char *entity_type) {
    return pack_entity_index(set, entity_type, strlen(entity_type)) < set->entity_type_count;
}

void pack_index_entities(ruleset *set) {
    const char **names = arena_alloc(set->memory, set->rule_count + 1, sizeof *names);
    if (!names) return; /* the arena knows */
    for (size_t i = 0; i < set->rule_count; i++) names[i] = set->rules[i].entity_type;
    qsort(names, set->rule_count, sizeof *names, by_name);
    size_t count = 0;
    for (size_t i = 0; i < set->rule_count; i++) {
        if (count == 0 || strcmp(names[count - 1], names[i]) != 0) names[count++] = names[i];
    }
    set->entity_types = names;
    set->entity_type_count = count;
    for (size_t i = 0; i < set->rule_count; i++) {
        const char *name = set->rules[i].entity_type;
        set->rules[i].entity_index = pack_entity_index(set, name, strlen(name));
    }
}
