/* SPDX-License-Identifier: Apache-2.0 */
/* Literals in quotes, of JSON and of programming languages, and values without quotes beside them. */
#include "fields/reader.h"

#include <string.h>

/* A literal that closes. */
typedef struct literal {
    size_t open, close; /* the places of its quotes */
    span value;
    bool has_structure; /* something in it may be structure */
} literal;

/* Backslashes before a quote of a scope. */
static size_t slashes_of(const scope *s, char quote) {
    return quote == '"' ? ((size_t)1 << s->depth) - 1 : 0;
}

/* What stands before a quote of a scope, and belongs to it. */
static size_t prefix_of(const scope *s, char quote) {
    return slashes_of(s, quote) + (quote == '"' && s->is_cell);
}

/* Is the quote at `at` written as the scope has them: twice in a cell? */
static bool is_whole_quote(const reader *r, const scope *s, size_t at) {
    return !s->is_cell || r->text[at] != '"' || (at + 1 < s->to && r->text[at + 1] == '"');
}

static size_t quote_index(char quote) {
    return quote == '"' ? 0 : quote == '\'' ? 1 : 2;
}

/* Could the colon at `at` be that of a key, in a text? Before a letter or a digit it is one only where a
 * key begins the text or a literal in it, or has a parameter as in vCard; times and schemes of addresses are none. */
static bool is_key_colon(const char *text, span in, size_t at) {
    const char next = at + 1 < in.end ? text[at + 1] : 0;
    size_t start = at;
    if (!text_is_alnum(next)) return next != '/';
    while (start > in.start && (text_is_word_byte(text[start - 1]) || is_one_of(text[start - 1], "_-"))) {
        if (text_is_digit(text[--start])) return false;
    }
    return is_one_of(text[start - 1], "\"'`;") || skip_blanks_back(text, in.start, start) == in.start;
}

/* Could what begins at the mark at `at` be a field? */
static bool is_structure(const char *text, span in, size_t at) {
    return text[at] == ':' ? is_key_colon(text, in, at) : is_one_of(text[at], "=<{[\\");
}

/* Finds where the literal that opens with the quote at `at` closes; false: it does not. */
static bool find_literal(reader *r, const scope *s, size_t at, literal *out) {
    const char quote = r->text[at];
    const size_t slashes = slashes_of(s, quote), prefix = prefix_of(s, quote);
    size_t *unclosed = &r->unclosed[quote_index(quote)];
    bool has_structure = false;
    if (at < *unclosed) return false;
    size_t i = marks_next(&r->marks, at + 1);
    for (; i < s->to && r->text[i] != '\n'; i = marks_next(&r->marks, i + 1)) {
        if (r->text[i] != quote) {
            if (!has_structure) has_structure = is_structure(r->text, (span){at + 1, s->to}, i);
            continue;
        }
        size_t before = text_slashes_before(r->text, at + 1, i);
        if (!is_whole_quote(r, s, i)) continue;
        i += prefix - slashes; /* the second of two in a cell */
        if ((before & (2 * slashes + 1)) != slashes) continue; /* 2 * slashes + 2 is a power of two */
        if (quote == '\'' && s->depth == 0 && i + 1 < s->to && r->text[i + 1] == quote) {
            i++; /* doubled, as in SQL and YAML */
            continue;
        }
        *out = (literal){at, i, {at + 1, i - prefix}, has_structure};
        return true;
    }
    *unclosed = i;
    return false;
}

/* May a literal open with the quote at `at`? An apostrophe stands after a letter; u'', N'' and b"" are literals. */
static bool may_open(const reader *r, const scope *s, size_t at) {
    size_t first = at - prefix_of(s, r->text[at]);
    if (first == s->from) return true;
    char before = r->text[first - 1];
    if (s->depth && before == 'n' && first >= s->from + 2 && r->text[first - 2] == '\\') return true;
    if (!text_is_word_byte(before) && before != '\\' && before != r->text[at]) return true;
    bool alone = first == s->from + 1 || !text_is_word_byte(r->text[first - 2]);
    return alone && is_one_of(before, "urbfNL");
}

/* Takes a literal as a value. Returns where it ends. */
static size_t take_literal(reader *r, scope *s, const literal *l, field_name name) {
    const char quote = r->text[l->open];
    uint32_t id = reader_add(r, (field){.start = l->value.start,
                                        .end = l->value.end,
                                        .name = label_name(r, s, name, l->value),
                                        .parent = reader_parent(r, s),
                                        .syntax = FIELD_STRING,
                                        .quote = quote});
    if (l->has_structure) reader_inside(r, s, l->value, s->depth + (quote == '"'), id);
    s->pending.size = 0;
    return l->close + 1;
}

size_t read_literal(reader *r, scope *s, size_t at, field_name name) {
    literal l;
    return find_literal(r, s, at, &l) ? take_literal(r, s, &l, name) : at;
}

/* Reads a value without quotes, to the end of its item or of the line. */
size_t read_bare(reader *r, scope *s, size_t at, field_name name) {
    const char close = open_bracket(r, s);
    size_t end = at;
    for (;; end++) {
        end = marks_next(&r->marks, end);
        if (end >= s->to) end = s->to;
        if (end == s->to || r->text[end] == '\n' || ends_item(r->text[end], close)) break;
        if (s->depth && r->text[end] == '\\') break;
    }
    span value = trim(r->text, (span){at, end});
    if (value.end == value.start) return at;
    reader_add(r, (field){.start = value.start,
                          .end = value.end,
                          .name = label_name(r, s, name, value),
                          .parent = reader_parent(r, s),
                          .syntax = FIELD_BARE});
    s->pending.size = 0;
    return end;
}

bool reader_quote_at(const scope *s, const char *text, size_t at, size_t *quote) {
    size_t i = at;
    while (i < s->to && text[i] == '\\') i++;
    if (i + 1 < s->to && s->is_cell && text[i] == '"' && text[i + 1] == '"') i++;
    if (i == s->to || (text[i] != '"' && text[i] != '\'' && text[i] != '`')) return false;
    *quote = i;
    return i - at == prefix_of(s, text[i]);
}

/* 'key': of YAML, whose value may be the lines below: returns where these begin; `at` when they do not. */
static size_t read_block_key(reader *r, scope *s, const literal *l, size_t at) {
    const size_t indent = l->open - s->line;
    if (open_bracket(r, s) || l->open != skip_blanks(r->text, s->clause, s->to)) return at;
    reader_leave_blocks(r, s, indent, l->open);
    size_t end = skip_blanks(r->text, at, s->to);
    if (end < s->to && r->text[end] == '\r') end++;
    if (end == s->to || r->text[end] != '\n') return at;
    reader_open_block(r, s, name_at(r, l->value), indent, end);
    return end;
}

/* Reads what comes after a literal that is a key: ':', '=' or "=>" at `sign`. Returns `sign` when it is none. */
static size_t read_after_key(reader *r, scope *s, const literal *l, size_t sign) {
    const char next = sign + 1 < s->to ? r->text[sign + 1] : 0;
    const bool is_colon = r->text[sign] == ':', is_arrow = !is_colon && next == '>';
    const bool is_sign = is_colon ? next != ':' : r->text[sign] == '=' && next && next != '=';
    if (!is_sign || l->value.end <= l->value.start) return sign;
    if (s->open_line && s->line_frames == r->frame_count) reader_end_line(r, s, l->open);
    const size_t after = sign + 1 + is_arrow, below = is_colon ? read_block_key(r, s, l, after) : after;
    return below != after ? below : read_value(r, s, name_at(r, l->value), after, is_colon);
}

/* The next key of an object, after the comma at `at`; NOWHERE: something else comes. */
static size_t next_key(const reader *r, scope *s, size_t at) {
    size_t line = s->line, i = at + 1;
    for (; i < s->to && text_is_space(r->text[i]); i++) {
        if (r->text[i] == '\n') line = i + 1;
    }
    if (i == s->to || r->text[i] != '"') return NOWHERE;
    s->line = line;
    s->clause = line > at ? line : at + 1;
    return i;
}

/* Members of an object as JSON is mostly written, "key": "text" and "key": 12, one after the other. Returns where
 * something else begins. */
static size_t read_members(reader *r, scope *s, size_t at) {
    const char *text = r->text;
    while (at >= r->unclosed[0]) {
        const size_t close = marks_next(&r->marks, at + 1);
        if (close + 4 >= s->to || text[close] != '"' || text[close + 1] != ':' || text[close + 2] == ':' ||
            close == at + 1)
            return at;
        const size_t value = close + 2 + (text[close + 2] == ' ');
        const field_name name = {text + at + 1, close - at - 1};
        size_t end = value;
        if (text[value] == '"') end = read_literal(r, s, value, name);
        else if (is_one_of(text[value], "0123456789-tfn") && !is_one_of(text[value + 1], "'\""))
            end = read_bare(r, s, value, name);
        if (end == value) return read_value(r, s, name, close + 2, true);
        at = end < s->to && text[end] == ',' ? next_key(r, s, end) : NOWHERE;
        if (at == NOWHERE) return end;
    }
    return at;
}

/* Is the quote at `at` where a member of an object begins, and are quotes written without anything before them? */
static bool begins_member(const reader *r, const scope *s, size_t at) {
    return r->text[at] == '"' && s->depth == 0 && !s->is_cell && !s->open_line && open_bracket(r, s) == '}' &&
           at > s->from && is_one_of(r->text[at - 1], "{, \n\t");
}

size_t on_quote(reader *r, scope *s, size_t at) {
    literal l;
    if (begins_member(r, s, at)) {
        size_t end = read_members(r, s, at);
        if (end != at) return end;
    }
    if (text_slashes_before(r->text, s->from, at) != slashes_of(s, r->text[at]) || !is_whole_quote(r, s, at))
        return at + 1;
    if (s->is_cell && r->text[at] == '"') at++;
    if (!may_open(r, s, at) || !find_literal(r, s, at, &l)) return at + 1;
    size_t sign = l.close + 1;
    while (sign < s->to && text_is_space(r->text[sign])) sign++;
    const size_t end = sign < s->to && is_one_of(r->text[sign], ":=") ? read_after_key(r, s, &l, sign) : sign;
    return end != sign ? end : take_literal(r, s, &l, (field_name){NULL, 0});
}
