/* SPDX-License-Identifier: Apache-2.0 */
#include "values/confirm.h"

#include "base/utf8.h"
#include "findings/candidate.h"
#include "findings/context.h"
#include "values/scan.h"

#include <math.h>
#include <string.h>

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

/* Is a number of digits and separators only a part of one that goes on before or after it? */
static bool is_part_of_longer(const engine_pattern *pattern, const view *v, span at) {
    const char *separators = pattern->value ? pattern->value->separators : "", *own = NULL;
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

/* More digits than this before a point are no number that anybody measured. */
#define WHOLE_DIGITS_MIN 14

/* Is a run of digits the digits after a point, the number before it, or one with an exponent: 0.4972, 7.5, 5e-16? */
static bool is_part_of_fraction(const view *v, span at) {
    const char *text = v->text;
    if (text_lower(text[at.end - 1]) == 'e' && at.end < v->size && strchr("+-", text[at.end])) at.end--;
    for (size_t i = at.start; i < at.end; i++) {
        if (!text_is_digit(text[i])) return false; /* groups are no fraction */
    }
    if (at.start > 1 && text[at.start - 1] == '.' && text_is_digit(text[at.start - 2])) return true;
    if (at.end + 1 >= v->size) return false;
    char next = text[at.end], after = text[at.end + 1];
    if ((next == 'e' || next == 'E') && (text_is_digit(after) || after == '-' || after == '+')) return true;
    return next == '.' && text_is_digit(after) && at.end - at.start < WHOLE_DIGITS_MIN;
}

/* 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4). */
#define UUID_SIZE 36

static bool is_uuid(const char *text) {
    for (size_t i = 0; i < UUID_SIZE; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text[i] != '-' : text_hex_value(text[i]) < 0) return false;
    }
    return true;
}

/* Is a value a piece of a UUID, and not all of it? */
static bool is_part_of_uuid(const view *v, span at) {
    if (at.end - at.start >= UUID_SIZE || v->size < UUID_SIZE) return false;
    size_t from = at.end > UUID_SIZE ? at.end - UUID_SIZE : 0;
    for (size_t i = from; i <= at.start && i + UUID_SIZE <= v->size; i++) {
        if (is_uuid(v->text + i)) return true;
    }
    return false;
}

/* Do groups of digits go on with the same separator on both sides of a number that has it, as in that of a parcel? */
static bool is_among_groups(const view *v, span at) {
    const char *text = v->text;
    if (at.start < 2 || at.end + 1 >= v->size || !text_is_digit(text[at.start])) return false;
    char separator = text[at.end];
    if ((separator != ' ' && separator != '-') || text[at.start - 1] != separator) return false;
    return memchr(text + at.start, separator, at.end - at.start) && text_is_digit(text[at.start - 2]) &&
           text_is_digit(text[at.end + 1]);
}

/* Characters of a word of a dump, and of a hash that is cut short. */
#define HASH_MIN 8
#define HASH_MAX 10

/* Eight hexadecimal digits, or a few more in small letters, are a piece of a dump or a hash, where no word says
 * otherwise. */
static bool is_hexadecimal(const char *text, span at) {
    const size_t size = at.end - at.start;
    bool has_letter = false, has_capital = false;
    for (size_t i = at.start; i < at.end; i++) {
        if (text_hex_value(text[i]) < 0) return false;
        has_letter = has_letter || text_is_alpha(text[i]);
        has_capital = has_capital || (text[i] >= 'A' && text[i] <= 'F');
    }
    return has_letter && (size == HASH_MIN || (size > HASH_MIN && size <= HASH_MAX && !has_capital));
}

/* Groups of hexadecimal digits, as long as its own, on one side of a number: a row of a table of codes. */
static bool is_among_codes(const view *v, span at) {
    const char *text = v->text, *blank = memchr(text + at.start, ' ', at.end - at.start);
    if (at.start > 1 && memcmp(text + at.start - 2, "[.", 2) == 0) return true; /* weights of a collation */
    if (!blank) return false;
    const size_t width = (size_t)(blank - text) - at.start;
    size_t letters = 0, digits = 0, from = 0;
    if (at.end + width < v->size && text[at.end] == ' ') from = at.end + 1;
    if (from == 0 && at.start > width && text[at.start - 1] == ' ') from = at.start - 1 - width;
    for (size_t i = from; from && i < from + width; i++) {
        if (text_hex_value(text[i]) < 0) return false;
        letters += text_is_alpha(text[i]);
        digits += text_is_digit(text[i]);
    }
    return letters > 0 && digits > 0 && (from + width == v->size || !text_is_alnum(text[from + width]));
}

static bool has_words(const pass *p, const engine_pattern *pattern, span at) {
    const id_list *words = &p->engine->rules[pattern->rule_index].context;
    return context_find(p, at, words, pattern->rule->context.within).count > 0;
}

/* A right check digit, or a word that names the value, says that it is whole. */
static bool is_proven(const pass *p, const engine_pattern *pattern, span at) {
    const pack_rule *rule = pattern->rule;
    if (rule->checksum_pass > 0 && pack_checksums_hold(rule, p->view->text + at.start, at.end - at.start)) return true;
    return has_words(p, pattern, at);
}

static bool is_piece(const pass *p, const engine_pattern *pattern, span at) {
    const view *v = p->view;
    if (pattern->finder != FIND_BY_DIGITS || pattern->rule->category != FILTER_PII) return false;
    return is_part_of_longer(pattern, v, at) || is_part_of_fraction(v, at) || is_part_of_uuid(v, at) ||
           (is_among_groups(v, at) && !is_proven(p, pattern, at)) ||
           ((is_hexadecimal(v->text, at) || is_among_codes(v, at)) && !has_words(p, pattern, at));
}

static void add_match(const pass *p, const engine_pattern *pattern, span at, unsigned evidence) {
    candidate c = {.rule = pattern->rule, .rule_index = pattern->rule_index, .evidence = evidence};
    if (at.end <= at.start || is_piece(p, pattern, at)) return;
    if (evidence & FILTER_EVIDENCE_LIMIT) c.score = pattern->rule->score; /* nothing is known of the value itself */
    else if (!score_evidence(p, at, &c)) return;
    candidate_add(p, at, &c);
}

typedef enum match_outcome { MATCH_NONE, MATCH_FOUND, MATCH_LIMIT_REACHED } match_outcome;

/* Where a match may lie: it begins at `from` or later, before `before`, and ends at `limit` at the latest. */
typedef struct match_bounds {
    size_t from, before, limit;
    uint32_t options;
} match_bounds;

static match_outcome match(const pass *p, const engine_pattern *pattern, match_bounds bounds, span *whole,
                           span *value) {
    const matcher_memory *m = &p->scratch->matcher;
    pcre2_set_offset_limit(m->context, bounds.before - 1);
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)p->view->text, bounds.limit, bounds.from, bounds.options,
                            m->data, m->context);
    if (found == PCRE2_ERROR_NOMATCH) return MATCH_NONE;
    if (found < 0) return MATCH_LIMIT_REACHED;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
    *whole = (span){ends[0], ends[1]};
    *value = *whole;
    if (pattern->group && pattern->group < pcre2_get_ovector_count(m->data)) {
        bool set = ends[2 * pattern->group] != PCRE2_UNSET;
        *value = set ? (span){ends[2 * pattern->group], ends[2 * pattern->group + 1]} : (span){0, 0};
    }
    return MATCH_FOUND;
}

/* A value of groups may take in a word or number after it ("IBAN DE89 … 00 BIC …"): when its check fails, the
 * last groups are left out one by one. */
static void retry_shorter(const pass *p, const engine_pattern *pattern, span *whole, span *value) {
    const value_format *t = pattern->value;
    const char *text = p->view->text;
    if (!t || t->min_width == t->max_width || !*t->separators || !pattern->rule->checksum_count) return;
    span shorter = *value, all = *whole;
    while (!pack_checksums_hold(pattern->rule, text + shorter.start, shorter.end - shorter.start)) {
        size_t end = shorter.end - 1;
        while (end > shorter.start && !strchr(t->separators, text[end])) end--;
        match_bounds bounds = {all.start, all.start + 1, end, PCRE2_ANCHORED};
        if (end == shorter.start || match(p, pattern, bounds, &all, &shorter) != MATCH_FOUND) return;
    }
    *value = shorter;
    *whole = all;
}

/* A limit that was reached is taken as a find: a text made to exhaust the matcher does not pass. */
static void take_as_found(const pass *p, const engine_pattern *pattern, size_t from, size_t end, pattern_state *state) {
    add_match(p, pattern, (span){from, end}, FILTER_EVIDENCE_LIMIT);
    state->end = end;
}

static void confirm_prefix(const pass *p, const engine_pattern *pattern, pattern_state *state, size_t end) {
    const view *v = p->view;
    size_t start = end - pattern->value->prefix_size;
    size_t reach = pattern->width + LOOKAHEAD;
    size_t limit = v->size - start > reach ? start + reach : v->size;
    span whole, value;
    if (start < state->end) return;
    switch (match(p, pattern, (match_bounds){start, start + 1, limit, PCRE2_ANCHORED}, &whole, &value)) {
    case MATCH_FOUND:
        retry_shorter(p, pattern, &whole, &value);
        add_match(p, pattern, value, 0);
        state->end = whole.end;
        break;
    case MATCH_LIMIT_REACHED: take_as_found(p, pattern, start, end, state); break;
    case MATCH_NONE: break;
    }
}

static void confirm_around(const pass *p, const engine_pattern *pattern, pattern_state *state, size_t end) {
    const view *v = p->view;
    size_t reach = pattern->width + LOOKAHEAD;
    size_t from = end > pattern->start_within ? end - pattern->start_within : 0;
    size_t limit = v->size - end > reach ? end + reach : v->size;
    const size_t before = pattern->start_within > 0 ? end : end + 1;
    if (from < state->end) from = state->end;
    while (from < before) {
        span whole, value;
        match_outcome outcome = match(p, pattern, (match_bounds){from, before, limit, 0}, &whole, &value);
        if (outcome == MATCH_LIMIT_REACHED) take_as_found(p, pattern, from, from < end ? end : limit, state);
        if (outcome != MATCH_FOUND) {
            /* Whatever begins before `end` ends before `limit`: nothing begins there. */
            if (state->end < end) state->end = end;
            return;
        }
        retry_shorter(p, pattern, &whole, &value);
        add_match(p, pattern, value, 0);
        state->end = from = whole.end > whole.start ? whole.end : whole.end + 1;
    }
}

/* How far a pattern has got in this view; NULL when its rule is not asked for here. */
static pattern_state *state_of(const pass *p, uint32_t index) {
    const pack_rule *rule = p->engine->patterns[index].rule;
    const matcher_memory *m = &p->scratch->matcher;
    pattern_state *state = &m->patterns[index];
    if (!pass_has_role(p, rule) || !(rule->category & p->categories)) return NULL;
    if (state->epoch != m->epoch) *state = (pattern_state){m->epoch, 0};
    return state;
}

/* Most shapes of digits say nothing without a word beside them, and most text has numbers and no such word: looking
 * for the word first spares the exact match. */
static bool can_matter(const pass *p, const engine_pattern *pattern, size_t end) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    const engine_rule *words = &p->engine->rules[pattern->rule_index];
    if (words->max_score_without_context >= s->min_scores[category_index(pattern->rule->category)]) return true;
    /* As far as a word can lie from a value around the hit, itself included. */
    size_t reach = pattern->width + LOOKAHEAD + p->engine->words_within + pattern->rule->context.within;
    span part = {end > reach ? end - reach : 0, v->size - end > reach ? end + reach : v->size};
    if (context_has(p, part, &words->context)) return true;
    return context_names(p, (span){end > 1 ? end - 2 : 0, end > 1 ? end - 1 : end}, &words->context);
}

/* The end of the row of hits that begins at `from` and is in order. */
static size_t row_end(const scan_hit *hits, size_t from, size_t count) {
    size_t end = from + 1;
    while (end < count && hits[end - 1].end <= hits[end].end) end++;
    return end < count ? end : count;
}

/* Merges two rows that follow each other into `out`. */
static void merge_rows(const scan_hit *a, const scan_hit *middle, const scan_hit *end, scan_hit *out) {
    const scan_hit *b = middle;
    while (a < middle && b < end) *out++ = b->end < a->end ? *b++ : *a++;
    while (a < middle) *out++ = *a++;
    while (b < end) *out++ = *b++;
}

/* Sorts hits by their end. Databases tell them in long rows that are in order: these are merged, two by two. */
static void sort_hits(filter_scratch *s) {
    const size_t count = s->hits.count;
    scan_hit *hits = s->hits.items, *spare = NULL;
    while (count && !s->failed && row_end(hits, 0, count) < count) {
        if (!spare) spare = arena_alloc(&s->memory, count, sizeof *spare);
        if (!spare) {
            s->failed = true;
            return;
        }
        for (size_t from = 0; from < count;) {
            const size_t middle = row_end(hits, from, count);
            const size_t end = middle < count ? row_end(hits, middle, count) : count;
            merge_rows(hits + from, hits + middle, hits + end, spare + from);
            from = end;
        }
        scan_hit *merged = spare;
        spare = hits;
        hits = merged;
    }
    if (hits != s->hits.items) memcpy(s->hits.items, hits, count * sizeof *hits);
}

void confirm_hits(const pass *p) {
    filter_scratch *s = p->scratch;
    s->matcher.epoch++;
    context_begin(s);
    /* Of all databases together: the words around a hit serve the next one, too. */
    sort_hits(s);
    for (size_t i = 0; i < s->hits.count && !s->failed && work_spend(&s->work, 256); i++) {
        scan_hit hit = s->hits.items[i]; /* by value: the arena may move the array's home */
        const id_list *patterns = &p->engine->expressions[hit.database][hit.expression];
        for (size_t k = 0; k < patterns->count; k++) {
            const engine_pattern *pattern = &p->engine->patterns[patterns->items[k]];
            pattern_state *state = state_of(p, patterns->items[k]);
            if (!state || hit.end <= state->end || !can_matter(p, pattern, hit.end)) continue;
            if (pattern->finder == FIND_BY_PREFIX) confirm_prefix(p, pattern, state, hit.end);
            else confirm_around(p, pattern, state, hit.end);
        }
    }
}

/* --------------------------------------------------------------------------------- by name ---- */

/* The values of one word in one run. True when one was found. */
static bool confirm_run(const pass *p, const engine_word *word, span run) {
    filter_scratch *s = p->scratch;
    size_t before = s->found.count;
    for (size_t i = 0; i < word->keyword_of.count && s->found.count == before; i++) {
        const engine_pattern *pattern = &p->engine->patterns[word->keyword_of.items[i]];
        pattern_state *state = state_of(p, word->keyword_of.items[i]);
        if (state && run.end > state->end) confirm_around(p, pattern, state, run.end);
    }
    return s->found.count > before;
}

void confirm_by_keyword(const pass *p) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    span run;
    if (!p->engine->has_keywords || !(p->categories & FILTER_SECRET)) return;
    for (size_t from = 0; !s->failed && work_spend(&s->work, 256) && scan_next_run(v->text, v->size, from, &run);
         from = run.end) {
        size_t nearest, count = context_words_before(p, run.start, KEYWORD_WITHIN, &nearest);
        for (size_t i = 0; i < count; i++) {
            /* By value: looking at the words around a value may find other words. */
            word_hit hit = s->context.items[nearest - i];
            span words_of = s->context.covered;
            if (confirm_run(p, &p->engine->words[hit.word], run)) break;
            if (words_of.start != s->context.covered.start || words_of.end != s->context.covered.end) {
                count = context_words_before(p, run.start, KEYWORD_WITHIN, &nearest);
            }
        }
    }
}
