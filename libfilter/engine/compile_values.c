/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far around digits is scanned for shapes made of digits, at most: it is paid at every number. */
#define DIGITS_REACH_MAX 32

/* A word that names a value with digits lies at most so far before or after it. */
#define NEAR_LEAD 112
#define NEAR_TRAIL 48

static bool find_group(const pcre2_code *code, const char *name, uint32_t *group) {
    char *end;
    uint32_t count = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    unsigned long number = strtoul(name, &end, 10);
    if (*end) {
        int found = pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);
        if (found < 0) return false;
        number = (unsigned long)found;
    }
    *group = (uint32_t)number;
    return number <= count;
}

pcre2_code *compile_regex(builder *b, const pack_rule *rule, const yaml_node *node, const char *expression,
                          uint32_t options) {
    options |= PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF |
               PCRE2_USE_OFFSET_LIMIT;
    int number;
    PCRE2_SIZE offset;
    char message[300], reason[160];
    if (!expression) {
        b->failed = true;
        return NULL;
    }
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    if (!code) {
        pcre2_get_error_message(number, (PCRE2_UCHAR *)reason, sizeof reason);
        snprintf(message, sizeof message, "PCRE2 refuses the pattern: %s at offset %zu", reason, offset);
        diagnose_node(b, rule, node, message);
        return NULL;
    }
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it, PCRE2 interprets */
    return code;
}

static pcre2_code *compile_confirm(builder *b, const pack_rule *rule, const rule_pattern *pattern, uint32_t *group) {
    const char *expression = expression_confirm(b->memory, rule, pattern);
    const yaml_node *node = rule->confirm ? rule->confirm_node : pattern->node;
    pcre2_code *code = compile_regex(b, rule, node, expression,
                                     (rule->caseless ? PCRE2_CASELESS : 0U) | (rule->multiline ? PCRE2_MULTILINE : 0U) |
                                         (rule->dotall ? PCRE2_DOTALL : 0U));
    *group = 0;
    if (!code) return NULL;
    if (rule->group && !find_group(code, rule->group, group)) {
        char message[120];
        snprintf(message, sizeof message, "the pattern has no capture group '%.60s'", rule->group);
        diagnose_node(b, rule, node, message);
    }
    return code;
}

#define WIDTH_WITH_CONFIRM 256

static size_t pattern_width(builder *b, const pack_rule *rule, const rule_pattern *pattern, const char *expression) {
    char why[400];
    size_t max = 0;
    if (pattern->finder == FIND_BY_FIELD) return VALUE_FORMAT_WIDTH_MAX;
    if (pattern->finder != FIND_BY_REGEX) return pattern->value->max_width;
    if (!database_measure(expression, hyperscan_flags(rule), &max, why, sizeof why)) {
        diagnose_node(b, rule, pattern->node, why);
    } else if (rule->width) {
        return rule->width;
    } else if (max == SIZE_MAX) {
        diagnose_node(b, rule, pattern->node, "the pattern has no longest match; bound its repeats or give 'width'");
    }
    return rule->confirm ? WIDTH_WITH_CONFIRM : max;
}

static size_t sure_digits(const pack_rule *rule, const rule_pattern *pattern) {
    return rule->digits > pattern->value->min_digits ? rule->digits : pattern->value->min_digits;
}

static void widen(engine_window *window, engine_window by) {
    if (by.digits_min < window->digits_min) window->digits_min = by.digits_min;
    if (by.lead > window->lead) window->lead = by.lead;
    if (by.trail > window->trail) window->trail = by.trail;
    if (by.width > window->width) window->width = by.width;
}

static void widen_for_shape(builder *b, const pack_rule *rule, const rule_pattern *pattern) {
    size_t lead = pattern->value->lead, trail = pattern->value->trail;
    if ((lead > DIGITS_REACH_MAX || trail > DIGITS_REACH_MAX) && !rule->digits) {
        diagnose_node(b, rule, pattern->node,
                      "the value may reach further than 32 characters from its first or last sure digit; say with "
                      "'digits' how many it has all over, or write it as a 'pattern'");
    }
    if (lead > DIGITS_REACH_MAX) lead = DIGITS_REACH_MAX;
    if (trail > DIGITS_REACH_MAX) trail = DIGITS_REACH_MAX;
    widen(&b->engine->window, (engine_window){sure_digits(rule, pattern), lead, trail, pattern->value->max_width});
}

/* Notes which bytes may stand before shapes that nothing of the class `left` may touch. */
static void read_left(builder *b, const pack_rule *rule, const rule_pattern *pattern, uint32_t kind) {
    shape_starts *starts = &b->engine->starts;
    const bool is_last = kind == UINT32_C(1) << (SHAPE_KINDS - 1), is_open = is_last || !*rule->left;
    pcre2_code *code = NULL;
    if (!is_open) code = compile_regex(b, rule, pattern->node, arena_printf(b->memory, "[%s]", rule->left), 0);
    pcre2_match_data *data = code ? pcre2_match_data_create(1, NULL) : NULL;
    if (code && !data) b->failed = true;
    for (unsigned c = 0; c < 256; c++) {
        const unsigned char byte = (unsigned char)c;
        if (is_open || (data && pcre2_match(code, &byte, 1, 0, 0, data, NULL) < 0)) starts->before[c] |= kind;
    }
    pcre2_match_data_free(data);
    pcre2_code_free(code);
}

/* Notes where a shape may begin, and how far from there its first digit is. */
static void add_starts(builder *b, const pack_rule *rule, const rule_pattern *pattern) {
    shape_starts *starts = &b->engine->starts;
    size_t kind = 0;
    while (kind < starts->count && kind < SHAPE_KINDS - 1 && strcmp(starts->lefts[kind], rule->left) != 0) kind++;
    if (kind == starts->count) {
        starts->lefts[starts->count++] = rule->left;
        read_left(b, rule, pattern, UINT32_C(1) << kind);
    }
    for (unsigned c = 0; c < 128; c++) {
        if (!(pattern->value->first[c / 64] >> c % 64 & 1)) continue;
        const unsigned char forms[] = {(unsigned char)c, (unsigned char)text_lower((char)c),
                                       (unsigned char)text_upper((char)c)};
        for (size_t i = 0; i < (rule->caseless ? 3 : 1); i++) {
            starts->first[forms[i]] |= UINT32_C(1) << kind;
            if (pattern->value->digit_within > starts->digit_within[forms[i]])
                starts->digit_within[forms[i]] = (uint16_t)pattern->value->digit_within;
        }
    }
}

static engine_database database_of(const pack_rule *rule, const rule_pattern *pattern) {
    if (pattern->finder == FIND_BY_REGEX && rule->near_digits > 0) return DATABASE_NEAR_DIGITS;
    return pattern->finder == FIND_BY_DIGITS ? DATABASE_DIGITS : DATABASE_DATA;
}

/* The number of a word in the database of words, which are found as they stand, in any case. The same letters are
 * another word where they may go on: `tel*` of one rule must not widen `tel` of another. */
static size_t add_word(builder *b, const pack_rule *rule, const yaml_node *node, const char *word, size_t size,
                       bool whole_before, bool whole_after) {
    const char *expression = expression_literal(b->memory, word, size);
    size_t known = b->engine->sources[DATABASE_WORDS].count;
    size_t id = add_expression(b, DATABASE_WORDS, expression, HS_FLAG_CASELESS, rule, node);
    const engine_word *same = !b->failed && id < known ? &b->engine->words[id] : NULL;
    if (same && (same->whole_before != whole_before || same->whole_after != whole_after)) {
        /* A comment makes it another expression with the same meaning. */
        expression = arena_printf(b->memory, "%s(?#%d%d)", expression, whole_before, whole_after);
        id = add_expression(b, DATABASE_WORDS, expression, HS_FLAG_CASELESS, rule, node);
    }
    if (b->failed || id < known) return id;
    if (size > b->engine->longest_word) b->engine->longest_word = size;
    if (arena_grow(b->memory, &b->engine->words, &b->list_capacity[DATABASE_WORDS], id + 1, sizeof(engine_word))) {
        b->engine->words[id] = (engine_word){.size = size, .whole_before = whole_before, .whole_after = whole_after};
    } else {
        b->failed = true;
    }
    return id;
}

/* A name may stand inside a word: MYCOHEREKEY. */
static void add_keywords(builder *b, const pack_rule *rule, size_t pattern) {
    for (size_t i = 0; i < rule->keywords.count && !b->failed; i++) {
        const char *name = rule->keywords.items[i];
        size_t id = add_word(b, rule, rule->keywords.node, name, strlen(name), false, false);
        if (!b->failed) list_add(b, &b->engine->words[id].keyword_of, pattern);
    }
    b->engine->has_keywords = true;
    if (b->engine->words_within < KEYWORD_WITHIN) b->engine->words_within = KEYWORD_WITHIN;
}

void add_pattern(builder *b, size_t rule_index, const rule_pattern *pattern) {
    filter_engine *e = b->engine;
    const pack_rule *rule = &e->set.rules[rule_index];
    const char *expression = pattern->finder == FIND_BY_FIELD ? "" : expression_scan(b->memory, rule, pattern);
    if (!expression) {
        b->failed = true;
        return;
    }
    const engine_database database = database_of(rule, pattern);
    size_t before = b->d->count;
    engine_pattern compiled = {
        .rule = rule, .rule_index = (uint32_t)rule_index, .finder = pattern->finder, .value = pattern->value};
    compiled.width = pattern_width(b, rule, pattern, expression);
    compiled.start_within = rule->start_within == SIZE_MAX ? compiled.width + LOOKAHEAD : rule->start_within;
    const engine_pattern *last = e->pattern_count > 0 ? &e->patterns[e->pattern_count - 1] : NULL;
    if (rule->confirm && last && last->rule == rule) {
        compiled.code = last->code;
        compiled.group = last->group;
        compiled.shares_code = true;
    } else {
        compiled.code = compile_confirm(b, rule, pattern, &compiled.group);
    }
    if (!arena_grow(b->memory, &e->patterns, &e->pattern_capacity, e->pattern_count + 1, sizeof compiled)) {
        if (!compiled.shares_code) pcre2_code_free(compiled.code);
        b->failed = true;
        return;
    }
    size_t index = e->pattern_count++;
    e->patterns[index] = compiled;
    if (pattern->finder == FIND_BY_KEYWORD) {
        add_keywords(b, rule, index);
        return;
    }
    if (pattern->finder == FIND_BY_FIELD) {
        for (size_t i = 0; i < rule->fields.count; i++) {
            if (!field_names_add(&e->field_names, b->memory, rule->fields.items[i], (uint32_t)index)) b->failed = true;
        }
        return;
    }
    if (b->d->count > before) return; /* Hyperscan would only say the same again */
    unsigned flags = pattern->finder == FIND_BY_REGEX ? hyperscan_flags(rule) : rule->caseless ? HS_FLAG_CASELESS : 0;
    size_t id = add_expression(b, database, expression, flags, rule, pattern->node);
    size_t old = b->list_capacity[database];
    if (!arena_grow(b->memory, &e->expressions[database], &b->list_capacity[database], id + 1, sizeof(id_list))) {
        b->failed = true;
        return;
    }
    for (size_t i = old; i < b->list_capacity[database]; i++) e->expressions[database][i] = (id_list){NULL, 0, 0};
    list_add(b, &e->expressions[database][id], index);
    if (database == DATABASE_NEAR_DIGITS) {
        widen(&e->near_window, (engine_window){rule->near_digits, NEAR_LEAD, NEAR_TRAIL, compiled.width});
    } else if (pattern->finder == FIND_BY_DIGITS) {
        widen_for_shape(b, rule, pattern);
        add_starts(b, rule, pattern);
    }
}

static int compare_ids(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A word stands alone: "pan" is not in "company". Scripts that join their words, and a word that
 * ends in *, are taken as they come. */
void add_words(builder *b, const pack_rule *rule, const rule_words *words, id_list *list) {
    for (size_t i = 0; i < words->words.count && !b->failed; i++) {
        const char *word = words->words.items[i];
        size_t size = strlen(word);
        bool open = size > 1 && word[size - 1] == '*';
        if (open) size--;
        bool before = text_is_alnum(word[0]), after = !open && text_is_alnum(word[size - 1]);
        size_t id = add_word(b, rule, words->words.node, word, size, before, after);
        if (b->failed) return;
        list_add(b, list, id);
    }
    if (list->count) qsort(list->items, list->count, sizeof *list->items, compare_ids);
    if (words->words.count && words->within > b->engine->words_within) b->engine->words_within = words->within;
}

void add_partners(builder *b, const pack_rule *rule, id_list *list) {
    for (size_t i = 0; i < rule->near_rules.rules.count; i++) {
        const pack_rule *partner = pack_find_rule(&b->engine->set, rule->near_rules.rules.items[i]);
        if (partner) list_add(b, list, (size_t)(partner - b->engine->set.rules));
    }
}

void mark_max_scores(filter_engine *e) {
    for (size_t i = 0; i < e->set.rule_count; i++) {
        const pack_rule *rule = &e->set.rules[i];
        e->rules[i].max_score_without_context = rule->score > rule->checksum_pass ? rule->score : rule->checksum_pass;
        if (rule->category == FILTER_INJECTION || rule->near_rules.rules.count)
            e->rules[i].max_score_without_context = 1;
    }
    for (size_t i = 0; i < e->set.rule_count; i++) { /* a weak candidate may be another one's neighbour */
        const id_list *partners = &e->rules[i].partners;
        for (size_t k = 0; k < partners->count; k++) e->rules[partners->items[k]].max_score_without_context = 1;
    }
}
