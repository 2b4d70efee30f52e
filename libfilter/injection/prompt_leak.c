/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/prompt_leak.h"

#include "values/confirm.h"
#include "base/utf8.h"

#include <string.h>

#define ROW 5 /* words that are hashed together */

/* A walk from word to word that knows the last five. */
typedef struct row_walk {
    const char *text;
    size_t size, at;
    uint64_t words[ROW];
    size_t starts[ROW];
    size_t count; /* words so far */
    uint64_t marker; /* hash of the last word when it is a marker; else 0 */
} row_walk;

/* A word that nobody writes by chance: the boundary that isolation puts into the instructions, or a canary of the
 * application's own. It has so many characters, with letters and digits among them. */
#define MARKER_MIN 16

/* The next word; false at the end of the text. */
static bool next_word(row_walk *w) {
    while (w->at < w->size && !text_is_word_byte(w->text[w->at])) w->at++;
    if (w->at == w->size) return false;
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    w->starts[w->count % ROW] = w->at;
    bool letter = false, digit = false;
    size_t start = w->at;
    for (; w->at < w->size && text_is_word_byte(w->text[w->at]); w->at++) {
        hash = (hash ^ (unsigned char)text_lower(w->text[w->at])) * UINT64_C(1099511628211);
        letter = letter || text_is_alpha(w->text[w->at]);
        digit = digit || text_is_digit(w->text[w->at]);
    }
    w->marker = letter && digit && w->at - start >= MARKER_MIN ? hash | 1 : 0;
    w->words[w->count % ROW] = hash;
    w->count++;
    return true;
}

/* Of the last five words, in their order; never 0. */
static uint64_t row_hash(const row_walk *w) {
    uint64_t hash = 0;
    for (size_t i = 0; i < ROW; i++) hash = (hash ^ w->words[(w->count + i) % ROW]) * UINT64_C(0x9E3779B97F4A7C15) + 1;
    return hash ? hash : 1;
}

static uint64_t *slot_of(const leak_set *set, uint64_t hash) {
    size_t at = (size_t)(hash >> 20) & (set->capacity - 1);
    while (set->slots[at] && set->slots[at] != hash) at = (at + 1) & (set->capacity - 1);
    return &set->slots[at];
}

bool leak_learn(leak_set *set, arena *memory, const filter_segment *segments, size_t count) {
    size_t bytes = 0;
    *set = (leak_set){0};
    for (size_t i = 0; i < count; i++) bytes += role_is_trusted(segments[i].role) ? segments[i].size : 0;
    if (bytes == 0) return true;
    for (set->capacity = 64; set->capacity < bytes; set->capacity *= 2) {
    } /* a word and a gap take two bytes: half full at most */
    set->slots = arena_alloc(memory, set->capacity, sizeof *set->slots);
    if (!set->slots) return false;
    for (size_t i = 0; i < count; i++) {
        row_walk w = {.text = segments[i].text, .size = role_is_trusted(segments[i].role) ? segments[i].size : 0};
        while (next_word(&w)) {
            if (w.marker) *slot_of(set, w.marker) = w.marker;
            if (w.count < ROW) continue;
            uint64_t hash = row_hash(&w), *slot = slot_of(set, hash);
            set->count += *slot == 0;
            *slot = hash;
        }
    }
    return true;
}

void leak_find(const leak_set *set, const filter_engine *engine, filter_scratch *s, const view *v, size_t segment,
               filter_role role) {
    const pack_rule *rule = engine_sole(engine, SOLE_LEAK, role);
    if (!set->capacity || !rule) return;
    const pack_leak *limits = rule->leak;
    row_walk w = {.text = v->text, .size = v->size};
    size_t matched = 0, run = 0, longest = 0, run_start = 0;
    span at = {v->size, 0}, best = {0, 0};
    while (next_word(&w)) {
        if (w.marker && *slot_of(set, w.marker)) {
            confirm_found(engine, s, v, segment, engine_rule_index(engine, rule),
                          (span){w.starts[(w.count - 1) % ROW], w.at});
            return;
        }
        bool same = w.count >= ROW && *slot_of(set, row_hash(&w)) != 0;
        if (!same) {
            run = 0;
            continue;
        }
        if (run++ == 0) run_start = w.starts[w.count % ROW]; /* of the first of the five */
        matched++;
        if (run_start < at.start) at.start = run_start;
        at.end = w.at;
        if (run > longest) {
            longest = run;
            best = (span){run_start, w.at};
        }
    }
    if (longest == 0) return;
    size_t words = longest + ROW - 1;
    bool shares = words >= limits->least && (double)matched >= limits->share * (double)set->count;
    if (!shares && words < limits->run) return;
    confirm_found(engine, s, v, segment, engine_rule_index(engine, rule), shares ? at : best);
}
