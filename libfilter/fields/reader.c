/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/reader.h"

bool reader_grow(reader *r) {
    field_list *list = r->list;
    if (!arena_grow(list->memory, &list->items, &list->capacity, list->count + 1, sizeof *list->items))
        list->failed = true;
    return !list->failed;
}

uint32_t reader_parent(const reader *r, const scope *s) {
    if (s->open_line) return s->open_line;
    if (r->frame_count > s->frames) {
        const frame *top = &r->frames[r->frame_count - 1];
        return top->field ? top->field : top->parent;
    }
    const block *key = open_key(r, s);
    return key ? key->field : s->parent;
}

void reader_inside(reader *r, const scope *s, span value, unsigned depth, uint32_t parent) {
    if (depth > DEPTH_MAX || value.end - value.start < 4) return;
    reader_read(r,
                (scope){.from = value.start, .to = value.end, .depth = depth, .is_cell = s->is_cell, .parent = parent});
}

void reader_cell(reader *r, span value, uint32_t parent) {
    reader_read(r, (scope){.from = value.start, .to = value.end, .is_cell = true, .parent = parent});
}

static size_t on_mark(reader *r, scope *s, size_t at) {
    switch (r->text[at]) {
    case '\n': return on_line_end(r, s, at, at + 1);
    case '"':
    case '\'':
    case '`': return on_quote(r, s, at);
    case ':': return on_colon(r, s, at);
    case '=': return on_equals(r, s, at);
    case '{':
    case '(': return on_open(r, s, at);
    case '[': return read_item(r, s, on_open(r, s, at));
    case '}':
    case ']':
    case ')': return on_close(r, s, at);
    case '<': {
        size_t end = read_tag(r, s, at);
        return end != at ? end : at + 1;
    }
    case '\\': return on_backslash(r, s, at);
    case '-': return on_hyphen(r, s, at);
    case ',': s->clause = at + 1; return read_item(r, s, at + 1);
    default: s->clause = at + 1; return at + 1; /* ; | tab */
    }
}

void reader_read(reader *r, scope s) {
    s.frames = r->frame_count;
    s.blocks = r->block_count;
    size_t at = reader_begin_line(r, &s, s.from);
    while (!r->list->failed && !r->list->is_cut && (at = marks_next(&r->marks, at)) < s.to) {
        size_t next = on_mark(r, &s, at);
        at = next > at ? next : at + 1;
    }
    if (r->list->failed) return;
    reader_end_line(r, &s, s.to);
    reader_leave_blocks(r, &s, 0, s.to);
    r->frame_count = s.frames;
    r->block_count = s.blocks;
}

bool fields_read(field_list *list, const char *text, size_t size) {
    reader r = {.text = text, .size = size, .list = list};
    list->failed = list->failed || !marks_find(&r.marks, list->memory, text, size);
    if (size && !list->failed) reader_read(&r, (scope){.from = 0, .to = size});
    for (size_t i = 0; i < list->count; i++) { /* what nobody closed holds nothing */
        field *f = &list->items[i];
        while (f->parent && list->items[f->parent - 1].end < f->end) f->parent = list->items[f->parent - 1].parent;
    }
    return !list->failed;
}
