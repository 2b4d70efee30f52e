/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/phrase.h"

#include "base/utf8.h"
#include "findings/candidate.h"

#include <stdlib.h>
#include <string.h>

/* More words of phrases in one view are an attack: what follows is not read. */
#define MATCHES_MAX ((size_t)1 << 20)

#define SORT_NS 200 /* of one word among a million */

/* --------------------------------------------------------------------------------- words ---- */

/* How far around a trigger other words are looked for: no phrase is longer. */
#define PHRASE_BEFORE 256
#define PHRASE_AFTER 512

typedef struct match_context {
    const pass *pass;
    cipher_clues *clues;
    span near; /* the triggers seen last, with the text around them; not yet looked at */
} match_context;

/* False: no more are taken. */
static bool add_match(filter_scratch *s, uint32_t class, size_t start, size_t end) {
    class_matches *m = &s->classes;
    if (m->count == MATCHES_MAX || !work_spend(&s->work, 16)) return false;
    if (!arena_grow(&s->memory, &m->items, &m->capacity, m->count + 1, sizeof *m->items)) {
        s->failed = true;
        return false;
    }
    m->items[m->count++] = (class_match){class, (uint32_t)start, (uint32_t)end};
    return true;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    match_context *c = arg;
    filter_scratch *s = c->pass->scratch;
    const engine_class_word *signal = &c->pass->engine->class_words[id];
    size_t end = (size_t)to, start = end > signal->size ? end - signal->size : 0;
    if (signal->whole_after && text_is_word_at(c->pass->view->text, c->pass->view->size, end)) return 0;
    if (signal->whole_before && text_is_word_before(c->pass->view->text, start)) return 0;
    for (size_t i = 0; i < signal->classes.count; i++) {
        if (!add_match(s, signal->classes.items[i], start, end)) return 1;
    }
    return 0;
}

/* Notes where a word of a cipher is, to be undone around it. */
static void note_cipher(const match_context *c, uint32_t kind, size_t at) {
    const view *v = c->pass->view;
    if (v->injection_only || (kind == CIPHER_SPELLING && !cipher_is_spelled(v->text, v->size, at))) return;
    cipher_clues_add(c->clues, (cipher)kind, v, at);
}

static bool on_entry(uint32_t id, size_t start, size_t end, void *arg) {
    const match_context *c = arg;
    uint32_t class = c->pass->engine->lexicon_classes.items[id];
    if (!(class & LEXICON_CIPHER)) return add_match(c->pass->scratch, class, start, end);
    note_cipher(c, class - LEXICON_CIPHER, start);
    return true;
}

static void search(match_context *c, span part, bool triggers_only, lexicon_fn *fn) {
    const pass *p = c->pass;
    lexicon_find(&p->engine->lexicon, &(lexicon_search){.text = p->view->text,
                                                        .part = part,
                                                        .triggers_only = triggers_only,
                                                        .work = &p->scratch->work,
                                                        .fn = fn,
                                                        .arg = c});
}

/* Looks at the text around the triggers seen last. */
static bool near_triggers(match_context *c) {
    if (c->near.end) search(c, c->near, false, on_entry);
    return c->pass->scratch->classes.count < MATCHES_MAX;
}

static int by_end(const void *a, const void *b) {
    const class_match *x = a, *y = b;
    return x->end != y->end ? (x->end > y->end) - (x->end < y->end) : (x->class > y->class) - (x->class < y->class);
}

static bool on_trigger(uint32_t id, size_t start, size_t end, void *arg) {
    match_context *c = arg;
    if (c->pass->engine->lexicon_classes.items[id] & LEXICON_CIPHER) return on_entry(id, start, end, arg);
    size_t from = start > PHRASE_BEFORE ? start - PHRASE_BEFORE : 0;
    size_t to = c->pass->view->size - end > PHRASE_AFTER ? end + PHRASE_AFTER : c->pass->view->size;
    if (c->near.end && from <= c->near.end) {
        if (to > c->near.end) c->near.end = to;
        return true;
    }
    bool fine = near_triggers(c);
    c->near = (span){from, to};
    return fine;
}

/* Finds the words of classes near triggers, in order of end. False: there were too many. */
static bool find_words(const pass *p, cipher_clues *clues) {
    filter_scratch *s = p->scratch;
    const view *v = p->view;
    match_context context = {p, clues, {0, 0}};
    const span all = {0, v->size};
    s->classes.count = 0;
    if (v->non_ascii) {
        const char *override =
            v->source ? NULL : text_find(v->text, v->size, "\xE2\x80\xAE", 3); /* U+202E: shown from right to left */
        if (override) note_cipher(&context, CIPHER_REVERSED, (size_t)(override - v->text));
        const filter_text text = {v->text, v->size};
        if (!scratch_scan(s, p->engine, DATABASE_CLASS_WORDS, text, on_match, &context)) return false;
        if (s->classes.count) { /* every word of such a text is looked at */
            search(&context, all, false, on_entry);
            if (!work_fits(&s->work, (int64_t)s->classes.count * SORT_NS)) return false;
            qsort(s->classes.items, s->classes.count, sizeof *s->classes.items, by_end);
            return s->classes.count < MATCHES_MAX;
        }
    }
    search(&context, all, true, on_trigger);
    near_triggers(&context);
    return s->classes.count < MATCHES_MAX;
}

/* ------------------------------------------------------------------------------- phrases ---- */

/* The words seen last for the places of a phrase: in order, what stands from the first place to this one; in any
 * order, the word itself. */
typedef struct place {
    uint32_t start, end; /* end 0: none yet */
} place;

typedef struct walk {
    const pass *pass;
    const filter_engine *engine;
    place *places; /* PHRASE_MAX for each phrase */
    uint32_t *done; /* by phrase: where its last finding ended */
} walk;

/* Does a sentence, or a paragraph, end inside? */
static bool is_divided(const char *text, size_t start, size_t end) {
    for (size_t i = start; i + 1 < end; i++) {
        switch ((unsigned char)text[i]) {
        case '.':
        case '!':
        case '?':
            if (text[i + 1] == ' ' || text[i + 1] == '\n') return true;
            break;
        case '\n':
            if (text[i + 1] == '\n') return true;
            break;
        case 0xE3: /* 。 */
            if (i + 2 < end && memcmp(text + i, "\xE3\x80\x82", 3) == 0) return true;
            break;
        case 0xE0: /* । */
            if (i + 2 < end && memcmp(text + i, "\xE0\xA5\xA4", 3) == 0) return true;
            break;
        default: break;
        }
    }
    return false;
}

/* `within` counts characters of the script that the word is written in. */
static size_t reach_of(const walk *w, size_t within, uint32_t start) {
    unsigned char c = (unsigned char)w->pass->view->text[start];
    return within * (c < 0x80 ? 1 : c < 0xE0 ? 2 : 3);
}

/* Bytes before and after a phrase that may say what it means. */
#define UNLESS_REACH ((size_t)64)

#define UNLESS_COST 512 /* as bytes that are looked at */

/* Phrases of one request that are looked at for an excuse: each takes some 50 µs, and nobody writes more of them that
 * mean something else. */
#define EXCUSES_MAX 512

/* A limit of PCRE2 that is reached excuses nothing. */
static bool matches(const pass *p, const pcre2_code *code, span part, size_t from, uint32_t options) {
    const matcher_memory *m = &p->scratch->matcher;
    if (!code || !work_spend(&p->scratch->work, UNLESS_COST)) return false;
    pcre2_set_offset_limit(m->context, PCRE2_UNSET);
    return pcre2_match(code, (PCRE2_SPTR)p->view->text + part.start, part.end - part.start, from, options, m->data,
                       m->context) >= 0;
}

/* Does the text in a phrase or around it say that it is no attack? */
static bool is_excused(const pass *p, pcre2_code *const *unless, span at) {
    if (p->scratch->excuses_sought == EXCUSES_MAX) return false;
    p->scratch->excuses_sought++;
    const size_t size = p->view->size;
    const span before = {at.start > UNLESS_REACH ? at.start - UNLESS_REACH : 0, at.start};
    const span on = {at.start, size - at.end > UNLESS_REACH ? at.end + UNLESS_REACH : size};
    return matches(p, unless[UNLESS_BEFORE], before, 0, 0) || matches(p, unless[UNLESS_INSIDE], at, 0, 0) ||
           matches(p, unless[UNLESS_AFTER], on, at.end - at.start, PCRE2_ANCHORED);
}

static void found(walk *w, uint32_t phrase, uint32_t start, uint32_t end) {
    uint32_t rule_index = w->engine->phrases[phrase].rule_index;
    if (start < w->done[phrase] || is_divided(w->pass->view->text, start, end)) return;
    w->done[phrase] = end;
    if (!pass_has_role(w->pass, &w->engine->set.rules[rule_index])) return;
    const rule_unless *unless = &w->engine->set.rules[rule_index].unless;
    const span at = {start, end};
    if (!unless->node || !is_excused(w->pass, w->engine->rules[rule_index].unless, at))
        candidate_found(w->pass, rule_index, at);
    else if (unless->score > 0) candidate_scored(w->pass, rule_index, at, unless->score, NULL);
}

static void take_in_order(walk *w, uint32_t phrase, uint32_t at, uint32_t start, uint32_t end) {
    const engine_phrase *p = &w->engine->phrases[phrase];
    place *places = w->places + phrase * PHRASE_MAX;
    if (at > 0) {
        const place *before = &places[at - 1];
        if (!before->end || before->end > start || end - before->start > reach_of(w, p->within, start)) return;
        start = before->start;
    }
    places[at] = (place){start, end};
    if (at + 1 == p->count) found(w, phrase, start, end);
}

static void take_in_any_order(walk *w, uint32_t phrase, uint32_t at, uint32_t start, uint32_t end) {
    const engine_phrase *p = &w->engine->phrases[phrase];
    place *places = w->places + phrase * PHRASE_MAX;
    size_t reach = reach_of(w, p->within, start);
    places[at] = (place){start, end};
    for (uint32_t i = 0; i < p->count; i++) {
        const place *other = &places[i];
        if (i == at) continue;
        if (!other->end || other->end > places[at].start || end - other->start > reach) return;
        if (other->start < start) start = other->start;
    }
    found(w, phrase, start, end);
}

static void take(walk *w, const class_match *hit) {
    const id_list *uses = &w->engine->uses[hit->class];
    for (size_t k = 0; k < uses->count; k++) {
        uint32_t phrase = uses->items[k] / PHRASE_MAX, at = uses->items[k] % PHRASE_MAX;
        (w->engine->phrases[phrase].unordered ? take_in_any_order : take_in_order)(w, phrase, at, hit->start, hit->end);
    }
}

void phrase_find(const pass *p, cipher_clues *clues) {
    filter_scratch *s = p->scratch;
    if (!find_words(p, clues) && !s->work.is_late) scratch_gap(s, p->segment, FILTER_SKIP_WORDS);
    if (s->classes.count == 0 || p->engine->phrase_count == 0 || s->failed) return;
    walk w = {p, p->engine, arena_alloc(&s->memory, p->engine->phrase_count * PHRASE_MAX, sizeof(place)),
              arena_alloc(&s->memory, p->engine->phrase_count, sizeof(uint32_t))};
    if (!w.places || !w.done) {
        s->failed = true;
        return;
    }
    for (size_t i = 0; i < s->classes.count && work_spend(&s->work, 64); i++) take(&w, &s->classes.items[i]);
}
