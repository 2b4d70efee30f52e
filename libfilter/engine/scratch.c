/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/scratch.h"

#include <stdlib.h>
#include <string.h>

/* A regular expression that needs more than this for one match is hostile or a mistake; rules are
 * bounded, and on honest text stay far below (measured: a median of some hundred steps). */
#define MATCH_LIMIT 200000
#define JIT_STACK_MAX ((size_t)256 * 1024)

/* What a scratch keeps between requests. A request that needs more is served, and costs a malloc. */
#define KEEP ((size_t)8 << 20)

filter_status filter_scratch_new(filter_scratch **scratch, filter_error *error) {
    filter_scratch *s = calloc(1, sizeof *s);
    *scratch = NULL;
    if (!s) goto fail;
    arena_init(&s->memory);
    s->match_context = pcre2_match_context_create(NULL);
    s->match = pcre2_match_data_create(32, NULL);
    s->jit_stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MAX, NULL);
    if (!s->match_context || !s->match) goto fail;
    pcre2_set_match_limit(s->match_context, MATCH_LIMIT);
    pcre2_set_depth_limit(s->match_context, MATCH_LIMIT);
    if (s->jit_stack) pcre2_jit_stack_assign(s->match_context, NULL, s->jit_stack);
    *scratch = s;
    return FILTER_OK;
fail:
    filter_scratch_free(s);
    engine_fail(error, FILTER_ERROR_MEMORY, "out of memory for a scratch");
    return FILTER_ERROR_MEMORY;
}

void filter_scratch_free(filter_scratch *s) {
    if (!s) return;
    hs_free_scratch(s->hyperscan);
    pcre2_match_data_free(s->match);
    pcre2_match_context_free(s->match_context);
    pcre2_jit_stack_free(s->jit_stack);
    free(s->patterns);
    arena_fini(&s->memory);
    free(s);
}

size_t filter_scratch_size(const filter_scratch *s) {
    size_t size = 0;
    if (s->hyperscan && hs_scratch_size(s->hyperscan, &size) != HS_SUCCESS) size = 0;
    return sizeof *s + size + s->memory.held + s->pattern_capacity * sizeof *s->patterns;
}

static filter_status fit_engine(filter_scratch *s, const filter_engine *engine, filter_error *error) {
    for (int i = 0; i < DATABASE_COUNT; i++) {
        if (engine->databases[i] && hs_alloc_scratch(engine->databases[i], &s->hyperscan) != HS_SUCCESS) {
            engine_fail(error, FILTER_ERROR_MEMORY, "out of memory for Hyperscan's scratch");
            return FILTER_ERROR_MEMORY;
        }
    }
    if (engine->pattern_count > s->pattern_capacity) {
        pattern_state *grown = realloc(s->patterns, engine->pattern_count * sizeof *grown);
        if (!grown) {
            engine_fail(error, FILTER_ERROR_MEMORY, "out of memory for a scratch");
            return FILTER_ERROR_MEMORY;
        }
        memset(grown + s->pattern_capacity, 0, (engine->pattern_count - s->pattern_capacity) * sizeof *grown);
        s->patterns = grown;
        s->pattern_capacity = engine->pattern_count;
    }
    s->engine_serial = engine->serial;
    return FILTER_OK;
}

filter_status scratch_begin(filter_scratch *s, const filter_engine *engine, filter_error *error) {
    if (s->engine_serial != engine->serial) {
        filter_status status = fit_engine(s, engine, error);
        if (status != FILTER_OK) return status;
    }
    arena_reset(&s->memory, KEEP);
    s->hits = NULL;
    s->words = NULL;
    s->signals = NULL;
    s->signal_count = s->signal_capacity = 0;
    s->candidates = NULL;
    s->skips = NULL;
    s->hit_count = s->hit_capacity = s->word_count = s->word_capacity = 0;
    s->candidate_count = s->candidate_capacity = s->skip_count = s->skip_capacity = 0;
    s->failed = s->quoted = false;
    s->searched = s->unmet_count = 0;
    return FILTER_OK;
}

void scratch_skip(filter_scratch *s, size_t segment, const char *reason) {
    if (!arena_grow(&s->memory, &s->skips, &s->skip_capacity, s->skip_count + 1, sizeof *s->skips)) {
        s->failed = true;
        return;
    }
    s->skips[s->skip_count++] = (filter_skip){segment, reason};
}

void scratch_unmet(filter_scratch *s, const char *what) {
    if (!what) s->failed = true;
    for (size_t i = 0; what && i < s->unmet_count; i++) {
        if (strcmp(s->unmet[i], what) == 0) return;
    }
    if (what && s->unmet_count < sizeof s->unmet / sizeof *s->unmet) s->unmet[s->unmet_count++] = what;
}
