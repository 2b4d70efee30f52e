/* SPDX-License-Identifier: Apache-2.0 */
#include "base/search.h"
#include "base/utf8.h"
#include "render/json_path.h"
#include "render/render.h"

#include <string.h>

/* The list as it is made, segment by segment. */
typedef struct listing {
    const decided *decided;
    size_t segment; /* of the findings that are made; SIZE_MAX: none yet */
    text_ruler starts, ends;
    json_path path; /* in the segment */
    span *hidden; /* personal data and secrets of the segment, in order, none touching another: no name shows them */
    size_t hidden_count;
} listing;

/* ----------------------------------------------------------------------------- path and names ---- */

/* Candidates of the segment from `first` on. */
static void hide_values(listing *l, size_t first) {
    const candidates *found = &l->decided->scratch->found;
    l->hidden_count = 0;
    for (size_t i = first; i < found->count && found->items[i].segment == l->segment; i++) { /* in order of start */
        const candidate *c = &found->items[i];
        span *last = l->hidden_count ? &l->hidden[l->hidden_count - 1] : NULL;
        if (c->rule->category == FILTER_INJECTION) continue;
        if (!last || c->at.start > last->end) l->hidden[l->hidden_count++] = c->at;
        else if (c->at.end > last->end) last->end = c->at.end;
    }
}

static bool ends_before(const void *spans, size_t i, size_t at) {
    return ((const span *)spans)[i].end <= at;
}

static bool is_hidden(const listing *l, span at) {
    size_t i = search_first(l->hidden, l->hidden_count, ends_before, at.start);
    return i < l->hidden_count && l->hidden[i].start < at.end;
}

/* Readers of JSON refuse a NUL. */
static filter_text shown(const listing *l, const candidate_name *n) {
    filter_scratch *s = l->decided->scratch;
    const field_name name = n->name;
    if (!name.size || name.size > FIELD_NAME_MAX || memchr(name.text, 0, name.size) || is_hidden(l, n->at))
        return (filter_text){NULL, 0};
    const char *copy = arena_copy(&s->memory, n->name.text, n->name.size);
    if (!copy) s->failed = true;
    return (filter_text){copy, copy ? n->name.size : 0};
}

static filter_text path_of(listing *l, const candidate *c) {
    filter_scratch *s = l->decided->scratch;
    if (!json_path_seek(&l->path, c->at.start)) return c->names ? shown(l, &c->names->column) : (filter_text){NULL, 0};
    for (size_t i = 0; i < l->path.scan.depth; i++) {
        const json_path_level *level = &l->path.levels[i];
        if (level->is_object && is_hidden(l, level->key)) return (filter_text){NULL, 0};
    }
    return json_path_text(&l->path, &s->memory, &s->failed);
}

static void say_names(listing *l, const candidate *c, filter_finding *f) {
    filter_scratch *s = l->decided->scratch;
    f->path = path_of(l, c);
    if (!c->names || !c->names->count) return;
    filter_text *names = arena_alloc(&s->memory, c->names->count, sizeof *names);
    if (!names) s->failed = true;
    for (size_t i = 0; names && i < c->names->count; i++) {
        const filter_text name = shown(l, &c->names->items[i]);
        if (name.text) names[f->name_count++] = name;
    }
    f->names = names;
}

/* -------------------------------------------------------------------------------- the list ---- */

static void begin_segment(listing *l, size_t first) {
    const filter_request *r = &l->decided->request->asked;
    l->segment = l->decided->scratch->found.items[first].segment;
    const filter_segment *segment = &r->segments[l->segment];
    l->starts = l->ends = (text_ruler){.text = segment->text, .size = segment->size, .unit = r->offsets};
    if (!l->hidden) return;
    hide_values(l, first);
    json_path_begin(&l->path, segment->text, segment->size);
}

static filter_finding finding_of(listing *l, const candidate *c) {
    if (c->at.end < l->ends.byte) l->ends = l->starts; /* spans may nest: measure this end from its own start */
    return (filter_finding){.segment = c->segment,
                            .rule = c->rule->id,
                            .entity_type = c->rule->entity_type,
                            .category = c->rule->category,
                            .start = text_ruler_at(&l->starts, c->at.start),
                            .end = text_ruler_at(&l->ends, c->at.end),
                            .byte_start = c->at.start,
                            .byte_end = c->at.end,
                            .score = c->score,
                            .action = c->action,
                            .view = c->view_name,
                            .evidence = c->evidence};
}

void render_findings(const decided *d, filter_result *result) {
    filter_scratch *s = d->scratch;
    const bool names = (d->request->asked.returns & FILTER_RETURN_NAMES) != 0;
    listing l = {.decided = d, .segment = SIZE_MAX};
    filter_finding *findings = arena_alloc(&s->memory, s->found.count + 1, sizeof *findings);
    if (names) l.hidden = arena_alloc(&s->memory, s->found.count + 1, sizeof *l.hidden);
    if (!findings || (names && !l.hidden)) {
        s->failed = true;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
        if (c->segment != l.segment) begin_segment(&l, i);
        if (c->is_unlisted) continue;
        findings[count] = finding_of(&l, c);
        if (names && count < FILTER_NAMED_MAX) say_names(&l, c, &findings[count]);
        count++;
    }
    result->findings = findings;
    result->finding_count = count;
}
