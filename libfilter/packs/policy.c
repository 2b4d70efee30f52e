/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/pack.h"

#include <stddef.h>
#include <string.h>

static const char *const operator_names[] = {"replace", "mask", "remove", "hash", NULL};

static const char *const verdict_names[] = {"allow", "flag", "redact", "block", NULL};

static const char *const mode_names[] = {"delimit", "datamark", "encode", NULL};

typedef struct raw_redaction {
    const yaml_node *operator;
    size_t keep;
    const char *character;
} raw_redaction;

static pack_redaction read_redaction(const raw_redaction *raw, const pack_redaction *base, diagnostics *d) {
    pack_redaction out = *base;
    if (raw->operator) {
        int choice = yaml_choice(raw->operator, operator_names, "operator", d);
        if (choice >= 0) out.operator=(redact_operator) choice;
    }
    if (raw->keep != SIZE_MAX) out.keep = raw->keep;
    if (raw->character) {
        out.character = raw->character[0];
        if (raw->character[1] || (unsigned char)raw->character[0] >= 0x80) {
            diagnose(d, raw->operator ? raw->operator->line : 0, 0, "'character' must be one ASCII character");
        }
    }
    return out;
}

static int read_action(const yaml_node *node, int otherwise, diagnostics *d) {
    int choice = node ? yaml_choice(node, pack_action_names, "action", d) : -1;
    return choice < 0 ? otherwise : choice;
}

static void read_entities(ruleset *set, const yaml_node *map, pack_policy *p, diagnostics *d) {
    struct raw {
        const yaml_node *action;
        double threshold;
        raw_redaction redaction;
    };
    static const yaml_field fields[] = {
        {.key = "action", .type = YAML_NODE, .offset = offsetof(struct raw, action)},
        {.key = "threshold", .type = YAML_NUMBER, .offset = offsetof(struct raw, threshold), .max = 1},
        {.key = "operator", .type = YAML_NODE, .offset = offsetof(struct raw, redaction.operator)},
        {.key = "keep", .type = YAML_COUNT, .offset = offsetof(struct raw, redaction.keep), .max = 64},
        {.key = "character", .type = YAML_TEXT, .offset = offsetof(struct raw, redaction.character)},
    };
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'entities' must be a map from entity type to what is done");
        return;
    }
    p->entities = arena_alloc(set->memory, map->count / 2 + 1, sizeof *p->entities);
    for (size_t i = 0; p->entities && i + 1 < map->count; i += 2) {
        struct raw raw = {NULL, -1, {NULL, SIZE_MAX, NULL}};
        if (!yaml_read(set->memory, map->items[i + 1], &(yaml_table)YAML_TABLE("an entity", fields), &raw, d)) continue;
        p->entities[p->entity_count++] =
            (entity_policy){map->items[i]->text, read_action(raw.action, -1, d), raw.threshold,
                            raw.redaction.operator|| raw.redaction.keep != SIZE_MAX || raw.redaction.character,
                            read_redaction(&raw.redaction, &p->redaction, d)};
    }
}

static void read_injection(ruleset *set, const yaml_node *node, pack_policy *p, diagnostics *d) {
    struct raw {
        injection_thresholds all;
        const yaml_node *roles, *quoted;
    } raw = {p->injection[0], NULL, NULL};
    static const yaml_field fields[] = {
        {.key = "flag", .type = YAML_NUMBER, .offset = offsetof(struct raw, all.flag), .max = 2},
        {.key = "block", .type = YAML_NUMBER, .offset = offsetof(struct raw, all.block), .max = 2},
        {.key = "roles", .type = YAML_NODE, .offset = offsetof(struct raw, roles)},
        {.key = "quoted", .type = YAML_NODE, .offset = offsetof(struct raw, quoted)},
    };
    if (!yaml_read(set->memory, node, &(yaml_table)YAML_TABLE("injection", fields), &raw, d)) return;
    p->quoted = (filter_action)read_action(raw.quoted, (int)p->quoted, d);
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        p->injection[role] = raw.all;
        const yaml_node *own = raw.roles ? yaml_get(raw.roles, pack_role_names[role]) : NULL;
        if (own) yaml_read(set->memory, own, &(yaml_table)YAML_TABLE("a role", fields), &p->injection[role], d);
    }
    for (size_t i = 0; raw.roles && i + 1 < raw.roles->count; i += 2) {
        bool known = false;
        for (size_t role = 0; role < ROLE_COUNT; role++) {
            known = known || strcmp(raw.roles->items[i]->text, pack_role_names[role]) == 0;
        }
        if (!known) diagnose(d, raw.roles->items[i]->line, 0, "unknown role '%.40s'", raw.roles->items[i]->text);
    }
}

static void read_output(ruleset *set, const yaml_node *node, pack_policy *p, diagnostics *d) {
    struct raw {
        output_policy o;
        const yaml_node *other_hosts, *new_data, *unmet;
    } raw = {p->output, NULL, NULL, NULL};
    static const yaml_field fields[] = {
        {.key = "hosts", .type = YAML_STRINGS, .offset = offsetof(struct raw, o.hosts)},
        {.key = "other_hosts", .type = YAML_NODE, .offset = offsetof(struct raw, other_hosts)},
        {.key = "new_data", .type = YAML_NODE, .offset = offsetof(struct raw, new_data)},
        {.key = "json", .type = YAML_BOOL, .offset = offsetof(struct raw, o.json)},
        {.key = "max_bytes", .type = YAML_COUNT, .offset = offsetof(struct raw, o.max_bytes), .min = 1, .max = 1 << 30},
        {.key = "match", .type = YAML_STRINGS, .offset = offsetof(struct raw, o.match)},
        {.key = "no_match", .type = YAML_STRINGS, .offset = offsetof(struct raw, o.no_match)},
        {.key = "unmet", .type = YAML_NODE, .offset = offsetof(struct raw, unmet)},
    };
    if (!yaml_read(set->memory, node, &(yaml_table)YAML_TABLE("output", fields), &raw, d)) return;
    p->output = raw.o;
    p->output.other_hosts = read_action(raw.other_hosts, p->output.other_hosts, d);
    p->output.new_data = read_action(raw.new_data, p->output.new_data, d);
    int unmet = raw.unmet ? yaml_choice(raw.unmet, verdict_names, "unmet", d) : -1;
    if (unmet >= 0) p->output.unmet = (filter_verdict)unmet;
}

void pack_read_policy(ruleset *set, const yaml_node *node, diagnostics *d) {
    struct raw {
        const char *id, *title;
        const yaml_node *thresholds, *actions, *injection, *entities, *redaction, *isolation, *output, *incomplete;
    } raw = {0};
    static const yaml_field fields[] = {
        {.key = "id", .type = YAML_TEXT, .offset = offsetof(struct raw, id), .required = true},
        {.key = "title", .type = YAML_TEXT, .offset = offsetof(struct raw, title), .required = true},
        {.key = "thresholds", .type = YAML_NODE, .offset = offsetof(struct raw, thresholds)},
        {.key = "actions", .type = YAML_NODE, .offset = offsetof(struct raw, actions)},
        {.key = "injection", .type = YAML_NODE, .offset = offsetof(struct raw, injection)},
        {.key = "entities", .type = YAML_NODE, .offset = offsetof(struct raw, entities)},
        {.key = "redaction", .type = YAML_NODE, .offset = offsetof(struct raw, redaction)},
        {.key = "isolation", .type = YAML_NODE, .offset = offsetof(struct raw, isolation)},
        {.key = "output", .type = YAML_NODE, .offset = offsetof(struct raw, output)},
        {.key = "incomplete", .type = YAML_NODE, .offset = offsetof(struct raw, incomplete)},
    };
    static const yaml_field threshold_fields[] = {
        {.key = "pii", .type = YAML_NUMBER, .offset = offsetof(pack_policy, threshold[0]), .max = 1},
        {.key = "secret", .type = YAML_NUMBER, .offset = offsetof(pack_policy, threshold[1]), .max = 1},
        {.key = "injection", .type = YAML_NUMBER, .offset = offsetof(pack_policy, threshold[2]), .max = 1},
    };
    pack_policy p = {.file = d->file,
                     .line = node->line,
                     .threshold = {0.5, 0.5, 0.2},
                     .action = {FILTER_ACTION_REDACT, FILTER_ACTION_REDACT},
                     .quoted = FILTER_ACTION_FLAG,
                     .output = {.other_hosts = FILTER_ACTION_REDACT, .new_data = -1, .unmet = FILTER_BLOCK},
                     .redaction = {REDACT_REPLACE, 4, '*'},
                     .isolate_mode = FILTER_ISOLATE_DELIMIT,
                     .model_family = "generic",
                     .incomplete = FILTER_BLOCK};
    for (size_t role = 0; role < ROLE_COUNT; role++) p.injection[role] = (injection_thresholds){0.5, 0.85};
    size_t before = d->count;
    if (!yaml_read(set->memory, node, &(yaml_table)YAML_TABLE("a policy", fields), &raw, d)) return;
    p.id = raw.id;
    p.title = raw.title;
    if (raw.thresholds)
        yaml_read(set->memory, raw.thresholds, &(yaml_table)YAML_TABLE("thresholds", threshold_fields), &p, d);
    if (raw.actions) {
        struct actions {
            const yaml_node *pii, *secret;
        } actions = {NULL, NULL};
        static const yaml_field action_fields[] = {
            {.key = "pii", .type = YAML_NODE, .offset = offsetof(struct actions, pii)},
            {.key = "secret", .type = YAML_NODE, .offset = offsetof(struct actions, secret)},
        };
        yaml_read(set->memory, raw.actions, &(yaml_table)YAML_TABLE("actions", action_fields), &actions, d);
        p.action[0] = (filter_action)read_action(actions.pii, (int)p.action[0], d);
        p.action[1] = (filter_action)read_action(actions.secret, (int)p.action[1], d);
    }
    if (raw.redaction) {
        raw_redaction redaction = {NULL, SIZE_MAX, NULL};
        static const yaml_field redaction_fields[] = {
            {.key = "operator", .type = YAML_NODE, .offset = offsetof(raw_redaction, operator)},
            {.key = "keep", .type = YAML_COUNT, .offset = offsetof(raw_redaction, keep), .max = 64},
            {.key = "character", .type = YAML_TEXT, .offset = offsetof(raw_redaction, character)},
        };
        yaml_read(set->memory, raw.redaction, &(yaml_table)YAML_TABLE("redaction", redaction_fields), &redaction, d);
        p.redaction = read_redaction(&redaction, &p.redaction, d);
    }
    if (raw.injection) read_injection(set, raw.injection, &p, d);
    if (raw.output) read_output(set, raw.output, &p, d);
    if (raw.entities) read_entities(set, raw.entities, &p, d);
    if (raw.isolation) {
        struct isolation {
            const yaml_node *mode;
            const char *model_family;
        } isolation = {NULL, p.model_family};
        static const yaml_field isolation_fields[] = {
            {.key = "mode", .type = YAML_NODE, .offset = offsetof(struct isolation, mode)},
            {.key = "model_family", .type = YAML_TEXT, .offset = offsetof(struct isolation, model_family)},
        };
        yaml_read(set->memory, raw.isolation, &(yaml_table)YAML_TABLE("isolation", isolation_fields), &isolation, d);
        int mode = isolation.mode ? yaml_choice(isolation.mode, mode_names, "mode", d) : 0;
        p.isolate_mode = (filter_isolate_mode)(mode + 1);
        p.model_family = isolation.model_family;
    }
    if (raw.incomplete) {
        int choice = yaml_choice(raw.incomplete, verdict_names, "incomplete", d);
        p.incomplete = choice < 0 ? FILTER_BLOCK : (filter_verdict)choice;
    }
    if (d->count == before &&
        arena_grow(set->memory, &set->policies, &set->policy_capacity, set->policy_count + 1, sizeof p)) {
        set->policies[set->policy_count++] = p;
    }
}

void pack_read_family(ruleset *set, const yaml_node *node, diagnostics *d) {
    pack_family f = {.file = d->file, .line = node->line};
    static const yaml_field fields[] = {
        {.key = "id", .type = YAML_TEXT, .offset = offsetof(pack_family, id), .required = true},
        {.key = "tokens", .type = YAML_STRINGS, .offset = offsetof(pack_family, tokens)},
        {.key = "line_starts", .type = YAML_STRINGS, .offset = offsetof(pack_family, line_starts)},
    };
    if (yaml_read(set->memory, node, &(yaml_table)YAML_TABLE("a family", fields), &f, d) &&
        arena_grow(set->memory, &set->families, &set->family_capacity, set->family_count + 1, sizeof f)) {
        set->families[set->family_count++] = f;
    }
}

const entity_policy *policy_entity(const pack_policy *policy, const char *entity_type) {
    for (size_t i = 0; i < policy->entity_count; i++) {
        if (strcmp(policy->entities[i].entity_type, entity_type) == 0) return &policy->entities[i];
    }
    return NULL;
}
