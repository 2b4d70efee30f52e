/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/prompt_leak.h"

#include "base/hash.h"
#include "findings/candidate.h"
#include "text/word_walk.h"

#include <stddef.h>
#include <string.h>

#define SHINGLE_WORDS 5 /* words that are hashed together */

/* A walk from word to word that knows the last five. */
typedef struct shingle_walk {
    word_walk word;
    uint64_t words[SHINGLE_WORDS];
    size_t starts[SHINGLE_WORDS];
    size_t count; /* words so far */
    uint64_t canary; /* hash of the last word when it is a canary; else 0 */
} shingle_walk;

/* A word that nobody writes by chance: the boundary that isolation puts into the instructions, or a canary of the
 * application's own. It has so many characters, with letters and digits among them. */
#define CANARY_MIN 16

/* The next word; false at the end of the text. */
static bool next_word(shingle_walk *w) {
    if (!word_walk_next(&w->word)) return false;
    const span at = w->word.at;
    const bool is_canary = w->word.has_letter && w->word.has_digit && at.end - at.start >= CANARY_MIN;
    w->canary = is_canary ? w->word.hash | 1 : 0;
    w->words[w->count % SHINGLE_WORDS] = w->word.hash;
    w->starts[w->count % SHINGLE_WORDS] = at.start;
    w->count++;
    return true;
}

/* Of the last five words, in their order; never 0. */
static uint64_t shingle_hash(const shingle_walk *w) {
    uint64_t hash = 0;
    for (size_t i = 0; i < SHINGLE_WORDS; i++)
        hash = (hash ^ w->words[(w->count + i) % SHINGLE_WORDS]) * HASH_GOLDEN + 1;
    return hash ? hash : 1;
}

static uint64_t *slot_of(const prompt_shingles *set, uint64_t hash) {
    size_t at = (size_t)(hash >> 20) & (set->capacity - 1);
    while (set->slots[at] && set->slots[at] != hash) at = (at + 1) & (set->capacity - 1);
    return &set->slots[at];
}

bool prompt_leak_learn(prompt_shingles *set, filter_scratch *s, const filter_segment *segments, size_t count) {
    size_t bytes = 0;
    *set = (prompt_shingles){0};
    for (size_t i = 0; i < count; i++) bytes += role_is_trusted(segments[i].role) ? segments[i].size : 0;
    if (bytes == 0) return true;
    for (set->capacity = 64; set->capacity < bytes; set->capacity *= 2) {
    } /* a word and a gap take two bytes: half full at most */
    set->slots = arena_alloc(&s->memory, set->capacity, sizeof *set->slots);
    if (!set->slots) return false;
    for (size_t i = 0; i < count; i++) {
        const size_t size = role_is_trusted(segments[i].role) ? segments[i].size : 0;
        shingle_walk w = {.word = {.text = segments[i].text, .size = size}};
        while (work_spend(&s->work, 32) && next_word(&w)) {
            if (w.canary) *slot_of(set, w.canary) = w.canary;
            if (w.count < SHINGLE_WORDS) continue;
            uint64_t hash = shingle_hash(&w), *slot = slot_of(set, hash);
            set->count += *slot == 0;
            *slot = hash;
        }
    }
    return true;
}

/* -------------------------------------------------------------------------------- settings ---- */

/* When an answer repeats them. */
typedef struct prompt_leak_settings {
    double min_containment; /* of the instructions' shingles, from 0 to 1, … */
    size_t min_run; /* … and so many words in a row, */
    size_t sure_run; /* or so many words in a row */
} prompt_leak_settings;

static const yaml_field fields[] = {
    {.key = "min_containment",
     .type = YAML_NUMBER,
     .offset = offsetof(prompt_leak_settings, min_containment),
     .required = true,
     .max = 1,
     .about = "The share of the instructions' shingles of five words that the answer holds, at least."},
    {.key = "min_run",
     .type = YAML_COUNT,
     .offset = offsetof(prompt_leak_settings, min_run),
     .required = true,
     .min = 5,
     .max = 1000,
     .about = "With that share, words in a row, at least."},
    {.key = "sure_run",
     .type = YAML_COUNT,
     .offset = offsetof(prompt_leak_settings, sure_run),
     .required = true,
     .min = 5,
     .max = 1000,
     .about = "Words in a row that are a leak whatever the share is."},
    {.key = "share", .renamed = "min_containment"},
    {.key = "least", .renamed = "min_run"},
    {.key = "run", .renamed = "sure_run"},
};

const detector_type prompt_leak_type = {
    .keys = {.what = "prompt_leak",
             .fields = fields,
             .count = sizeof fields / sizeof *fields,
             .about = "An answer that repeats the instructions of its request."},
    .size = sizeof(prompt_leak_settings),
};

/* --------------------------------------------------------------------------------- finding ---- */

void prompt_leak_find(const pass *p, const pack_rule *rule) {
    const prompt_shingles *set = p->scratch->instructions;
    const prompt_leak_settings *limits = rule->settings;
    const view *v = p->view;
    if (!set || !set->capacity) return;
    shingle_walk w = {.word = {.text = v->text, .size = v->size}};
    size_t matched = 0, run = 0, longest = 0, run_start = 0;
    span at = {v->size, 0}, best = {0, 0};
    while (work_spend(&p->scratch->work, 32) && next_word(&w)) {
        if (w.canary && *slot_of(set, w.canary)) {
            candidate_found(p, engine_rule_index(p->engine, rule),
                            (span){w.starts[(w.count - 1) % SHINGLE_WORDS], w.word.at.end});
            return;
        }
        bool same = w.count >= SHINGLE_WORDS && *slot_of(set, shingle_hash(&w)) != 0;
        if (!same) {
            run = 0;
            continue;
        }
        if (run++ == 0) run_start = w.starts[w.count % SHINGLE_WORDS]; /* of the first of the five */
        matched++;
        if (run_start < at.start) at.start = run_start;
        at.end = w.word.at.end;
        if (run > longest) {
            longest = run;
            best = (span){run_start, w.word.at.end};
        }
    }
    if (longest == 0) return;
    size_t words = longest + SHINGLE_WORDS - 1;
    bool shares = words >= limits->min_run && (double)matched >= limits->min_containment * (double)set->count;
    if (!shares && words < limits->sure_run) return;
    candidate_found(p, engine_rule_index(p->engine, rule), shares ? at : best);
}
