/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/pack.h"

#include "packs/model_weights.h"
#include "packs/preset.h"

#include "base/message.h"
#include "text/fold.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const category_names[] = {"pii", "secret", "injection", NULL};
static const char *const severity_names[] = {"low", "medium", "high", "critical", NULL};
const char *const pack_action_names[] = {"none", "flag", "redact", "block", NULL};
const char *const pack_role_names[] = {"user", "system", "developer", "tool", "document", "assistant", NULL};
static const char *const flag_names[] = {"caseless", "multiline", "dotall", NULL};

#define CHECKSUMS_MAX 128 /* named in a message */
#define ROLES_UNTRUSTED                                                                                                \
    (1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL | 1U << FILTER_ROLE_DOCUMENT | 1U << FILTER_ROLE_ASSISTANT)
#define ROLES_ALL ((1U << ROLE_COUNT) - 1)

typedef struct pack_head {
    const char *name, *version, *licence, *title, *requires;
} pack_head;

typedef struct pack_reader {
    ruleset *set;
    arena *memory;
    diagnostics *d;
    const pack_document *pack;
} pack_reader;

static const char *fold(arena *memory, const char *text, bool look_alikes) {
    text_buffer out = {.memory = memory};
    size_t size = strlen(text);
    if (!fold_text(text, size, look_alikes, &out, NULL)) return text;
    return out.failed ? NULL : arena_copy(memory, out.data, out.size);
}

const char *pack_fold(arena *memory, const char *text) {
    return fold(memory, text, false);
}

const char *pack_fold_alike(arena *memory, const char *text) {
    return fold(memory, text, true);
}

/* ------------------------------------------------------------------- patterns and values ---- */

/* Puts the pack's parts in for %{name}. Parts may use parts; depth bounds a circle. */
static bool expand_parts(pack_reader *r, const char *source, const yaml_node *node, unsigned depth, text_buffer *out) {
    for (const char *s = source; *s; s++) {
        if (s[0] != '%' || s[1] != '{') {
            text_append(out, s, 1);
            continue;
        }
        const char *end = strchr(s, '}');
        const char *name = end ? arena_copy(r->memory, s + 2, (size_t)(end - s) - 2) : NULL;
        const yaml_node *part = name && r->pack->parts ? yaml_get(r->pack->parts, name) : NULL;
        if (!part || part->kind != YAML_SCALAR) {
            diagnose(r->d, node->line, node->column, "part '%.60s' is not in the pack's 'parts'", s + 2);
            return false;
        }
        if (depth == 0 || out->size > 65536) {
            diagnose(r->d, node->line, node->column, "part '%.60s' uses itself, or the parts grow too large", name);
            return false;
        }
        text_append_string(out, "(?:");
        if (!expand_parts(r, part->text, node, depth - 1, out)) return false;
        text_append_string(out, ")");
        s = end;
    }
    return !out->failed;
}

/* Patterns match bytes, so a character beyond ASCII cannot stand in a class. */
static bool has_wide_class(const char *regex) {
    bool in_class = false;
    for (const char *s = regex; *s; s++) {
        if (*s == '\\' && s[1]) s++;
        else if (*s == '[') in_class = true;
        else if (*s == ']') in_class = false;
        else if (in_class && (unsigned char)*s >= 0x80) return true;
    }
    return false;
}

static const char *read_regex(pack_reader *r, const char *source, const yaml_node *node) {
    text_buffer out = {.memory = r->memory};
    if (!expand_parts(r, source, node, 8, &out)) return NULL;
    if (has_wide_class(source)) {
        diagnose(r->d, node->line, node->column,
                 "a class [...] holds a character beyond ASCII, and patterns match bytes; write (?:a|b) instead");
        return NULL;
    }
    const char *text = arena_copy(r->memory, out.data, out.size);
    return text ? pack_fold(r->memory, text) : NULL;
}

/* Heads shorter than this are everywhere. */
#define HEAD_MIN 3

static void read_value(pack_reader *r, const pack_rule *rule, const char *source, const char *separators,
                       const yaml_node *node, rule_pattern *out) {
    char why[256] = "out of memory";
    const template *t = template_parse(r->memory, source, separators, why, sizeof why);
    *out = (rule_pattern){FINDER_DIGITS, t, NULL, node};
    if (!t) {
        diagnose(r->d, node->line, node->column, "%s", why);
    } else if (rule->names.count) {
        out->finder = FINDER_NAMED;
        if (t->min_width >= NAMED_WIDTH_MIN) return;
        diagnose(r->d, node->line, node->column, "a value that is found by its name has at least %d characters",
                 NAMED_WIDTH_MIN);
    } else if (t->head_size >= HEAD_MIN) {
        out->finder = FINDER_HEAD;
    } else if (t->min_digits == 0 && rule->digits == 0) {
        diagnose(
            r->d, node->line, node->column,
            "a value must begin with %d fixed characters, or hold a digit (say how many with 'digits'); else it is "
            "found by a 'pattern'",
            HEAD_MIN);
    }
}

static void read_patterns(pack_reader *r, pack_rule *rule, const yaml_strings *values, const yaml_strings *regexes,
                          const char *separators) {
    size_t count = values->count + regexes->count;
    rule->patterns = arena_alloc(r->memory, count + 1, sizeof *rule->patterns);
    if (!rule->patterns) return;
    if (count == 0 && rule->phrases.count == 0 && !rule->model && !rule->leak && !rule->tail && !rule->veil &&
        !rule->turns) {
        diagnose(r->d, rule->line, 0,
                 "a rule needs 'value', 'pattern', 'phrase', 'model', 'leak', 'tail', 'veil' or 'turns'");
        return;
    }
    if (rule->names.count && regexes->count) {
        diagnose(r->d, rule->line, 0, "'name' goes with 'value'; a pattern says itself what stands before");
    }
    for (size_t i = 0; i < values->count; i++) {
        const yaml_node *node = values->node->kind == YAML_LIST ? values->node->items[i] : values->node;
        read_value(r, rule, values->items[i], separators, node, &rule->patterns[rule->pattern_count++]);
    }
    for (size_t i = 0; i < regexes->count; i++) {
        const yaml_node *node = regexes->node->kind == YAML_LIST ? regexes->node->items[i] : regexes->node;
        const char *regex = read_regex(r, regexes->items[i], node);
        rule->patterns[rule->pattern_count++] = (rule_pattern){FINDER_REGEX, NULL, regex, node};
    }
}

/* ------------------------------------------------------------------------ the rest of a rule ---- */

static void fold_words(pack_reader *r, yaml_strings *words) {
    for (size_t i = 0; i < words->count; i++) {
        const char *folded = pack_fold(r->memory, words->items[i]);
        if (folded) words->items[i] = folded;
    }
}

static void read_words(pack_reader *r, const yaml_node *node, const char *what, const char *weight_key,
                       rule_words *out) {
    const yaml_field fields[] = {
        {.key = "words", .type = YAML_STRINGS, .offset = offsetof(rule_words, words), .required = true},
        {.key = "within", .type = YAML_COUNT, .offset = offsetof(rule_words, within), .min = 1, .max = 256},
        {.key = weight_key, .type = YAML_NUMBER, .offset = offsetof(rule_words, weight), .max = 1},
        {.key = "required", .type = YAML_BOOL, .offset = offsetof(rule_words, required)},
    };
    if (node && yaml_read(r->memory, node, &(yaml_table)YAML_TABLE(what, fields), out, r->d)) {
        fold_words(r, &out->words);
    }
}

static void read_partners(pack_reader *r, const yaml_node *node, rule_partners *out) {
    static const yaml_field fields[] = {
        {.key = "rules", .type = YAML_STRINGS, .offset = offsetof(rule_partners, rules), .required = true},
        {.key = "within", .type = YAML_COUNT, .offset = offsetof(rule_partners, within), .min = 1, .max = 4096},
        {.key = "boost", .type = YAML_NUMBER, .offset = offsetof(rule_partners, boost), .max = 1},
    };
    if (node) yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("with", fields), out, r->d);
}

static void read_checksum(pack_reader *r, const yaml_node *node, pack_rule *rule) {
    struct raw {
        yaml_strings names;
        double pass, fail;
    } raw = {{NULL, 0, NULL}, 0, 0};
    static const yaml_field fields[] = {
        {.key = "name", .type = YAML_STRINGS, .offset = offsetof(struct raw, names), .required = true},
        {.key = "pass", .type = YAML_NUMBER, .offset = offsetof(struct raw, pass), .max = 1},
        {.key = "fail", .type = YAML_NUMBER, .offset = offsetof(struct raw, fail), .max = 1},
    };
    if (!node || !yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("checksum", fields), &raw, r->d)) return;
    rule->checksum_pass = raw.pass;
    rule->checksum_fail = raw.fail;
    if (raw.names.count > RULE_CHECKSUMS_MAX) {
        diagnose(r->d, node->line, node->column, "a rule takes at most %d checksums", RULE_CHECKSUMS_MAX);
        return;
    }
    for (size_t i = 0; i < raw.names.count; i++) {
        const checksum *c = checksum_find(raw.names.items[i]);
        if (c) {
            rule->checksums[rule->checksum_count++] = c;
            continue;
        }
        char message[900];
        const char *names[CHECKSUMS_MAX + 1] = {NULL};
        for (size_t k = 0; k < CHECKSUMS_MAX && (c = checksum_at(k)) != NULL; k++) names[k] = c->name;
        diagnose(r->d, node->line, node->column, "%s",
                 message_unknown(message, sizeof message, "checksum", raw.names.items[i], names));
    }
}

/* Bits of the names that a list holds. */
static unsigned read_name_bits(pack_reader *r, const yaml_strings *list, const char *const *names, const char *what) {
    unsigned bits = 0;
    for (size_t i = 0; i < list->count; i++) {
        const yaml_node *node = list->node->kind == YAML_LIST ? list->node->items[i] : list->node;
        int choice = yaml_choice(node, names, what, r->d);
        if (choice >= 0) bits |= 1U << choice;
    }
    return bits;
}

static bool is_entity_type(const char *text) {
    return *text && strlen(text) <= 64 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(text);
}

static bool is_id(const char *text) {
    return *text && strlen(text) <= 96 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(text);
}

static void check_examples(pack_reader *r, const yaml_node *list, const char *key) {
    if (!list || list->kind == YAML_LIST) return;
    diagnose(r->d, list->line, list->column, "'%s' must be a list of examples", key);
}

static void read_examples(pack_reader *r, const yaml_node *node, pack_rule *rule) {
    struct raw {
        const yaml_node *match, *no_match;
    } raw = {NULL, NULL};
    static const yaml_field fields[] = {
        {.key = "match", .type = YAML_NODE, .offset = offsetof(struct raw, match), .required = true},
        {.key = "no_match", .type = YAML_NODE, .offset = offsetof(struct raw, no_match)},
    };
    if (!yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("examples", fields), &raw, r->d)) return;
    check_examples(r, raw.match, "match");
    check_examples(r, raw.no_match, "no_match");
    rule->match = raw.match && raw.match->kind == YAML_LIST ? raw.match : NULL;
    rule->no_match = raw.no_match && raw.no_match->kind == YAML_LIST ? raw.no_match : NULL;
}

typedef struct raw_rule {
    pack_rule rule;
    const yaml_node *category, *severity, *context, *deny, *with, *checksum, *action, *model, *leak, *tail, *veil,
        *turns, *examples;
    yaml_strings values, regexes, flags, roles;
    const char *separators, *confirm, *preset;
} raw_rule;

static const yaml_field rule_fields[] = {
    {.key = "id", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.id), .required = true},
    {.key = "title", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.title), .required = true},
    {.key = "preset", .type = YAML_TEXT, .offset = offsetof(raw_rule, preset)},
    {.key = "category", .type = YAML_NODE, .offset = offsetof(raw_rule, category), .required = true},
    {.key = "entity_type", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.entity_type), .required = true},
    {.key = "severity", .type = YAML_NODE, .offset = offsetof(raw_rule, severity)},
    {.key = "score", .type = YAML_NUMBER, .offset = offsetof(raw_rule, rule.score), .required = true, .max = 1},
    {.key = "value", .type = YAML_STRINGS, .offset = offsetof(raw_rule, values)},
    {.key = "separators", .type = YAML_TEXT, .offset = offsetof(raw_rule, separators)},
    {.key = "name", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.names)},
    {.key = "pattern", .type = YAML_STRINGS, .offset = offsetof(raw_rule, regexes)},
    {.key = "phrase", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.phrases)},
    {.key = "within", .type = YAML_COUNT, .offset = offsetof(raw_rule, rule.within), .min = 1, .max = 1024},
    {.key = "any_order", .type = YAML_BOOL, .offset = offsetof(raw_rule, rule.any_order)},
    {.key = "model", .type = YAML_NODE, .offset = offsetof(raw_rule, model)},
    {.key = "leak", .type = YAML_NODE, .offset = offsetof(raw_rule, leak)},
    {.key = "tail", .type = YAML_NODE, .offset = offsetof(raw_rule, tail)},
    {.key = "veil", .type = YAML_NODE, .offset = offsetof(raw_rule, veil)},
    {.key = "turns", .type = YAML_NODE, .offset = offsetof(raw_rule, turns)},
    {.key = "flags", .type = YAML_STRINGS, .offset = offsetof(raw_rule, flags)},
    {.key = "confirm", .type = YAML_TEXT, .offset = offsetof(raw_rule, confirm)},
    {.key = "group", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.group)},
    {.key = "width", .type = YAML_COUNT, .offset = offsetof(raw_rule, rule.width), .min = 1, .max = 65536},
    {.key = "left", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.left)},
    {.key = "right", .type = YAML_TEXT, .offset = offsetof(raw_rule, rule.right)},
    {.key = "checksum", .type = YAML_NODE, .offset = offsetof(raw_rule, checksum)},
    {.key = "context", .type = YAML_NODE, .offset = offsetof(raw_rule, context)},
    {.key = "deny", .type = YAML_NODE, .offset = offsetof(raw_rule, deny)},
    {.key = "with", .type = YAML_NODE, .offset = offsetof(raw_rule, with)},
    {.key = "allow", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.allow)},
    {.key = "stop", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.stop)},
    {.key = "digits", .type = YAML_COUNT, .offset = offsetof(raw_rule, rule.digits), .max = 256},
    {.key = "entropy", .type = YAML_NUMBER, .offset = offsetof(raw_rule, rule.entropy), .max = 8},
    {.key = "roles", .type = YAML_STRINGS, .offset = offsetof(raw_rule, roles)},
    {.key = "languages", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.languages)},
    {.key = "action", .type = YAML_NODE, .offset = offsetof(raw_rule, action)},
    {.key = "references", .type = YAML_STRINGS, .offset = offsetof(raw_rule, rule.references)},
    {.key = "examples", .type = YAML_NODE, .offset = offsetof(raw_rule, examples), .required = true},
};

static void set_rule_defaults(raw_rule *raw, const pack_reader *r, const yaml_node *node) {
    *raw = (raw_rule){.separators = ""};
    raw->rule.pack = r->pack->name;
    raw->rule.file = r->d->file;
    raw->rule.line = node->line;
    raw->rule.severity = "medium";
    raw->rule.action = -1;
    raw->rule.within = 80;
    raw->rule.context = (rule_words){.within = 64, .weight = 0.5};
    raw->rule.deny = (rule_words){.within = 32, .weight = 0.5};
    raw->rule.partners = (rule_partners){.within = 128, .boost = 0.5};
}

/* Fields whose meaning depends on another one. */
static void finish_rule(pack_reader *r, raw_rule *raw) {
    pack_rule *rule = &raw->rule;
    int choice = raw->category ? yaml_choice(raw->category, category_names, "category", r->d) : 0;
    rule->category = choice == 2 ? FILTER_INJECTION : choice == 1 ? FILTER_SECRET : FILTER_PII;
    if (raw->severity && (choice = yaml_choice(raw->severity, severity_names, "severity", r->d)) >= 0) {
        rule->severity = severity_names[choice];
    }
    if (raw->action) rule->action = yaml_choice(raw->action, pack_action_names, "action", r->d);
    if (rule->action >= 0 && rule->category == FILTER_INJECTION) {
        diagnose(r->d, raw->action->line, raw->action->column,
                 "an injection rule has no action: its score counts, and the policy decides");
    }
    if (rule->id && !is_id(rule->id)) {
        diagnose(r->d, rule->line, 0, "an id is made of a-z, 0-9, '.', '_' and '-', at most 96 characters");
    }
    if (rule->entity_type && !is_entity_type(rule->entity_type)) {
        diagnose(r->d, rule->line, 0, "an entity_type is made of A-Z, 0-9 and '_', at most 64 characters");
    }
    /* A prefix inside a word is no token: `sk-` in `<task-notification>`. */
    const char *touching = rule->category == FILTER_SECRET ? "0-9A-Za-z_-" : "0-9A-Za-z";
    if (!rule->left) rule->left = raw->values.count ? touching : "";
    if (!rule->right) rule->right = raw->values.count ? touching : "";
    unsigned flags = read_name_bits(r, &raw->flags, flag_names, "flag");
    rule->caseless = flags & 1;
    rule->multiline = flags & 2;
    rule->dotall = flags & 4;
    rule->roles = rule->category == FILTER_INJECTION ? ROLES_UNTRUSTED : ROLES_ALL;
    if (raw->roles.count) rule->roles = read_name_bits(r, &raw->roles, pack_role_names, "role");
    if (raw->model) rule->model = pack_read_model(r->set, raw->model, r->d);
    if (raw->leak) rule->leak = pack_read_leak(r->memory, raw->leak, r->d);
    if (raw->turns) rule->turns = pack_read_turns(r->memory, raw->turns, r->d);
    if (raw->veil) rule->veil = pack_read_veil(r->memory, raw->veil, r->d);
    if (raw->tail) rule->tail = pack_read_tail(r->memory, raw->tail, r->d);
    read_patterns(r, rule, &raw->values, &raw->regexes, raw->separators);
    if (raw->confirm) rule->confirm = read_regex(r, raw->confirm, rule->confirm_node);
    read_checksum(r, raw->checksum, rule);
    read_words(r, raw->context, "context", "boost", &rule->context);
    read_words(r, raw->deny, "deny", "penalty", &rule->deny);
    read_partners(r, raw->with, &rule->partners);
    fold_words(r, &rule->stop);
    fold_words(r, &rule->names);
    if (raw->examples) read_examples(r, raw->examples, rule);
}

/* What a preset may say: the keys of a rule, none required, but for those that make sense in one rule alone. */
static size_t preset_fields(yaml_field out[sizeof rule_fields / sizeof *rule_fields]) {
    static const char *const own[] = {"id", "preset", "model"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof rule_fields / sizeof *rule_fields; i++) {
        bool is_own = false;
        for (size_t k = 0; k < sizeof own / sizeof *own; k++) is_own |= strcmp(rule_fields[i].key, own[k]) == 0;
        if (is_own) continue;
        out[count] = rule_fields[i];
        out[count++].required = false;
    }
    return count;
}

/* Checks a preset where it is written: a rule that takes it may be in another file. */
static bool preset_is_right(pack_reader *r, const yaml_node *node) {
    yaml_field fields[sizeof rule_fields / sizeof *rule_fields];
    const yaml_table table = {.what = "a preset", .fields = fields, .count = preset_fields(fields)};
    size_t before = r->d->count;
    raw_rule raw = {.separators = ""};
    if (!yaml_read(r->memory, node, &table, &raw, r->d)) return false;
    if (raw.category) yaml_choice(raw.category, category_names, "category", r->d);
    if (raw.severity) yaml_choice(raw.severity, severity_names, "severity", r->d);
    if (raw.action) yaml_choice(raw.action, pack_action_names, "action", r->d);
    read_name_bits(r, &raw.flags, flag_names, "flag");
    read_name_bits(r, &raw.roles, pack_role_names, "role");
    read_checksum(r, raw.checksum, &raw.rule);
    read_words(r, raw.context, "context", "boost", &raw.rule.context);
    read_words(r, raw.deny, "deny", "penalty", &raw.rule.deny);
    read_partners(r, raw.with, &raw.rule.partners);
    if (raw.examples) read_examples(r, raw.examples, &raw.rule);
    return r->d->count == before;
}

static void read_presets(pack_reader *r, const yaml_node *map) {
    if (map->kind != YAML_MAP) {
        diagnose(r->d, map->line, map->column, "'presets' must be a map from name to keys of rules");
        return;
    }
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        const yaml_node *name = map->items[i], *keys = map->items[i + 1];
        if (!is_id(name->text)) diagnose(r->d, name->line, name->column, "a preset is named like a rule's id");
        preset_add(r->set, name, keys, preset_is_right(r, keys), r->d);
    }
}

static void read_rule(pack_reader *r, const yaml_node *node) {
    raw_rule raw;
    const yaml_node *id = yaml_get(node, "id");
    size_t before = r->d->count;
    r->d->rule = id && id->kind == YAML_SCALAR ? id->text : "";
    node = preset_complete(r->set, node, r->pack->defaults, r->d);
    if (!node) {
        r->d->rule = "";
        return;
    }
    set_rule_defaults(&raw, r, node);
    if (yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("a rule", rule_fields), &raw, r->d)) {
        raw.rule.confirm_node = yaml_get(node, "confirm");
        finish_rule(r, &raw);
    }
    ruleset *set = r->set;
    if (r->d->count == before &&
        arena_grow(r->memory, &set->rules, &set->rule_capacity, set->rule_count + 1, sizeof *set->rules)) {
        set->rules[set->rule_count++] = raw.rule;
    }
    r->d->rule = "";
}

/* -------------------------------------------------------------------------------- a pack ---- */

static bool is_version(const char *text) {
    unsigned a, b, c;
    int end = 0;
    return sscanf(text, "%4u.%4u.%4u%n", &a, &b, &c, &end) == 3 && text[end] == '\0';
}

/* Fills the pack's name in. */
static void read_head(pack_reader *r, const yaml_node *node, pack_document *pack) {
    pack_head head = {.name = ""};
    static const yaml_field fields[] = {
        {.key = "name", .type = YAML_TEXT, .offset = offsetof(pack_head, name), .required = true},
        {.key = "version", .type = YAML_TEXT, .offset = offsetof(pack_head, version), .required = true},
        {.key = "licence", .type = YAML_TEXT, .offset = offsetof(pack_head, licence), .required = true},
        {.key = "title", .type = YAML_TEXT, .offset = offsetof(pack_head, title)},
        {.key = "requires", .type = YAML_TEXT, .offset = offsetof(pack_head, requires)},
    };
    if (!yaml_read(r->memory, node, &(yaml_table)YAML_TABLE("pack", fields), &head, r->d)) return;
    if (!is_id(head.name)) diagnose(r->d, node->line, node->column, "pack 'name' is made like a rule's id");
    if (!is_version(head.version)) {
        diagnose(r->d, node->line, node->column, "pack 'version' must be MAJOR.MINOR.PATCH");
    }
    if (head.requires && !is_version(head.requires)) {
        diagnose(r->d, node->line, node->column, "pack 'requires' must be MAJOR.MINOR.PATCH");
    } else if (head.requires) {
        unsigned want[3], have[3];
        (void)sscanf(head.requires, "%4u.%4u.%4u", &want[0], &want[1], &want[2]);
        (void)sscanf(FILTER_VERSION, "%4u.%4u.%4u", &have[0], &have[1], &have[2]);
        if (want[0] * 100000000U + want[1] * 10000U + want[2] > have[0] * 100000000U + have[1] * 10000U + have[2]) {
            diagnose(r->d, node->line, node->column, "the pack requires libfilter %s, and this is %s; upgrade",
                     head.requires, FILTER_VERSION);
        }
    }
    ruleset *set = r->set;
    pack->name = head.name;
    if (!arena_grow(set->memory, &set->stamps, &set->stamp_capacity, set->stamp_count + 1, sizeof *set->stamps)) return;
    set->stamps[set->stamp_count++] = (pack_stamp){head.name, head.version};
}

/* Packs whose names begin alike, up to the first -, and whose versions are the same, belong together. */
static bool same_family(const pack_stamp *a, const pack_stamp *b) {
    size_t stem = strcspn(a->name, "-");
    return strcspn(b->name, "-") == stem && strncmp(a->name, b->name, stem) == 0 && strcmp(a->version, b->version) == 0;
}

const char *pack_versions(const ruleset *set) {
    text_buffer out = {.memory = set->memory};
    for (size_t i = 0; i < set->stamp_count; i++) {
        const pack_stamp *stamp = &set->stamps[i];
        bool told = false, more = false;
        for (size_t k = 0; k < set->stamp_count; k++) {
            if (k == i || !same_family(stamp, &set->stamps[k])) continue;
            told = told || k < i;
            more = true;
        }
        if (told) continue;
        if (out.size) text_append_string(&out, ", ");
        text_append(&out, stamp->name, more ? strcspn(stamp->name, "-") : strlen(stamp->name));
        text_append_string(&out, more ? "-* " : " ");
        text_append_string(&out, stamp->version);
    }
    return out.failed ? NULL : arena_copy(set->memory, out.data ? out.data : "", out.size);
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

/* A map, or nothing after a mistake. */
static const yaml_node *read_map(const yaml_node *node, const char *what, diagnostics *d) {
    if (!node || node->kind == YAML_MAP) return node;
    diagnose(d, node->line, node->column, "%s", what);
    return NULL;
}

bool pack_load(ruleset *set, const char *name, const char *data, size_t size, diagnostics *d) {
    struct raw {
        const yaml_node *pack, *parts, *defaults, *presets, *words;
        yaml_strings telling;
        pack_document document;
    } raw = {.document = {.name = ""}};
    static const yaml_field fields[] = {
        {.key = "pack", .type = YAML_NODE, .offset = offsetof(struct raw, pack), .required = true},
        {.key = "parts", .type = YAML_NODE, .offset = offsetof(struct raw, parts)},
        {.key = "defaults", .type = YAML_NODE, .offset = offsetof(struct raw, defaults)},
        {.key = "presets", .type = YAML_NODE, .offset = offsetof(struct raw, presets)},
        {.key = "words", .type = YAML_NODE, .offset = offsetof(struct raw, words)},
        {.key = "anchors", .type = YAML_STRINGS, .offset = offsetof(struct raw, document.anchors)},
        {.key = "telling", .type = YAML_STRINGS, .offset = offsetof(struct raw, telling)},
        {.key = "rules", .type = YAML_NODE, .offset = offsetof(struct raw, document.rules)},
        {.key = "policies", .type = YAML_NODE, .offset = offsetof(struct raw, document.policies)},
        {.key = "families", .type = YAML_NODE, .offset = offsetof(struct raw, document.families)},
    };
    pack_document *document = &raw.document;
    pack_reader r = {.set = set, .memory = set->memory, .d = d, .pack = document};
    document->file = d->file = arena_copy(set->memory, name, strlen(name));
    d->rule = "";
    if (!d->file) return false;
    const yaml_node *root = yaml_parse(set->memory, data, size, d);
    if (!root) return true;
    yaml_read(set->memory, root, &(yaml_table)YAML_TABLE("a rule pack", fields), &raw, d);
    if (raw.pack) read_head(&r, raw.pack, document);
    document->parts = read_map(raw.parts, "'parts' must be a map from name to regular expression", d);
    document->defaults = read_map(raw.defaults, "'defaults' must be a map of keys of rules", d);
    if (raw.presets) read_presets(&r, raw.presets);
    if (raw.words) pack_read_words(set, raw.words, d);
    pack_read_telling(set, &raw.telling, d);
    if (!arena_grow(set->memory, &set->documents, &set->document_capacity, set->document_count + 1,
                    sizeof *set->documents)) {
        return false;
    }
    set->documents[set->document_count++] = *document;
    return true;
}

void pack_read_rules(ruleset *set, diagnostics *d) {
    d->rule = "";
    for (size_t i = 0; i < set->document_count; i++) {
        const pack_document *pack = &set->documents[i];
        pack_reader r = {.set = set, .memory = set->memory, .d = d, .pack = pack};
        d->file = pack->file;
        pack_read_anchors(set, &pack->anchors, d);
        each_item(&r, pack->rules, "rules", read_rule);
        each_item(&r, pack->policies, "policies", read_policy);
        each_item(&r, pack->families, "families", read_family);
    }
}

/* ------------------------------------------------------------------------------------- values ---- */

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

/* ---------------------------------------------------------------------------- across packs ---- */

const pack_rule *pack_find_rule(const ruleset *set, const char *id) {
    for (size_t i = 0; i < set->rule_count; i++) {
        if (strcmp(set->rules[i].id, id) == 0) return &set->rules[i];
    }
    return NULL;
}

const pack_class *pack_find_class(const ruleset *set, const char *name, size_t size) {
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

static void check_rule_references(const ruleset *set, const pack_rule *rule, diagnostics *d) {
    d->file = rule->file;
    d->rule = rule->id;
    const pack_rule *first = pack_find_rule(set, rule->id);
    if (first != rule) {
        diagnose(d, rule->line, 0, "id is taken by %s:%u; rename one", first->file, first->line);
    }
    for (size_t i = 0; i < rule->partners.rules.count; i++) {
        if (pack_find_rule(set, rule->partners.rules.items[i])) continue;
        diagnose(d, rule->line, 0, "'with' names the rule '%.96s', which no loaded pack has",
                 rule->partners.rules.items[i]);
    }
}

static void check_output_rules(const ruleset *set, const pack_policy *p, const yaml_strings *rules, diagnostics *d) {
    for (size_t i = 0; i < rules->count; i++) {
        if (pack_find_rule(set, rules->items[i])) continue;
        diagnose(d, rules->node->line, 0, "policy '%s': output: rule '%.96s' is in no loaded pack", p->id,
                 rules->items[i]);
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
