/* SPDX-License-Identifier: Apache-2.0 */
/* Lines: the field that goes to the end of one, items of lists, what is indented below a key. */
#include "fields/reader.h"

#include <string.h>

void reader_open_line(reader *r, scope *s, field_name name, size_t at) {
    s->open_line = reader_add(
        r, (field){.start = at, .end = s->to, .name = name, .parent = reader_parent(r, s), .syntax = FIELD_LINE});
    s->line_frames = r->frame_count;
    s->clause = at;
}

void reader_end_line(reader *r, scope *s, size_t end) {
    if (!s->open_line) return;
    field *f = &r->list->items[s->open_line - 1];
    span value = trim(r->text, (span){f->start, end > f->start ? end : f->start});
    while (value.end > value.start && is_one_of(r->text[value.end - 1], ",;|")) value.end--;
    f->end = trim(r->text, value).end;
    s->open_line = 0;
}

/* Ends the blocks that a line of this indent is not in. */
void reader_leave_blocks(reader *r, scope *s, size_t indent, size_t at) {
    for (const block *b = open_key(r, s); b && b->indent >= indent; b = open_key(r, s)) {
        field *f = &r->list->items[b->field - 1];
        r->block_count--;
        f->end = at > f->start ? at : f->start;
        s->label.size = 0;
    }
}

/* '|' or '>' of YAML after a key: all that is indented below is one text. */
static bool is_text_sign(const reader *r, const scope *s, size_t at) {
    while (at > s->line && is_one_of(r->text[at - 1], "+-0123456789\r ")) at--;
    return at > s->line && is_one_of(r->text[at - 1], "|>");
}

/* A key without a value on its line: what is indented below is in it. */
void reader_open_block(reader *r, scope *s, field_name key, size_t indent, size_t at) {
    if (r->block_count == BLOCKS_MAX || open_bracket(r, s)) return;
    uint32_t id = reader_add(
        r, (field){.start = at, .end = at, .name = key, .parent = reader_parent(r, s), .syntax = FIELD_CONTAINER});
    if (id) r->blocks[r->block_count++] = (block){.indent = indent, .field = id, .is_text = is_text_sign(r, s, at)};
}

/* A line, or what is left of it, that is a value of the key above. Returns where it ends; `at` when it has keys. */
static size_t read_item_line(reader *r, scope *s, const block *key, size_t at) {
    const field_name name = r->list->items[key->field - 1].name;
    size_t quote, end = at;
    if (reader_quote_at(s, r->text, at, &quote)) {
        end = read_literal(r, s, quote, name);
        return end != quote ? end : at;
    }
    for (end = marks_next(&r->marks, at); end < s->to && !line_feed_at(r, s, end);
         end = marks_next(&r->marks, end + 1)) {
        if (is_one_of(r->text[end], ":{") || (key->is_text && is_one_of(r->text[end], "<=\""))) return at;
    }
    const span item = trim(r->text, (span){at, end < s->to ? end : s->to});
    if (item.end > item.start)
        reader_add(r, (field){.start = item.start,
                              .end = item.end,
                              .name = name,
                              .parent = reader_parent(r, s),
                              .syntax = FIELD_LINE});
    return item.end;
}

/* An item of a list of YAML or Markdown: "- value". */
static size_t read_list_item(reader *r, scope *s, size_t at, size_t hyphen) {
    if (hyphen + 1 >= s->to) return at;
    if (r->text[hyphen + 1] == ' ') s->label.size = 0; /* the next of a list of maps */
    const size_t value = skip_blanks(r->text, hyphen + 1, s->to);
    if (value == hyphen + 1 && !is_one_of(r->text[value], "'\"")) return at;
    s->clause = value;
    const block *key = open_key(r, s);
    size_t end = key ? read_item_line(r, s, key, value) : value;
    return end != value ? end : at;
}

size_t reader_begin_line(reader *r, scope *s, size_t at) {
    s->line = s->clause = at;
    if (at >= s->to || open_bracket(r, s)) return at;
    const size_t first = skip_blanks(r->text, at, s->to);
    if (first == s->to || r->text[first] == '\n') return at;
    const block *key = open_key(r, s);
    if (key && key->is_text) {
        if (first - at > key->indent) {
            size_t end = read_item_line(r, s, key, first);
            return end != first ? end : at;
        }
        reader_leave_blocks(r, s, first - at, at);
    }
    if (r->text[first] == '-') return read_list_item(r, s, at, first);
    if (first > at) return at;
    size_t end = at >= r->tableless ? read_table(r, s, at) : at;
    if (end == at) end = read_line_form(r, s, at);
    if (end == at && text_is_word_byte(r->text[at])) reader_leave_blocks(r, s, 0, at);
    return end;
}

/* A line ends at `at`, the next one begins at `next`. */
size_t on_line_end(reader *r, scope *s, size_t at, size_t next) {
    while (s->open_line && r->frame_count > s->line_frames && r->frames[r->frame_count - 1].in_word) {
        uint32_t id = r->frames[--r->frame_count].field;
        if (id) r->list->items[id - 1].end = at;
    }
    reader_end_line(r, s, at);
    s->line = s->clause = next;
    /* A bracket of a sentence that nobody closes is none: a paragraph ends it. */
    if (next + 1 < s->to && r->text[next] == '\n' && text_is_word_byte(r->text[next + 1])) {
        while (open_bracket(r, s)) r->frame_count--;
    }
    return reader_begin_line(r, s, next);
}

/* An escape in a string: a line feed of the text that it stands for, or the quote after it. */
size_t on_backslash(reader *r, scope *s, size_t at) {
    size_t end = at;
    while (end < s->to && r->text[end] == '\\') end++;
    if (s->depth == 0 || end == s->to || end - at != (size_t)1 << (s->depth - 1)) {
        return end < s->to && s->depth == 0 && is_one_of(r->text[end], "\"'`") ? end + 1 : end;
    }
    if (r->text[end] == 'n') return on_line_end(r, s, at, end + 1);
    if (r->text[end] == 'r' || r->text[end] == 't') {
        s->clause = end + 1;
        return end + 1;
    }
    return end;
}
