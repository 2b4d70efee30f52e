/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obeyed_order.h"

#include "base/hash.h"
#include "findings/candidate.h"
#include "injection/telling.h"
#include "text/word_walk.h"

#include <stddef.h>
#include <string.h>

#define ROW 4 /* words that are hashed together */
#define SENTENCE_MAX 200 /* bytes to both sides of an attack that belong to it */
#define ROWS_MAX 2048 /* of the attacks of one request, about 12 KiB of text */

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct obeyed_order_settings {
    double min_score;
    size_t min_words;
    yaml_strings reports;
    occurrences report_words; /* the same by their hashes */
} obeyed_order_settings;

static const yaml_field fields[] = {
    {.key = "min_score",
     .type = YAML_NUMBER,
     .offset = offsetof(obeyed_order_settings, min_score),
     .required = true,
     .max = 1,
     .about = "Of an attack in a document, at least."},
    {.key = "min_words",
     .type = YAML_COUNT,
     .offset = offsetof(obeyed_order_settings, min_words),
     .required = true,
     .min = ROW,
     .max = 1000,
     .about =
         "Words in a row that the answer shares with its sentence, at least; twice as many where only the sentence "
         "model saw it, which reads some sentences together."},
    {.key = "reports",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_order_settings, reports),
     .required = true,
     .about = "Words by which an answer tells what a document says: says, asks."},
};

static bool read_words(ruleset *set, const yaml_node *node, void *settings, diagnostics *d) {
    obeyed_order_settings *o = settings;
    (void)node;
    (void)d;
    return words_index(&o->report_words, set->memory, &o->reports);
}

const detector_type obeyed_order_type = {
    .keys = {.what = "obeyed_order",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "An answer that gives an attack of a document on."},
    .size = sizeof(obeyed_order_settings),
    .finish = read_words,
};

/* ------------------------------------------------------------------------------------ rows ---- */

/* A walk from word to word that knows the last four. */
typedef struct row_walk {
    word_walk word;
    uint64_t hashes[ROW];
    size_t starts[ROW];
    size_t count; /* words so far */
} row_walk;

static bool next_word(row_walk *w) {
    if (!word_walk_next(&w->word)) return false;
    w->hashes[w->count % ROW] = w->word.hash;
    w->starts[w->count % ROW] = w->word.at.start;
    w->count++;
    return true;
}

/* Of the last four words; 0: there are not so many. */
static uint64_t row_hash(const row_walk *w) {
    uint64_t hash = 0;
    if (w->count < ROW) return 0;
    for (size_t i = 0; i < ROW; i++) hash = (hash ^ w->hashes[(w->count + i) % ROW]) * HASH_GOLDEN + 1;
    return hash ? hash : 1;
}

/* --------------------------------------------------------------------------------- attacks ---- */

typedef struct planted_orders {
    occurrences rows; /* of the sentences of attacks; `segments` is not 0 where a signature was in the sentence */
    size_t row_count;
    size_t next; /* the first candidate that was not looked at */
    span last[2]; /* the sentence read last, of a signature and of the model, … */
    size_t last_segment; /* … and where both stand */
} planted_orders;

static bool ends_sentence(const char *text, size_t at) {
    return text[at] == '\n' || (strchr(".!?", text[at]) && text_is_space(text[at + 1]));
}

static span sentence_around(const filter_segment *segment, span at) {
    const size_t floor = at.start > SENTENCE_MAX ? at.start - SENTENCE_MAX : 0;
    const size_t limit = segment->size - at.end > SENTENCE_MAX ? at.end + SENTENCE_MAX : segment->size;
    while (at.start > floor && !ends_sentence(segment->text, at.start - 1)) at.start--;
    while (at.end < limit && !(at.end + 1 < segment->size && ends_sentence(segment->text, at.end))) at.end++;
    return at;
}

/* Candidates of a segment are in order of start: what was read of a sentence is not read again. */
static void learn_attack(planted_orders *o, filter_scratch *s, const candidate *c) {
    const filter_segment *segment = &s->request.segments[c->segment];
    span at = sentence_around(segment, c->at);
    span *last = &o->last[is_model(c)];
    if (c->segment != o->last_segment) o->last[0] = o->last[1] = (span){0, 0};
    if (at.start < last->end) at.start = last->end;
    if (at.start >= at.end) return;
    *last = at;
    o->last_segment = c->segment;
    row_walk w = {.word = {.text = segment->text, .size = at.end, .at = {at.start, at.start}}};
    while (o->row_count < ROWS_MAX && work_spend(&s->work, 32) && next_word(&w)) {
        occurrence *row = w.count >= ROW ? occurrences_add(&o->rows, row_hash(&w)) : NULL;
        if (!row) continue;
        o->row_count += row->note == 0;
        row->note = row->note ? row->note : c->segment + 1;
        row->segments |= !is_model(c);
    }
    if (o->row_count == ROWS_MAX) scratch_gap(s, c->segment, FILTER_SKIP_HITS);
}

static bool is_attack(const filter_scratch *s, const candidate *c, double min_score) {
    return c->rule->category == FILTER_INJECTION && !c->dropped && !c->quoted && c->score >= min_score &&
           role_may_plant(s->request.segments[c->segment].role);
}

/* Takes the room for rows when there is a first attack. */
static void learn_attacks(planted_orders *o, const pass *p, double min_score) {
    filter_scratch *s = p->scratch;
    for (; o->next < p->first && o->row_count < ROWS_MAX && work_spend(&s->work, 64); o->next++) {
        const candidate *c = &s->found.items[o->next];
        if (!is_attack(s, c, min_score)) continue;
        if (!o->rows.capacity && !occurrences_init(&o->rows, &s->memory, ROWS_MAX)) s->failed = true;
        if (s->failed) return;
        learn_attack(o, s, c);
    }
}

/* NULL: there are none. */
static planted_orders *orders_of(const pass *p, double min_score) {
    filter_scratch *s = p->scratch;
    if (!s->request.orders) s->request.orders = arena_alloc(&s->memory, 1, sizeof *s->request.orders);
    if (!s->request.orders) s->failed = true;
    if (s->failed) return NULL;
    learn_attacks(s->request.orders, p, min_score);
    return s->request.orders->row_count ? s->request.orders : NULL;
}

/* --------------------------------------------------------------------------------- finding ---- */

typedef struct search {
    const pass *pass;
    const pack_rule *rule;
    telling told;
    span run; /* words in a row that an attack has, too */
    size_t words; /* of the run */
    size_t segment; /* that holds them */
    bool is_sure; /* a signature was in their sentence */
} search;

static void end_run(search *s) {
    const obeyed_order_settings *o = s->rule->settings;
    filter_scratch *scratch = s->pass->scratch;
    if (s->words >= o->min_words * (s->is_sure ? 1 : 2) && !is_told(&s->told, &o->report_words, s->run)) {
        const char *origin = arena_printf(&scratch->memory, "planted:%zu", s->segment);
        if (!origin) scratch->failed = true;
        candidate_scored(s->pass, engine_rule_index(s->pass->engine, s->rule), s->run, s->rule->score, origin);
    }
    s->words = 0;
    s->is_sure = false;
}

void obeyed_order_find(const pass *p, const pack_rule *rule) {
    const obeyed_order_settings *limits = rule->settings;
    if (!p->scratch->request.may_obey) return;
    const planted_orders *orders = orders_of(p, limits->min_score);
    if (!orders) return;
    search s = {.pass = p, .rule = rule, .told = {.text = {p->view->text, p->view->size}, .scratch = p->scratch}};
    row_walk w = {.word = {.text = p->view->text, .size = p->view->size}};
    while (work_spend(&p->scratch->work, 32) && next_word(&w)) {
        const occurrence *row = w.count >= ROW ? occurrences_find(&orders->rows, row_hash(&w)) : NULL;
        if (!row) {
            end_run(&s);
            continue;
        }
        if (s.words == 0) s.run.start = w.starts[w.count % ROW]; /* of the first of the four */
        if (s.words == 0) s.segment = row->note - 1;
        s.words = s.words ? s.words + 1 : ROW;
        s.is_sure = s.is_sure || row->segments;
        s.run.end = w.word.at.end;
    }
    end_run(&s);
}
