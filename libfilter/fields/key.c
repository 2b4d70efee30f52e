/* SPDX-License-Identifier: Apache-2.0 */
/* Keys before ':' and '=', options of commands, and where the value of each ends. */
#include "fields/reader.h"

#include <string.h>

#define KEY_WORDS 5 /* words of a key, where it has blanks */

/* The words directly before `end` in their clause: few, as a key has. */
static span key_before(const reader *r, const scope *s, size_t end) {
    size_t from = s->clause, words = 1;
    end = skip_blanks_back(r->text, from, end);
    while (end > from && is_one_of(r->text[end - 1], "*_\"'`)]")) end--;
    /* After a value that nothing ends ("SSN: 219094471 Name: Al"), a key has no digits and is at most two words, and
     * the first word is the value's. */
    const bool is_after_value = s->open_line && r->list->items[s->open_line - 1].start == from;
    const size_t words_max = is_after_value ? 2 : KEY_WORDS;
    size_t start = end;
    for (size_t i = end; i > from && end - i < KEY_MAX; i--) {
        char c = r->text[i - 1];
        if (is_blank(c)) {
            if (i < end && !is_blank(r->text[i]) && ++words > words_max) break;
            continue;
        }
        if (c == '.' && i < end && is_blank(r->text[i])) break; /* a sentence ends */
        if (!is_name_byte(c) && !is_one_of(c, "/'()#&")) break;
        if (is_after_value && text_is_digit(c)) break;
        start = i - 1;
    }
    if (is_after_value && start > from && !is_blank(r->text[start - 1])) { /* the end of a word of the value */
        while (start < end && !is_blank(r->text[start])) start++;
    } else if (is_after_value && start == from && memchr(r->text + start, ' ', end - start)) {
        while (start < end && !is_blank(r->text[start])) start++;
    }
    while (start < end && is_one_of(r->text[start], "-.'(#&/ ")) start++;
    for (size_t i = start; i < end; i++) {
        if (text_is_word_byte(r->text[i]) && !text_is_digit(r->text[i])) return (span){start, end};
    }
    return (span){end, end};
}

/* The identifier directly before `end`. */
static span identifier_before(const reader *r, const scope *s, size_t end) {
    end = skip_blanks_back(r->text, s->from, end);
    size_t floor = end - s->from > KEY_MAX ? end - KEY_MAX : s->from;
    if (end >= s->from + 3 && r->text[end - 1] == ']' && is_one_of(r->text[end - 2], "\"'")) {
        size_t start = end - 2; /* environ["NAME"] = … */
        while (start > floor && is_name_byte(r->text[start - 1])) start--;
        return (span){start, end - 2};
    }
    size_t start = end;
    while (start > floor && is_name_byte(r->text[start - 1])) start--;
    /* "\nname" in a string: the letter belongs to the escape. */
    if (s->depth && start < end && start > s->from && r->text[start - 1] == '\\') start++;
    while (start < end && is_one_of(r->text[start], "-.")) start++;
    for (size_t i = start; i < end; i++) {
        if (text_is_word_byte(r->text[i]) && !text_is_digit(r->text[i])) return (span){start, end};
    }
    return (span){end, end};
}

/* Reads what is after the key `name` and its sign, from `at` on; a line is taken to its end when `to_end`. */
size_t read_value(reader *r, scope *s, field_name name, size_t at, bool to_end) {
    const bool in_frame = open_bracket(r, s) == '}' || open_bracket(r, s) == ']';
    size_t quote, i = skip_blanks(r->text, at, s->to);
    if (in_frame) {
        while (i < s->to && text_is_space(r->text[i])) i++;
    }
    if (i == s->to) return i;
    if (reader_quote_at(s, r->text, i, &quote)) {
        size_t end = read_literal(r, s, quote, name);
        if (end != quote) return end;
    }
    if (text_is_alpha(r->text[i]) && i + 1 < s->to && reader_quote_at(s, r->text, i + 1, &quote)) { /* N'…' */
        size_t end = read_literal(r, s, quote, name);
        if (end != quote) return end;
    }
    if (r->text[i] == '{' || r->text[i] == '[') {
        s->pending = name;
        return i;
    }
    if (in_frame) return read_bare(r, s, i, name);
    if (!to_end || r->text[i] == '\n') return i;
    while (i < s->to && r->text[i] == '*') i++; /* **Key:** value */
    i = skip_blanks(r->text, i, s->to);
    field_name named = label_name(r, s, name, (span){i, i});
    if (label_kinds(name) & LABEL_KEY) { /* its value, to the end of the line */
        size_t end = i;
        while (end < s->to && is_name_byte(r->text[end])) end++;
        label_name(r, s, name, (span){i, end});
    }
    reader_open_line(r, s, named, i);
    return i;
}

static size_t words_of(const char *text, span s) {
    size_t words = 1;
    for (size_t i = s.start; i < s.end; i++) words += is_blank(text[i]);
    return words;
}

/* KEY:value at the start of a line, as vCard has it: no drive, no scheme, no time. `at`: its colon. */
static bool is_tight_key(const reader *r, const scope *s, size_t at, char next) {
    size_t start = at;
    if (is_one_of(next, "/\\")) return false;
    while (start > s->line && (text_is_word_byte(r->text[start - 1]) || is_one_of(r->text[start - 1], "_-"))) {
        if (text_is_digit(r->text[--start])) return false;
    }
    if (at - start < 3 || at - start >= KEY_MAX || r->text[start] == '-') return false;
    return skip_blanks_back(r->text, s->line, start) == s->line;
}

/* After '|' or '>' of YAML and its signs, which end their line; `at` when they do not. */
static size_t after_text_sign(const reader *r, const scope *s, size_t at) {
    size_t end = at + 1;
    while (end < s->to && is_one_of(r->text[end], "+-0123456789\r ")) end++;
    return line_feed_at(r, s, end) ? end : at;
}

size_t on_colon(reader *r, scope *s, size_t at) {
    const bool in_frame = open_bracket(r, s) == '}';
    char next = at + 1 < s->to ? r->text[at + 1] : '\n';
    if (next == ':') return at + 2;
    if (next == '=') return at + 1; /* := */
    if (in_frame && !s->open_line) {
        span key = identifier_before(r, s, at);
        return key.end == key.start ? at + 1 : read_value(r, s, name_at(r, key), at + 1, false);
    }
    const bool is_open = is_one_of(next, " \t\n\v\f\r\"'*_[{") || (s->depth && next == '\\');
    if (!is_open && !is_tight_key(r, s, at, next)) return at + 1;
    span key = key_before(r, s, at);
    if (key.end == key.start) return at + 1;
    if (s->open_line && key.start == s->clause && words_of(r->text, key) > 2)
        return at + 1; /* "Adresi: Atatürk Caddesi No: 12" */
    reader_end_line(r, s, key.start);
    bool is_line = key.start <= s->line + 64 && !open_bracket(r, s);
    if (is_line) reader_leave_blocks(r, s, key.start - s->line, key.start);
    size_t i = skip_blanks(r->text, at + 1, s->to);
    if (i < s->to && is_one_of(r->text[i], "|>")) i = after_text_sign(r, s, i);
    if (i < s->to && r->text[i] == '\r') i++;
    if (is_line && line_feed_at(r, s, i)) {
        reader_open_block(r, s, name_at(r, key), key.start - s->line, i);
        return r->text[i] == '\n' ? read_next_line(r, s, name_at(r, key), i) : i;
    }
    return read_value(r, s, name_at(r, key), at + 1, true);
}

static bool ends_parameter(char c) {
    return is_one_of(c, " \t\n\v\f\r&#\"'<>)\\`");
}

static bool ends_word(char c) {
    return is_one_of(c, " \t\n\v\f\r\";<`");
}

/* Reads a word after '=': a parameter of an address ends at '&', the only word of a line with it, others at a blank. */
static size_t read_word(reader *r, scope *s, span key, size_t at) {
    char before = key.start > s->from ? r->text[key.start - 1] : '\n';
    bool is_url = before == '?' || before == '&';
    size_t first = skip_blanks(r->text, s->line, s->to);
    if (has_word(r->text, first, s->to, "export")) first = skip_blanks(r->text, first + 6, s->to);
    const bool is_line = key.start == first; /* once a line, which is looked at to its end */
    field_name name = name_at(r, key);
    if (is_line && !is_url) {
        size_t next = at;
        bool again = false;
        while ((next = marks_next(&r->marks, next)) < s->to && r->text[next] != '\n' &&
               !(s->depth && r->text[next] == '\\')) {
            if (r->text[next] == '=' && next > at && is_name_byte(r->text[next - 1])) {
                size_t word = next;
                while (word > at && is_name_byte(r->text[word - 1])) word--;
                again = again || (word > at && is_blank(r->text[word - 1]));
                is_url = is_url || (word > at && word < next && r->text[word - 1] == '&');
            }
            next++;
        }
        if (!again && !is_url && !memchr(r->text + at, ';', (next < s->to ? next : s->to) - at)) {
            return read_value(r, s, name, at, true);
        }
    }
    const char close = open_bracket(r, s);
    size_t start = skip_blanks(r->text, at, s->to), end = start;
    for (; end < s->to; end++) {
        char c = r->text[end];
        if (is_url ? ends_parameter(c) : ends_word(c)) break;
        if (s->depth && c == '\\') break;
        if (ends_item(c, close)) break;
    }
    while (end > start && !is_url && r->text[end - 1] == ',') end--;
    if (end == start) return at;
    reader_add(r, (field){.start = start,
                          .end = end,
                          .name = name,
                          .parent = reader_parent(r, s),
                          .syntax = is_url ? FIELD_URL : FIELD_WORD});
    return end;
}

size_t on_equals(reader *r, scope *s, size_t at) {
    char next = at + 1 < s->to ? r->text[at + 1] : '\n';
    size_t after = at + 1, end = at, quote;
    if (next == '=' || next == '~') return at + 2;
    if (at > s->from && is_one_of(r->text[at - 1], "=!<>+*/|^%")) return after;
    if (next == '>') after++;
    if (end > s->from && r->text[end - 1] == ':') end--;
    span key = identifier_before(r, s, end);
    if (key.end == key.start) return after;
    if (s->open_line) { /* name: type = value */
        const field *line = &r->list->items[s->open_line - 1];
        if (line->start == key.start && line->name.size && line->name.text[line->name.size] == ':') {
            field_name name = line->name;
            size_t i = skip_blanks(r->text, after, s->to);
            if (reader_quote_at(s, r->text, i, &quote)) return read_value(r, s, name, after, false);
        }
    }
    size_t i = skip_blanks(r->text, after, s->to);
    if (i == s->to) return i;
    bool is_literal = reader_quote_at(s, r->text, i, &quote) || is_one_of(r->text[i], "{[") ||
                      (is_one_of(r->text[i], "NbrfuL") && i + 1 < s->to && is_one_of(r->text[i + 1], "'\""));
    if (is_literal) return read_value(r, s, name_at(r, key), after, false);
    return read_word(r, s, key, after);
}

/* --long-option value */
size_t on_hyphen(reader *r, scope *s, size_t at) {
    size_t start = at, quote;
    while (start < s->to && r->text[start] == '-') start++;
    size_t end = start;
    while (end < s->to && is_name_byte(r->text[end])) end++;
    if (start - at > 2 || end - start < 3 || !text_is_alpha(r->text[start]) || end == s->to || r->text[end] != ' ')
        return start > at ? start : at + 1;
    size_t value = skip_blanks(r->text, end, s->to), stop = value;
    field_name name = name_at(r, (span){start, end});
    if (value == s->to || r->text[value] == '-') return end;
    if (reader_quote_at(s, r->text, value, &quote)) {
        size_t after = read_literal(r, s, quote, name);
        return after != quote ? after : end;
    }
    while (stop < s->to && !text_is_space(r->text[stop]) && !is_one_of(r->text[stop], "\"'`;|<>")) stop++;
    if (stop == value) return end;
    reader_add(
        r, (field){.start = value, .end = stop, .name = name, .parent = reader_parent(r, s), .syntax = FIELD_OPTION});
    return stop;
}
