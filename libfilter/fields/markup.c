/* SPDX-License-Identifier: Apache-2.0 */
/* Elements and attributes of XML and HTML. */
#include "fields/reader.h"

#include <string.h>

#define TAG_MAX 4096 /* bytes of a tag, at most */
#define LABEL_MAX 40 /* bytes of a cell that names the next one */
#define CELL_DEPTH_MAX 4 /* elements around the text of a cell */
#define END_TAG_MAX 16 /* bytes between the name and the end of a tag that closes */

/* Elements of HTML that say how a text looks, and not what it is. */
static bool is_presentation(field_name tag) {
    static const char *const tags[] = {
        "a",       "article", "aside", "b",      "body",  "br",     "button", "center", "code",  "dd",    "del",
        "div",     "dl",      "dt",    "em",     "font",  "footer", "form",   "h1",     "h2",    "h3",    "h4",
        "h5",      "h6",      "head",  "header", "hr",    "html",   "i",      "img",    "ins",   "label", "li",
        "link",    "main",    "mark",  "meta",   "nav",   "ol",     "p",      "pre",    "q",     "s",     "script",
        "section", "small",   "span",  "strong", "style", "sub",    "sup",    "table",  "tbody", "td",    "tfoot",
        "th",      "thead",   "title", "tr",     "tt",    "u",      "ul"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (name_is(tag, tags[i])) return true;
    }
    return false;
}

/* Elements of HTML that nobody closes. */
static bool is_void(field_name tag) {
    return name_is(tag, "br") || name_is(tag, "hr") || name_is(tag, "img") || name_is(tag, "meta") ||
           name_is(tag, "link") || name_is(tag, "input");
}

static bool is_tag_byte(char c) {
    return is_name_byte(c) || c == ':';
}

/* Closes the element of this name, and those in it that nobody closed. */
static size_t close_element(reader *r, scope *s, size_t at) {
    size_t end = at + 2;
    while (end < s->to && is_tag_byte(r->text[end])) end++;
    if (end == at + 2 || end == s->to || (r->text[end] != '>' && !text_is_space(r->text[end]))) return at;
    const field_name tag = {r->text + at + 2, end - at - 2};
    for (size_t k = r->frame_count; k > s->frames; k--) {
        const frame *f = &r->frames[k - 1];
        if (f->close != '<') break;
        if (f->label.size != tag.size || memcmp(f->label.text, tag.text, tag.size) != 0) continue;
        for (size_t i = k; i <= r->frame_count; i++) {
            if (r->frames[i - 1].field) r->list->items[r->frames[i - 1].field - 1].end = at;
        }
        r->frame_count = k - 1;
        break;
    }
    size_t to = s->to - end > END_TAG_MAX ? end + END_TAG_MAX : s->to;
    while (end < to && text_is_space(r->text[end])) end++;
    return end < to && r->text[end] == '>' ? end + 1 : at;
}

/* What the attributes of a tag say of one another. */
typedef struct tag_parts {
    field_name label; /* name="ssn" */
    size_t end; /* after '>' */
    bool is_empty; /* <tag/> */
} tag_parts;

/* Finds the end of a tag; false: it is none. */
static bool find_tag_end(const reader *r, const scope *s, size_t at, tag_parts *out) {
    size_t to = s->to - at > TAG_MAX ? at + TAG_MAX : s->to;
    char quote = 0;
    for (size_t i = at; i < to; i++) {
        char c = r->text[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if ((c == '"' || c == '\'') && i > at && r->text[i - 1] == '=') {
            quote = c;
        } else if (s->depth && c == '"' && i > at && r->text[i - 1] == '\\') {
            continue;
        } else if (c == '<') {
            return false;
        } else if (c == '>') {
            out->is_empty = i > at && r->text[i - 1] == '/';
            out->end = i + 1;
            return true;
        }
    }
    return false;
}

static size_t attribute_quote(const reader *r, const scope *s, size_t at) {
    while (s->depth && at < s->to && r->text[at] == '\\') at++;
    return at;
}

static void read_attributes(reader *r, const scope *s, size_t at, tag_parts *tag) {
    for (size_t i = at; i < tag->end;) {
        while (i < tag->end && !is_tag_byte(r->text[i])) i++;
        size_t start = i;
        while (i < tag->end && is_tag_byte(r->text[i])) i++;
        const field_name name = {r->text + start, i - start};
        while (i < tag->end && text_is_space(r->text[i])) i++;
        if (i >= tag->end || r->text[i] != '=') continue;
        i++;
        while (i < tag->end && text_is_space(r->text[i])) i++;
        i = attribute_quote(r, s, i);
        char quote = i < tag->end && is_one_of(r->text[i], "\"'") ? r->text[i] : 0;
        if (!quote) continue;
        size_t value = i + 1;
        const char *close = memchr(r->text + value, quote, tag->end - value);
        if (!close) return;
        size_t end = (size_t)(close - r->text);
        i = end + 1;
        while (s->depth && end > value && r->text[end - 1] == '\\') end--;
        if (label_kinds(name) & LABEL_ATTRIBUTE) tag->label = (field_name){r->text + value, end - value};
        bool is_named = tag->label.size && label_kinds(name) & LABELLED_ATTRIBUTE;
        field_name named = is_named ? tag->label : name;
        uint32_t id = reader_add(r, (field){.start = value,
                                            .end = end,
                                            .name = named,
                                            .parent = reader_parent(r, s),
                                            .syntax = FIELD_ATTRIBUTE,
                                            .quote = quote});
        if (end - value > 8 && memchr(r->text + value, '{', end - value))
            reader_inside(r, s, (span){value, end}, s->depth, id);
    }
}

/* <b>Password:</b> value: the text after an element that ends in a colon, up to the next tag. `after` is where the text
 * begins. Returns its end. */
static size_t read_labelled_text(reader *r, scope *s, span label, size_t after) {
    label = trim(r->text, label);
    const bool is_inside = label.end > label.start && r->text[label.end - 1] == ':';
    size_t start = skip_blanks(r->text, after, s->to);
    if (!is_inside && start < s->to && r->text[start] == ':') start = skip_blanks(r->text, start + 1, s->to);
    else if (!is_inside) return after;
    if (label.end - label.start > LABEL_MAX || start == s->to || r->text[start] == '<') return after;
    const char *close = memchr(r->text + start, '<', s->to - start);
    const span value = trim(r->text, (span){start, close ? (size_t)(close - r->text) : s->to});
    if (!close || value.end == value.start) return after;
    reader_add(r, (field){.start = value.start,
                          .end = value.end,
                          .name = {r->text + label.start, label.end - label.start - is_inside},
                          .parent = reader_parent(r, s),
                          .syntax = FIELD_ELEMENT});
    return value.end;
}

/* <p>SSN: <b>219-09-4471</b>: a key whose value is in the next element. */
static void note_empty_line(const reader *r, scope *s, size_t at) {
    if (!s->open_line) return;
    const field *f = &r->list->items[s->open_line - 1];
    span value = trim(r->text, (span){f->start, at > f->start ? at : f->start});
    if (value.end == value.start) s->label = f->name;
}

/* Does another cell or row begin at a tag? */
static bool begins_cell(const reader *r, size_t at, size_t to) {
    return has_word(r->text, at + 1, to, "th") || has_word(r->text, at + 1, to, "td") ||
           has_word(r->text, at + 1, to, "tr");
}

/* The text that a cell begins with, in elements of its own or not: <th><b>SSN</b></th>. */
static span first_text(const reader *r, const scope *s, size_t at) {
    for (size_t depth = 0; depth < CELL_DEPTH_MAX; depth++) {
        while (at < s->to && text_is_space(r->text[at])) at++;
        const size_t to = s->to - at > TAG_MAX ? at + TAG_MAX : s->to;
        const char *next = memchr(r->text + at, '<', to - at);
        if (!next) break;
        const size_t end = (size_t)(next - r->text);
        if (end > at || (end + 1 < to && next[1] == '/')) return trim(r->text, (span){at, end});
        const char *close = memchr(next, '>', to - end);
        if (!close || begins_cell(r, end, to)) break;
        at = (size_t)(close - r->text) + 1;
    }
    return (span){at, at};
}

/* Follows the rows of a table of HTML: a row of heads alone names the columns of those that come next. Of a row whose
 * beginning is not in the text, nobody knows which cell is which. Returns the head of the cell that begins at `at`, if
 * it has one. */
static field_name head_of(reader *r, const scope *s, field_name tag, size_t at) {
    const bool is_head = name_is(tag, "th"), is_row = name_is(tag, "tr"), is_table = name_is(tag, "table");
    if (is_row || is_table) {
        const bool is_header = r->row_heads > 1 && r->row_heads == r->row_cells;
        if (is_table || is_header) r->head_count = is_table ? 0 : r->row_heads;
        r->row_heads = r->row_cells = 0;
        r->is_in_row = is_row;
    }
    if (!r->is_in_row || (!is_head && !name_is(tag, "td"))) return (field_name){NULL, 0};
    const size_t cell = r->row_cells++;
    if (is_head && cell < HEADS_MAX && cell == r->row_heads)
        r->heads[r->row_heads++] = name_at(r, first_text(r, s, at));
    return !is_head && cell < r->head_count ? r->heads[cell] : (field_name){NULL, 0};
}

size_t read_tag(reader *r, scope *s, size_t at) {
    tag_parts tag = {.end = at};
    if (at + 2 >= s->to) return at;
    if (r->text[at + 1] == '/') {
        size_t after = close_element(r, s, at);
        if (after != at) reader_end_line(r, s, at);
        return after;
    }
    size_t end = at + 1;
    while (end < s->to && is_tag_byte(r->text[end])) end++;
    if (!text_is_alpha(r->text[at + 1]) || end == s->to) return at;
    if (r->text[end] != '>' && r->text[end] != '/' && !text_is_space(r->text[end])) return at;
    const field_name whole = {r->text + at + 1, end - at - 1};
    if (!find_tag_end(r, s, end, &tag)) return at;
    note_empty_line(r, s, at);
    reader_end_line(r, s, at);
    read_attributes(r, s, end, &tag);
    if (tag.is_empty) head_of(r, s, whole, tag.end);
    if (tag.is_empty || is_void(whole) || r->frame_count == FRAMES_MAX) return tag.end;
    const char *close = tag.end < s->to ? memchr(r->text + tag.end, '<', s->to - tag.end) : NULL;
    if (!close) return tag.end;
    const size_t text_end = (size_t)(close - r->text);
    const bool is_leaf = text_end + 1 < s->to && close[1] == '/';
    const unsigned kinds = label_kinds(whole);
    field_name name = whole;
    const field_name head = head_of(r, s, whole, tag.end);
    if (is_presentation(whole)) name = head;
    /* <key>Password</key><string>…</string>, <dt>Password</dt><dd>…</dd>, <field name="ssn">…</field> */
    const bool has_head =
        head.size && !(s->label.size && field_is_generic(head)); /* not in a table of names and values */
    if (!has_head && tag.label.size) name = tag.label;
    else if (!has_head && s->label.size &&
             ((is_leaf && !name.size && !name_is(whole, "th")) || kinds & LABELLED_ELEMENT))
        name = s->label;
    const bool is_named = s->label.size && name.text == s->label.text;
    s->label.size = 0;
    if (kinds & LABEL_ELEMENT && !is_named && text_end - tag.end < LABEL_MAX)
        s->label = name_at(r, trim(r->text, (span){tag.end, text_end}));
    uint32_t parent = reader_parent(r, s);
    const bool is_in_row = r->frame_count > s->frames && r->frames[r->frame_count - 1].close == '<';
    const field_syntax syntax = is_leaf && is_in_row && name_is(whole, "th") ? FIELD_HEADER : FIELD_ELEMENT;
    uint32_t id =
        reader_add(r, (field){.start = tag.end, .end = tag.end, .name = name, .parent = parent, .syntax = syntax});
    if (is_leaf) {
        if (id) r->list->items[id - 1].end = text_end;
        if (text_end - tag.end > 8) reader_inside(r, s, (span){tag.end, text_end}, s->depth, id);
        size_t after = close_element(r, s, text_end);
        if (!is_presentation(whole) || after == text_end) return after;
        return read_labelled_text(r, s, (span){tag.end, text_end}, after);
    }
    r->frames[r->frame_count++] = (frame){.close = '<', .field = id, .parent = parent, .label = whole};
    return tag.end;
}
