/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/compile.h"

#include "base/error.h"
#include "engine/builder.h"
#include "text/fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAMILIES_MAX 63

typedef struct compile_job {
    builder *b;
    engine_database database;
    filter_status status;
    size_t culprit;
    char why[400];
} compile_job;

static void *compile_once(void *arg) {
    compile_job *job = arg;
    job->culprit = SIZE_MAX;
    job->status = database_compile(&job->b->engine->sources[job->database], job->b->cache_dir,
                                   &job->b->engine->databases[job->database], &job->culprit, job->why, sizeof job->why);
    return NULL;
}

/* Hyperscan names one culprit at a time: leave it out and go on, so that all are reported. Without memory it names the
 * first expression, again and again. */
static void finish_compile(compile_job *job) {
    static const char stand_in[] = "\\x00\\x00filterd"; /* for a culprit; the engine is not used */
    builder *b = job->b;
    database_source *source = &b->engine->sources[job->database];
    for (; job->status != FILTER_OK; compile_once(job)) {
        if (job->culprit >= source->count || source->expressions[job->culprit] == stand_in) {
            diagnose(b->d, 0, 0, "%s", job->why);
            return;
        }
        static const pack_rule nobody = {.file = "", .id = ""};
        const pack_rule *rule = b->owners[job->database][job->culprit];
        diagnose_node(b, rule ? rule : &nobody, b->nodes[job->database][job->culprit], job->why);
        source->expressions[job->culprit] = stand_in;
        source->flags[job->culprit] = 0;
    }
}

/* Each database on a thread of its own: the time is that of the slowest one. */
static void compile_databases(builder *b) {
    compile_job jobs[DATABASE_COUNT];
    pthread_t threads[DATABASE_COUNT];
    bool started[DATABASE_COUNT];
    for (int i = 0; i < DATABASE_COUNT; i++) {
        jobs[i] = (compile_job){.b = b, .database = (engine_database)i};
        started[i] = pthread_create(&threads[i], NULL, compile_once, &jobs[i]) == 0;
        if (!started[i]) compile_once(&jobs[i]);
    }
    for (int i = 0; i < DATABASE_COUNT; i++) {
        if (started[i]) pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < DATABASE_COUNT; i++) finish_compile(&jobs[i]);
}

static void add_detector(builder *b, const pack_rule *rule) {
    char message[120];
    size_t kind = 0;
    if (!rule->detector) return;
    while (b->engine->set.detectors[kind] != rule->detector) kind++;
    if (b->engine->detectors[kind]) {
        snprintf(message, sizeof message, "another rule has the detector '%s' already", rule->detector->keys.what);
        diagnose_node(b, rule, NULL, message);
    }
    b->engine->detectors[kind] = rule;
}

static void compile_rules(builder *b) {
    filter_engine *e = b->engine;
    e->window.digits_min = e->near_window.digits_min = SIZE_MAX;
    e->rules = arena_alloc(b->memory, e->set.rule_count + 1, sizeof *e->rules);
    if (!e->rules) {
        b->failed = true;
        return;
    }
    add_classes(b);
    for (size_t i = 0; i < e->set.rule_count && !b->failed; i++) {
        const pack_rule *rule = &e->set.rules[i];
        add_phrases(b, i);
        add_detector(b, rule);
        e->rules[i].sources = arena_alloc(b->memory, rule->pattern_count + rule->phrases.count + 1, sizeof(char *));
        for (size_t k = 0; k < rule->pattern_count && !b->failed; k++) {
            if (e->rules[i].sources) e->rules[i].sources[k] = rule->patterns[k].node->text;
            else b->failed = true;
            add_pattern(b, i, &rule->patterns[k]);
        }
        for (size_t k = 0; k < rule->phrases.count && e->rules[i].sources; k++) {
            e->rules[i].sources[rule->pattern_count + k] = rule->phrases.items[k];
        }
        add_words(b, rule, &rule->context, &e->rules[i].context);
        add_words(b, rule, &rule->negative_context, &e->rules[i].negative_context);
        add_partners(b, rule, &e->rules[i].partners);
    }
    if (!b->failed) mark_max_scores(e);
    if (e->set.family_count > FAMILIES_MAX) diagnose(b->d, 0, 0, "more than %d model families", FAMILIES_MAX);
    for (size_t i = 0; i < e->set.family_count && i < FAMILIES_MAX; i++) {
        add_tokens(b, &e->set.families[i].tokens, false, UINT64_C(1) << i);
        add_tokens(b, &e->set.families[i].line_starts, true, UINT64_C(1) << i);
    }
    if (!b->failed) compile_databases(b);
}

filter_status engine_build(filter_engine **engine, const engine_input *input, diagnostics *d, filter_error *error) {
    static atomic_uint_fast64_t serials;
    *engine = NULL;
    if (sodium_init() < 0 || !fold_init()) {
        error_set(error, FILTER_ERROR_INTERNAL, "libsodium or ICU cannot be set up; is ICU's data installed?");
        return FILTER_ERROR_INTERNAL;
    }
    filter_engine *e = calloc(1, sizeof *e);
    if (!e) {
        error_set(error, FILTER_ERROR_MEMORY, "out of memory");
        return FILTER_ERROR_MEMORY;
    }
    arena_init(&e->memory);
    atomic_init(&e->references, 1);
    e->serial = atomic_fetch_add(&serials, 1) + 1;
    e->set.memory = &e->memory;
    const filter_engine_options *options = input->options;
    if (options->hash_key) memcpy(e->hash_key, options->hash_key, sizeof e->hash_key);
    else randombytes_buf(e->hash_key, sizeof e->hash_key);
    builder b = {.engine = e, .memory = &e->memory, .d = d, .cache_dir = options->cache_dir};
    for (int i = 0; i < DATABASE_COUNT; i++) e->sources[i].memory = &e->memory;
    e->set.sources = input->sources;
    e->set.source_count = input->source_count;
    e->set.detectors = input->detectors;
    filter_status status = packs_read(&e->set, d, error);
    e->set.sources = NULL; /* the caller's */
    e->set.source_count = 0;
    if (status == FILTER_OK) {
        pack_check_references(&e->set, d);
        compile_rules(&b);
        e->version = pack_versions(&e->set);
        if (b.failed || !e->version || e->memory.failed) status = FILTER_ERROR_MEMORY;
        else if (!pack_find_policy(&e->set, "default")) {
            d->file = input->source_count ? input->sources[input->source_count - 1].name : "";
            diagnose(d, 0, 0, "no pack defines the policy 'default'; load policies.yaml or write one");
        }
    }
    if (status == FILTER_ERROR_MEMORY) error_set(error, status, "out of memory while compiling rules");
    if (status == FILTER_OK && d->count) {
        status = FILTER_ERROR_RULES;
        error_set(error, status, "%.500s", d->first);
    }
    if (status != FILTER_OK) {
        filter_engine_unref(e);
        return status;
    }
    *engine = e;
    return FILTER_OK;
}
