/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentence_model.h"

#include "findings/candidate.h"
#include "injection/sentences.h"
#include "packs/model_weights.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A linear model of hashed features. */
typedef struct sentence_model_settings {
    size_t bits; /* each table has 2^bits weights */
    const int8_t *weights; /* two tables: texts of users, and of others */
    double bias, untrusted_bias, scale; /* of a sum of weights */
    double per_doubling; /* what a window must say more when there are twice as many */
    double neutral; /* the margin of ordinary text: what a signature says counts for as much as its score says */
} sentence_model_settings;

/* ------------------------------------------------------------------------------- scoring ---- */

/* More windows than 2^DOUBLINGS_MAX ask no more: an attack could hide among sentences that are made to be looked at. */
#define DOUBLINGS_MAX 5.0

/* Few features are as sure as so many. */
#define FEATURES_MIN 16

/* Signals of a view whose text is looked at. A view with more of them is full of them. */
#define SIGNALS_MAX 256

/* A window that may be told of, and its margin among few. */
typedef struct hit {
    span at;
    double margin;
} hit;

typedef struct search {
    const pass *pass;
    const sentence_model_settings *model;
    double bias, margin_min;
    hit best; /* of windows that overlap; not yet kept */
    hit *hits;
    size_t count, capacity;
    uint32_t signals[SIGNALS_MAX]; /* places of the view's candidates, in order of where they are found in it */
    size_t signal_count, signal_at;
} search;

/* Is what a text says in this role meant for the model? */
static bool is_trusted_to_ask(filter_role role) {
    return role == FILTER_ROLE_USER || role == FILTER_ROLE_ASSISTANT;
}

static double margin_of(const search *s, const sentence_window *w) {
    const double count = w->count > FEATURES_MIN ? w->count : FEATURES_MIN;
    return s->bias + s->model->scale * w->sum / sqrt(count);
}

static size_t signal_start(const search *s, size_t i) {
    const candidate *c = &s->pass->scratch->found.items[s->signals[i]];
    return (size_t)(c->found.text - s->pass->view->text);
}

/* Tells the signals of a window what it says. */
static void tilt_signals(search *s, const sentence_window *w, double margin) {
    candidate *items = s->pass->scratch->found.items;
    while (s->signal_at < s->signal_count) {
        const candidate *c = &items[s->signals[s->signal_at]];
        if (signal_start(s, s->signal_at) + c->found.size > w->start) break;
        s->signal_at++;
    }
    for (size_t i = s->signal_at; i < s->signal_count && signal_start(s, i) < w->end; i++) {
        candidate *c = &items[s->signals[i]];
        const double tilt = margin - s->model->neutral;
        if (!c->has_tilt || tilt > c->tilt) c->tilt = tilt;
        c->has_tilt = true;
    }
}

static void keep_best(search *s) {
    filter_scratch *scratch = s->pass->scratch;
    if (s->best.margin <= s->margin_min) return;
    if (!arena_grow(&scratch->memory, &s->hits, &s->capacity, s->count + 1, sizeof *s->hits)) {
        scratch->failed = true;
        return;
    }
    s->hits[s->count++] = s->best;
}

static void on_window(void *arg, const sentence_window *w) {
    search *s = arg;
    const double margin = margin_of(s, w);
    if (s->signal_at < s->signal_count) tilt_signals(s, w, margin);
    if (margin <= s->margin_min) return;
    if (w->start < s->best.at.end && margin <= s->best.margin) return;
    if (w->start >= s->best.at.end) keep_best(s);
    s->best = (hit){{w->start, w->end}, margin};
}

/* -------------------------------------------------------------------------------- signals ---- */

static int by_place(const void *a, const void *b, void *arg) {
    const candidate *items = arg;
    const char *x = items[*(const uint32_t *)a].found.text, *y = items[*(const uint32_t *)b].found.text;
    return (x > y) - (x < y);
}

/* The candidates of signatures in the view. */
static void find_signals(search *s) {
    const pass *p = s->pass;
    const candidates *found = &p->scratch->found;
    for (size_t i = p->first; i < found->count && s->signal_count < SIGNALS_MAX; i++) {
        const candidate *c = &found->items[i];
        if (c->view == p->view && c->rule->category == FILTER_INJECTION) s->signals[s->signal_count++] = (uint32_t)i;
    }
    if (s->signal_count) qsort_r(s->signals, s->signal_count, sizeof *s->signals, by_place, found->items);
}

/* -------------------------------------------------------------------------------- settings ---- */

typedef struct model_keys {
    sentence_model_settings settings; /* first: what finding sees */
    const char *weights, *digest;
} model_keys;

static const yaml_field fields[] = {
    {.key = "weights",
     .type = YAML_TEXT,
     .offset = offsetof(model_keys, weights),
     .required = true,
     .about = "A file of the pack's folder that ends in .bin."},
    {.key = "digest",
     .type = YAML_TEXT,
     .offset = offsetof(model_keys, digest),
     .required = true,
     .about = "BLAKE2b-256 of the weights, hexadecimal."},
    {.key = "bias",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.bias),
     .required = true,
     .min = -100,
     .max = 100,
     .about = "Added to the scaled sum of the weights, in what users and assistants say."},
    {.key = "untrusted_bias",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.untrusted_bias),
     .required = true,
     .min = -100,
     .max = 100,
     .about = "The same in documents and in what tools return."},
    {.key = "scale",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.scale),
     .required = true,
     .max = 100,
     .about = "What one step of a weight is worth."},
    {.key = "per_doubling",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.per_doubling),
     .max = 10,
     .about = "What a window must say more when a text has twice as many."},
    {.key = "neutral",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.neutral),
     .min = -100,
     .max = 100,
     .about = "A margin: sentences that say more raise what signatures in them score, those that say less lower it."},
};

static bool read_weights(ruleset *set, const yaml_node *node, void *settings, diagnostics *d) {
    model_keys *keys = settings;
    const weights_source source = {keys->weights, keys->digest, yaml_get(node, "weights")};
    model_weights weights;
    if (!weights_read(set, &source, &weights, d)) return false;
    keys->settings.bits = weights.bits;
    keys->settings.weights = weights.items;
    return true;
}

const detector_type sentence_model_type = {
    .keys = {.what = "sentence_model",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "A linear model over the words of some sentences."},
    .size = sizeof(model_keys),
    .is_model = true,
    .finish = read_weights,
};

/* --------------------------------------------------------------------------------- finding ---- */

/* Is the view read in its folded form? */
static bool is_read_folded(const pass *p) {
    const view_list *views = &p->scratch->views;
    for (size_t i = 0; i < views->count; i++) {
        if (views->items[i].source == p->view && strcmp(views->items[i].name, "folded") == 0) return true;
    }
    return false;
}

static double logit(double score) {
    return score <= 0 ? -100 : score >= 1 ? 100 : log(score / (1 - score));
}

void sentence_model_find(const pass *p, const pack_rule *rule) {
    const sentence_model_settings *model = rule->settings;
    filter_scratch *s = p->scratch;
    const bool asks = is_trusted_to_ask(p->role);
    if (is_read_folded(p)) return;
    search found;
    found.pass = p;
    found.model = model;
    found.bias = asks ? model->bias : model->untrusted_bias;
    found.margin_min = logit(fmax(rule->score, s->min_scores[category_index(FILTER_INJECTION)]));
    found.best = (hit){{0, 0}, -HUGE_VAL};
    found.hits = NULL;
    found.count = found.capacity = found.signal_count = found.signal_at = 0;
    find_signals(&found);
    const sentence_reading reading = {.weights = model->weights + (asks ? 0 : (size_t)1 << model->bits),
                                      .bits = (unsigned)model->bits,
                                      .on_window = on_window,
                                      .arg = &found};
    const size_t sentences = sentences_read(p, &reading);
    keep_best(&found);
    /* A decoded view holds a part of the text: its sentences are of as many as those of the whole. */
    if (sentences > s->sentence_count) s->sentence_count = sentences;
    const double more = model->per_doubling * fmin(log2(fmax(1, (double)s->sentence_count)), DOUBLINGS_MAX);
    for (size_t i = 0; i < found.count && !s->failed && work_spend(&s->work, WORK_STEP / 4); i++) {
        const double margin = found.hits[i].margin - more;
        if (margin <= found.margin_min) continue;
        candidate_scored(p, engine_rule_index(p->engine, rule), found.hits[i].at, 1 / (1 + exp(-margin)), NULL);
    }
}
