/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/pack.h"

#include "packs/reader.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool is_version(const char *text) {
    unsigned a, b, c;
    int end = 0;
    return sscanf(text, "%4u.%4u.%4u%n", &a, &b, &c, &end) == 3 && text[end] == '\0';
}

static void read_head(pack_reader *r, const yaml_node *node) {
    static const yaml_field fields[] = {
        {.key = "name", .type = YAML_TEXT, .offset = offsetof(pack_head, name), .required = true},
        {.key = "version", .type = YAML_TEXT, .offset = offsetof(pack_head, version), .required = true},
        {.key = "licence", .type = YAML_TEXT, .offset = offsetof(pack_head, licence), .required = true},
        {.key = "title", .type = YAML_TEXT, .offset = offsetof(pack_head, title)},
        {.key = "requires", .type = YAML_TEXT, .offset = offsetof(pack_head, requires)},
    };
    if (!yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("pack", fields), &r->head, r->d)) return;
    if (!is_id(r->head.name)) diagnose(r->d, node->line, node->column, "pack 'name' is made like a rule's id");
    if (!is_version(r->head.version)) {
        diagnose(r->d, node->line, node->column, "pack 'version' must be MAJOR.MINOR.PATCH");
    }
    if (r->head.requires && !is_version(r->head.requires)) {
        diagnose(r->d, node->line, node->column, "pack 'requires' must be MAJOR.MINOR.PATCH");
    } else if (r->head.requires) {
        unsigned want[3], have[3];
        (void)sscanf(r->head.requires, "%4u.%4u.%4u", &want[0], &want[1], &want[2]);
        (void)sscanf(FILTER_VERSION, "%4u.%4u.%4u", &have[0], &have[1], &have[2]);
        if (want[0] * 100000000U + want[1] * 10000U + want[2] > have[0] * 100000000U + have[1] * 10000U + have[2]) {
            diagnose(r->d, node->line, node->column, "the pack requires libfilter %s, and this is %s; upgrade",
                     r->head.requires, FILTER_VERSION);
        }
    }
    ruleset *set = r->set;
    if (!arena_grow(set->memory, &set->stamps, &set->stamp_capacity, set->stamp_count + 1, sizeof *set->stamps)) return;
    set->stamps[set->stamp_count++] = (pack_stamp){r->head.name, r->head.version};
}

static void each_item(pack_reader *r, const yaml_node *list, const char *key,
                      void (*read)(pack_reader *, const yaml_node *)) {
    if (!list) return;
    if (list->kind != YAML_LIST) {
        diagnose(r->d, list->line, list->column, "'%s' must be a list", key);
        return;
    }
    for (size_t i = 0; i < list->count; i++) read(r, list->items[i]);
}

static void read_policy(pack_reader *r, const yaml_node *node) {
    pack_read_policy(r->set, node, r->d);
}

static void read_family(pack_reader *r, const yaml_node *node) {
    pack_read_family(r->set, node, r->d);
}

bool pack_load(ruleset *set, const char *name, const char *data, size_t size, diagnostics *d) {
    struct raw {
        const yaml_node *pack, *parts, *defaults, *words, *rules, *policies, *families;
        yaml_strings anchors, telling;
    } raw = {0};
    static const yaml_field fields[] = {
        {.key = "pack", .type = YAML_NODE, .offset = offsetof(struct raw, pack), .required = true},
        {.key = "parts", .type = YAML_NODE, .offset = offsetof(struct raw, parts)},
        {.key = "defaults", .type = YAML_NODE, .offset = offsetof(struct raw, defaults)},
        {.key = "words", .type = YAML_NODE, .offset = offsetof(struct raw, words)},
        {.key = "anchors", .type = YAML_STRINGS, .offset = offsetof(struct raw, anchors)},
        {.key = "telling", .type = YAML_STRINGS, .offset = offsetof(struct raw, telling)},
        {.key = "rules", .type = YAML_NODE, .offset = offsetof(struct raw, rules)},
        {.key = "policies", .type = YAML_NODE, .offset = offsetof(struct raw, policies)},
        {.key = "families", .type = YAML_NODE, .offset = offsetof(struct raw, families)},
    };
    pack_reader r = {.set = set, .memory = set->memory, .d = d};
    d->file = arena_copy(set->memory, name, strlen(name));
    d->rule = "";
    if (!d->file) return false;
    const yaml_node *root = yaml_parse(set->memory, data, size, d);
    if (!root) return true;
    yaml_read(set->memory, root, &(yaml_table)YAML_TABLE("a rule pack", fields), &raw, d);
    if (raw.pack) read_head(&r, raw.pack);
    if (raw.parts && raw.parts->kind != YAML_MAP) {
        diagnose(d, raw.parts->line, raw.parts->column, "'parts' must be a map from name to regular expression");
    } else {
        r.parts = raw.parts;
    }
    if (raw.defaults && raw.defaults->kind != YAML_MAP) {
        diagnose(d, raw.defaults->line, raw.defaults->column, "'defaults' must be a map of keys of rules");
    } else {
        r.defaults = raw.defaults;
    }
    if (raw.words) pack_read_words(set, raw.words, d);
    pack_read_anchors(set, &raw.anchors, d);
    pack_read_telling(set, &raw.telling, d);
    each_item(&r, raw.rules, "rules", read_rule);
    each_item(&r, raw.policies, "policies", read_policy);
    each_item(&r, raw.families, "families", read_family);
    return true;
}
