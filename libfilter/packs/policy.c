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
        {"action", YAML_NODE, offsetof(struct raw, action), false, 0, 0},
        {"threshold", YAML_NUMBER, offsetof(struct raw, threshold), false, 0, 1},
        {"operator", YAML_NODE, offsetof(struct raw, redaction.operator), false, 0, 0},
        {"keep", YAML_COUNT, offsetof(struct raw, redaction.keep), false, 0, 64},
        {"character", YAML_TEXT, offsetof(struct raw, redaction.character), false, 0, 0},
    };
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'entities' must be a map from entity type to what is done");
        return;
    }
    p->entities = arena_alloc(set->memory, map->count / 2 + 1, sizeof *p->entities);
    for (size_t i = 0; p->entities && i + 1 < map->count; i += 2) {
        struct raw raw = {NULL, -1, {NULL, SIZE_MAX, NULL}};
        if (!yaml_read(set->memory, map->items[i + 1], fields, 5, &raw, "an entity", d)) continue;
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
        {"flag", YAML_NUMBER, offsetof(struct raw, all.flag), false, 0, 2},
        {"block", YAML_NUMBER, offsetof(struct raw, all.block), false, 0, 2},
        {"roles", YAML_NODE, offsetof(struct raw, roles), false, 0, 0},
        {"quoted", YAML_NODE, offsetof(struct raw, quoted), false, 0, 0},
    };
    if (!yaml_read(set->memory, node, fields, 4, &raw, "injection", d)) return;
    p->quoted = (filter_action)read_action(raw.quoted, (int)p->quoted, d);
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        p->injection[role] = raw.all;
        const yaml_node *own = raw.roles ? yaml_get(raw.roles, pack_role_names[role]) : NULL;
        if (own) yaml_read(set->memory, own, fields, 2, &p->injection[role], "a role", d);
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
        {"hosts", YAML_STRINGS, offsetof(struct raw, o.hosts), false, 0, 0},
        {"other_hosts", YAML_NODE, offsetof(struct raw, other_hosts), false, 0, 0},
        {"new_data", YAML_NODE, offsetof(struct raw, new_data), false, 0, 0},
        {"json", YAML_BOOL, offsetof(struct raw, o.json), false, 0, 0},
        {"max_bytes", YAML_COUNT, offsetof(struct raw, o.max_bytes), false, 1, 1 << 30},
        {"match", YAML_STRINGS, offsetof(struct raw, o.match), false, 0, 0},
        {"no_match", YAML_STRINGS, offsetof(struct raw, o.no_match), false, 0, 0},
        {"unmet", YAML_NODE, offsetof(struct raw, unmet), false, 0, 0},
    };
    if (!yaml_read(set->memory, node, fields, sizeof fields / sizeof *fields, &raw, "output", d)) return;
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
        {"id", YAML_TEXT, offsetof(struct raw, id), true, 0, 0},
        {"title", YAML_TEXT, offsetof(struct raw, title), true, 0, 0},
        {"thresholds", YAML_NODE, offsetof(struct raw, thresholds), false, 0, 0},
        {"actions", YAML_NODE, offsetof(struct raw, actions), false, 0, 0},
        {"injection", YAML_NODE, offsetof(struct raw, injection), false, 0, 0},
        {"entities", YAML_NODE, offsetof(struct raw, entities), false, 0, 0},
        {"redaction", YAML_NODE, offsetof(struct raw, redaction), false, 0, 0},
        {"isolation", YAML_NODE, offsetof(struct raw, isolation), false, 0, 0},
        {"output", YAML_NODE, offsetof(struct raw, output), false, 0, 0},
        {"incomplete", YAML_NODE, offsetof(struct raw, incomplete), false, 0, 0},
    };
    static const yaml_field threshold_fields[] = {
        {"pii", YAML_NUMBER, offsetof(pack_policy, threshold[0]), false, 0, 1},
        {"secret", YAML_NUMBER, offsetof(pack_policy, threshold[1]), false, 0, 1},
        {"injection", YAML_NUMBER, offsetof(pack_policy, threshold[2]), false, 0, 1},
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
    if (!yaml_read(set->memory, node, fields, sizeof fields / sizeof *fields, &raw, "a policy", d)) return;
    p.id = raw.id;
    p.title = raw.title;
    if (raw.thresholds) yaml_read(set->memory, raw.thresholds, threshold_fields, 3, &p, "thresholds", d);
    if (raw.actions) {
        struct actions {
            const yaml_node *pii, *secret;
        } actions = {NULL, NULL};
        static const yaml_field action_fields[] = {
            {"pii", YAML_NODE, offsetof(struct actions, pii), false, 0, 0},
            {"secret", YAML_NODE, offsetof(struct actions, secret), false, 0, 0},
        };
        yaml_read(set->memory, raw.actions, action_fields, 2, &actions, "actions", d);
        p.action[0] = (filter_action)read_action(actions.pii, (int)p.action[0], d);
        p.action[1] = (filter_action)read_action(actions.secret, (int)p.action[1], d);
    }
    if (raw.redaction) {
        raw_redaction redaction = {NULL, SIZE_MAX, NULL};
        static const yaml_field redaction_fields[] = {
            {"operator", YAML_NODE, offsetof(raw_redaction, operator), false, 0, 0},
            {"keep", YAML_COUNT, offsetof(raw_redaction, keep), false, 0, 64},
            {"character", YAML_TEXT, offsetof(raw_redaction, character), false, 0, 0},
        };
        yaml_read(set->memory, raw.redaction, redaction_fields, 3, &redaction, "redaction", d);
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
            {"mode", YAML_NODE, offsetof(struct isolation, mode), false, 0, 0},
            {"model_family", YAML_TEXT, offsetof(struct isolation, model_family), false, 0, 0},
        };
        yaml_read(set->memory, raw.isolation, isolation_fields, 2, &isolation, "isolation", d);
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
        {"id", YAML_TEXT, offsetof(pack_family, id), true, 0, 0},
        {"tokens", YAML_STRINGS, offsetof(pack_family, tokens), false, 0, 0},
        {"line_starts", YAML_STRINGS, offsetof(pack_family, line_starts), false, 0, 0},
    };
    if (yaml_read(set->memory, node, fields, 3, &f, "a family", d) &&
        arena_grow(set->memory, &set->families, &set->family_capacity, set->family_count + 1, sizeof f)) {
        set->families[set->family_count++] = f;
    }
}
