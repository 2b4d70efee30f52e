/* SPDX-License-Identifier: Apache-2.0 */
#include "views/view.h"

#include "base/utf8.h"
#include "text/decode/decode.h"
#include "text/fold.h"
#include "text/obfuscation/obfuscation.h"

#include <string.h>

typedef struct maker {
    view_list *views;
    arena *memory;
    size_t budget; /* bytes that derived views may still take */
    const word_index *words; /* NULL: obfuscations are left alone */
    bool failed;
} maker;

static view *next_view(maker *m) {
    if (m->views->count == VIEWS_MAX) {
        m->views->incomplete = true;
        return NULL;
    }
    return &m->views->items[m->views->count];
}

static void keep_view(maker *m, view *v, const char *name, const view *source, unsigned depth, text_buffer *out) {
    if (out->failed || v->map.failed) {
        m->failed = true;
        return;
    }
    if (out->size > m->budget) {
        m->views->incomplete = true;
        return;
    }
    m->budget -= out->size;
    v->name = name;
    v->text = out->data;
    v->size = out->size;
    v->non_ascii = text_ascii_prefix(out->data, out->size) < out->size;
    v->source = source;
    v->depth = depth;
    m->views->count++;
}

/* The folded view of `source`, or `source` itself where folding changes nothing. */
static const view *add_folded(maker *m, const view *source) {
    view *v = next_view(m);
    if (!v) return source;
    text_buffer out = {.memory = m->memory};
    v->map = (span_map){.memory = m->memory};
    if (!fold_text(source->text, source->size, true, &out, &v->map)) return source;
    v->injection_only = source->injection_only;
    v->obfuscations = source->obfuscations;
    v->reveals_obfuscation = false; /* its source was looked at */
    keep_view(m, v, source->depth ? source->name : FILTER_VIEW_FOLDED, source, source->depth, &out);
    return &m->views->items[m->views->count - 1];
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

#define BESIDE 8 /* bytes: so near, two notations may make one word */

/* Did the last decoding write a part of its view, or something beside it? `before` is what it decoded. */
static bool is_written(const view *source, const view *before, size_t from, size_t size) {
    size_t end = from + size + BESIDE < source->size ? from + size + BESIDE : source->size;
    span part = {text_align_back(source->text, from > BESIDE ? from - BESIDE : 0),
                 text_align_forward(source->text, source->size, end)};
    span back = part;
    for (const view *v = source; v != before; v = v->source) {
        back = span_map_source(
            &v->map, (span){text_align_back(v->text, back.start), text_align_forward(v->text, v->size, back.end)});
    }
    size_t length = part.end - part.start;
    return back.end - back.start != length || memcmp(before->text + back.start, source->text + part.start, length) != 0;
}

/* Is something decoded out of what the last decoding wrote? What stands elsewhere was decoded in the text before,
 * too, and is no deeper. */
static bool is_deeper(const view *source, const text_buffer *out, const span_map *map) {
    const view *before = source;
    while (before->source && before->depth == source->depth) before = before->source;
    for (size_t i = 0; i < map->count; i++) {
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

/* Adds what a decoder makes of `source`. False when nothing more can be added. */
static bool add_view(maker *m, const decoder *d, const view *source, const decode_source *from) {
    view *v = next_view(m);
    if (!v) return false;
    text_buffer out = {.memory = m->memory};
    v->map = (span_map){.memory = m->memory};
    if (!d->decode(from, m->budget, &out, &v->map)) return true;
    if (source->depth == VIEW_DEPTH_MAX) {
        if (out.failed || v->map.failed) m->failed = true;
        else if (is_deeper(source, &out, &v->map)) m->views->incomplete = true;
        return !m->failed && !m->views->incomplete;
    }
    v->injection_only = d->trait || source->injection_only;
    v->obfuscations = source->obfuscations + (d->trait != 0);
    v->reveals_obfuscation = d->reveals_obfuscation;
    keep_view(m, v, d->name, source, source->depth + 1, &out);
    return !m->failed;
}

static void add_decoded(maker *m, const view *source) {
    unsigned shapes = m->words ? obfuscation_traits(source->text, source->size, m->words) : 0;
    decode_source from = {.text = source->text, .size = source->size, .runs = {.memory = m->memory}, .words = m->words};
    decode_find_runs(source->text, source->size, &from.runs);
    for (size_t i = 0; i < decoder_count; i++) {
        if (is_tried(source, &decoders[i], shapes) && !add_view(m, &decoders[i], source, &from)) break;
    }
    m->failed = m->failed || from.runs.failed;
}

/* Letters that are upside down, in a text before it is folded. */
static void add_upside_down(maker *m, const view *source) {
    static const decoder upside_down = {.name = FILTER_VIEW_UPSIDE_DOWN,
                                        .decode = undo_upside_down,
                                        .trait = TRAIT_ANY,
                                        .once = true,
                                        .reveals_obfuscation = true};
    const decode_source from = {.text = source->text, .size = source->size};
    if (is_tried(source, &upside_down, TRAIT_ANY)) add_view(m, &upside_down, source, &from);
}

bool view_make(view_list *views, arena *memory, const char *text, size_t size, const word_index *words) {
    maker m = {.views = views, .memory = memory, .budget = 3 * size + 65536, .words = words};
    views->items[0] =
        (view){.name = FILTER_VIEW_RAW, .text = text, .size = size, .non_ascii = text_ascii_prefix(text, size) < size};
    views->count = 1;
    views->incomplete = false;
    /* Views are appended while the list is walked: each is folded, and what came out is decoded. */
    for (size_t i = 0; i < views->count && !m.failed; i++) {
        const view *v = &views->items[i];
        if (v->source && v->depth == v->source->depth) continue; /* a folded one: done with its source */
        add_decoded(&m, v->non_ascii ? add_folded(&m, v) : v);
        if (v->non_ascii && words) add_upside_down(&m, v);
    }
    return !m.failed;
}

bool view_add_cipher(view_list *views, arena *memory, const view *source, cipher c, size_t at,
                     const word_index *words) {
    maker m = {.views = views, .memory = memory, .budget = 2 * CIPHER_AROUND + 8};
    view *v = next_view(&m);
    if (!v || source->depth == VIEW_DEPTH_MAX) {
        views->incomplete = true;
        return true;
    }
    span part = {text_align_back(source->text, at > CIPHER_AROUND ? at - CIPHER_AROUND : 0),
                 text_align_forward(source->text, source->size,
                                    source->size - at > CIPHER_AROUND ? at + CIPHER_AROUND : source->size)};
    text_buffer out = {.memory = memory};
    v->map = (span_map){.memory = memory};
    v->injection_only = v->reveals_obfuscation = true;
    v->obfuscations = source->obfuscations + 1;
    cipher_apply(c, source->text, part, words, &out, &v->map);
    if (out.size) keep_view(&m, v, cipher_name(c), source, source->depth + 1, &out);
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
