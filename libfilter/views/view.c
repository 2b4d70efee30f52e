/* SPDX-License-Identifier: Apache-2.0 */
#include "views/view.h"

#include "base/utf8.h"
#include "text/decode/decode.h"
#include "text/fold.h"
#include "text/obfuscation/obfuscation.h"

#include <stdint.h>
#include <string.h>

typedef struct maker {
    view_list *views;
    arena *memory;
    const word_index *words; /* NULL: obfuscations are left alone */
    bool failed;
} maker;

/* Bytes that derived views may still take. */
static size_t budget_of(const maker *m) {
    return m->views->work ? m->views->work->derived : SIZE_MAX / 2;
}

/* Where the next view is made: past the last one there is room for what will not be kept. */
static view *next_view(maker *m) {
    view *v = &m->views->items[m->views->count];
    v->map = (span_map){.memory = m->memory};
    return v;
}

/* Was the same text made before, for as much as this one is looked at for? What several escapes make of a text is often
 * one text, in whatever order they are undone. */
static bool is_repeated(const maker *m, const view *v) {
    for (size_t i = 0; i < m->views->count; i++) {
        const view *other = &m->views->items[i];
        if (other->size == v->size && other->injection_only == v->injection_only &&
            (other->reveals_obfuscation || !v->reveals_obfuscation) && memcmp(other->text, v->text, v->size) == 0) {
            return true;
        }
    }
    return false;
}

/* Keeps what was made in next_view, unless a limit forbids it. `made` says all but the text and its map. True when it
 * was kept. */
static bool keep_view(maker *m, view made, const text_buffer *out) {
    view_list *views = m->views;
    view *place = &views->items[views->count];
    if (out->failed || place->map.failed) {
        m->failed = true;
        return false;
    }
    made.text = out->data ? out->data : "";
    made.size = out->size;
    made.map = place->map;
    if (is_repeated(m, &made)) return false;
    if (made.size > budget_of(m) || views->count == VIEWS_MAX) {
        views->limits |= made.size > budget_of(m) ? VIEW_LIMIT_WORK : VIEW_LIMIT_VIEWS;
        return false;
    }
    made.non_ascii = text_ascii_prefix(made.text, made.size) < made.size;
    *place = made;
    views->count++;
    if (views->work) views->work->derived -= made.size;
    return true;
}

/* The folded view of `source`, or `source` itself where folding changes nothing. */
static const view *add_folded(maker *m, view *source) {
    view *v = next_view(m);
    text_buffer out = {.memory = m->memory, .work = m->views->work};
    const view made = {.name = source->depth ? source->name : FILTER_VIEW_FOLDED,
                       .source = source,
                       .decoder = source->decoder,
                       .depth = source->depth,
                       .obfuscations = source->obfuscations,
                       .injection_only = source->injection_only,
                       .needs_word = source->needs_word,
                       .needs_proof = source->needs_proof};
    const fold_change change = fold_text(source->text, source->size, true, &out, &v->map);
    if (change == FOLD_NONE || !keep_view(m, made, &out)) return source;
    source->is_superseded = source->depth || change == FOLD_SPELLING;
    if (source->depth) { /* decoded text is looked at once, and paid for once */
        v->reveals_obfuscation = source->reveals_obfuscation;
        if (m->views->work) m->views->work->derived += source->size;
    }
    return v;
}

/* Was a view made by the decoder, on its way from the text as sent? Obfuscations are undone once. */
static bool came_through(const view *v, const decoder *d) {
    for (; v; v = v->source) {
        if (v->name == d->name) return true;
    }
    return false;
}

/* An obfuscation in an obfuscation is as much as a reader can follow, and as benign text full of signs may seem to
 * hold. */
#define OBFUSCATIONS_MAX 2

/* Is a decoder tried on a view? Quoted-printable and each obfuscation are undone once. */
static bool is_tried(const view *source, const decoder *d, unsigned shapes) {
    if (d->trait && (!(shapes & d->trait) || source->obfuscations == OBFUSCATIONS_MAX)) return false;
    return !d->once || !came_through(source, d);
}

/* Did the last decoding write a part of its view? `before` is what it decoded. */
static bool is_written(const view *source, const view *before, size_t from, size_t size) {
    span part = {text_align_back(source->text, from), text_align_forward(source->text, source->size, from + size)};
    span back = part;
    for (const view *v = source; v != before; v = v->source) {
        back = span_map_source(
            &v->map, (span){text_align_back(v->text, back.start), text_align_forward(v->text, v->size, back.end)});
    }
    size_t length = part.end - part.start;
    return back.end - back.start != length || memcmp(before->text + back.start, source->text + part.start, length) != 0;
}

/* Is something decoded out of what the last decoding wrote? What stands elsewhere was decoded in the text before,
 * too. */
static bool is_deeper(const view *source, const text_buffer *out, const span_map *map) {
    const view *before = source;
    while (before->source && before->depth == source->depth) before = before->source;
    for (size_t i = 0; i < map->count && work_spend(out->work, 16); i++) {
        const span_run *run = &map->runs[i];
        size_t size = (i + 1 < map->count ? map->runs[i + 1].at : map->size) - run->at;
        if (size != run->from_size) {
            if (run->from_size && is_written(source, before, run->from, run->from_size)) return true;
            continue;
        }
        for (size_t k = 0; k < size; k++) {
            if (out->data[run->at + k] != source->text[run->from + k] && is_written(source, before, run->from + k, 1))
                return true;
        }
    }
    return false;
}

/* What stands apart is undone in one order, that of the table: another order makes the same of it. */
static bool is_in_order(const view *source, size_t next) {
    return source->depth == 0 || source->decoder < next;
}

/* Adds what a decoder makes of `source`. False when nothing more can be added. */
static bool add_view(maker *m, const decoder *d, const view *source, const decode_source *text) {
    view *v = next_view(m);
    text_buffer out = {.memory = m->memory, .work = m->views->work};
    if (!d->decode(text, budget_of(m), &out, &v->map) || out.size == 0) return true;
    if (out.failed || v->map.failed) {
        m->failed = true;
        return false;
    }
    if (!is_in_order(source, decoder_index(d)) && !is_deeper(source, &out, &v->map)) return true;
    const view made = {.name = d->name_of ? d->name_of(source->text, &v->map) : d->name,
                       .source = source,
                       .decoder = decoder_index(d),
                       .depth = source->depth + 1,
                       .obfuscations = source->obfuscations + (d->trait != 0),
                       .injection_only = d->trait || source->injection_only,
                       .needs_word = d->needs_word || source->needs_word,
                       .needs_proof = d->needs_proof || source->needs_proof,
                       .reveals_obfuscation = d->reveals_obfuscation};
    keep_view(m, made, &out);
    return !m->failed && !(m->views->limits & (VIEW_LIMIT_VIEWS | VIEW_LIMIT_WORK));
}

static void add_decoded(maker *m, const view *source) {
    work_budget *left = m->views->work;
    unsigned shapes = m->words ? obfuscation_traits(source->text, source->size, m->words, left) : 0;
    decode_source from = {
        .text = source->text, .size = source->size, .runs = {.memory = m->memory, .work = left}, .words = m->words};
    decode_find_runs(source->text, source->size, &from.runs);
    for (size_t i = 0; i < decoder_count && work_spend(left, WORK_STEP); i++) {
        if (is_tried(source, &decoders[i], shapes) && !add_view(m, &decoders[i], source, &from)) break;
    }
    m->failed = m->failed || from.runs.failed;
}

/* What folding would lose: letters that are upside down, and characters that nobody sees. */
static void add_unfolded(maker *m, const view *source) {
    static const decoder unfolded[] = {{.name = FILTER_VIEW_UPSIDE_DOWN,
                                        .decode = undo_upside_down,
                                        .trait = TRAIT_ANY,
                                        .once = true,
                                        .reveals_obfuscation = true},
                                       {.name = FILTER_VIEW_INVISIBLE,
                                        .decode = undo_invisible,
                                        .trait = TRAIT_ANY,
                                        .once = true,
                                        .reveals_obfuscation = true}};
    const decode_source from = {.text = source->text, .size = source->size};
    for (size_t i = 0; i < sizeof unfolded / sizeof *unfolded; i++) {
        if (is_tried(source, &unfolded[i], TRAIT_ANY) && !add_view(m, &unfolded[i], source, &from)) break;
    }
}

bool view_make(view_list *views, arena *memory, const char *text, size_t size, const word_index *words) {
    maker m = {.views = views, .memory = memory, .words = words};
    views->items[0] =
        (view){.name = FILTER_VIEW_RAW, .text = text, .size = size, .non_ascii = text_ascii_prefix(text, size) < size};
    views->count = 1;
    views->limits = 0;
    /* Views are appended while the list is walked: each is folded, and what came out is decoded. */
    for (size_t i = 0; i < views->count && !m.failed && work_spend(views->work, WORK_STEP); i++) {
        view *v = &views->items[i];
        if (v->source && v->depth == v->source->depth) continue; /* a folded one: done with its source */
        add_decoded(&m, v->non_ascii ? add_folded(&m, v) : v);
        if (v->non_ascii && words) add_unfolded(&m, v);
    }
    return !m.failed;
}

bool view_add_cipher(view_list *views, arena *memory, const view *source, cipher c, span words_at,
                     const word_index *words) {
    maker m = {.views = views, .memory = memory};
    view *v = next_view(&m);
    span part = {
        text_align_back(source->text, words_at.start > CIPHER_AROUND ? words_at.start - CIPHER_AROUND : 0),
        text_align_forward(source->text, source->size,
                           source->size - words_at.end > CIPHER_AROUND ? words_at.end + CIPHER_AROUND : source->size)};
    text_buffer out = {.memory = memory, .work = views->work};
    if (part.end - part.start > budget_of(&m)) {
        views->limits |= VIEW_LIMIT_WORK;
        return true;
    }
    const view made = {.name = cipher_name(c),
                       .source = source,
                       .depth = source->depth + 1,
                       .obfuscations = source->obfuscations + 1,
                       .injection_only = true,
                       .reveals_obfuscation = true};
    cipher_apply(c, source->text, part, words, &out, &v->map);
    if (out.size) keep_view(&m, made, &out);
    return !m.failed && !out.failed;
}

span view_source(const view *v, span s) {
    for (; v->source; v = v->source) {
        s.start = text_align_back(v->text, s.start);
        s.end = text_align_forward(v->text, v->size, s.end);
        s = span_map_source(&v->map, s);
    }
    s.start = text_align_back(v->text, s.start);
    s.end = text_align_forward(v->text, v->size, s.end);
    return s;
}
