/* SPDX-License-Identifier: Apache-2.0 */
#include "values/named.h"

#include "findings/candidate.h"
#include "pass/structure.h"

#include <string.h>

/* Patterns that are tried on one value. */
#define PATTERNS_MAX 24

/* Names that were looked up, by their place: the cells of a column share theirs. */
#define NAMES_MAX 64

typedef struct known_name {
    const char *text;
    size_t size;
    uint32_t patterns[PATTERNS_MAX];
    size_t count;
} known_name;

static const known_name *look_up(const pass *p, field_name name, known_name *names) {
    char words[FIELD_WORDS_MAX];
    known_name *known = &names[(uintptr_t)name.text % NAMES_MAX];
    if (known->text == name.text && known->size == name.size) return known;
    size_t size = field_words(name, words);
    known->text = name.text;
    known->size = name.size;
    known->count = field_names_find(&p->engine->field_names, words, size, known->patterns, PATTERNS_MAX);
    explicit_bzero(words, sizeof words); /* no text of a request stays on a stack */
    return known;
}

/* May what a line goes on with stand after a value? */
static bool ends_value(const view *v, size_t at, size_t end) {
    if (at == end) return true;
    char c = v->text[at];
    return !text_is_word_byte(c) && (text_is_space(c) || strchr(",;.)\"'`|<", c) != NULL);
}

/* What a pattern is in a value: all of it, or, of a line, its beginning. */
static bool match_value(const pass *p, const engine_pattern *pattern, const field *f, span value, span *found) {
    const matcher_memory *m = &p->scratch->matcher;
    const uint32_t whole = f->syntax == FIELD_LINE ? 0 : PCRE2_ENDANCHORED;
    pcre2_set_offset_limit(m->context, value.start);
    int count = pcre2_match(pattern->code, (PCRE2_SPTR)p->view->text, value.end, value.start, PCRE2_ANCHORED | whole,
                            m->data, m->context);
    if (count == PCRE2_ERROR_NOMATCH) return false;
    *found = value;
    if (count < 0) return true; /* a text made to exhaust the matcher does not pass */
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
    if (!ends_value(p->view, ends[1], value.end)) return false;
    *found = (span){ends[0], ends[1]};
    if (pattern->group && pattern->group < pcre2_get_ovector_count(m->data) && ends[2 * pattern->group] != PCRE2_UNSET)
        *found = (span){ends[2 * pattern->group], ends[2 * pattern->group + 1]};
    return found->end > found->start;
}

static void find_in(const pass *p, const field *f, const known_name *known) {
    span value = {f->start, f->end}, found;
    while (value.start < value.end && text_is_space(p->view->text[value.start])) value.start++;
    while (value.end > value.start && text_is_space(p->view->text[value.end - 1])) value.end--;
    if (value.end == value.start || value.end - value.start > VALUE_FORMAT_WIDTH_MAX) return;
    for (size_t i = 0; i < known->count; i++) {
        const engine_pattern *pattern = &p->engine->patterns[known->patterns[i]];
        candidate c = {.rule = pattern->rule, .rule_index = pattern->rule_index};
        if (!pass_has_role(p, pattern->rule) || !(pattern->rule->category & p->categories)) continue;
        if (!match_value(p, pattern, f, value, &found) || !score_evidence(p, found, &c)) continue;
        c.needs_partner = false;
        c.evidence |= FILTER_EVIDENCE_CONTEXT;
        candidate_note_name(p, &c, p->view, f->name);
        candidate_add(p, found, &c);
    }
}

void named_find(const pass *p) {
    known_name names[NAMES_MAX];
    if (!p->engine->field_names.count || !(p->categories & (FILTER_PII | FILTER_SECRET))) return;
    const field_list *list = structure_of(p, p->view);
    for (size_t i = 0; i < NAMES_MAX; i++) names[i].text = NULL;
    for (size_t i = 0; list && i < list->count && !p->scratch->failed && work_spend(&p->scratch->work, 64); i++) {
        const field *f = &list->items[i];
        if (!f->name.size || f->syntax == FIELD_CONTAINER || f->end <= f->start) continue;
        const known_name *known = look_up(p, f->name, names);
        if (known->count) find_in(p, f, known);
    }
}
