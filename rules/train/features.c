/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features: what the model sees of texts, for the trainer. The product's own code makes windows and features, so that
 * training and use cannot differ.
 *
 * Reads texts from standard input, each ended by a NUL; its first byte says whose it is: u, d or t for a user, a
 * document or a tool. Writes a record for each window, in numbers of 32 bits of this machine: the number of the text,
 * the number of features, what the signatures in the window score together (a float), and the features.
 */
#include "findings/candidate.h"
#include "injection/detector.h"
#include "injection/phrase.h"
#include "injection/sentences.h"
#include "values/confirm.h"
#include "values/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct output {
    const pass *pass;
    uint32_t number;
    uint32_t *features; /* of the view */
    size_t count, capacity;
} output;

static void on_feature(void *arg, uint32_t hash) {
    output *o = arg;
    if (o->count == o->capacity) {
        o->capacity = o->capacity ? 2 * o->capacity : 4096;
        o->features = realloc(o->features, o->capacity * sizeof *o->features);
        if (!o->features) exit(1);
    }
    o->features[o->count++] = hash;
}

static bool lies_in(const pass *p, const candidate *c, const sentence_window *w) {
    const size_t at = (size_t)(c->found.text - p->view->text);
    return c->rule->category == FILTER_INJECTION && at >= w->start && at < w->end;
}

/* What the signatures that lie in a window score together, each rule once, by its best. */
static float score_of_signals(const pass *p, const sentence_window *w) {
    const candidates *found = &p->scratch->found;
    double missed = 1;
    for (size_t i = 0; i < found->count; i++) {
        const candidate *c = &found->items[i];
        bool is_best = lies_in(p, c, w);
        for (size_t k = 0; k < found->count && is_best; k++) {
            const candidate *other = &found->items[k];
            if (k == i || other->rule != c->rule || !lies_in(p, other, w)) continue;
            is_best = c->score > other->score || (c->score == other->score && i < k);
        }
        if (is_best) missed *= 1 - c->score;
    }
    return (float)(1 - missed);
}

static void on_window(void *arg, const sentence_window *w) {
    const output *o = arg;
    const uint32_t head[] = {o->number, w->count};
    const float score = score_of_signals(o->pass, w);
    fwrite(head, sizeof head, 1, stdout);
    fwrite(&score, sizeof score, 1, stdout);
    fwrite(o->features + w->first, sizeof *o->features, w->count, stdout);
}

/* What the text is when it is folded; decoded views are texts of their own in use. */
static const view *folded(const view_list *views) {
    for (size_t i = 1; i < views->count; i++) {
        if (views->items[i].source == &views->items[0] && strcmp(views->items[i].name, "folded") == 0)
            return &views->items[i];
    }
    return &views->items[0];
}

static void read_text(const filter_engine *engine, filter_scratch *s, output *o, const char *text, size_t size) {
    const filter_role role = *text == 'd' ? FILTER_ROLE_DOCUMENT : *text == 't' ? FILTER_ROLE_TOOL : FILTER_ROLE_USER;
    if (!view_make(&s->views, &s->memory, text + 1, size - 1, &engine->word_index)) exit(1);
    cipher_clues clues = {.too_many = false};
    const pass p = {
        .engine = engine, .scratch = s, .view = folded(&s->views), .role = role, .categories = FILTER_INJECTION};
    if (!scan_view(&p)) return;
    confirm_hits(&p);
    phrase_find(&p, &clues);
    detectors_run(&p);
    o->pass = &p;
    o->count = 0;
    sentences_read(&p, &(sentence_reading){.on_feature = on_feature, .on_window = on_window, .arg = o});
}

int main(int argc, char **argv) {
    filter_engine *engine;
    filter_scratch *s;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.skip_examples = true;
    if (argc != 2) {
        fputs("usage: features RULES < TEXTS\n", stderr);
        return 64;
    }
    if (filter_engine_new_from_directory(&engine, argv[1], &options, &error) != FILTER_OK ||
        filter_scratch_new(&s, &error) != FILTER_OK) {
        fprintf(stderr, "features: %s\n", error.message);
        return 1;
    }
    char *text = NULL;
    size_t capacity = 0;
    output o = {.number = 0};
    for (ssize_t size; (size = getdelim(&text, &capacity, '\0', stdin)) > 1; o.number++) {
        if (scratch_begin(s, engine, &error) != FILTER_OK) return 1;
        read_text(engine, s, &o, text, (size_t)size - 1);
        if (s->failed) return 1;
        scratch_end(s);
    }
    free(o.features);
    free(text);
    filter_scratch_free(s);
    filter_engine_unref(engine);
    return 0;
}
