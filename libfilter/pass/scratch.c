/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/scratch.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* A regular expression that needs more than this for one match is hostile or a mistake; rules are
 * bounded, and on benign text stay far below (measured: a median of some hundred steps). */
#define MATCH_LIMIT 200000
#define JIT_STACK_MAX ((size_t)256 * 1024)

/* What a scratch keeps between requests. A request that needs more is served, and costs a malloc. */
#define KEEP ((size_t)8 << 20)

filter_status filter_scratch_new(filter_scratch **scratch, filter_error *error) {
    filter_scratch *s = calloc(1, sizeof *s);
    *scratch = NULL;
    if (!s) goto fail;
    arena_init(&s->memory);
    s->memory.holds_text = true;
    atomic_flag_clear(&s->in_use);
    s->matcher.context = pcre2_match_context_create(NULL);
    s->matcher.data = pcre2_match_data_create(32, NULL);
    s->matcher.jit_stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MAX, NULL);
    if (!s->matcher.context || !s->matcher.data) goto fail;
    pcre2_set_match_limit(s->matcher.context, MATCH_LIMIT);
    pcre2_set_depth_limit(s->matcher.context, MATCH_LIMIT);
    if (s->matcher.jit_stack) pcre2_jit_stack_assign(s->matcher.context, NULL, s->matcher.jit_stack);
    *scratch = s;
    return FILTER_OK;
fail:
    filter_scratch_free(s);
    error_set(error, FILTER_ERROR_MEMORY, "out of memory for a scratch");
    return FILTER_ERROR_MEMORY;
}

void filter_scratch_free(filter_scratch *s) {
    if (!s) return;
    hs_free_scratch(s->matcher.hyperscan);
    pcre2_match_data_free(s->matcher.data);
    pcre2_match_context_free(s->matcher.context);
    pcre2_jit_stack_free(s->matcher.jit_stack);
    free(s->matcher.patterns);
    arena_fini(&s->memory);
    free(s);
}

void filter_scratch_wipe(filter_scratch *s) {
    if (!s || atomic_flag_test_and_set_explicit(&s->in_use, memory_order_acquire)) return;
    arena_reset(&s->memory, KEEP);
    scratch_end(s);
}

size_t filter_scratch_size(const filter_scratch *s) {
    size_t size = 0;
    if (s->matcher.hyperscan && hs_scratch_size(s->matcher.hyperscan, &size) != HS_SUCCESS) size = 0;
    return sizeof *s + size + s->memory.held + s->matcher.pattern_capacity * sizeof *s->matcher.patterns;
}

static filter_status fit_engine(filter_scratch *s, const filter_engine *engine, filter_error *error) {
    s->matcher.engine_serial = 0; /* until all of it fits */
    for (int i = 0; i < DATABASE_COUNT; i++) {
        if (engine->databases[i] && hs_alloc_scratch(engine->databases[i], &s->matcher.hyperscan) != HS_SUCCESS) {
            error_set(error, FILTER_ERROR_MEMORY, "out of memory for Hyperscan's scratch");
            return FILTER_ERROR_MEMORY;
        }
    }
    if (engine->pattern_count > s->matcher.pattern_capacity) {
        pattern_state *grown = realloc(s->matcher.patterns, engine->pattern_count * sizeof *grown);
        if (!grown) {
            error_set(error, FILTER_ERROR_MEMORY, "out of memory for a scratch");
            return FILTER_ERROR_MEMORY;
        }
        memset(grown + s->matcher.pattern_capacity, 0,
               (engine->pattern_count - s->matcher.pattern_capacity) * sizeof *grown);
        s->matcher.patterns = grown;
        s->matcher.pattern_capacity = engine->pattern_count;
    }
    s->matcher.engine_serial = engine->serial;
    return FILTER_OK;
}

void scratch_renew(filter_scratch *s) {
    s->failed = false;
    s->cut_off = SIZE_MAX;
    s->excuses_sought = 0;
    s->work = WORK_UNBOUNDED;
    s->views.work = &s->work;
    s->copied = (copied_text){{NULL, 0}, NULL};
    s->hits = (scan_hits){NULL, 0, 0};
    s->context = (context_words){.count = 0};
    s->classes = (class_matches){NULL, 0, 0};
    s->instructions = NULL;
    s->request = (compared_request){.segments = NULL};
    s->name_tokens = (step_memory){NULL, 0};
    s->found = (candidates){NULL, 0, 0};
    s->notes = (verdict_notes){.searched = 0};
    s->gaps = (coverage_gaps){NULL, 0, 0};
    s->known_tokens = s->made_tokens = (known_tokens){NULL, 0};
}

filter_status scratch_begin(filter_scratch *s, const filter_engine *engine, filter_error *error) {
    filter_status status = FILTER_OK;
    if (atomic_flag_test_and_set_explicit(&s->in_use, memory_order_acquire)) {
        error_set(error, FILTER_ERROR_ARGUMENT, "the scratch is in use by another thread; give each thread its own");
        return FILTER_ERROR_ARGUMENT;
    }
    if (s->matcher.engine_serial != engine->serial) status = fit_engine(s, engine, error);
    if (status != FILTER_OK) {
        scratch_end(s);
        return status;
    }
    arena_reset(&s->memory, KEEP);
    scratch_renew(s);
    return FILTER_OK;
}

void scratch_end(filter_scratch *s) {
    atomic_flag_clear_explicit(&s->in_use, memory_order_release);
}

/* Hyperscan 5.4.0 on AVX-512 VBMI loads whole vectors, of which up to three bytes lie after the text. They change no
 * result, but they must be readable. */
#define READ_AFTER 3
#define PAGE 4096

/* The text, or a copy of it where what follows it may lie on a page that is not there; NULL when memory is out. */
static const char *scannable(filter_scratch *s, filter_text text) {
    uintptr_t last = (uintptr_t)text.text + text.size - 1;
    if (last / PAGE == (last + READ_AFTER) / PAGE) return text.text;
    if (s->copied.of.text != text.text || s->copied.of.size != text.size) {
        char *copy = arena_alloc(&s->memory, text.size + READ_AFTER, 1);
        if (!copy) {
            s->failed = true;
            return NULL;
        }
        memcpy(copy, text.text, text.size);
        s->copied = (copied_text){text, copy};
    }
    return s->copied.copy;
}

/* A scan cannot be interrupted where nothing matches: what is longer must fit in the time that is left. */
#define LONG_TEXT ((size_t)256 << 10)
#define SCAN_NS_PER_BYTE 1 /* at least as slow as most text is scanned: 1 to 5 GB/s were measured */

bool scratch_scan(filter_scratch *s, const filter_engine *engine, engine_database database, filter_text text,
                  match_event_handler on_match, void *context) {
    const hs_database_t *with = engine->databases[database];
    if (!with || !text.size) return true;
    if (!work_spend(&s->work, text.size < WORK_STEP ? text.size : WORK_STEP)) return false;
    if (text.size > LONG_TEXT && !work_fits(&s->work, (int64_t)text.size * SCAN_NS_PER_BYTE)) return false;
    const char *from = scannable(s, text);
    return from && hs_scan(with, from, (unsigned)text.size, 0, s->matcher.hyperscan, on_match, context) == HS_SUCCESS;
}

void scratch_gap(filter_scratch *s, size_t segment, const char *reason) {
    coverage_gaps *gaps = &s->gaps;
    if (!arena_grow(&s->memory, &gaps->items, &gaps->capacity, gaps->count + 1, sizeof *gaps->items)) {
        s->failed = true;
        return;
    }
    gaps->items[gaps->count++] = (filter_skip){segment, reason};
}
