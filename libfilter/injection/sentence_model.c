/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentence_model.h"

#include "base/hash.h"
#include "base/search.h"
#include "base/utf8.h"
#include "findings/candidate.h"
#include "packs/model_weights.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* A linear model of hashed features. */
typedef struct sentence_model_settings {
    size_t bits; /* the table has 2^bits weights */
    double bias, scale; /* of a sum of weights */
    const int8_t *weights;
} sentence_model_settings;

#define BEFORE_MAX 240
#define AFTER_MAX 360

/* ------------------------------------------------------------------------------- windows ---- */

static bool ends_sentence(const view *v, size_t at) {
    char c = v->text[at], next = at + 1 < v->size ? v->text[at + 1] : ' ';
    if (c == '\n') return true;
    return (c == '.' || c == '!' || c == '?') && text_is_space(next);
}

/* The trigger's sentence and the next one. */
static span window_around(const view *v, const class_match *trigger) {
    span window = {trigger->start, trigger->end};
    size_t floor = window.start > BEFORE_MAX ? window.start - BEFORE_MAX : 0;
    size_t limit = v->size - window.end > AFTER_MAX ? window.end + AFTER_MAX : v->size;
    while (window.start > floor && !ends_sentence(v, window.start - 1)) window.start--;
    for (int sentences = 0; window.end < limit; window.end++) {
        if (!ends_sentence(v, window.end)) continue;
        while (window.end + 1 < limit && ends_sentence(v, window.end + 1)) window.end++;
        if (++sentences == 2) break;
    }
    window.start = text_align_back(v->text, window.start);
    if (window.end < v->size) window.end = text_align_back(v->text, window.end);
    return window;
}

/* ------------------------------------------------------------------------------ features ---- */

static uint32_t hash_bytes(uint32_t seed, const char *text, size_t size) {
    uint32_t h = seed ^ HASH32_BASIS;
    for (size_t i = 0; i < size; i++) h = hash32_step(h, (unsigned char)text_lower(text[i]));
    return hash32_mix(h, seed);
}

typedef struct feature_list {
    uint32_t *out;
    size_t count;
} feature_list;

static void add(feature_list *f, uint32_t hash) {
    if (f->count < MODEL_FEATURES_MAX) f->out[f->count++] = hash;
}

enum { SEED_WORD = 1, SEED_PAIR, SEED_START, SEED_CLASS, SEED_CLASSES, SEED_RULE, SEED_TOGETHER };
#define START_SIZE 5

static bool is_word(char c) {
    return text_is_word_byte(c) || c == '\'';
}

static void add_words(feature_list *f, const view *v, span window) {
    uint32_t before = 0;
    for (size_t i = window.start; i < window.end;) {
        size_t start = i;
        while (i < window.end && is_word(v->text[i])) i++;
        if (i == start) {
            i++;
            continue;
        }
        uint32_t word = hash_bytes(SEED_WORD, v->text + start, i - start);
        add(f, word);
        add(f, hash32_mix(hash32_mix(before, SEED_PAIR), word));
        if (i - start > START_SIZE) add(f, hash_bytes(SEED_START, v->text + start, START_SIZE));
        before = word;
    }
}

/* Matches are in order of their ends but for some of several words, which are told a word late: none is out of its
 * place by more bytes than this. */
#define DISORDER 128

static bool ends_before(const void *matches, size_t i, size_t at) {
    return ((const class_match *)matches)[i].end < at;
}

/* The first match that may lie in a window. */
static size_t first_match(const filter_scratch *s, span window) {
    size_t at = window.start > DISORDER ? window.start - DISORDER : 0;
    return search_first(s->classes.items, s->classes.count, ends_before, at);
}

/* The next match from `i` on that lies in a window, and `i` after it; NULL when there is none. */
static const class_match *next_match(const filter_scratch *s, span window, size_t *i) {
    while (*i < s->classes.count && s->classes.items[*i].end <= window.end + DISORDER) {
        const class_match *hit = &s->classes.items[(*i)++];
        if (hit->start >= window.start && hit->end <= window.end) return hit;
    }
    return NULL;
}

/* Names, not numbers: the table outlives the order of packs. */
static void add_classes(feature_list *f, const filter_engine *engine, const filter_scratch *s, span window) {
    enum { DISTINCT_MAX = 10 };
    uint32_t before = 0, distinct[DISTINCT_MAX];
    size_t distinct_count = 0;
    size_t i = first_match(s, window);
    for (const class_match *hit; (hit = next_match(s, window, &i)) != NULL;) {
        uint32_t class = engine->set.classes[hit->class].hash;
        add(f, hash32_mix(class, SEED_CLASS));
        add(f, hash32_mix(hash32_mix(before, SEED_CLASSES), class));
        before = class;
        bool known = false;
        for (size_t k = 0; k < distinct_count; k++) known |= distinct[k] == class;
        if (known || distinct_count == DISTINCT_MAX) continue;
        for (size_t k = 0; k < distinct_count; k++) add(f, hash32_mix(distinct[k] ^ class, SEED_TOGETHER));
        distinct[distinct_count++] = class;
    }
}

/* A view with more findings than this is full of them: what else is there changes nothing. */
#define CANDIDATES_MAX 256

static void add_rules(feature_list *f, const filter_scratch *s, const view *v, span window, size_t first) {
    const span sent = view_source(v, window);
    for (size_t i = first; i < s->found.count && i - first < CANDIDATES_MAX; i++) {
        const candidate *c = &s->found.items[i];
        if (c->view != v || c->rule->category != FILTER_INJECTION || c->at.start >= sent.end || c->at.end <= sent.start)
            continue;
        add(f, hash_bytes(SEED_RULE, c->rule->id, strlen(c->rule->id)));
    }
}

size_t model_features(const pass *p, span window, uint32_t out[MODEL_FEATURES_MAX]) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    feature_list f = {out, 0};
    add_classes(&f, p->engine, s, window);
    add_rules(&f, s, v, window, p->first);
    add_words(&f, v, window);
    return f.count;
}

/* ------------------------------------------------------------------------------- scoring ---- */

/* Each of many windows has its chance to look like an attack: so much is asked of one for each doubling. */
#define MARGIN_PER_DOUBLING 0.5
#define DOUBLINGS_MAX 5.0 /* more would let an attack hide among sentences that are made to be looked at */

static double score_window(const sentence_model_settings *model, const uint32_t *hashes, size_t count, size_t windows) {
    long sum = 0;
    for (size_t i = 0; i < count; i++) sum += model->weights[hashes[i] >> (32 - model->bits)];
    double margin = model->bias + model->scale * (double)sum / sqrt((double)(count ? count : 1));
    margin -= MARGIN_PER_DOUBLING * fmin(log2((double)windows), DOUBLINGS_MAX);
    return 1.0 / (1.0 + exp(-margin));
}

size_t model_windows(const pass *p, span **windows) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    size_t count = 0, capacity = 0, covered = 0;
    *windows = NULL;
    for (size_t i = 0; i < s->classes.count && work_spend(&s->work, 64); i++) {
        const class_match *hit = &s->classes.items[i];
        if (!p->engine->set.classes[hit->class].is_trigger || hit->end <= covered) continue;
        if (!arena_grow(&s->memory, windows, &capacity, count + 1, sizeof **windows)) {
            s->failed = true;
            return 0;
        }
        (*windows)[count] = window_around(v, hit);
        covered = (*windows)[count++].end;
    }
    return count;
}

/* From the first to the last word of a class in a window: what the finding covers, and sanitising takes out. */
static span span_of_matches(const filter_scratch *s, span window) {
    span at = {window.end, window.start};
    size_t i = first_match(s, window);
    for (const class_match *hit; (hit = next_match(s, window, &i)) != NULL;) {
        if (hit->start < at.start) at.start = hit->start;
        if (hit->end > at.end) at.end = hit->end;
    }
    return at;
}

/* Names of the classes whose words raised a window's score the most, for a person to read. */
static const char *strongest_classes(const filter_engine *engine, const sentence_model_settings *model,
                                     filter_scratch *s, span window) {
    enum { STRONGEST = 3 };
    const word_class *best[STRONGEST] = {NULL};
    int weights[STRONGEST] = {0};
    size_t i = first_match(s, window);
    for (const class_match *hit; (hit = next_match(s, window, &i)) != NULL;) {
        const word_class *class = &engine->set.classes[hit->class];
        int weight = model->weights[hash32_mix(class->hash, SEED_CLASS) >> (32 - model->bits)];
        if (class == best[0] || class == best[1] || class == best[2]) continue;
        for (int k = 0; k < STRONGEST; k++) {
            if (weight <= weights[k]) continue;
            const word_class *weaker = best[k];
            int less = weights[k];
            best[k] = class;
            weights[k] = weight;
            class = weaker;
            weight = less;
        }
    }
    if (!best[0]) return NULL;
    return arena_printf(&s->memory, "words:%s%s%s%s%s", best[0]->name, best[1] ? "," : "", best[1] ? best[1]->name : "",
                        best[2] ? "," : "", best[2] ? best[2]->name : "");
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
     .about = "Added to the scaled sum of the weights."},
    {.key = "scale",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.scale),
     .required = true,
     .max = 100,
     .about = "What one step of a weight is worth."},
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

void sentence_model_find(const pass *p, const pack_rule *rule) {
    const sentence_model_settings *model = rule->settings;
    filter_scratch *s = p->scratch;
    uint32_t hashes[MODEL_FEATURES_MAX];
    span *windows;
    size_t count = model_windows(p, &windows);
    /* A decoded view holds a part of the text: its windows are of as many as those of the whole. */
    if (count > s->window_count) s->window_count = count;
    for (size_t i = 0; i < count && !s->failed && work_spend(&s->work, WORK_STEP / 4); i++) {
        size_t hash_count = model_features(p, windows[i], hashes);
        double score = score_window(model, hashes, hash_count, s->window_count);
        if (score < s->min_scores[category_index(FILTER_INJECTION)]) continue;
        candidate_scored(p, engine_rule_index(p->engine, rule), span_of_matches(s, windows[i]), score,
                         strongest_classes(p->engine, model, s, windows[i]));
    }
}
