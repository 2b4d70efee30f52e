/* SPDX-License-Identifier: Apache-2.0 */
/* Literals in quotes, of JSON and of programming languages, and values without quotes beside them. */
#include "fields/reader.h"

#include <string.h>

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
    return r->text[at] != '"' || !s->is_cell || (at + 1 < s->to && r->text[at + 1] == '"');
}

static size_t slashes_before(const char *text, size_t from, size_t at) {
    size_t count = 0;
    while (at > from && text[at - 1] == '\\') at--, count++;
    return count;
}

static size_t quote_index(char quote) {
    return quote == '"' ? 0 : quote == '\'' ? 1 : 2;
}

size_t reader_close(reader *r, const scope *s, size_t at, bool *has_structure) {
    const char quote = r->text[at];
    const size_t slashes = slashes_of(s, quote);
    size_t *unclosed = &r->unclosed[quote_index(quote)];
    *has_structure = false;
    if (at < *unclosed) return NOWHERE;
    size_t i = marks_next(&r->marks, at + 1);
    for (; i < s->to && r->text[i] != '\n'; i = marks_next(&r->marks, i + 1)) {
        if (r->text[i] != quote) {
            *has_structure |= is_structure(r->text[i]);
            continue;
        }
        size_t before = slashes_before(r->text, at + 1, i);
        if (!is_whole_quote(r, s, i)) continue;
        if (quote == '"' && s->is_cell) i++;
        if (before % (2 * slashes + 2) != slashes) continue;
        if (quote == '\'' && s->depth == 0 && i + 1 < s->to && r->text[i + 1] == quote) {
            i++; /* doubled, as in SQL and YAML */
            continue;
        }
        return i;
    }
    *unclosed = i;
    return NOWHERE;
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

/* Reads the literal at `at` as a value. Returns where it ends; `at` when it is none. */
size_t read_literal(reader *r, scope *s, size_t at, field_name name) {
    bool has_structure;
    size_t close = reader_close(r, s, at, &has_structure);
    if (close == NOWHERE) return at;
    const char quote = r->text[at];
    const span value = {at + 1, close - prefix_of(s, quote)};
    uint32_t id = reader_add(r, (field){.start = value.start,
                                        .end = value.end,
                                        .name = label_name(r, s, name, value),
                                        .parent = reader_parent(r, s),
                                        .syntax = FIELD_STRING,
                                        .quote = quote});
    if (has_structure) reader_inside(r, s, value, s->depth + (quote == '"'), id);
    s->pending.size = 0;
    return close + 1;
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

/* Is a quote of this scope at `at`, or backslashes and then one? */
bool reader_quote_at(const scope *s, const char *text, size_t at, size_t *quote) {
    size_t i = at;
    while (i < s->to && text[i] == '\\') i++;
    if (i + 1 < s->to && s->is_cell && text[i] == '"' && text[i + 1] == '"') i++;
    if (i == s->to || (text[i] != '"' && text[i] != '\'' && text[i] != '`')) return false;
    *quote = i;
    return i - at == prefix_of(s, text[i]);
}

size_t on_quote(reader *r, scope *s, size_t at) {
    if (slashes_before(r->text, s->from, at) != slashes_of(s, r->text[at]) || !is_whole_quote(r, s, at)) return at + 1;
    if (r->text[at] == '"' && s->is_cell) at++;
    if (!may_open(r, s, at)) return at + 1;
    bool has_structure;
    size_t close = reader_close(r, s, at, &has_structure), sign;
    if (close == NOWHERE) return at + 1;
    sign = close + 1;
    while (sign < s->to && text_is_space(r->text[sign])) sign++;
    bool is_colon = sign < s->to && r->text[sign] == ':' && !(sign + 1 < s->to && r->text[sign + 1] == ':');
    bool is_arrow = sign + 1 < s->to && r->text[sign] == '=' && r->text[sign + 1] == '>';
    bool is_equals = sign + 1 < s->to && r->text[sign] == '=' && r->text[sign + 1] != '=';
    const span name = {at + 1, close - prefix_of(s, r->text[at])};
    if ((is_colon || is_arrow || is_equals) && name.end > name.start &&
        !memchr(r->text + name.start, '\n', name.end - name.start)) {
        if (s->open_line && s->line_frames == r->frame_count) reader_end_line(r, s, at);
        if (is_colon && !open_bracket(r, s) && at == skip_blanks(r->text, s->clause, s->to)) { /* 'key': of YAML */
            reader_leave_blocks(r, s, at - s->line, at);
            size_t end = skip_blanks(r->text, sign + 1, s->to);
            if (end < s->to && r->text[end] == '\r') end++;
            if (end < s->to && r->text[end] == '\n') {
                reader_open_block(r, s, name, at - s->line, end);
                return end;
            }
        }
        return read_value(r, s, name_at(r, name), sign + 1 + is_arrow, is_colon);
    }
    return read_literal(r, s, at, (field_name){NULL, 0});
}
