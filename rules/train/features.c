/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features: what the model sees of texts, for the trainer. The product's own code makes windows and features, so that
 * training and use cannot differ.
 *
 * Reads texts from standard input, each ended by a NUL. Writes a line for each window: the number of the text, and the
 * features as numbers. A text without a trigger has no line.
 */
#include "values/confirm.h"
#include "injection/sentence_model.h"
#include "injection/phrase.h"
#include "values/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_windows(const pass *p, size_t number) {
    static uint32_t hashes[MODEL_FEATURES_MAX];
    span *windows;
    size_t window_count = model_windows(p, &windows);
    if (p->scratch->failed) exit(1);
    for (size_t i = 0; i < window_count; i++) {
        size_t count = model_features(p, windows[i], hashes);
        printf("%zu", number);
        for (size_t k = 0; k < count; k++) printf(" %u", hashes[k]);
        putchar('\n');
    }
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
    size_t capacity = 0, number = 0;
    ssize_t size;
    for (; (size = getdelim(&text, &capacity, '\0', stdin)) > 0; number++) {
        if (scratch_begin(s, engine, &error) != FILTER_OK) return 1;
        if (!view_make(&s->views, &s->memory, text, (size_t)size - 1, &engine->word_index)) return 1;
        /* What the text is when it is folded; decoded views are texts of their own in use. */
        const view *v = &s->views.items[0];
        for (size_t i = 1; i < s->views.count; i++) {
            if (strcmp(s->views.items[i].name, "folded") == 0) v = &s->views.items[i];
        }
        cipher_clues clues = {.too_many = false};
        const pass p = {
            .engine = engine, .scratch = s, .view = v, .role = FILTER_ROLE_USER, .categories = FILTER_INJECTION};
        if (scan_view(&p)) {
            confirm_hits(&p);
            phrase_find(&p, &clues);
            print_windows(&p, number);
        }
        scratch_end(s);
    }
    free(text);
    filter_scratch_free(s);
    filter_engine_unref(engine);
    return 0;
}
