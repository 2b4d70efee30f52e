/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "base/names.h"
#include "packs/preset.h"
#include "packs/reader.h"
#include "packs/rule_keys.h"
#include "text/fold.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CHECKSUMS_MAX 128 /* named in a message */
#define EXAMPLES_MAX 256 /* of one list: a preset gives its own to each rule that takes it */
#define ROLES_UNTRUSTED                                                                                                \
    (1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL | 1U << FILTER_ROLE_DOCUMENT | 1U << FILTER_ROLE_ASSISTANT |      \
     1U << FILTER_ROLE_TOOL_DEFINITION)
#define ROLES_ALL ((1U << ROLE_COUNT) - 1)

static void diagnose_definition(pack_reader *r, const yaml_node *node, const char *name) {
    char message[600];
    const yaml_node *map = r->pack->definitions;
    if (diagnostics_skip(r->d)) return;
    const char **names = arena_alloc(r->memory, map ? map->count / 2 + 1 : 1, sizeof *names);
    if (!names) return;
    for (size_t i = 0; map && i + 1 < map->count; i += 2) names[i / 2] = map->items[i]->text;
    if (name) message_unknown(message, sizeof message, "definition", name, names);
    diagnose(r->d, node->line, node->column, "%s", name ? message : "'%{' has no '}'");
}

/* Puts the pack's definitions in for %{name}. They may use each other; depth bounds a circle. */
static bool expand_definitions(pack_reader *r, const char *source, const yaml_node *node, unsigned depth,
                               text_buffer *out) {
    for (const char *s = source; *s; s++) {
        if (s[0] != '%' || s[1] != '{') {
            text_append(out, s, 1);
            continue;
        }
        const char *end = strchr(s, '}');
        const char *name = end ? arena_copy(r->memory, s + 2, (size_t)(end - s) - 2) : NULL;
        const yaml_node *definition = name && r->pack->definitions ? yaml_get(r->pack->definitions, name) : NULL;
        if (!definition || definition->kind != YAML_SCALAR) {
            diagnose_definition(r, node, end ? name : NULL);
            return false;
        }
        if (depth == 0 || out->size > 65536) {
            diagnose(r->d, node->line, node->column, "definition '%.60s' uses itself, or it grows too large", name);
            return false;
        }
        text_append_string(out, "(?:");
        if (!expand_definitions(r, definition->text, node, depth - 1, out)) return false;
        text_append_string(out, ")");
        s = end;
    }
    return !out->failed;
}

/* Size of "[:digit:]" and its like at `s`, or 0. */
static size_t posix_class_size(const char *s) {
    size_t name = s[0] == '[' && s[1] == ':' ? strspn(s + 2, "^abcdefghijklmnopqrstuvwxyz") : 0;
    return name && s[2 + name] == ':' && s[3 + name] == ']' ? name + 4 : 0;
}

/* Patterns match bytes, so a character beyond ASCII cannot stand in a class. */
static bool has_wide_class(const char *regex) {
    const char *class = NULL; /* where a closing bracket stands for itself, when one is open */
    for (const char *s = regex; *s; s++) {
        if (*s == '\\' && s[1]) s++;
        else if (!class && *s == '[') class = s[1] == '^' ? s + 2 : s + 1;
        else if (class && posix_class_size(s)) s += posix_class_size(s) - 1;
        else if (class && *s == ']' && s != class) class = NULL;
        else if (class && (unsigned char)*s >= 0x80) return true;
    }
    return false;
}

static const char *read_regex(pack_reader *r, const char *source, const yaml_node *node) {
    text_buffer out = {.memory = r->memory};
    if (!expand_definitions(r, source, node, 8, &out)) return NULL;
    const char *expanded = arena_copy(r->memory, out.data, out.size);
    if (expanded && has_wide_class(expanded)) {
        diagnose(r->d, node->line, node->column,
                 "a class [...] holds a character beyond ASCII, and patterns match bytes; write (?:a|b) instead");
        return NULL;
    }
    return expanded ? fold_string(r->memory, expanded, false) : NULL;
}

/* Heads shorter than this are everywhere. */
#define PREFIX_MIN 3

static void read_value(pack_reader *r, const pack_rule *rule, const char *source, const char *separators,
                       const yaml_node *node, rule_pattern *out) {
    char why[256] = "out of memory";
    const value_format *t = value_format_parse(r->memory, source, separators, why, sizeof why);
    *out = (rule_pattern){FIND_BY_DIGITS, t, NULL, node};
    if (!t) {
        diagnose(r->d, node->line, node->column, "%s", why);
    } else if (rule->fields.count) {
        out->finder = FIND_BY_FIELD;
    } else if (rule->keywords.count) {
        out->finder = FIND_BY_KEYWORD;
        if (t->min_width >= KEYWORD_WIDTH_MIN) return;
        diagnose(r->d, node->line, node->column, "a format that is found by keywords has at least %d characters",
                 KEYWORD_WIDTH_MIN);
    } else if (t->prefix_size >= PREFIX_MIN) {
        out->finder = FIND_BY_PREFIX;
    } else if (t->min_digits == 0 && rule->digits == 0) {
        diagnose(
            r->d, node->line, node->column,
            "a format must begin with %d fixed characters, or hold a digit (say how many with 'digits'); else it is "
            "found by a 'pattern'",
            PREFIX_MIN);
    }
}

static void read_patterns(pack_reader *r, pack_rule *rule, const yaml_strings *values, const yaml_strings *regexes,
                          const char *separators) {
    static const char any_value[] = "[\\s\\S]{1,512}";
    size_t count = values->count + regexes->count;
    rule->patterns = arena_alloc(r->memory, count + 1, sizeof *rule->patterns);
    if (!rule->patterns) return;
    if (count == 0 && rule->fields.count) {
        rule->patterns[rule->pattern_count++] = (rule_pattern){FIND_BY_FIELD, NULL, any_value, rule->fields.node};
        return;
    }
    if (count == 0 && rule->phrases.count == 0 && !rule->detector) {
        diagnose(r->d, rule->line, 0, "a rule needs 'format', 'pattern', 'phrase' or 'detect'");
        return;
    }
    if (rule->fields.count && rule->keywords.count) {
        diagnose(r->d, rule->line, 0, "'fields' say what names a value, so 'keywords' do not go with them");
    }
    if (rule->keywords.count && regexes->count) {
        diagnose(r->d, rule->line, 0, "'keywords' go with 'format'; a pattern says itself what stands before");
    }
    for (size_t i = 0; i < values->count; i++) {
        const yaml_node *node = yaml_strings_node(values, i);
        read_value(r, rule, values->items[i], separators, node, &rule->patterns[rule->pattern_count++]);
    }
    for (size_t i = 0; i < regexes->count; i++) {
        const yaml_node *node = yaml_strings_node(regexes, i);
        const char *regex = read_regex(r, regexes->items[i], node);
        rule->patterns[rule->pattern_count++] =
            (rule_pattern){rule->fields.count ? FIND_BY_FIELD : FIND_BY_REGEX, NULL, regex, node};
    }
}

static void fold_words(pack_reader *r, yaml_strings *words) {
    for (size_t i = 0; i < words->count; i++) {
        const char *folded = fold_string(r->memory, words->items[i], false);
        if (folded) words->items[i] = folded;
    }
}

static void read_words(pack_reader *r, const yaml_node *node, const yaml_table *table, rule_words *out) {
    if (node && yaml_read(r->memory, node, table, out, r->d)) fold_words(r, &out->words);
}

static void read_near_rules(pack_reader *r, const yaml_node *node, rule_partners *out) {
    if (node) yaml_read(r->memory, node, &near_rules_table, out, r->d);
}

static void read_unless(pack_reader *r, const yaml_node *node, rule_unless *out) {
    if (!node || !yaml_read(r->memory, node, &unless_table, out, r->d)) return;
    out->node = node;
    for (size_t i = 0; i < UNLESS_COUNT; i++) {
        if (out->places[i]) out->places[i] = read_regex(r, out->places[i], node);
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_checksum(pack_reader *r, const yaml_node *node, pack_rule *rule) {
    raw_checksum raw = {.pass = 0};
    if (!node || !yaml_read(r->memory, node, &checksum_table, &raw, r->d)) return;
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
        const yaml_node *node = yaml_strings_node(list, i);
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
    if (!list) return;
    if (list->kind != YAML_LIST) diagnose(r->d, list->line, list->column, "'%s' must be a list of examples", key);
    else if (list->count > EXAMPLES_MAX) {
        diagnose(r->d, list->line, list->column, "'%s' must have at most %d examples, not %zu", key, EXAMPLES_MAX,
                 list->count);
    }
}

static void read_examples(pack_reader *r, const yaml_node *node, pack_rule *rule) {
    raw_examples raw = {NULL, NULL};
    if (!yaml_read(r->memory, node, &examples_table, &raw, r->d)) return;
    check_examples(r, raw.match, "match");
    check_examples(r, raw.no_match, "no_match");
    rule->match = raw.match && raw.match->kind == YAML_LIST ? raw.match : NULL;
    rule->no_match = raw.no_match && raw.no_match->kind == YAML_LIST ? raw.no_match : NULL;
}

static void set_rule_defaults(raw_rule *raw, const pack_reader *r, const yaml_node *node) {
    *raw = (raw_rule){.separators = "", .category = -1, .severity = 1, .rule = {.start_within = SIZE_MAX}};
    raw->rule.pack = r->pack->name;
    raw->rule.file = r->d->file;
    raw->rule.line = node->line;
    raw->rule.action = -1;
    raw->rule.max_span = 80;
    raw->rule.context = (rule_words){.within = 64, .weight = 0.5};
    raw->rule.negative_context = (rule_words){.within = 32, .weight = 0.5};
    raw->rule.near_rules = (rule_partners){.within = 128, .boost = 0.5};
}

/* Fields whose meaning depends on another one. */
static void finish_rule(pack_reader *r, raw_rule *raw, const yaml_node *node) {
    pack_rule *rule = &raw->rule;
    rule->category = raw->category < 0 ? FILTER_PII : (filter_category)(1 << raw->category);
    rule->severity = severity_names[raw->severity];
    if (rule->action >= 0 && rule->category == FILTER_INJECTION) {
        diagnose(r->d, yaml_get(node, "action")->line, 0,
                 "an injection rule has no action: its score counts, and the policy decides");
    }
    if (rule->id && !is_id(rule->id)) {
        diagnose(r->d, rule->line, 0, "an id is made of a-z, 0-9, '.', '_' and '-', at most 96 characters");
    }
    if (rule->entity_type && !is_entity_type(rule->entity_type)) {
        diagnose(r->d, rule->line, 0, "an entity_type is made of A-Z, 0-9 and '_', at most 64 characters");
    }
    /* A prefix inside a word is no token: `sk-` in `<task-notification>`. */
    const bool is_whole = rule->fields.count > 0; /* what stands beside a whole value is none of its own */
    const char *touching = rule->category == FILTER_SECRET ? "0-9A-Za-z_-" : "0-9A-Za-z";
    if (!rule->left) rule->left = raw->formats.count && !is_whole ? touching : "";
    if (!rule->right) rule->right = raw->formats.count && !is_whole ? touching : "";
    unsigned flags = read_name_bits(r, &raw->flags, flag_names, "flag");
    rule->caseless = flags & 1;
    rule->multiline = flags & 2;
    rule->dotall = flags & 4;
    rule->roles = rule->category == FILTER_INJECTION ? ROLES_UNTRUSTED : ROLES_ALL;
    if (raw->roles.count) rule->roles = read_name_bits(r, &raw->roles, names_roles, "role");
    if (raw->detect) rule->settings = detector_read(r->set, raw->detect, &rule->detector, r->d);
    read_patterns(r, rule, &raw->formats, &raw->patterns, raw->separators);
    if (raw->confirm) rule->confirm = read_regex(r, raw->confirm, rule->confirm_node);
    read_checksum(r, raw->checksum, rule);
    read_words(r, raw->context, &context_table, &rule->context);
    read_words(r, raw->negative_context, &negative_context_table, &rule->negative_context);
    read_near_rules(r, raw->near_rules, &rule->near_rules);
    read_unless(r, raw->unless, &rule->unless);
    if (rule->unless.node && !rule->phrases.count) {
        diagnose(r->d, rule->unless.node->line, 0, "'unless' goes with 'phrase'; a pattern's 'confirm' looks around");
    }
    fold_words(r, &rule->placeholders);
    fold_words(r, &rule->keywords);
    fold_words(r, &rule->fields);
    if (raw->examples) read_examples(r, raw->examples, rule);
}

bool preset_is_right(pack_reader *r, const yaml_node *node) {
    yaml_field fields[RULE_FIELDS_MAX];
    const yaml_table table = preset_table(fields);
    size_t before = r->d->count;
    raw_rule raw = {.separators = ""};
    if (!yaml_read(r->memory, node, &table, &raw, r->d)) return false;
    read_name_bits(r, &raw.flags, flag_names, "flag");
    read_name_bits(r, &raw.roles, names_roles, "role");
    read_checksum(r, raw.checksum, &raw.rule);
    read_words(r, raw.context, &context_table, &raw.rule.context);
    read_words(r, raw.negative_context, &negative_context_table, &raw.rule.negative_context);
    read_near_rules(r, raw.near_rules, &raw.rule.near_rules);
    read_unless(r, raw.unless, &raw.rule.unless);
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
    if (yaml_read(r->memory, node, &rule_table, &raw, r->d)) {
        raw.rule.confirm_node = yaml_get(node, "confirm");
        finish_rule(r, &raw, node);
    }
    ruleset *set = r->set;
    if (r->d->count == before &&
        arena_grow(r->memory, &set->rules, &set->rule_capacity, set->rule_count + 1, sizeof *set->rules)) {
        set->rules[set->rule_count++] = raw.rule;
    }
    r->d->rule = "";
}
