/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contestants made from the inside of libfilter: its rules as raw expressions, and its steps one by one. The only file
 * of the bench that reads headers which are not installed.
 */
#include "race.h"

#include "fields/field.h"
#include "injection/phrase.h"
#include "injection/sentences.h"
#include "names/names.h"
#include "pass/structure.h"
#include "values/scan.h"

#include <stdio.h>
#include <stdlib.h>

struct internals {
    hs_database_t *all; /* every expression in one database */
    hs_database_t *without_pii; /* those of injection and secrets alone */
    hs_scratch_t *hyperscan; /* for these, and for the engine's own databases */
    pcre2_match_data *match;
};

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static bool is_for(const filter_engine *e, int database, size_t expression, unsigned categories) {
    const id_list *patterns = &e->expressions[database][expression];
    for (size_t i = 0; i < patterns->count; i++) {
        if (e->patterns[patterns->items[i]].rule->category & categories) return true;
    }
    return false;
}

static hs_database_t *compile_all(const filter_engine *e, unsigned categories) {
    arena memory;
    arena_init(&memory);
    database_source all = {.memory = &memory};
    hs_database_t *database = NULL;
    size_t index, culprit;
    char why[300];
    for (int d = DATABASE_DATA; d <= DATABASE_NEAR_DIGITS; d++) {
        for (size_t i = 0; i < e->sources[d].count; i++) {
            if (!is_for(e, d, i, categories)) continue;
            const char *expression = e->sources[d].expressions[i];
            if (d == DATABASE_DIGITS) /* which are looked for where they may begin */
                expression = arena_printf(&memory, "(?:^|[^0-9A-Za-z])%s", expression + 1);
            if (!expression || !database_add(&all, expression, e->sources[d].flags[i], &index)) fail("memory is out");
        }
    }
    if (database_compile(&all, NULL, &database, &culprit, why, sizeof why) != FILTER_OK) fail(why);
    arena_fini(&memory);
    return database;
}

static void size_scratch(internals *x, const filter_engine *engine) {
    bool ok = hs_alloc_scratch(x->all, &x->hyperscan) == HS_SUCCESS;
    ok = ok && hs_alloc_scratch(x->without_pii, &x->hyperscan) == HS_SUCCESS;
    for (int d = 0; d < DATABASE_COUNT && ok; d++) {
        ok = !engine->databases[d] || hs_alloc_scratch(engine->databases[d], &x->hyperscan) == HS_SUCCESS;
    }
    if (!ok) fail("memory is out");
}

internals *internals_new(const filter_engine *engine) {
    internals *x = calloc(1, sizeof *x);
    if (!x) fail("memory is out");
    x->all = compile_all(engine, FILTER_CATEGORIES_ALL);
    x->without_pii = compile_all(engine, FILTER_SECRET | FILTER_INJECTION);
    x->match = pcre2_match_data_create(32, NULL);
    if (!x->match) fail("memory is out");
    size_scratch(x, engine);
    return x;
}

void internals_free(internals *x) {
    if (!x) return;
    hs_free_scratch(x->hyperscan);
    hs_free_database(x->all);
    hs_free_database(x->without_pii);
    pcre2_match_data_free(x->match);
    free(x);
}

static int count_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)id, (void)from, (void)to, (void)flags;
    ++*(size_t *)arg;
    return 0;
}

void run_hyperscan(stage *s) {
    hs_scan(s->internals->all, s->text, (unsigned)s->size, 0, s->internals->hyperscan, count_hit, &s->hits);
}

void run_hyperscan_without_pii(stage *s) {
    hs_scan(s->internals->without_pii, s->text, (unsigned)s->size, 0, s->internals->hyperscan, count_hit, &s->hits);
}

void run_pcre2(stage *s) {
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->internals->match);
    for (size_t i = 0; i < s->engine->pattern_count; i++) {
        const pcre2_code *code = s->engine->patterns[i].code;
        for (size_t from = 0; from<s->size; from = ends[1]> from ? ends[1] : from + 1) {
            if (pcre2_match(code, (PCRE2_SPTR)s->text, s->size, from, 0, s->internals->match, NULL) < 1) break;
            s->hits++;
        }
    }
}

static void scan(stage *s, int database, const char *text, size_t size) {
    hs_scan(s->engine->databases[database], text, (unsigned)size, 0, s->internals->hyperscan, count_hit, &s->hits);
}

void run_data(stage *s) {
    scan(s, DATABASE_DATA, s->text, s->size);
}

void run_digits(stage *s) {
    const filter_engine *e = s->engine;
    span window;
    for (size_t from = 0; scan_next_window(s->text, s->size, from, &e->window, &window); from = window.end) {
        for (size_t at = window.start; at < window.end; at++) {
            const size_t left = window.end - at, width = e->window.width + 1;
            if (shape_may_begin(&e->starts, s->text, at))
                scan(s, DATABASE_DIGITS, s->text + at, left < width ? left : width);
        }
    }
    for (size_t from = 0; scan_next_window(s->text, s->size, from, &e->near_window, &window); from = window.end)
        scan(s, DATABASE_NEAR_DIGITS, s->text + window.start, window.end - window.start);
}

void run_phrases(stage *s) {
    const view all = {.name = "raw", .text = s->text, .size = s->size};
    cipher_clues clues = {.too_many = false};
    pass p = {.engine = s->engine, .scratch = s->scratch, .view = &all, .categories = FILTER_INJECTION};
    filter_error error;
    if (scratch_begin(s->scratch, s->engine, &error) != FILTER_OK) fail(error.message);
    phrase_find(&p, &clues);
    s->hits += s->scratch->classes.count;
    scratch_end(s->scratch);
}

void run_fields(stage *s) {
    filter_error error;
    if (scratch_begin(s->scratch, s->engine, &error) != FILTER_OK) fail(error.message);
    field_list fields = {.memory = &s->scratch->memory};
    if (!fields_read(&fields, s->text, s->size)) fail("memory is out");
    s->hits += fields.count;
    scratch_end(s->scratch);
}

static void on_window(void *arg, const sentence_window *window) {
    *(size_t *)arg += window->sum > 0;
}

void run_names(stage *s) {
    view *all = &s->scratch->views.items[0];
    const pass p = {.engine = s->engine, .scratch = s->scratch, .view = all, .categories = FILTER_PII};
    filter_error error;
    if (scratch_begin(s->scratch, s->engine, &error) != FILTER_OK) fail(error.message);
    *all = (view){.name = "raw", .text = s->text, .size = s->size};
    structure_begin(s->scratch);
    names_find(&p);
    s->hits += s->scratch->found.count;
    scratch_end(s->scratch);
}

void run_sentences(stage *s) {
    enum { BITS = 18 };
    static int8_t weights[1 << BITS];
    const view all = {.name = "raw", .text = s->text, .size = s->size};
    pass p = {.engine = s->engine, .scratch = s->scratch, .view = &all, .categories = FILTER_INJECTION};
    filter_error error;
    if (scratch_begin(s->scratch, s->engine, &error) != FILTER_OK) fail(error.message);
    s->scratch->classes.count = 0;
    sentences_read(&p, &(sentence_reading){.weights = weights, .bits = BITS, .on_window = on_window, .arg = &s->hits});
    scratch_end(s->scratch);
}

void run_views(stage *s) {
    view_list views;
    filter_error error;
    if (scratch_begin(s->scratch, s->engine, &error) != FILTER_OK) fail(error.message);
    if (!view_make(&views, &s->scratch->memory, s->text, s->size, &s->engine->word_index)) fail("memory is out");
    s->hits += views.count;
    scratch_end(s->scratch);
}
