/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/context.h"

#include "base/search.h"
#include "base/utf8.h"

#define AHEAD 1024 /* more than one value's surroundings at a time, for texts full of values */

void context_begin(filter_scratch *s) {
    s->context.count = 0;
    s->context.covered = (span){0, 0};
}

typedef struct word_context {
    const pass *pass;
    size_t offset;
} word_context;

static int on_word(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    word_context *c = arg;
    filter_scratch *s = c->pass->scratch;
    const engine_word *word = &c->pass->engine->words[id];
    size_t end = c->offset + (size_t)to, start = end - word->size;
    if (word->whole_before && start > 0 && text_is_alnum(c->pass->view->text[start - 1])) return 0;
    if (word->whole_after && end < c->pass->view->size && text_is_alnum(c->pass->view->text[end])) return 0;
    if (!arena_grow(&s->memory, &s->context.items, &s->context.capacity, s->context.count + 1,
                    sizeof *s->context.items)) {
        s->failed = true;
        return 1;
    }
    s->context.items[s->context.count++] = (word_hit){id, start, end};
    return 0;
}

/* Makes s->context.items cover `need`. */
static void find_words(const pass *p, span need) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    if (need.start >= s->context.covered.start && need.end <= s->context.covered.end) return;
    span part = {need.start, v->size - need.end > AHEAD ? need.end + AHEAD : v->size};
    word_context context = {p, part.start};
    s->context.count = 0;
    s->context.covered = part;
    const filter_text text = {v->text + part.start, part.end - part.start};
    if (!scratch_scan(s, p->engine, DATABASE_WORDS, text, on_word, &context) && !s->work.is_late) s->failed = true;
}

static bool id_is_before(const void *ids, size_t i, size_t id) {
    return ((const uint32_t *)ids)[i] < id;
}

static bool list_has(const id_list *list, uint32_t id) {
    size_t i = search_first(list->items, list->count, id_is_before, id);
    return i < list->count && list->items[i] == id;
}

size_t context_count(const pass *p, span at, const id_list *list, size_t within) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    if (list->count == 0 || !p->engine->databases[DATABASE_WORDS]) return 0;
    size_t reach = p->engine->words_within;
    span need = {at.start > reach ? at.start - reach : 0, v->size - at.end > reach ? at.end + reach : v->size};
    find_words(p, need);
    uint32_t seen[4];
    size_t count = 0;
    for (size_t i = 0; i < s->context.count && count < sizeof seen / sizeof *seen; i++) {
        const word_hit *hit = &s->context.items[i];
        bool before = hit->start < at.start && at.start - hit->start <= within + p->engine->words[hit->word].size;
        bool after = hit->end > at.end && hit->end - at.end <= within + p->engine->words[hit->word].size;
        if (!(before || after) || !list_has(list, hit->word)) continue;
        bool again = false;
        for (size_t k = 0; k < count; k++) again = again || seen[k] == hit->word;
        if (!again) seen[count++] = hit->word;
    }
    return count;
}

static bool ends_before(const void *words, size_t i, size_t at) {
    return ((const word_hit *)words)[i].end <= at;
}

/* The first word that ends after `at`; words are in order of end. */
static size_t first_word_after(const filter_scratch *s, size_t at) {
    return search_first(s->context.items, s->context.count, ends_before, at);
}

bool context_has(const pass *p, span part, const id_list *list) {
    filter_scratch *s = p->scratch;
    if (list->count == 0 || !p->engine->databases[DATABASE_WORDS]) return false;
    find_words(p, part);
    for (size_t i = first_word_after(s, part.start); i < s->context.count && s->context.items[i].start < part.end;
         i++) {
        if (list_has(list, s->context.items[i].word)) return true;
    }
    return false;
}

size_t context_words_before(const pass *p, size_t at, size_t within, size_t *nearest) {
    filter_scratch *s = p->scratch;
    size_t reach = p->engine->words_within, count = 0;
    if (!p->engine->databases[DATABASE_WORDS]) return 0;
    find_words(p, (span){at > reach ? at - reach : 0, at});
    size_t low = first_word_after(s, at);
    while (count < low && at - s->context.items[low - 1 - count].end <= within) count++;
    *nearest = low - 1;
    return count;
}
