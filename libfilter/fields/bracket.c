/* SPDX-License-Identifier: Apache-2.0 */
/* Brackets, and the items in them that have no quotes. */
#include "fields/reader.h"

#include <string.h>

size_t on_open(reader *r, scope *s, size_t at) {
    const char open = r->text[at];
    field_name name = s->pending;
    s->pending.size = 0;
    if (open == '(') {
        size_t end = read_sql(r, s, at);
        if (end != at) return end;
    }
    bool is_smiley = !name.size && at > s->from + 1 && r->text[at - 1] == '-' && r->text[at - 2] == ':';
    if (r->frame_count == FRAMES_MAX || is_smiley) return at + 1;
    uint32_t parent = reader_parent(r, s), id = 0;
    frame *outer = r->frame_count > s->frames ? &r->frames[r->frame_count - 1] : NULL;
    if (!name.size && open == '[' && outer && outer->close == ']') name = outer->name;
    if (name.size) {
        id = reader_add(r,
                        (field){.start = at, .end = s->to, .name = name, .parent = parent, .syntax = FIELD_CONTAINER});
    }
    bool in_word = at > s->from && at + 1 < s->to && text_is_alnum(r->text[at - 1]) && text_is_alnum(r->text[at + 1]);
    r->frames[r->frame_count++] = (frame){.in_word = in_word,
                                          .close = open == '('   ? ')'
                                                   : open == '[' ? ']'
                                                                 : '}',
                                          .field = id,
                                          .parent = parent,
                                          .name = open == '[' ? name : (field_name){NULL, 0}};
    s->clause = at + 1;
    return at + 1;
}

/* An item of a list that has no quotes, after its '[' or ','. */
size_t read_item(reader *r, scope *s, size_t at) {
    const frame *top = r->frame_count > s->frames ? &r->frames[r->frame_count - 1] : NULL;
    size_t i = at, quote;
    if (!top || top->close != ']') return at;
    while (i < s->to && text_is_space(r->text[i])) i++;
    if (i == s->to || is_one_of(r->text[i], "[]{}(,") || reader_quote_at(s, r->text, i, &quote)) return at;
    if (text_is_alpha(r->text[i]) && i + 1 < s->to && is_one_of(r->text[i + 1], "'\"")) return at;
    if (!text_is_digit(r->text[i]) && r->text[i] != '-' && !top->name.size) return at;
    return read_bare(r, s, i, top->name);
}

size_t on_close(reader *r, scope *s, size_t at) {
    const char close = r->text[at];
    size_t k = r->frame_count;
    while (k > s->frames && r->frames[k - 1].close != close) k--;
    s->clause = at + 1;
    if (k == s->frames) return at + 1;
    if (s->open_line && s->line_frames >= k) reader_end_line(r, s, at);
    for (size_t i = k; i <= r->frame_count; i++) {
        frame *f = &r->frames[i - 1];
        if (f->field) r->list->items[f->field - 1].end = at + (i == k);
    }
    r->frame_count = k - 1;
    return at + 1;
}
