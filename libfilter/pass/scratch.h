/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch: the working memory of one thread, grouped by what owns it.
 *
 * What outlives a request (Hyperscan's and PCRE2's memory, the pattern states) is sized for the engine it last saw;
 * everything else is in the arena and gone at the next request. A scratch serves one thread at a time: a second use at
 * the same time is refused, not raced.
 */
#ifndef FILTER_PASS_SCRATCH_H
#define FILTER_PASS_SCRATCH_H

#include "engine/engine.h"
#include "fields/field.h"
#include "views/view.h"

/* How far a pattern has been confirmed in the view `epoch`: each byte once. */
typedef struct pattern_state {
    uint64_t epoch;
    size_t end;
} pattern_state;

/* Memory of the matchers. */
typedef struct matcher_memory {
    hs_scratch_t *hyperscan;
    uint64_t engine_serial; /* what hyperscan and patterns are sized for */
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *jit_stack;
    pattern_state *patterns;
    size_t pattern_capacity;
    uint64_t epoch;
} matcher_memory;

/* The last text that could not be scanned where it lies, and what is scanned instead. */
typedef struct copied_text {
    filter_text of;
    const char *copy;
} copied_text;

/* A place where Hyperscan saw an expression end. */
typedef struct scan_hit {
    uint32_t database, expression;
    size_t end;
} scan_hit;

/* What values/scan.h found in the view. */
typedef struct scan_hits {
    scan_hit *items;
    size_t count, capacity;
} scan_hits;

/* A context word in the text of the view that is being confirmed. */
typedef struct word_hit {
    uint32_t word;
    size_t start, end;
} word_hit;

/* The context words in the name of a field. */
typedef struct name_words {
    const char *name; /* NULL: free */
    size_t size;
    const uint32_t *words; /* ids, each once */
    size_t count;
} name_words;

/* Names whose words are remembered: a column's is asked for at each of its cells. */
#define NAMES_KNOWN 64

/* What findings/context.h found in a part of the view. */
typedef struct context_words {
    word_hit *items;
    size_t count, capacity;
    span covered; /* the part of the view that was searched */
    name_words names[NAMES_KNOWN];
} context_words;

/* A word of a class in the view. */
typedef struct class_match {
    uint32_t class;
    uint32_t start, end;
} class_match;

/* What injection/phrase.h found in the view, for the sentence model, too. */
typedef struct class_matches {
    class_match *items;
    size_t count, capacity;
} class_matches;

/* Findings on their way, by segment: see findings/candidate.h. */
typedef struct candidates {
    struct candidate *items;
    size_t count, capacity;
} candidates;

#define VIOLATIONS_MAX 8
#define JUDGED_MAX 8 /* reasons that a judge gives, each once */

/* What verdict/ notes of the request, for the reasons. */
typedef struct verdict_notes {
    size_t searched; /* bytes that were searched for values of answers */
    const char *violations[VIOLATIONS_MAX]; /* what answers did not meet, in the words of reasons */
    size_t violation_count;
    bool quoted; /* some segment's attack is only quoted */
    const char *judged[JUDGED_MAX]; /* what a judge decided, or why it did not, in the words of reasons */
    size_t judged_count;
} verdict_notes;

/* Values and their tokens, in no order, some of them free: see render/tokens.h. */
typedef struct known_tokens {
    const struct token_entry *items;
    size_t count;
} known_tokens;

/* What was not read in full. */
typedef struct coverage_gaps {
    filter_skip *items;
    size_t count, capacity;
} coverage_gaps;

/* The request, for what compares its answers with the rest of it. */
typedef struct compared_request {
    const filter_segment *segments;
    size_t segment_count;
    bool is_compared; /* it has answers, and texts that are not trusted … */
    bool may_obey; /* … or even written by others than the user */
    struct answer_links *links; /* NULL: not yet read */
    struct demands *demands; /* likewise */
    struct planted_orders *orders; /* likewise */
} compared_request;

/* Memory of one step that it uses again for each view of a request. */
typedef struct step_memory {
    void *items;
    size_t capacity;
} step_memory;

struct filter_scratch {
    atomic_flag in_use;
    matcher_memory matcher;
    arena memory; /* reset for each request */
    bool failed; /* memory is out */
    size_t cut_off; /* the first segment that the deadline left unread; SIZE_MAX: none */
    double min_scores[3]; /* by category_index: no score below is of use to this request */
    bool wants_names; /* FILTER_RETURN_NAMES */
    work_budget work; /* what the request may still cost */
    view_list views; /* of the segment */
    const field_list *fields[VIEWS_MAX + 1]; /* of each view, once they were asked for: see structure.h */
    copied_text copied;
    scan_hits hits;
    context_words context;
    class_matches classes;
    size_t excuses_sought; /* for how many phrases of the request */
    size_t sentence_count; /* most sentences that a view of the segment has for the sentence model */
    const struct prompt_shingles *instructions; /* of the trusted segments, when an answer could repeat them */
    compared_request request;
    step_memory name_tokens; /* of names/ */
    candidates found;
    const pack_rule *favoured; /* examples of a rule are about that rule: of its entity, it comes first; NULL: none */
    verdict_notes notes;
    known_tokens known_tokens, made_tokens; /* of texts before this one, and of this one */
    coverage_gaps gaps;
};

/* Takes the scratch for one request: sizes it for an engine, and forgets the request before. FILTER_ERROR_ARGUMENT when
 * it is in use. What begins must end, whatever happens between. */
filter_status scratch_begin(filter_scratch *s, const filter_engine *engine, filter_error *error);
void scratch_end(filter_scratch *s);

/* Forgets what was found, and the work that was spent: another inspection of the same request begins. Its memory stays,
 * with what the one before gave back. */
void scratch_renew(filter_scratch *s);

/* Scans a text with one of the engine's databases. False when it was not scanned to its end: `on_match` ended it, the
 * time was up (s->work), or Hyperscan failed. A database that the engine lacks finds nothing. */
bool scratch_scan(filter_scratch *s, const filter_engine *engine, engine_database database, filter_text text,
                  match_event_handler on_match, void *context);

/* Records that a segment was not read in full. `reason` lives as long as the program. */
void scratch_gap(filter_scratch *s, size_t segment, const char *reason);

#endif
