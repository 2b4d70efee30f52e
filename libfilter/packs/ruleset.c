/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "base/utf8.h"
#include "packs/pack.h"
#include "packs/rule_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Packs whose names begin alike, up to the first -, and whose versions are the same, belong together. */
static bool same_family(const pack_id *a, const pack_id *b) {
    size_t stem = strcspn(a->name, "-");
    return strcspn(b->name, "-") == stem && strncmp(a->name, b->name, stem) == 0 && strcmp(a->version, b->version) == 0;
}

const char *pack_versions(const ruleset *set) {
    text_buffer out = {.memory = set->memory};
    for (size_t i = 0; i < set->pack_id_count; i++) {
        const pack_id *id = &set->pack_ids[i];
        bool told = false, more = false;
        for (size_t k = 0; k < set->pack_id_count; k++) {
            if (k == i || !same_family(id, &set->pack_ids[k])) continue;
            told = told || k < i;
            more = true;
        }
        if (told) continue;
        if (out.size) text_append_string(&out, ", ");
        text_append(&out, id->name, more ? strcspn(id->name, "-") : strlen(id->name));
        text_append_string(&out, more ? "-* " : " ");
        text_append_string(&out, id->version);
    }
    return out.failed ? NULL : arena_copy(set->memory, out.data ? out.data : "", out.size);
}

bool pack_has_digits(const pack_rule *rule, const char *value, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++) count += text_is_digit(value[i]);
    return count >= rule->digits;
}

bool pack_checksums_hold(const pack_rule *rule, const char *value, size_t size) {
    for (size_t i = 0; i < rule->checksum_count; i++) {
        if (!rule->checksums[i]->verify(value, size)) return false;
    }
    return true;
}

int pack_severity(const pack_rule *rule) {
    int rank = 0;
    while (severity_names[rank] && strcmp(severity_names[rank], rule->severity) != 0) rank++;
    return rank;
}

const pack_rule *pack_find_rule(const ruleset *set, const char *id) {
    for (size_t i = 0; i < set->rule_count; i++) {
        if (strcmp(set->rules[i].id, id) == 0) return &set->rules[i];
    }
    return NULL;
}

const word_class *pack_find_class(const ruleset *set, const char *name, size_t size) {
    for (size_t i = 0; i < set->class_count; i++) {
        if (strlen(set->classes[i].name) == size && memcmp(set->classes[i].name, name, size) == 0)
            return &set->classes[i];
    }
    return NULL;
}

const pack_policy *pack_find_policy(const ruleset *set, const char *id) {
    for (size_t i = 0; i < set->policy_count; i++) {
        if (strcmp(set->policies[i].id, id) == 0) return &set->policies[i];
    }
    return NULL;
}

static bool has_family(const ruleset *set, const char *id) {
    for (size_t i = 0; i < set->family_count; i++) {
        if (strcmp(set->families[i].id, id) == 0) return true;
    }
    return strcmp(id, "generic") == 0;
}

static size_t count_of(const ruleset *set, pack_kind kind) {
    switch (kind) {
    case PACK_POLICIES: return set->policy_count;
    case PACK_FAMILIES: return set->family_count;
    case PACK_CLASSES: return set->class_count;
    default: return set->rule_count;
    }
}

static const char *name_of(const ruleset *set, pack_kind kind, size_t i) {
    switch (kind) {
    case PACK_ENTITY_TYPES: return set->rules[i].entity_type;
    case PACK_POLICIES: return set->policies[i].id;
    case PACK_FAMILIES: return set->families[i].id;
    case PACK_CLASSES: return set->classes[i].name;
    default: return set->rules[i].id;
    }
}

const char *const pack_kind_names[] = {"rule", "entity type", "policy", "model family", "word class"};

const char *pack_nearest(const ruleset *set, pack_kind kind, const char *word) {
    size_t count = count_of(set, kind);
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) names[i] = name_of(set, kind, i);
    const char *nearest = names ? message_nearest(word, names) : NULL;
    free(names);
    return nearest;
}

/* Names something that is not there, with what it may have meant. `at` is its node, or NULL. */
static void diagnose_missing(const ruleset *set, pack_kind kind, const yaml_node *at, const char *says,
                             const char *word, diagnostics *d) {
    char suggestion[MESSAGE_SUGGESTION_MAX];
    if (diagnostics_skip(d)) return;
    diagnose(d, at ? at->line : 0, at ? at->column : 0, "%s: no loaded pack has the %s '%.96s'%s", says,
             pack_kind_names[kind], word, message_suggestion(suggestion, pack_nearest(set, kind, word)));
}

static void check_rules(const ruleset *set, const yaml_strings *rules, const char *says, diagnostics *d) {
    for (size_t i = 0; i < rules->count; i++) {
        if (pack_find_rule(set, rules->items[i])) continue;
        diagnose_missing(set, PACK_RULES, yaml_strings_node(rules, i), says, rules->items[i], d);
    }
}

static void check_rule_references(const ruleset *set, const pack_rule *rule, diagnostics *d) {
    d->file = rule->file;
    d->rule = rule->id;
    const pack_rule *first = pack_find_rule(set, rule->id);
    if (first != rule) {
        diagnose(d, rule->line, 0, "id is taken by %s:%u; rename one", first->file, first->line);
    }
    check_rules(set, &rule->near_rules.rules, "'near_rules'", d);
}

static void check_policy_references(const ruleset *set, const pack_policy *p, diagnostics *d) {
    char says[120];
    const pack_policy *first = pack_find_policy(set, p->id);
    d->file = p->file;
    if (first != p) diagnose(d, p->line, 0, "policy '%s' is also in %s:%u", p->id, first->file, first->line);
    snprintf(says, sizeof says, "policy '%.96s'", p->id);
    /* A misspelt entity type would leave a stricter rule without effect. */
    for (size_t i = 0; i < p->entity_count; i++) {
        const entity_policy *e = &p->entities[i];
        if (!pack_has_entity(set, e->entity_type))
            diagnose_missing(set, PACK_ENTITY_TYPES, e->node, says, e->entity_type, d);
    }
    check_rules(set, &p->output.match, says, d);
    check_rules(set, &p->output.no_match, says, d);
    const yaml_node at = {.line = p->line};
    if (!has_family(set, p->model_family)) diagnose_missing(set, PACK_FAMILIES, &at, says, p->model_family, d);
}

void pack_check_references(const ruleset *set, diagnostics *d) {
    for (size_t i = 0; i < set->rule_count; i++) check_rule_references(set, &set->rules[i], d);
    d->rule = "";
    for (size_t i = 0; i < set->policy_count; i++) check_policy_references(set, &set->policies[i], d);
    for (size_t i = 0; i < set->family_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(set->families[i].id, set->families[k].id) != 0) continue;
            d->file = set->families[i].file;
            diagnose(d, set->families[i].line, 0, "family '%s' appears twice", set->families[i].id);
        }
    }
}
