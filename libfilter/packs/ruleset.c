/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "base/utf8.h"
#include "packs/pack.h"
#include "packs/rule_keys.h"

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

static bool has_name(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    return false;
}

static bool has_family(const ruleset *set, const char *id) {
    for (size_t i = 0; i < set->family_count; i++) {
        if (strcmp(set->families[i].id, id) == 0) return true;
    }
    return strcmp(id, "generic") == 0;
}

static void check_rule_references(const ruleset *set, const pack_rule *rule, diagnostics *d) {
    d->file = rule->file;
    d->rule = rule->id;
    const pack_rule *first = pack_find_rule(set, rule->id);
    if (first != rule) {
        diagnose(d, rule->line, 0, "id is taken by %s:%u; rename one", first->file, first->line);
    }
    for (size_t i = 0; i < rule->near_rules.rules.count; i++) {
        if (pack_find_rule(set, rule->near_rules.rules.items[i])) continue;
        diagnose(d, rule->line, 0, "'near_rules' names the rule '%.96s', which no loaded pack has",
                 rule->near_rules.rules.items[i]);
    }
}

static void check_output_rules(const ruleset *set, const pack_policy *p, const yaml_strings *rules, diagnostics *d) {
    for (size_t i = 0; i < rules->count; i++) {
        if (pack_find_rule(set, rules->items[i])) continue;
        diagnose(d, rules->node->line, 0, "policy '%s': output: rule '%.96s' is in no loaded pack", p->id,
                 rules->items[i]);
    }
}

/* A misspelt entity type would leave a stricter rule without effect. */
static void check_entities(const ruleset *set, const pack_policy *p, diagnostics *d) {
    const char **known = arena_alloc(set->memory, set->rule_count + 1, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; known && i < set->rule_count; i++) {
        const char *type = set->rules[i].entity_type;
        if (!has_name(known, count, type)) known[count++] = type;
    }
    for (size_t i = 0; known && i < p->entity_count; i++) {
        const entity_policy *e = &p->entities[i];
        if (has_name(known, count, e->entity_type)) continue;
        const char *nearest = message_nearest(e->entity_type, known);
        diagnose(d, e->node->line, e->node->column, "policy '%s': no loaded rule finds the entity type '%.64s'%s%s%s",
                 p->id, e->entity_type, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    }
}

void pack_check_references(const ruleset *set, diagnostics *d) {
    for (size_t i = 0; i < set->rule_count; i++) check_rule_references(set, &set->rules[i], d);
    d->rule = "";
    for (size_t i = 0; i < set->policy_count; i++) {
        const pack_policy *p = &set->policies[i];
        d->file = p->file;
        const pack_policy *first = pack_find_policy(set, p->id);
        if (first != p) diagnose(d, p->line, 0, "policy '%s' is also in %s:%u", p->id, first->file, first->line);
        check_entities(set, p, d);
        check_output_rules(set, p, &p->output.match, d);
        check_output_rules(set, p, &p->output.no_match, d);
        if (!has_family(set, p->model_family)) {
            diagnose(d, p->line, 0, "policy '%s': model family '%.60s' is in no loaded pack", p->id, p->model_family);
        }
    }
    for (size_t i = 0; i < set->family_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(set->families[i].id, set->families[k].id) != 0) continue;
            d->file = set->families[i].file;
            diagnose(d, set->families[i].line, 0, "family '%s' appears twice", set->families[i].id);
        }
    }
}
