/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/phrase.h"

#include "values/confirm.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* More words of phrases in one view are an attack: what follows is not read. */
#define SIGNALS_MAX ((size_t)1 << 20)

/* --------------------------------------------------------------------------------- words ---- */

/* How far around an anchor other words are looked for: no phrase is longer. */
#define PHRASE_BEFORE 256
#define PHRASE_BEHIND 512

typedef struct signal_context {
    const filter_engine *engine;
    filter_scratch *scratch;
    const view *view;
    span near; /* the anchors seen last, with the text around them; not yet looked at */
} signal_context;

/* False: no more are taken. */
static bool add_signal(filter_scratch *s, uint32_t class, size_t start, size_t end) {
    if (s->signal_count == SIGNALS_MAX) return false;
    if (!arena_grow(&s->memory, &s->signals, &s->signal_capacity, s->signal_count + 1, sizeof *s->signals)) {
        s->failed = true;
        return false;
    }
    s->signals[s->signal_count++] = (signal_hit){class, (uint32_t)start, (uint32_t)end};
    return true;
}

static int on_signal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg) {
    (void)from;
    (void)flags;
    signal_context *c = arg;
    filter_scratch *s = c->scratch;
    const engine_signal *signal = &c->engine->signals[id];
    size_t end = (size_t)to, start = end > signal->size ? end - signal->size : 0;
    if (signal->whole_after && text_is_word_at(c->view->text, c->view->size, end)) return 0;
    if (signal->whole_before && text_is_word_before(c->view->text, start)) return 0;
    for (size_t i = 0; i < signal->classes.count; i++) {
        if (!add_signal(s, signal->classes.items[i], start, end)) return 1;
    }
    return 0;
}

/* Remembers where a cipher shows. */
static void note_cipher(filter_scratch *s, const view *v, uint32_t kind, size_t at) {
    cipher_tells *tells = &s->tells[kind];
    if (v->injection_only || (kind == CIPHER_SPELLING && !cipher_is_spelled(v->text, v->size, at))) return;
    const cipher_tell *last = tells->count ? &tells->items[tells->count - 1] : NULL;
    if (last && last->view == v && at < last->at + CIPHER_AROUND) return;
    if (tells->count == TELLS_MAX) s->views.incomplete = true;
    else tells->items[tells->count++] = (cipher_tell){v, at};
}

static bool on_entry(uint32_t id, size_t start, size_t end, void *arg) {
    const signal_context *c = arg;
    uint32_t class = c->engine->lexicon_classes.items[id];
    if (!(class & LEXICON_CIPHER)) return add_signal(c->scratch, class, start, end);
    note_cipher(c->scratch, c->view, class - LEXICON_CIPHER, start);
    return true;
}

/* Looks at the text around the anchors seen last. */
static bool near_anchors(signal_context *c) {
    if (c->near.end) lexicon_find(&c->engine->lexicon, c->view->text, c->near, false, on_entry, c);
    return c->scratch->signal_count < SIGNALS_MAX;
}

static int by_end(const void *a, const void *b) {
    const signal_hit *x = a, *y = b;
    return x->end != y->end ? (x->end > y->end) - (x->end < y->end) : (x->class > y->class) - (x->class < y->class);
}

static bool on_anchor(uint32_t id, size_t start, size_t end, void *arg) {
    signal_context *c = arg;
    if (c->engine->lexicon_classes.items[id] & LEXICON_CIPHER) return on_entry(id, start, end, arg);
    size_t from = start > PHRASE_BEFORE ? start - PHRASE_BEFORE : 0;
    size_t to = c->view->size - end > PHRASE_BEHIND ? end + PHRASE_BEHIND : c->view->size;
    if (c->near.end && from <= c->near.end) {
        if (to > c->near.end) c->near.end = to;
        return true;
    }
    bool fine = near_anchors(c);
    c->near = (span){from, to};
    return fine;
}

/* Finds the words of classes near anchors, in order of end. False: there were too many. */
static bool find_signals(const filter_engine *engine, filter_scratch *s, const view *v) {
    signal_context context = {engine, s, v, {0, 0}};
    s->signal_count = 0;
    if (v->wide) {
        const char *override =
            v->source ? NULL : text_find(v->text, v->size, "\xE2\x80\xAE", 3); /* U+202E: shown from right to left */
        if (override) note_cipher(s, v, CIPHER_REVERSED, (size_t)(override - v->text));
        if (engine->databases[DATABASE_SIGNALS] &&
            hs_scan(engine->databases[DATABASE_SIGNALS], v->text, (unsigned)v->size, 0, s->hyperscan, on_signal,
                    &context) != HS_SUCCESS) {
            return false;
        }
        if (s->signal_count) { /* every word of such a text is looked at */
            lexicon_find(&engine->lexicon, v->text, (span){0, v->size}, false, on_entry, &context);
            qsort(s->signals, s->signal_count, sizeof *s->signals, by_end);
            return s->signal_count < SIGNALS_MAX;
        }
    }
    lexicon_find(&engine->lexicon, v->text, (span){0, v->size}, true, on_anchor, &context);
    near_anchors(&context);
    return s->signal_count < SIGNALS_MAX;
}

/* ------------------------------------------------------------------------------- phrases ---- */

/* The words seen last for the places of a phrase: in order, what stands from the first place to this one; in any
 * order, the word itself. */
typedef struct place {
    uint32_t start, end; /* end 0: none yet */
} place;

typedef struct walk {
    const filter_engine *engine;
    filter_scratch *scratch;
    const view *view;
    size_t segment;
    filter_role role;
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
    unsigned char c = (unsigned char)w->view->text[start];
    return within * (c < 0x80 ? 1 : c < 0xE0 ? 2 : 3);
}

static void found(walk *w, uint32_t phrase, uint32_t start, uint32_t end) {
    uint32_t rule_index = w->engine->phrases[phrase].rule_index;
    if (start < w->done[phrase] || is_divided(w->view->text, start, end)) return;
    w->done[phrase] = end;
    if (!(w->engine->set.rules[rule_index].roles >> w->role & 1)) return;
    confirm_found(w->engine, w->scratch, w->view, w->segment, rule_index, (span){start, end});
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

static void take(walk *w, const signal_hit *hit) {
    const engine_list *uses = &w->engine->uses[hit->class];
    for (size_t k = 0; k < uses->count; k++) {
        uint32_t phrase = uses->items[k] / PHRASE_MAX, at = uses->items[k] % PHRASE_MAX;
        (w->engine->phrases[phrase].any_order ? take_in_any_order : take_in_order)(w, phrase, at, hit->start, hit->end);
    }
}

void phrase_find(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role) {
    if (!find_signals(engine, s, v)) scratch_skip(s, segment, "words of phrases: more than a view may have");
    if (s->signal_count == 0 || engine->phrase_count == 0 || s->failed) return;
    walk w = {engine,
              s,
              v,
              segment,
              role,
              arena_alloc(&s->memory, engine->phrase_count * PHRASE_MAX, sizeof(place)),
              arena_alloc(&s->memory, engine->phrase_count, sizeof(uint32_t))};
    if (!w.places || !w.done) {
        s->failed = true;
        return;
    }
    for (size_t i = 0; i < s->signal_count; i++) take(&w, &s->signals[i]);
}
