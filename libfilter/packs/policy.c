/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "base/names.h"
#include "packs/pack.h"

#include <stddef.h>
#include <string.h>

static const char *const operator_names[] = {"replace", "mask", "remove", "hash", NULL};

/* -------------------------------------------------------------------------------- the keys ---- */

/* What a policy says, before what depends on something else is worked out. */
typedef struct raw_policy {
    pack_policy policy;
    int actions[2], incomplete, isolate_mode, quoted, violation; /* places in lists of base/names.h */
    int history, unread, chat_template, token_scope,
        secrets; /* likewise; the first, and the last two, in lists below */
    const yaml_node *roles, *entities;
    pack_redaction_keys redaction;
    injection_thresholds injection;
    yaml_strings judge_roles;
    int judge_on_failure, judge_text; /* places in lists below */
} raw_policy;

typedef struct raw_entity {
    int action;
    double threshold;
    pack_redaction_keys redaction;
} raw_entity;

static const yaml_field threshold_fields[] = {
    {.key = "pii",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, policy.threshold[0]),
     .max = 1,
     .standard = "0.5",
     .about = "The least score of personal data that is reported and acted upon."},
    {.key = "secret",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, policy.threshold[1]),
     .max = 1,
     .standard = "0.5",
     .about = "The same of secrets."},
    {.key = "injection",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, policy.threshold[2]),
     .max = 1,
     .standard = "0.2",
     .about = "The least score of an injection finding that is reported."},
};

static const yaml_field action_fields[] = {
    {.key = "pii",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, actions[0]),
     .standard = "redact",
     .choices = names_actions,
     .about = "What is done with personal data."},
    {.key = "secret",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, actions[1]),
     .standard = "redact",
     .choices = names_actions,
     .about = "What is done with secrets."},
};

static const yaml_field role_fields[] = {
    {.key = "flag",
     .type = YAML_NUMBER,
     .offset = offsetof(injection_thresholds, flag),
     .max = 2,
     .standard = "0.5",
     .about = "The score from which a segment is flagged; above 1: never."},
    {.key = "block",
     .type = YAML_NUMBER,
     .offset = offsetof(injection_thresholds, block),
     .max = 2,
     .standard = "0.85",
     .about = "The score from which it is blocked; above 1: never."},
};

static const yaml_table role_table = YAML_TABLE("a role", role_fields);

/* Who may attack. What is trusted is not searched, and answers have expectations of their own. */
static const char *const judged_role_names[] = {"user", "tool", "document", NULL};
static const char *const on_failure_names[] = {"keep", "flag", "block", NULL};
static const filter_action on_failure_actions[] = {FILTER_ACTION_NONE, FILTER_ACTION_FLAG, FILTER_ACTION_BLOCK};
enum { JUDGE_TEXT_REDACTED, JUDGE_TEXT_ORIGINAL };
static const char *const judge_text_names[] = {"redacted", "original", NULL};

static const yaml_field judge_fields[] = {
    {.key = "from",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, policy.judge.from),
     .max = 2,
     .standard = "0.35",
     .about = "The judge is asked about a segment whose score is at least this; above 1: never."},
    {.key = "to",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, policy.judge.to),
     .max = 2,
     .standard = "0.75",
     .about = "The judge is not asked from this score on."},
    {.key = "roles",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_policy, judge_roles),
     .choices = judged_role_names,
     .standard = "[user, tool, document]",
     .about = "Whose segments the judge is asked about; an empty list: nobody's."},
    {.key = "on_failure",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, judge_on_failure),
     .choices = on_failure_names,
     .standard = "keep",
     .about = "What is done when the judge does not answer in time, or cannot be asked. keep: as if nobody had been "
              "asked; flag, block: at least that, also for an attack that is only quoted."},
    {.key = "text",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, judge_text),
     .choices = judge_text_names,
     .standard = "redacted",
     .about =
         "What the judge reads. redacted: the text that a caller gets as redacted; where that was not searched for "
         "all personal data and secrets, or 'actions' does not redact them, the judge is not asked. original: "
         "the text as sent, with all that is in it."},
};

static const yaml_table judge_table = YAML_TABLE("judge", judge_fields);

static const yaml_field injection_fields[] = {
    {.key = "flag",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, injection.flag),
     .max = 2,
     .standard = "0.5",
     .about = "The score from which a segment is flagged; above 1: never."},
    {.key = "block",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_policy, injection.block),
     .max = 2,
     .standard = "0.85",
     .about = "The score from which it is blocked; above 1: never."},
    {.key = "quoted",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, quoted),
     .standard = "flag",
     .choices = names_actions,
     .about =
         "What is done at most when an attack stands between quotation marks, in a code span or in a fence, and the "
         "text around it says something of its own and asks nobody to follow it. Never for an answer of a model."},
    {.key = "roles",
     .type = YAML_NODE,
     .offset = offsetof(raw_policy, roles),
     .holds = YAML_HOLDS_NAMED,
     .table = &role_table,
     .choices = names_roles,
     .about = "Scores for one role."},
    {.key = "judge",
     .type = YAML_SECTION,
     .table = &judge_table,
     .about = "The grey band: scores between which a slower judge is asked, where filterd has one. Its score takes the "
              "place of the segment's."},
};

#define REDACTION_FIELDS(owner)                                                                                        \
    {.key = "operator",                                                                                                \
     .type = YAML_CHOICE,                                                                                              \
     .offset = offsetof(owner, redaction.operator),                                                                    \
     .standard = "replace",                                                                                            \
     .choices = operator_names,                                                                                        \
     .about = "replace: <IN_PAN_1>; mask: all but the last characters; remove; hash: a keyed hash."},                  \
        {.key = "keep",                                                                                                \
         .type = YAML_COUNT,                                                                                           \
         .offset = offsetof(owner, redaction.keep),                                                                    \
         .max = 64,                                                                                                    \
         .standard = "4",                                                                                              \
         .about = "mask: so many letters and digits at the end stay."},                                                \
    {                                                                                                                  \
        .key = "character", .type = YAML_TEXT, .offset = offsetof(owner, redaction.character), .standard = "*",        \
        .about = "mask: one ASCII character."                                                                          \
    }

static const yaml_field redaction_fields[] = {REDACTION_FIELDS(raw_policy)};

static const yaml_field entity_fields[] = {
    {.key = "action",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_entity, action),
     .choices = names_actions,
     .about = "What is done with it; as the category when it is not said."},
    {.key = "threshold",
     .type = YAML_NUMBER,
     .offset = offsetof(raw_entity, threshold),
     .max = 1,
     .about = "The least score that is reported and acted upon; as the category when it is not said."},
    REDACTION_FIELDS(raw_entity),
};

static const yaml_field isolation_fields[] = {
    {.key = "mode",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, isolate_mode),
     .standard = "delimit",
     .choices = names_isolate_modes,
     .about = "How untrusted text is set apart."},
    {.key = "model_family",
     .type = YAML_TEXT,
     .offset = offsetof(raw_policy, policy.model_family),
     .standard = "generic",
     .about = "Whose special tokens are broken; generic: those of all families."},
};

static const yaml_field output_fields[] = {
    {.key = "hosts",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_policy, policy.output.hosts),
     .about = "Hosts that links and images may lead to, by name or as *.example.org for all below; any when not said."},
    {.key = "unlisted_hosts",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, policy.output.unlisted_hosts),
     .standard = "redact",
     .choices = names_actions,
     .about = "What is done with an answer that leads to others."},
    {.key = "unseen_data",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, policy.output.unseen_data),
     .choices = names_actions,
     .about = "What is done, at least, with personal data and secrets that no other segment of the request holds."},
    {.key = "json",
     .type = YAML_BOOL,
     .offset = offsetof(raw_policy, policy.output.json),
     .standard = "false",
     .about = "The answer must be JSON (RFC 8259), and no object in it may have a key twice."},
    {.key = "max_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(raw_policy, policy.output.max_bytes),
     .min = 1,
     .max = 1 << 30,
     .about = "The answer must not be longer."},
    {.key = "match",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_policy, policy.output.match),
     .about = "Ids of rules that must find something in the answer."},
    {.key = "no_match",
     .type = YAML_STRINGS,
     .offset = offsetof(raw_policy, policy.output.no_match),
     .about = "Ids of rules that must find nothing in it."},
    {.key = "violation",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, violation),
     .standard = "block",
     .choices = names_verdicts,
     .about = "The verdict, at least, when json, max_bytes, match or no_match is violated."},
    {.key = "other_hosts", .renamed = "unlisted_hosts"},
    {.key = "new_data", .renamed = "unseen_data"},
    {.key = "unmet", .renamed = "violation"},
};

/* Earlier turns were judged when they were the latest. */
static const char *const history_names[] = {"flag", "block", NULL};
static const filter_action history_actions[] = {FILTER_ACTION_FLAG, FILTER_ACTION_BLOCK};

static const yaml_field chat_fields[] = {
    {.key = "history",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, history),
     .standard = "flag",
     .choices = history_names,
     .about = "What an earlier turn of a chat leads to at most. flag: what would block is redacted, where it is data, "
              "and flagged; else one blocked message ends its conversation for ever."},
    {.key = "unread",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, unread),
     .standard = "allow",
     .choices = names_verdicts,
     .about = "The verdict, at least, of a chat with an image, a file or what else cannot be read."},
    {.key = "chat_template",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, chat_template),
     .standard = "block",
     .choices = names_verdicts,
     .about = "The verdict, at least, of a chat that brings a template of its own, which can give its texts any role."},
};

static const char *const token_scope_names[] = {"request", "session", "user", "tenant", NULL};

static const yaml_field token_fields[] = {
    {.key = "scope",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, token_scope),
     .standard = "session",
     .choices = token_scope_names,
     .about = "Where a value has the same token. request: it is numbered, <IN_PAN_1>; session, user, tenant: it is a "
              "keyed hash, <IN_PAN_k7f3q2>, where the caller names them and there is a key, else numbered."},
};

static const char *const restore_secrets_names[] = {"never", "tool_arguments", "everywhere", NULL};

static const yaml_field restore_fields[] = {
    {.key = "content",
     .type = YAML_BOOL,
     .offset = offsetof(raw_policy, policy.restore.places[0]),
     .standard = "true",
     .about = "Values are put back into the words of an answer."},
    {.key = "tool_arguments",
     .type = YAML_BOOL,
     .offset = offsetof(raw_policy, policy.restore.places[1]),
     .standard = "true",
     .about = "And into the arguments of calls of tools."},
    {.key = "reasoning",
     .type = YAML_BOOL,
     .offset = offsetof(raw_policy, policy.restore.places[2]),
     .standard = "false",
     .about = "And into what a model says of its thoughts. What is signed is never changed."},
    {.key = "secrets",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, secrets),
     .standard = "tool_arguments",
     .choices = restore_secrets_names,
     .about = "Where secrets may be put back, of these places."},
    {.key = "instructions",
     .type = YAML_BOOL,
     .offset = offsetof(raw_policy, policy.restore.instructions),
     .standard = "false",
     .about = "Also values that only system or developer messages hold."},
};

static const yaml_table threshold_table = YAML_TABLE("thresholds", threshold_fields);
static const yaml_table action_table = YAML_TABLE("actions", action_fields);
static const yaml_table injection_table = YAML_TABLE("injection", injection_fields);
static const yaml_table entity_table = YAML_TABLE("an entity", entity_fields);
static const yaml_table redaction_table = YAML_TABLE("redaction", redaction_fields);
static const yaml_table isolation_table = YAML_TABLE("isolation", isolation_fields);
static const yaml_table output_table = YAML_TABLE("output", output_fields);
static const yaml_table chat_table = YAML_TABLE("chat", chat_fields);
static const yaml_table token_table = YAML_TABLE("tokens", token_fields);
static const yaml_table restore_table = YAML_TABLE("restore", restore_fields);

static const yaml_field policy_fields[] = {
    {.key = "id",
     .type = YAML_TEXT,
     .offset = offsetof(raw_policy, policy.id),
     .required = true,
     .about = "What requests and tenants name."},
    {.key = "title",
     .type = YAML_TEXT,
     .offset = offsetof(raw_policy, policy.title),
     .required = true,
     .about = "What it is for, for a person."},
    {.key = "thresholds", .type = YAML_SECTION, .table = &threshold_table, .about = "Least scores by category."},
    {.key = "actions", .type = YAML_SECTION, .table = &action_table, .about = "What is done by category."},
    {.key = "injection", .type = YAML_SECTION, .table = &injection_table, .about = "When a segment is an attack."},
    {.key = "entities",
     .type = YAML_NODE,
     .offset = offsetof(raw_policy, entities),
     .holds = YAML_HOLDS_NAMED,
     .table = &entity_table,
     .about = "By entity type, which some rule must have: what is done with it, and how it is redacted."},
    {.key = "redaction", .type = YAML_SECTION, .table = &redaction_table, .about = "How values are redacted."},
    {.key = "isolation", .type = YAML_SECTION, .table = &isolation_table, .about = "How untrusted text is isolated."},
    {.key = "output", .type = YAML_SECTION, .table = &output_table, .about = "What is expected of a model's answer."},
    {.key = "chat", .type = YAML_SECTION, .table = &chat_table, .about = "What is made of whole bodies of chats."},
    {.key = "tokens", .type = YAML_SECTION, .table = &token_table, .about = "What stands in place of values."},
    {.key = "restore",
     .type = YAML_SECTION,
     .table = &restore_table,
     .about =
         "What is put back where, when an answer comes with the mapping of its request. Inside of an address, only "
         "where 'output' lists its host."},
    {.key = "incomplete",
     .type = YAML_CHOICE,
     .offset = offsetof(raw_policy, incomplete),
     .standard = "block",
     .choices = names_verdicts,
     .about = "The verdict, at least, when a text was not read in full."},
};

const yaml_table policy_table = YAML_TABLE("a policy", policy_fields);

static const yaml_field family_fields[] = {
    {.key = "id",
     .type = YAML_TEXT,
     .offset = offsetof(pack_family, id),
     .required = true,
     .about = "What requests and policies name."},
    {.key = "tokens",
     .type = YAML_STRINGS,
     .offset = offsetof(pack_family, tokens),
     .about = "Special tokens, wherever they stand."},
    {.key = "line_starts",
     .type = YAML_STRINGS,
     .offset = offsetof(pack_family, line_starts),
     .about = "What is special only at the start of a line."},
};

const yaml_table family_table = YAML_TABLE("a model family", family_fields);

/* --------------------------------------------------------------------------------- reading ---- */

/* `base` with what the keys say. */
static pack_redaction read_redaction(const pack_redaction_keys *keys, const pack_redaction *base, const yaml_node *node,
                                     diagnostics *d) {
    pack_redaction out = *base;
    if (keys->operator>= 0) out.operator=(redact_operator) keys->operator;
    if (keys->keep != SIZE_MAX) out.keep = keys->keep;
    if (!keys->character) return out;
    out.character = keys->character[0];
    if (keys->character[1] || (unsigned char)keys->character[0] >= 0x80) {
        diagnose(d, node->line, node->column, "'character' must be one ASCII character");
    }
    return out;
}

static const pack_redaction_keys no_redaction_keys = {.operator= - 1, .keep = SIZE_MAX};

static void read_entities(ruleset *set, const yaml_node *map, pack_policy *p, diagnostics *d) {
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'entities' must be a map from entity type to what is done");
        return;
    }
    p->entities = arena_alloc(set->memory, map->count / 2 + 1, sizeof *p->entities);
    for (size_t i = 0; p->entities && i + 1 < map->count; i += 2) {
        const yaml_node *node = map->items[i + 1];
        raw_entity raw = {.action = -1, .threshold = -1, .redaction = no_redaction_keys};
        if (!yaml_read(set->memory, node, &entity_table, &raw, d)) continue;
        const pack_redaction_keys *keys = &raw.redaction;
        p->entities[p->entity_count++] =
            (entity_policy){.node = map->items[i],
                            .entity_type = map->items[i]->text,
                            .action = raw.action,
                            .threshold = raw.threshold,
                            .has_redaction = keys->operator>= 0 || keys->keep != SIZE_MAX || keys->character,
                            .redaction = read_redaction(keys, &p->redaction, node, d)};
    }
}

static void read_roles(ruleset *set, const yaml_node *map, pack_policy *p, diagnostics *d) {
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'roles' must be a map from role to scores");
        return;
    }
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        int role = yaml_choice(map->items[i], names_roles, "role", d);
        if (role >= 0) yaml_read(set->memory, map->items[i + 1], &role_table, &p->injection[role], d);
    }
}

static void read_judge(const raw_policy *raw, const yaml_node *node, pack_policy *p, diagnostics *d) {
    judge_policy *judge = &p->judge;
    if (raw->judge_roles.node) judge->roles = 0;
    for (size_t i = 0; i < raw->judge_roles.count; i++) {
        const yaml_node *name = yaml_strings_node(&raw->judge_roles, i);
        if (yaml_choice(name, judged_role_names, "roles", d) < 0) continue;
        judge->roles |= 1U << names_index(names_roles, name->text, strlen(name->text));
    }
    judge->on_failure = on_failure_actions[raw->judge_on_failure];
    judge->original = raw->judge_text == JUDGE_TEXT_ORIGINAL;
    if (judge->from > judge->to)
        diagnose(d, node->line, node->column, "'from' of the judge must not be above 'to': %g and %g", judge->from,
                 judge->to);
}

void pack_read_policy(ruleset *set, const yaml_node *node, diagnostics *d) {
    raw_policy raw = {
        .policy = {.file = d->file,
                   .line = node->line,
                   .threshold = {0.5, 0.5, 0.2},
                   .judge = {.from = 0.35,
                             .to = 0.75,
                             .roles = 1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL | 1U << FILTER_ROLE_DOCUMENT},
                   .output = {.unlisted_hosts = FILTER_ACTION_REDACT, .unseen_data = -1},
                   .redaction = {REDACT_REPLACE, 4, '*'},
                   .restore = {.places = {true, true, false}},
                   .model_family = "generic"},
        .actions = {FILTER_ACTION_REDACT, FILTER_ACTION_REDACT},
        .incomplete = FILTER_BLOCK,
        .quoted = FILTER_ACTION_FLAG,
        .chat_template = FILTER_BLOCK,
        .token_scope = TOKENS_BY_SESSION,
        .secrets = RESTORE_SECRETS_IN_ARGUMENTS,
        .violation = FILTER_BLOCK,
        .redaction = no_redaction_keys,
        .injection = {0.5, 0.85},
    };
    size_t before = d->count;
    if (!yaml_read(set->memory, node, &policy_table, &raw, d)) return;
    pack_policy *p = &raw.policy;
    for (int i = 0; i < 2; i++) p->action[i] = (filter_action)raw.actions[i];
    for (size_t role = 0; role < ROLE_COUNT; role++) p->injection[role] = raw.injection;
    p->incomplete = (filter_verdict)raw.incomplete;
    p->quoted = (filter_action)raw.quoted;
    p->output.violation = (filter_verdict)raw.violation;
    p->chat =
        (chat_policy){history_actions[raw.history], (filter_verdict)raw.unread, (filter_verdict)raw.chat_template};
    p->tokens = (token_scope)raw.token_scope;
    p->restore.secrets = (restore_secrets)raw.secrets;
    p->isolate_mode = (filter_isolate_mode)(raw.isolate_mode + FILTER_ISOLATE_DELIMIT);
    p->redaction = read_redaction(&raw.redaction, &p->redaction, node, d);
    read_judge(&raw, node, p, d);
    if (raw.roles) read_roles(set, raw.roles, p, d);
    if (raw.entities) read_entities(set, raw.entities, p, d);
    if (d->count == before &&
        arena_grow(set->memory, &set->policies, &set->policy_capacity, set->policy_count + 1, sizeof *p)) {
        set->policies[set->policy_count++] = *p;
    }
}

void pack_read_family(ruleset *set, const yaml_node *node, diagnostics *d) {
    pack_family f = {.file = d->file, .line = node->line};
    if (yaml_read(set->memory, node, &family_table, &f, d) &&
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
