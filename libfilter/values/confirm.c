/* SPDX-License-Identifier: Apache-2.0 */
#include "values/confirm.h"

#include "findings/context.h"
#include "values/scan.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Highest score of a value that looks made up: still a finding for those who ask for all. */
#define PLACEHOLDER_SCORE 0.1
#define LOW_ENTROPY_SCORE 0.2

/* What a lookahead may need to see behind the longest match. */
#define LOOKAHEAD 8

/* -------------------------------------------------------------------------------- evidence ---- */

static double raise(double score, double boost) {
    return 1.0 - (1.0 - score) * (1.0 - boost);
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
            if (strncasecmp(value + at, list->items[i], length) == 0) return true;
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

/* One word is most of what words can say; a second one adds half as much. */
static void weigh_words(const filter_engine *engine, filter_scratch *s, const view *v, span at, candidate *c) {
    const pack_rule *rule = c->rule;
    const engine_rule *words = &engine->rules[c->rule_index];
    size_t count = context_count(engine, s, v, at, &words->context, rule->context.within);
    if (count > 0) {
        c->score = raise(c->score, rule->context.weight);
        if (count > 1) c->score = raise(c->score, rule->context.weight / 2);
        c->evidence |= FILTER_EVIDENCE_CONTEXT;
    }
    c->needs_partner = rule->context.required && count == 0;
    if (context_count(engine, s, v, at, &words->deny, rule->deny.within) > 0) {
        c->score *= 1.0 - rule->deny.weight;
        c->evidence |= FILTER_EVIDENCE_DENY_CONTEXT;
    }
}

/* False when there is no finding at all. */
static bool weigh(const filter_engine *engine, filter_scratch *s, const view *v, span at, candidate *c) {
    const pack_rule *rule = c->rule;
    const char *value = v->text + at.start;
    size_t size = at.end - at.start;
    if (equals_any(&rule->allow, value, size) || !pack_has_digits(rule, value, size)) return false;
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
    weigh_words(engine, s, v, at, c);
    if (holds_any(&rule->stop, value, size)) {
        c->evidence |= FILTER_EVIDENCE_PLACEHOLDER;
        if (c->score > PLACEHOLDER_SCORE) c->score = PLACEHOLDER_SCORE;
    }
    if (rule->entropy > 0 && entropy_of(value, size) < rule->entropy) {
        c->evidence |= FILTER_EVIDENCE_LOW_ENTROPY;
        if (c->score > LOW_ENTROPY_SCORE) c->score = LOW_ENTROPY_SCORE;
    }
    return true;
}

/* -------------------------------------------------------------------------------- candidates ---- */

static size_t digits_from(const char *text, size_t size) {
    size_t count = 0;
    while (count < size && text_is_digit(text[count])) count++;
    return count;
}

static size_t digits_before(const char *text, size_t end) {
    size_t count = 0;
    while (count < end && text_is_digit(text[end - count - 1])) count++;
    return count;
}

/* Groups of this many digits, joined by a number's own separator, belong to it: eight digits of a card are no
 * account. Longer ones are numbers of their own. */
static bool continues(size_t digits) {
    return digits >= 4 && digits <= 6;
}

/* Is a number of digits and separators only a part of one that goes on before or behind it? */
static bool is_part_of_longer(const engine_pattern *p, const view *v, span at) {
    const char *separators = p->value ? p->value->separators : "", *own = NULL;
    if (!*separators) return false;
    for (size_t i = at.start; i < at.end; i++) {
        if (text_is_digit(v->text[i])) continue;
        own = strchr(separators, v->text[i]);
        if (!own || !*own) return false;
    }
    if (!own) return false;
    if (at.end < v->size && v->text[at.end] == *own &&
        continues(digits_from(v->text + at.end + 1, v->size - at.end - 1))) {
        return true;
    }
    if (at.start == 0 || v->text[at.start - 1] != *own) return false;
    size_t before = digits_before(v->text, at.start - 1), start = at.start - 1 - before;
    /* What hangs on another separator is the end of another number. */
    bool hangs = start > 0 && v->text[start - 1] != *own && strchr(separators, v->text[start - 1]);
    return continues(before) && !hangs;
}

/* An attack that was found only after a disguise was undone is the likelier for it. */
#define DISGUISE_BOOST 0.4

static void keep(filter_scratch *s, const view *v, span at, candidate *c) {
    c->at = view_source(v, at);
    if (c->rule->category == FILTER_INJECTION && v->source) {
        /* What stands around a disguise was found as it was sent. */
        const view *sent = v;
        while (sent->source) sent = sent->source;
        size_t size = at.end - at.start;
        if (c->at.end - c->at.start == size && memcmp(sent->text + c->at.start, v->text + at.start, size) == 0) return;
        if (v->injection_only) c->score = raise(c->score, DISGUISE_BOOST);
    }
    c->view_name = v->name;
    if (!arena_grow(&s->memory, &s->candidates, &s->candidate_capacity, s->candidate_count + 1, sizeof *c)) {
        s->failed = true;
        return;
    }
    s->candidates[s->candidate_count++] = *c;
}

static void add_candidate(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
                          const engine_pattern *p, span at, unsigned evidence) {
    candidate c = {.rule = p->rule, .rule_index = p->rule_index, .segment = segment, .view = v, .evidence = evidence};
    if (at.end <= at.start || is_part_of_longer(p, v, at)) return;
    if (evidence & FILTER_EVIDENCE_LIMIT) c.score = p->rule->score; /* nothing is known of the value itself */
    else if (!weigh(engine, s, v, at, &c)) return;
    keep(s, v, at, &c);
}

void confirm_found(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, uint32_t rule_index,
                   span at) {
    const pack_rule *rule = &engine->set.rules[rule_index];
    candidate c = {.rule = rule, .rule_index = rule_index, .segment = segment, .view = v};
    if (weigh(engine, s, v, at, &c)) keep(s, v, at, &c);
}

void confirm_scored(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, uint32_t rule_index,
                    span at, double score, const char *why) {
    candidate c = {.rule = &engine->set.rules[rule_index],
                   .rule_index = rule_index,
                   .segment = segment,
                   .view = v,
                   .score = score,
                   .why = why};
    keep(s, v, at, &c);
}

typedef enum match_outcome { MATCH_NONE, MATCH_FOUND, MATCH_LIMIT_REACHED } match_outcome;

/* A match that begins at `from` or later, before `before`, and ends at `limit` at the latest. */
static match_outcome match(filter_scratch *s, const view *v, const engine_pattern *p, size_t from, size_t before,
                           size_t limit, uint32_t options, span *whole, span *value) {
    pcre2_set_offset_limit(s->match_context, before - 1);
    int found = pcre2_match(p->code, (PCRE2_SPTR)v->text, limit, from, options, s->match, s->match_context);
    if (found == PCRE2_ERROR_NOMATCH) return MATCH_NONE;
    if (found < 0) return MATCH_LIMIT_REACHED;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->match);
    *whole = (span){ends[0], ends[1]};
    *value = *whole;
    if (p->group && p->group < pcre2_get_ovector_count(s->match)) {
        bool set = ends[2 * p->group] != PCRE2_UNSET;
        *value = set ? (span){ends[2 * p->group], ends[2 * p->group + 1]} : (span){0, 0};
    }
    return MATCH_FOUND;
}

/* A value of groups may take in a word or number behind it ("IBAN DE89 … 00 BIC …"): when its check fails, the
 * last groups are left out one by one. */
static void shorten(filter_scratch *s, const view *v, const engine_pattern *p, span *whole, span *value) {
    const template *t = p->value;
    if (!t || t->min_width == t->max_width || !*t->separators || !p->rule->checksum_count) return;
    span shorter = *value, all = *whole;
    while (!pack_checksums_hold(p->rule, v->text + shorter.start, shorter.end - shorter.start)) {
        size_t end = shorter.end - 1;
        while (end > shorter.start && !strchr(t->separators, v->text[end])) end--;
        if (end == shorter.start ||
            match(s, v, p, all.start, all.start + 1, end, PCRE2_ANCHORED, &all, &shorter) != MATCH_FOUND) {
            return;
        }
    }
    *value = shorter;
    *whole = all;
}

/* A limit that was reached is taken as a find: a text made to exhaust the matcher does not pass. */
static void take_as_found(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
                          const engine_pattern *p, size_t from, size_t end, pattern_state *state) {
    add_candidate(engine, s, v, segment, p, (span){from, end}, FILTER_EVIDENCE_LIMIT);
    state->end = end;
}

static void confirm_head(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
                         const engine_pattern *p, pattern_state *state, size_t end) {
    size_t start = end - p->value->head_size;
    size_t reach = p->width + LOOKAHEAD;
    size_t limit = v->size - start > reach ? start + reach : v->size;
    span whole, value;
    if (start < state->end) return;
    switch (match(s, v, p, start, start + 1, limit, PCRE2_ANCHORED, &whole, &value)) {
    case MATCH_FOUND:
        shorten(s, v, p, &whole, &value);
        add_candidate(engine, s, v, segment, p, value, 0);
        state->end = whole.end;
        break;
    case MATCH_LIMIT_REACHED: take_as_found(engine, s, v, segment, p, start, end, state); break;
    case MATCH_NONE: break;
    }
}

static void confirm_around(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
                           const engine_pattern *p, pattern_state *state, size_t end) {
    size_t reach = p->width + LOOKAHEAD;
    size_t from = end > reach ? end - reach : 0;
    size_t limit = v->size - end > reach ? end + reach : v->size;
    if (from < state->end) from = state->end;
    while (from < end) {
        span whole, value;
        match_outcome outcome = match(s, v, p, from, end, limit, 0, &whole, &value);
        if (outcome == MATCH_LIMIT_REACHED) take_as_found(engine, s, v, segment, p, from, end, state);
        if (outcome != MATCH_FOUND) {
            /* Whatever begins before `end` ends before `limit`: nothing begins there. */
            if (state->end < end) state->end = end;
            return;
        }
        shorten(s, v, p, &whole, &value);
        add_candidate(engine, s, v, segment, p, value, 0);
        state->end = from = whole.end > whole.start ? whole.end : whole.end + 1;
    }
}

/* How far a pattern has got in this view; NULL when its rule is not asked for here. */
static pattern_state *state_of(const filter_engine *engine, filter_scratch *s, uint32_t index, filter_role role,
                               unsigned categories) {
    const pack_rule *rule = engine->patterns[index].rule;
    pattern_state *state = &s->patterns[index];
    if (!(rule->roles >> role & 1) || !(rule->category & categories)) return NULL;
    if (state->epoch != s->epoch) *state = (pattern_state){s->epoch, 0};
    return state;
}

/* Most shapes of digits say nothing without a word beside them, and most text has numbers and no such word: looking
 * for the word first spares the exact match. */
static bool can_matter(const filter_engine *engine, filter_scratch *s, const view *v, const engine_pattern *p,
                       size_t end) {
    const engine_rule *words = &engine->rules[p->rule_index];
    if (words->unaided >= s->floors[category_index(p->rule->category)]) return true;
    /* As far as a word can lie from a value around the hit, itself included. */
    size_t reach = p->width + LOOKAHEAD + engine->words_within + p->rule->context.within;
    span part = {end > reach ? end - reach : 0, v->size - end > reach ? end + reach : v->size};
    return context_has(engine, s, v, part, &words->context);
}

void confirm_hits(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role,
                  unsigned categories) {
    s->epoch++;
    context_begin(s);
    for (size_t i = 0; i < s->hit_count && !s->failed; i++) {
        scan_hit hit = s->hits[i]; /* by value: the arena may move the array's home */
        const engine_list *patterns = &engine->expressions[hit.database][hit.expression];
        for (size_t k = 0; k < patterns->count; k++) {
            const engine_pattern *p = &engine->patterns[patterns->items[k]];
            pattern_state *state = state_of(engine, s, patterns->items[k], role, categories);
            if (!state || hit.end <= state->end || !can_matter(engine, s, v, p, hit.end)) continue;
            if (p->finder == FINDER_HEAD) confirm_head(engine, s, v, segment, p, state, hit.end);
            else confirm_around(engine, s, v, segment, p, state, hit.end);
        }
    }
}

/* --------------------------------------------------------------------------------- by name ---- */

/* The values of one word in one run. True when one was found. */
static bool confirm_name(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
                         filter_role role, unsigned categories, const engine_word *word, span run) {
    size_t before = s->candidate_count;
    for (size_t i = 0; i < word->named.count && s->candidate_count == before; i++) {
        const engine_pattern *p = &engine->patterns[word->named.items[i]];
        pattern_state *state = state_of(engine, s, word->named.items[i], role, categories);
        if (state && run.end > state->end) confirm_around(engine, s, v, segment, p, state, run.end);
    }
    return s->candidate_count > before;
}

void confirm_named(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role,
                   unsigned categories) {
    span run;
    if (!engine->has_names || !(categories & FILTER_SECRET)) return;
    for (size_t from = 0; !s->failed && scan_next_run(v->text, v->size, from, &run); from = run.end) {
        size_t nearest, count = context_words_before(engine, s, v, run.start, NAME_WITHIN, &nearest);
        for (size_t i = 0; i < count; i++) {
            /* By value: looking at the words around a value may find other words. */
            word_hit hit = s->words[nearest - i];
            span words_of = s->words_of;
            if (confirm_name(engine, s, v, segment, role, categories, &engine->words[hit.word], run)) break;
            if (words_of.start != s->words_of.start || words_of.end != s->words_of.end) {
                count = context_words_before(engine, s, v, run.start, NAME_WITHIN, &nearest);
            }
        }
    }
}

/* -------------------------------------------------------------------------------- partners ---- */

static size_t distance(span a, span b) {
    if (a.end <= b.start) return b.start - a.end;
    if (b.end <= a.start) return a.start - b.end;
    return 0;
}

static bool is_partner(const engine_list *partners, const candidate *c) {
    for (size_t k = 0; k < partners->count && !c->dropped && !c->needs_partner; k++) {
        if (partners->items[k] == c->rule_index) return true;
    }
    return false;
}

/* Candidates are in order of start, so only the neighbours are looked at. */
static bool partner_is_near(const filter_engine *engine, const filter_scratch *s, size_t first, size_t index) {
    const candidate *c = &s->candidates[index];
    const engine_list *partners = &engine->rules[c->rule_index].partners;
    size_t within = c->rule->partners.within;
    for (size_t i = index + 1; i < s->candidate_count && distance(c->at, s->candidates[i].at) <= within; i++) {
        if (is_partner(partners, &s->candidates[i])) return true;
    }
    for (size_t i = index; i > first && s->candidates[i - 1].at.start + within + TEMPLATE_WIDTH_MAX >= c->at.start;
         i--) {
        const candidate *other = &s->candidates[i - 1];
        if (distance(c->at, other->at) <= within && is_partner(partners, other)) return true;
    }
    return false;
}

static int by_start(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->at.start != y->at.start) return x->at.start < y->at.start ? -1 : 1;
    if (x->at.end != y->at.end) return x->at.end > y->at.end ? -1 : 1;
    if (x->view != y->view) return x->view < y->view ? -1 : 1; /* as sent before folded before decoded */
    return (x->rule_index > y->rule_index) - (x->rule_index < y->rule_index);
}

/* A signature with such a score needs no other word for it. */
#define DECIDES_ALONE 0.85

/* Candidates behind one that are compared with it. */
#define NEIGHBOURS_MAX 32

/* The same signature in the same place is seen in several views; and where a signature says it more surely, the model
 * adds nothing. Candidates are in order of start. */
static void drop_repeated_signals(filter_scratch *s, size_t first) {
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->rule->category != FILTER_INJECTION) continue;
        for (size_t k = i + 1;
             k < s->candidate_count && k <= i + NEIGHBOURS_MAX && s->candidates[k].at.start < c->at.end; k++) {
            candidate *other = &s->candidates[k];
            if (other->rule->category != FILTER_INJECTION || other->dropped || c->dropped) continue;
            bool same = c->rule == other->rule && c->at.start == other->at.start && c->at.end == other->at.end;
            candidate *model = c->rule->model       ? c
                               : other->rule->model ? other
                                                    : NULL,
                      *signature = model == c ? other : c;
            candidate *weaker = other->score > c->score ? c : other, *stronger = weaker == c ? other : c;
            bool kind = strcmp(c->rule->entity_type, other->rule->entity_type) == 0;
            if (model && (signature->score >= DECIDES_ALONE || signature->score >= model->score)) model->dropped = true;
            else if (same || (kind && stronger->score >= DECIDES_ALONE && !model)) weaker->dropped = true;
        }
    }
}

void confirm_segment(const filter_engine *engine, filter_scratch *s, size_t first) {
    if (s->candidate_count > first) {
        qsort(s->candidates + first, s->candidate_count - first, sizeof *s->candidates, by_start);
        drop_repeated_signals(s, first);
    }
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (engine->rules[c->rule_index].partners.count && partner_is_near(engine, s, first, i)) {
            c->score = raise(c->score, c->rule->partners.boost);
            c->evidence |= FILTER_EVIDENCE_CONTEXT;
        } else if (c->needs_partner) {
            c->dropped = true;
        }
    }
}
