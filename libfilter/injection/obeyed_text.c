/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obeyed_text.h"

#include "findings/candidate.h"
#include "injection/demand.h"
#include "injection/telling.h"

#include <stddef.h>

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct obeyed_text_settings {
    yaml_strings orders, marks, leads, labels, reports;
    demand_words words; /* the same by their hashes */
    occurrences report_words;
} obeyed_text_settings;

static const yaml_field fields[] = {
    {.key = "orders",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_text_settings, orders),
     .required = true,
     .about = "Words that order a text: say, respond."},
    {.key = "marks",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_text_settings, marks),
     .required = true,
     .about = "Words of the sentence by which a model is meant: assistant, response, exactly."},
    {.key = "leads",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_text_settings, leads),
     .required = true,
     .about = "Words before an order in its clause: please, must."},
    {.key = "labels",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_text_settings, labels),
     .required = true,
     .about = "Words before a word in capitals that is ordered: with, word."},
    {.key = "reports",
     .type = YAML_STRINGS,
     .offset = offsetof(obeyed_text_settings, reports),
     .required = true,
     .about = "Words by which an answer tells what a document wants, and does not do it: says, asks."},
};

static bool read_words(ruleset *set, const yaml_node *node, void *settings, diagnostics *d) {
    obeyed_text_settings *o = settings;
    (void)node;
    (void)d;
    return words_index(&o->words.orders, set->memory, &o->orders) &&
           words_index(&o->words.marks, set->memory, &o->marks) &&
           words_index(&o->words.leads, set->memory, &o->leads) &&
           words_index(&o->words.labels, set->memory, &o->labels) &&
           words_index(&o->report_words, set->memory, &o->reports);
}

const detector_type obeyed_text_type = {
    .keys = {.what = "obeyed_text",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "An answer that says what a document or a tool demanded."},
    .size = sizeof(obeyed_text_settings),
    .finish = read_words,
};

/* --------------------------------------------------------------------------------- finding ---- */

typedef struct search {
    const pass *pass;
    const pack_rule *rule;
    const demands *demands;
    telling told;
} search;

static void on_match(void *arg, size_t index, span at) {
    search *s = arg;
    const obeyed_text_settings *o = s->rule->settings;
    filter_scratch *scratch = s->pass->scratch;
    if (is_told(&s->told, &o->report_words, at)) return;
    const char *origin = arena_printf(&scratch->memory, "planted:%zu", s->demands->items[index].segment);
    if (!origin) scratch->failed = true;
    candidate_scored(s->pass, engine_rule_index(s->pass->engine, s->rule), at, s->rule->score, origin);
}

void obeyed_text_find(const pass *p, const pack_rule *rule) {
    const obeyed_text_settings *o = rule->settings;
    filter_scratch *s = p->scratch;
    if (!s->request.may_obey) return;
    if (!s->request.demands) s->request.demands = demands_read(s, &o->words);
    const demands *d = s->request.demands;
    if (!d || d->count == 0) return;
    const filter_text text = {p->view->text, p->view->size};
    search found = {p, rule, d, {.text = text, .scratch = s}};
    demands_match(d, s, text, on_match, &found);
}
