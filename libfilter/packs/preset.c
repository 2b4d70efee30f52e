/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/preset.h"

#include "base/message.h"

#include <string.h>

static const pack_preset *find(const ruleset *set, const char *name) {
    for (size_t i = 0; i < set->preset_count; i++) {
        if (strcmp(set->presets[i].name, name) == 0) return &set->presets[i];
    }
    return NULL;
}

void preset_add(ruleset *set, const yaml_node *name, const yaml_node *keys, bool is_right, diagnostics *d) {
    const pack_preset *taken = find(set, name->text);
    if (taken) {
        diagnose(d, name->line, name->column, "preset '%.60s' is also in %s:%u; rename one", name->text, taken->file,
                 taken->line);
        return;
    }
    size_t need = set->preset_count + 1;
    if (!arena_grow(set->memory, &set->presets, &set->preset_capacity, need, sizeof *set->presets)) return;
    set->presets[set->preset_count++] = (pack_preset){name->text, d->file, name->line, keys, is_right};
}

static void diagnose_unknown(const ruleset *set, const yaml_node *node, diagnostics *d) {
    char message[480];
    const char **names = arena_alloc(set->memory, set->preset_count + 1, sizeof *names);
    if (!names) return;
    for (size_t i = 0; i < set->preset_count; i++) names[i] = set->presets[i].name;
    diagnose(d, node->line, node->column, "%s",
             set->preset_count ? message_unknown(message, sizeof message, "preset", node->text, names)
                               : "a rule takes a preset, and no loaded pack has 'presets'");
}

/* A copy that stands where `at` stands. NULL: memory is out. */
static yaml_node *copy_to(arena *memory, const yaml_node *node, const yaml_node *at) {
    yaml_node *copy = arena_alloc(memory, 1, sizeof *copy);
    if (!copy) return NULL;
    *copy = *node;
    copy->line = at->line;
    copy->column = at->column;
    if (!node->count) return copy;
    copy->items = arena_alloc(memory, node->count, sizeof *copy->items);
    for (size_t i = 0; copy->items && i < node->count; i++) {
        copy->items[i] = copy_to(memory, node->items[i], at);
        if (!copy->items[i]) return NULL;
    }
    return copy->items ? copy : NULL;
}

/* Values that are right in one rule and wrong in another: a mistake in them is shown at the rule, whose file is another
 * than the preset's. All others were checked when the preset was read. */
static bool is_checked_late(const char *key) {
    static const char *const keys[] = {"examples", "format", "pattern", "phrase", "confirm", "group"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(key, keys[i]) == 0) return true;
    }
    return false;
}

/* `map` with the keys of `more` that it does not have; `more` may be NULL. With `at`, `more` is from another place, and
 * its values move there. NULL: memory is out. */
static const yaml_node *add_keys(arena *memory, const yaml_node *map, const yaml_node *more, const yaml_node *at) {
    if (!more) return map;
    yaml_node *merged = arena_alloc(memory, 1, sizeof *merged);
    yaml_node **items = arena_alloc(memory, map->count + more->count + 1, sizeof *items);
    if (!merged || !items) return NULL;
    *merged = *map;
    merged->items = items;
    for (size_t i = 0; i < map->count; i++) items[i] = map->items[i];
    for (size_t i = 0; i + 1 < more->count; i += 2) {
        const char *key = more->items[i]->text;
        if (yaml_get(map, key)) continue;
        yaml_node *value = more->items[i + 1];
        if (at && is_checked_late(key)) value = copy_to(memory, value, at);
        if (!value) return NULL;
        items[merged->count++] = more->items[i];
        items[merged->count++] = value;
    }
    return merged;
}

const yaml_node *preset_complete(const ruleset *set, const yaml_node *rule, const yaml_node *defaults, diagnostics *d) {
    if (rule->kind != YAML_MAP) return rule; /* the reader of rules says so */
    const yaml_node *name = yaml_get(rule, "preset");
    if (!name && defaults) name = yaml_get(defaults, "preset");
    if (name && name->kind == YAML_SCALAR) {
        const pack_preset *preset = find(set, name->text);
        if (!preset) diagnose_unknown(set, name, d);
        if (!preset || !preset->is_right) return NULL;
        rule = add_keys(set->memory, rule, preset->keys, name);
    }
    return rule ? add_keys(set->memory, rule, defaults, NULL) : NULL;
}
