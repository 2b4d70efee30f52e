/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/structure.h"

#include "base/utf8.h"
#include "text/decode/decode.h"

#include <string.h>

void structure_begin(filter_scratch *s) {
    memset(s->fields, 0, sizeof s->fields);
}

const field_list *structure_of(const pass *p, const view *v) {
    filter_scratch *s = p->scratch;
    size_t index = (size_t)(v - s->views.items);
    if (s->fields[index]) return s->fields[index];
    field_list *list = arena_alloc(&s->memory, 1, sizeof *list);
    if (!list) {
        s->failed = true;
        return NULL;
    }
    *list = (field_list){.memory = &s->memory, .work = &s->work};
    if (!fields_read(list, v->text, v->size)) s->failed = true;
    if (list->is_cut && !s->work.is_late) scratch_gap(s, p->segment, FILTER_SKIP_FIELDS);
    return s->fields[index] = list;
}

/* Was a view made by undoing escapes in place, so that the text around them is in both? */
static bool keeps_structure(const view *v) {
    const decoder *d = v->source ? decoder_find(v->name) : NULL;
    return v->source && (!d || !d->is_run);
}

static field_place place_in(const pass *p, const view *v, span at) {
    field_place place = {.list = structure_of(p, v), .view = v, .at = at};
    if (!place.list || at.end <= at.start) return place;
    const field *f = fields_around(place.list, at.start, at.end);
    while (f && !f->name.size) f = field_parent(place.list, f);
    place.field = f;
    return place;
}

/* A span of a view in the view that it was made from. */
static span step_back(const view *v, span at) {
    at.start = text_align_back(v->text, at.start);
    at.end = text_align_forward(v->text, v->size, at.end);
    return span_map_source(&v->map, at);
}

field_place structure_find(const pass *p, span at) {
    const view *chain[VIEWS_MAX + 1];
    span spans[VIEWS_MAX + 1];
    size_t count = 0;
    for (const view *v = p->view; v; v = v->source) {
        chain[count] = v;
        spans[count++] = at;
        if (!v->source || !keeps_structure(v)) break;
        at = step_back(v, at);
    }
    /* From the text nearest to the one that was sent. A folded text has the structure of its source, and its colons. */
    for (size_t i = count; i-- > 0;) {
        if (i > 0 && chain[i - 1]->depth == chain[i]->depth) continue;
        field_place place = place_in(p, chain[i], spans[i]);
        if (place.field || i == 0) return place;
    }
    return (field_place){.view = p->view, .at = at};
}

#define ESCAPE_MAX (COLOUR_MAX + 2) /* the longest: a colour with its ESC and its last letter */

/* Of a character that no value begins with. "%219-09-4471" and LIKE '%4111…' are values after a sign. */
static bool cuts_percent(const char *text, size_t size, size_t at) {
    int high = at + 2 < size ? text_hex_value(text[at + 1]) : -1, low = high < 0 ? -1 : text_hex_value(text[at + 2]);
    if (low < 0 || text_is_alnum((char)(high * 16 + low))) return false;
    bool is_number = text_is_digit(text[at + 1]) && text_is_digit(text[at + 2]);
    return !is_number || at + 3 == size || !text_is_digit(text[at + 3]);
}

/* The size of the escape of a string at a backslash; 0: it is none. */
static size_t escape_size(const char *text, size_t size, size_t at) {
    size_t digits = at + 1 < size && text[at + 1] == 'u' ? 4 : at + 1 < size && text[at + 1] == 'x' ? 2 : 0;
    if (at + 1 + digits >= size) return 0;
    for (size_t i = 0; i < digits; i++) {
        if (text_hex_value(text[at + 2 + i]) < 0) return 0;
    }
    return digits || strchr("nrtbf/\"'\\", text[at + 1]) ? 2 + digits : 0;
}

/* Is a place in a literal, whose escapes are undone? */
static bool is_in_literal(const pass *p, size_t start, size_t end) {
    const field_list *list = structure_of(p, p->view);
    const field *f = list ? fields_around(list, start, end) : NULL;
    while (f && !f->quote) f = field_parent(list, f);
    return f && end < f->end + 1;
}

bool structure_cuts_escape(const pass *p, span at) {
    const char *text = p->view->text;
    const size_t size = p->view->size, floor = at.start > ESCAPE_MAX ? at.start - ESCAPE_MAX : 0;
    for (size_t i = at.start; i-- > floor;) {
        char c = text[i];
        if (c == '%' && at.start - i <= 2 && cuts_percent(text, size, i)) return true;
        if (c == '\033') return at.start < i + 1 + decode_colour_size(text + i + 1, size - i - 1);
        if (c == '\\') {
            if (text_slashes_before(text, 0, i + 1) % 2 == 0) break;
            return at.start < i + escape_size(text, size, i) && is_in_literal(p, i, at.start);
        }
        if (!text_is_alnum(c) && c != '[' && c != ';') break;
    }
    return at.end > 0 && at.end < size && text_slashes_before(text, 0, at.end) % 2 == 1 &&
           escape_size(text, size, at.end - 1) && is_in_literal(p, at.start, at.end);
}
