/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/candidate.h"

#include "base/utf8.h"
#include "pass/structure.h"

#include <math.h>
#include <string.h>

/* Highest score of a value that looks made up: still a finding for those who ask for all. */
#define PLACEHOLDER_SCORE 0.1

#define LOW_ENTROPY_SCORE 0.2

double boost(double score, double amount) {
    return 1.0 - (1.0 - score) * (1.0 - amount);
}

static bool equals_any(const yaml_strings *list, const char *value, size_t size) {
    for (size_t i = 0; i < list->count; i++) {
        if (strlen(list->items[i]) == size && memcmp(list->items[i], value, size) == 0) return true;
    }
    return false;
}

static bool holds_any(const yaml_strings *list, const char *value, size_t size) {
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->items[i]);
        for (size_t at = 0; at + length <= size; at++) {
            if (text_lower(value[at]) == text_lower(*list->items[i]) &&
                strncasecmp(value + at, list->items[i], length) == 0)
                return true;
        }
    }
    return false;
}

/* Shannon entropy of the bytes, in bits a character. */
static double entropy_of(const char *value, size_t size) {
    unsigned counts[256] = {0};
    double bits = 0;
    for (size_t i = 0; i < size; i++) counts[(unsigned char)value[i]]++;
    for (int c = 0; c < 256; c++) {
        if (!counts[c]) continue;
        double share = (double)counts[c] / (double)size;
        bits -= share * log2(share);
    }
    return bits;
}

/* ---------------------------------------------------------------------------------- names ---- */

static candidate_names *names_of(const pass *p, candidate *c) {
    if (!c->names) c->names = arena_alloc(&p->scratch->memory, 1, sizeof *c->names);
    if (!c->names) p->scratch->failed = true;
    return c->names;
}

static candidate_name place_name(const view *v, field_name name) {
    const uintptr_t first = (uintptr_t)v->text, at = (uintptr_t)name.text; /* the name may be a constant */
    if (at < first || at - first >= v->size) return (candidate_name){.name = name};
    return (candidate_name){name, view_source(v, (span){at - first, at - first + name.size})};
}

void candidate_note_name(const pass *p, candidate *c, const view *v, field_name name) {
    candidate_names *names = p->scratch->wants_names ? names_of(p, c) : NULL;
    for (size_t i = 0; names && i < names->count; i++) {
        if (names->items[i].name.text == name.text) return;
    }
    if (names && names->count < CONTEXT_NAMES_MAX) names->items[names->count++] = place_name(v, name);
}

/* The nearest cell of a table around a value of the text as sent. */
static void note_column(const pass *p, candidate *c, const field_list *fields) {
    const field *f = fields_around(fields, c->at.start, c->at.end);
    while (f && !(f->syntax == FIELD_CELL && f->name.size)) f = field_parent(fields, f);
    candidate_names *names = f ? names_of(p, c) : NULL;
    if (names) names->column = place_name(&p->scratch->views.items[0], f->name);
}

/* ------------------------------------------------------------------------------- evidence ---- */

/* One word is most of what words can say; a second one adds half as much. */
static void score_words(const pass *p, span at, candidate *c) {
    const pack_rule *rule = c->rule;
    const engine_rule *words = &p->engine->rules[c->rule_index];
    const context_evidence found = context_find(p, at, &words->context, rule->context.within);
    if (found.count > 0) {
        c->score = boost(c->score, rule->context.weight);
        if (found.count > 1) c->score = boost(c->score, rule->context.weight / 2);
        c->evidence |= FILTER_EVIDENCE_CONTEXT;
        for (size_t i = 0; i < found.name_count; i++) candidate_note_name(p, c, found.names_of, found.names[i]);
    }
    c->needs_partner = rule->context.required && found.count == 0;
    const context_evidence against = context_find(p, at, &words->negative_context, rule->negative_context.within);
    if (against.nearest < found.nearest) {
        c->score *= 1.0 - rule->negative_context.weight;
        c->evidence |= FILTER_EVIDENCE_NEGATIVE_CONTEXT;
    }
}

bool score_evidence(const pass *p, span at, candidate *c) {
    const view *v = p->view;
    const pack_rule *rule = c->rule;
    const char *value = v->text + at.start;
    size_t size = at.end - at.start;
    if (equals_any(&rule->allowlist, value, size) || !pack_has_digits(rule, value, size)) return false;
    c->score = rule->score;
    if (rule->checksum_count) {
        if (pack_checksums_hold(rule, value, size)) {
            c->evidence |= FILTER_EVIDENCE_CHECKSUM;
            if (rule->checksum_pass > c->score) c->score = rule->checksum_pass;
        } else {
            c->evidence |= FILTER_EVIDENCE_CHECKSUM_FAILED;
            if (rule->checksum_fail <= 0) return false;
            if (rule->checksum_fail < c->score) c->score = rule->checksum_fail;
        }
    }
    score_words(p, at, c);
    if (holds_any(&rule->placeholders, value, size)) {
        c->evidence |= FILTER_EVIDENCE_PLACEHOLDER;
        if (c->score > PLACEHOLDER_SCORE) c->score = PLACEHOLDER_SCORE;
    }
    if (rule->entropy > 0 && entropy_of(value, size) < rule->entropy) {
        c->evidence |= FILTER_EVIDENCE_LOW_ENTROPY;
        if (c->score > LOW_ENTROPY_SCORE) c->score = LOW_ENTROPY_SCORE;
    }
    return true;
}

/* An attack that was found only after an obfuscation was undone is the likelier for it. */
#define OBFUSCATION_BOOST 0.4

/* What a candidate costs after the scan, in nanoseconds, kept free before the deadline: where it is listed in the
 * reply, and where it is only sorted and replaced. */
#define LISTED_MAX 10000
#define LISTED_NS 3000
#define SORTED_NS 600

static bool has_bytes_of(const view *sent, const view *v, span at, span source) {
    const size_t size = at.end - at.start;
    return source.end - source.start == size && memcmp(sent->text + source.start, v->text + at.start, size) == 0;
}

/* Was a span of a view found as it was sent, with what touches it? The n of "\nignore" hides a word. */
static bool stands_as_sent(const view *sent, const view *v, span at, span source) {
    if (!has_bytes_of(sent, v, at, source)) return false;
    bool glued = at.start > 0 && text_is_word_byte(v->text[at.start - 1]);
    return glued || source.start == 0 || !text_is_word_byte(sent->text[source.start - 1]);
}

/* Does a value count in a view that may have made it up? */
static bool is_proven(const view *v, const candidate *c) {
    const bool is_checked = c->rule->checksum_pass > 0;
    if (v->needs_proof && !(is_checked && c->evidence & FILTER_EVIDENCE_CHECKSUM)) return false;
    return !v->needs_word || !is_checked || c->evidence & FILTER_EVIDENCE_CONTEXT;
}

void candidate_add(const pass *p, span at, candidate *c) {
    candidates *found = &p->scratch->found;
    const view *v = p->view;
    const view *sent = &p->scratch->views.items[0];
    c->segment = p->segment;
    c->view = v;
    c->found = (filter_text){v->text + at.start, at.end - at.start};
    c->at = view_source(v, at);
    c->is_as_sent = view_stands_for_sent(v) && has_bytes_of(sent, v, at, c->at);
    c->view_name = c->is_as_sent ? sent->name : v->name;
    if (c->rule->category != FILTER_INJECTION && (!is_proven(v, c) || structure_cuts_escape(p, at))) return;
    if (c->rule->category == FILTER_INJECTION && !view_stands_for_sent(v)) {
        if (!is_model(c) && stands_as_sent(sent, v, at, c->at)) return;
        if (!is_model(c) && v->injection_only) c->score = boost(c->score, OBFUSCATION_BOOST);
    }
    const field_list *fields = c->rule->category == FILTER_INJECTION ? NULL : structure_of(p, sent);
    if (fields) c->at = fields_trim(fields, sent->text, c->at);
    const bool may_join = fields && c->rule->near_rules.joins;
    const field *around = may_join ? fields_around(fields, c->at.start, c->at.end) : NULL;
    c->value_end = around && around->syntax != FIELD_CONTAINER ? around->end : SIZE_MAX;
    if (fields) c->writing = fields_writing(fields, sent->text, sent->size, c->at);
    if (fields && p->scratch->wants_names) note_column(p, c, fields);
    if (!arena_grow(&p->scratch->memory, &found->items, &found->capacity, found->count + 1, sizeof *c)) {
        p->scratch->failed = true;
        return;
    }
    found->items[found->count++] = *c;
    p->scratch->work.reserve += found->count <= LISTED_MAX ? LISTED_NS : SORTED_NS;
}

void candidate_found(const pass *p, uint32_t rule_index, span at) {
    candidate c = {.rule = &p->engine->set.rules[rule_index], .rule_index = rule_index};
    if (score_evidence(p, at, &c)) candidate_add(p, at, &c);
}

void candidate_scored(const pass *p, uint32_t rule_index, span at, double score, const char *why) {
    candidate c = {.rule = &p->engine->set.rules[rule_index], .rule_index = rule_index, .score = score, .why = why};
    candidate_add(p, at, &c);
}
