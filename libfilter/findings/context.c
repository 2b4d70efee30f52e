/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/context.h"

#include "base/utf8.h"

#define AHEAD 1024 /* more than one value's surroundings at a time, for texts full of values */

void context_begin(filter_scratch *s) {
    s->word_count = 0;
    s->words_of = (span){0, 0};
}

typedef struct word_context {
    const filter_engine *engine;
    filter_scratch *scratch;
    const view *view;
    size_t offset;
} word_context;

static int on_word(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    word_context *c = arg;
    filter_scratch *s = c->scratch;
    const engine_word *word = &c->engine->words[id];
    size_t end = c->offset + (size_t)to, start = end - word->size;
    if (word->whole_before && start > 0 && text_is_alnum(c->view->text[start - 1])) return 0;
    if (word->whole_after && end < c->view->size && text_is_alnum(c->view->text[end])) return 0;
    if (!arena_grow(&s->memory, &s->words, &s->word_capacity, s->word_count + 1, sizeof *s->words)) {
        s->failed = true;
        return 1;
    }
    s->words[s->word_count++] = (word_hit){id, start, end};
    return 0;
}

/* Makes s->words cover `need`. */
static void find_words(const filter_engine *engine, filter_scratch *s, const view *v, span need) {
    if (need.start >= s->words_of.start && need.end <= s->words_of.end) return;
    span part = {need.start, v->size - need.end > AHEAD ? need.end + AHEAD : v->size};
    word_context context = {engine, s, v, part.start};
    s->word_count = 0;
    s->words_of = part;
    if (hs_scan(engine->databases[DATABASE_WORDS], v->text + part.start, (unsigned)(part.end - part.start), 0,
                s->hyperscan, on_word, &context) != HS_SUCCESS) {
        s->failed = true;
    }
}

static bool list_has(const engine_list *list, uint32_t id) {
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (list->items[middle] == id) return true;
        if (list->items[middle] < id) low = middle + 1;
        else high = middle;
    }
    return false;
}

size_t context_count(const filter_engine *engine, filter_scratch *s, const view *v, span at, const engine_list *list,
                     size_t within) {
    if (list->count == 0 || !engine->databases[DATABASE_WORDS]) return 0;
    size_t reach = engine->words_within;
    span need = {at.start > reach ? at.start - reach : 0, v->size - at.end > reach ? at.end + reach : v->size};
    find_words(engine, s, v, need);
    uint32_t seen[4];
    size_t count = 0;
    for (size_t i = 0; i < s->word_count && count < sizeof seen / sizeof *seen; i++) {
        const word_hit *hit = &s->words[i];
        bool before = hit->start < at.start && at.start - hit->start <= within + engine->words[hit->word].size;
        bool after = hit->end > at.end && hit->end - at.end <= within + engine->words[hit->word].size;
        if (!(before || after) || !list_has(list, hit->word)) continue;
        bool again = false;
        for (size_t k = 0; k < count; k++) again = again || seen[k] == hit->word;
        if (!again) seen[count++] = hit->word;
    }
    return count;
}

/* The first word that ends behind `at`; words are in order of end. */
static size_t first_word_behind(const filter_scratch *s, size_t at) {
    size_t low = 0, high = s->word_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->words[middle].end <= at) low = middle + 1;
        else high = middle;
    }
    return low;
}

bool context_has(const filter_engine *engine, filter_scratch *s, const view *v, span part, const engine_list *list) {
    if (list->count == 0 || !engine->databases[DATABASE_WORDS]) return false;
    find_words(engine, s, v, part);
    for (size_t i = first_word_behind(s, part.start); i < s->word_count && s->words[i].start < part.end; i++) {
        if (list_has(list, s->words[i].word)) return true;
    }
    return false;
}

size_t context_words_before(const filter_engine *engine, filter_scratch *s, const view *v, size_t at, size_t within,
                            size_t *nearest) {
    size_t reach = engine->words_within, count = 0;
    if (!engine->databases[DATABASE_WORDS]) return 0;
    find_words(engine, s, v, (span){at > reach ? at - reach : 0, at});
    size_t low = first_word_behind(s, at);
    while (count < low && at - s->words[low - 1 - count].end <= within) count++;
    *nearest = low - 1;
    return count;
}
