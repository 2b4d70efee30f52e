/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/reader.h"

#include "base/message.h"
#include "packs/preset.h"
#include "text/fold.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const category_names[] = {"pii", "secret", "injection", NULL};

const char *const pack_severity_names[] = {"low", "medium", "high", "critical", NULL};

const char *const pack_action_names[] = {"none", "flag", "redact", "block", NULL};

const char *const pack_role_names[] = {"user", "system", "developer", "tool", "document", "assistant", NULL};

static const char *const flag_names[] = {"caseless", "multiline", "dotall", NULL};

#define CHECKSUMS_MAX 128 /* named in a message */
#define ROLES_UNTRUSTED                                                                                                \
    (1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL | 1U << FILTER_ROLE_DOCUMENT | 1U << FILTER_ROLE_ASSISTANT)
#define ROLES_ALL ((1U << ROLE_COUNT) - 1)

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
    return text ? fold_string(r->memory, text, false) : NULL;
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
    if (count == 0 && rule->phrases.count == 0 && rule->detector == DETECTOR_NONE) {
        diagnose(r->d, rule->line, 0, "a rule needs 'value', 'pattern', 'phrase' or 'detect'");
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

static void fold_words(pack_reader *r, yaml_strings *words) {
    for (size_t i = 0; i < words->count; i++) {
        const char *folded = fold_string(r->memory, words->items[i], false);
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

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
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
        size_t count = 0;
        for (; count < CHECKSUMS_MAX && (c = checksum_at(count)) != NULL; count++) names[count] = c->name;
        qsort(names, count, sizeof *names, by_text);
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

bool is_id(const char *text) {
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
    const yaml_node *category, *severity, *context, *deny, *with, *checksum, *action, *detect, *examples;
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
    {.key = "detect",
     .type = YAML_NODE,
     .offset = offsetof(raw_rule, detect),
     .holds = YAML_HOLDS_TABLE,
     .table = &detector_table},
    {.key = "model", .renamed = "detect: {sentence_model: …}"},
    {.key = "leak", .renamed = "detect: {prompt_leak: …}"},
    {.key = "tail", .renamed = "detect: {adversarial_suffix: …}"},
    {.key = "veil", .renamed = "detect: {obfuscated_terms: …}"},
    {.key = "turns", .renamed = "detect: {many_shot: …}"},
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
    if (raw->severity && (choice = yaml_choice(raw->severity, pack_severity_names, "severity", r->d)) >= 0) {
        rule->severity = pack_severity_names[choice];
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
    if (raw->detect) rule->settings = detector_read(r->set, raw->detect, &rule->detector, r->d);
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
    static const char *const own[] = {"id", "preset", "detect"};
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

bool preset_is_right(pack_reader *r, const yaml_node *node) {
    yaml_field fields[sizeof rule_fields / sizeof *rule_fields];
    const yaml_table table = {.what = "a preset", .fields = fields, .count = preset_fields(fields)};
    size_t before = r->d->count;
    raw_rule raw = {.separators = ""};
    if (!yaml_read(r->memory, node, &table, &raw, r->d)) return false;
    if (raw.category) yaml_choice(raw.category, category_names, "category", r->d);
    if (raw.severity) yaml_choice(raw.severity, pack_severity_names, "severity", r->d);
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

void read_rule(pack_reader *r, const yaml_node *node) {
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
