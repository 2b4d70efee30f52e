/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch: the working memory of one thread, shared by the steps of one inspection.
 *
 * What outlives a request (Hyperscan's and PCRE2's memory, the pattern states) is sized for the
 * engine it last saw; everything else is in the arena and gone at the next request.
 */
#ifndef FILTER_SCRATCH_H
#define FILTER_SCRATCH_H

#include "engine/engine.h"
#include "views/view.h"

/* A place where Hyperscan saw an expression end. */
typedef struct scan_hit {
    uint32_t database, expression;
    size_t end;
} scan_hit;

/* A context word in the text of the view that is being confirmed. */
typedef struct word_hit {
    uint32_t word;
    size_t start, end;
} word_hit;

/* A word of a class in the view. */
typedef struct signal_hit {
    uint32_t class;
    uint32_t start, end;
} signal_hit;

/* Where a word stands that a cipher made. */
typedef struct cipher_tell {
    const view *view;
    size_t at;
} cipher_tell;

#define TELLS_MAX 4 /* more places of one cipher are not looked at: the request is incomplete */

typedef struct cipher_tells {
    cipher_tell items[TELLS_MAX]; /* so far apart that what is undone around them does not overlap */
    size_t count;
} cipher_tells;

/* How far a pattern has been confirmed in the view `epoch`: each byte once. */
typedef struct pattern_state {
    uint64_t epoch;
    size_t end;
} pattern_state;

/* A finding on its way: first a candidate, then scored, then decided. Spans are in bytes of the
 * text as sent. */
typedef struct candidate {
    const pack_rule *rule;
    uint32_t rule_index;
    size_t segment;
    span at;
    const view *view;
    const char *view_name;
    double score;
    unsigned evidence;
    const char *why; /* what the score comes from, besides the rule; NULL: nothing */
    bool needs_partner; /* its context words are required, and there was none */
    filter_action action;
    bool claims; /* its bytes are its own */
    bool quoted; /* stands in a quotation that nobody is asked to follow */
    bool dropped;
} candidate;

struct filter_scratch {
    hs_scratch_t *hyperscan;
    uint64_t engine_serial; /* what hyperscan and patterns are sized for */
    pcre2_match_context *match_context;
    pcre2_match_data *match;
    pcre2_jit_stack *jit_stack;
    pattern_state *patterns;
    size_t pattern_capacity;
    uint64_t epoch;

    arena memory; /* reset for each request */
    view_list views;
    scan_hit *hits;
    size_t hit_count, hit_capacity;
    word_hit *words;
    size_t word_count, word_capacity;
    span words_of; /* the part of the view that `words` covers */
    signal_hit *signals;
    size_t signal_count, signal_capacity;
    cipher_tells tells[CIPHER_COUNT]; /* of the segment */
    size_t window_count; /* most windows that a view of the segment has for the model */
    double floors[3]; /* by category_index: no score below is of use to this request */
    candidate *candidates;
    size_t candidate_count, candidate_capacity;
    filter_skip *skips;
    size_t skip_count, skip_capacity;
    size_t searched; /* bytes that were searched for values of answers */
    const char *unmet[8]; /* what answers did not meet, in the words of reasons */
    size_t unmet_count;
    bool quoted; /* some segment's attack is only quoted */
    bool failed; /* memory is out */
};

/* Sizes the scratch for an engine, and forgets the request before. */
filter_status scratch_begin(filter_scratch *s, const filter_engine *engine, filter_error *error);

/* Records what an answer does not meet, once; the string lives as long as the request. NULL: memory is out. */
void scratch_unmet(filter_scratch *s, const char *what);

/* Records that a segment was not read in full. `reason` lives as long as the program. */
void scratch_skip(filter_scratch *s, size_t segment, const char *reason);

#endif
