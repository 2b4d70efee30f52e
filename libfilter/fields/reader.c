/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/reader.h"

#include <string.h>

#define KEY_MAX 64 /* bytes of a key before ':' or '=' */
#define KEY_WORDS 5 /* words of one, where it has blanks */

uint32_t reader_add(reader *r, field f) {
    field_list *list = r->list;
    if (list->count == FIELDS_MAX || !work_spend(list->work, 32)) {
        list->is_cut = true;
        return 0;
    }
    if (!arena_grow(list->memory, &list->items, &list->capacity, list->count + 1, sizeof f)) {
        list->failed = true;
        return 0;
    }
    list->items[list->count++] = f;
    return (uint32_t)list->count;
}

uint32_t reader_parent(const reader *r, const scope *s) {
    if (s->open_line) return s->open_line;
    if (r->frame_count > s->frames) {
        const frame *top = &r->frames[r->frame_count - 1];
        return top->field ? top->field : top->parent;
    }
    return s->block_count ? s->blocks[s->block_count - 1].field : s->parent;
}

/* -------------------------------------------------------------------------------- literals ---- */

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

void reader_inside(reader *r, const scope *s, span value, unsigned depth, uint32_t parent) {
    if (depth > DEPTH_MAX || value.end - value.start < 4) return;
    reader_read(r,
                (scope){.from = value.start, .to = value.end, .depth = depth, .is_cell = s->is_cell, .parent = parent});
}

void reader_cell(reader *r, span value, uint32_t parent) {
    reader_read(r, (scope){.from = value.start, .to = value.end, .is_cell = true, .parent = parent});
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

static bool is_identifier(const char *text, span s) {
    if (s.end - s.start < 2 || s.end - s.start > KEY_MAX) return false;
    bool letter = false;
    for (size_t i = s.start; i < s.end; i++) {
        if (!is_name_byte(text[i])) return false;
        letter |= !text_is_digit(text[i]) && text_is_word_byte(text[i]);
    }
    return letter;
}

/* The names of parts that name other parts, and of those: {"name": "ssn", "value": "…"}. */
static bool is_label(field_name name) {
    return name_is(name, "name") || name_is(name, "key") || name_is(name, "type") || name_is(name, "label") ||
           name_is(name, "kind") || name_is(name, "field") || name_is(name, "header");
}

static bool is_labelled(field_name name) {
    return name_is(name, "value") || name_is(name, "val") || name_is(name, "number") || name_is(name, "data") ||
           name_is(name, "content") || name_is(name, "string") || name_is(name, "text") || name_is(name, "id") ||
           name_is(name, "code") || name_is(name, "no") || name_is(name, "answer");
}

/* The name that a value gets, by what stood beside it in its bracket. */
static field_name name_of(reader *r, scope *s, field_name name, span value) {
    frame *top = r->frame_count > s->frames ? &r->frames[r->frame_count - 1] : NULL;
    field_name *label = top ? &top->label : &s->label;
    if (name.size && is_label(name)) {
        if (is_identifier(r->text, value)) *label = (field_name){r->text + value.start, value.end - value.start};
    } else if (name.size && label->size && is_labelled(name)) {
        name = *label;
    } else if (!name.size && top && top->close == ')') {
        if (top->items++ == 0 && is_identifier(r->text, value))
            top->label = (field_name){r->text + value.start, value.end - value.start};
        else if (top->items == 2) name = top->label;
    } else if (!name.size && top && top->close == ']') {
        name = top->name;
    }
    return name;
}

/* Reads the literal at `at` as a value. Returns where it ends; `at` when it is none. */
static size_t read_literal(reader *r, scope *s, size_t at, field_name name) {
    bool has_structure;
    size_t close = reader_close(r, s, at, &has_structure);
    if (close == NOWHERE) return at;
    const char quote = r->text[at];
    const span value = {at + 1, close - prefix_of(s, quote)};
    uint32_t id = reader_add(r, (field){.start = value.start,
                                        .end = value.end,
                                        .name = name_of(r, s, name, value),
                                        .parent = reader_parent(r, s),
                                        .syntax = FIELD_STRING,
                                        .quote = quote});
    if (has_structure) reader_inside(r, s, value, s->depth + (quote == '"'), id);
    s->pending.size = 0;
    return close + 1;
}

/* Reads a value without quotes, up to one of `stops` or the end of the line. */
static size_t read_bare(reader *r, scope *s, size_t at, field_name name, const char *stops, field_syntax syntax) {
    size_t end = at;
    for (;; end++) {
        end = marks_next(&r->marks, end);
        if (end >= s->to) end = s->to;
        if (end == s->to || r->text[end] == '\n' || is_one_of(r->text[end], stops)) break;
        if (s->depth && r->text[end] == '\\') break;
    }
    span value = trim(r->text, (span){at, end});
    if (value.end == value.start) return at;
    reader_add(r, (field){.start = value.start,
                          .end = value.end,
                          .name = name_of(r, s, name, value),
                          .parent = reader_parent(r, s),
                          .syntax = syntax});
    s->pending.size = 0;
    return end;
}

/* Is a quote of this scope at `at`, or backslashes and then one? */
static bool is_quote_at(const scope *s, const char *text, size_t at, size_t *quote) {
    size_t i = at;
    while (i < s->to && text[i] == '\\') i++;
    if (i + 1 < s->to && s->is_cell && text[i] == '"' && text[i + 1] == '"') i++;
    if (i == s->to || (text[i] != '"' && text[i] != '\'' && text[i] != '`')) return false;
    *quote = i;
    return i - at == prefix_of(s, text[i]);
}

/* What a value without quotes ends with, by the bracket that it is in. */
static const char *stops_of(const reader *r, const scope *s) {
    char close = open_bracket(r, s);
    return close == '}' ? ",}" : close == ']' ? ",]" : close == ')' ? ",)" : "";
}

/* ------------------------------------------------------------------------------------- keys ---- */

void reader_end_line(reader *r, scope *s, size_t end) {
    if (!s->open_line) return;
    field *f = &r->list->items[s->open_line - 1];
    span value = trim(r->text, (span){f->start, end > f->start ? end : f->start});
    while (value.end > value.start && is_one_of(r->text[value.end - 1], ",;|")) value.end--;
    f->end = trim(r->text, value).end;
    s->open_line = 0;
}

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
        if (c == '.' && i < end && is_blank(r->text[i])) break; /* a sentence ends */
        if (is_after_value && text_is_digit(c)) break;
        if (is_blank(c) && i < end && !is_blank(r->text[i]) && ++words > words_max) break;
        if (!is_name_byte(c) && !is_blank(c) && !is_one_of(c, "/'()#&")) break;
        if (!is_blank(c)) start = i - 1;
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

static field_name name_at(const reader *r, span s) {
    return (field_name){r->text + s.start, s.end - s.start};
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

/* Ends the blocks that a line of this indent is not in. */
static void leave_blocks(reader *r, scope *s, size_t indent, size_t at) {
    while (s->block_count && s->blocks[s->block_count - 1].indent >= indent) {
        field *f = &r->list->items[s->blocks[--s->block_count].field - 1];
        f->end = at > f->start ? at : f->start;
        s->label.size = 0;
    }
}

/* A key without a value on its line: what is indented below is in it. */
static void open_block(reader *r, scope *s, span key, size_t indent, size_t at) {
    if (s->block_count == BLOCKS_MAX || open_bracket(r, s)) return;
    uint32_t id = reader_add(
        r,
        (field){
            .start = at, .end = at, .name = name_at(r, key), .parent = reader_parent(r, s), .syntax = FIELD_CONTAINER});
    if (id) s->blocks[s->block_count++] = (block){indent, id};
}

/* Reads what is after the key `name` and its sign, from `at` on; a line is taken to its end when `to_end`. */
static size_t read_value(reader *r, scope *s, field_name name, size_t at, bool to_end) {
    const bool in_frame = open_bracket(r, s) == '}' || open_bracket(r, s) == ']';
    size_t quote, i = skip_blanks(r->text, at, s->to);
    if (in_frame) {
        while (i < s->to && text_is_space(r->text[i])) i++;
    }
    if (i == s->to) return i;
    if (is_quote_at(s, r->text, i, &quote)) {
        size_t end = read_literal(r, s, quote, name);
        if (end != quote) return end;
    }
    if (text_is_alpha(r->text[i]) && i + 1 < s->to && is_quote_at(s, r->text, i + 1, &quote)) { /* N'…' */
        size_t end = read_literal(r, s, quote, name);
        if (end != quote) return end;
    }
    if (r->text[i] == '{' || r->text[i] == '[') {
        s->pending = name;
        return i;
    }
    if (in_frame) return read_bare(r, s, i, name, stops_of(r, s), FIELD_BARE);
    if (!to_end || r->text[i] == '\n') return i;
    while (i < s->to && r->text[i] == '*') i++; /* **Key:** value */
    i = skip_blanks(r->text, i, s->to);
    span line = {i, s->to};
    field_name named = name_of(r, s, name, (span){i, i});
    if (is_label(name)) { /* its value, to the end of the line */
        size_t end = i;
        while (end < s->to && is_name_byte(r->text[end])) end++;
        name_of(r, s, name, (span){i, end});
    }
    s->open_line = reader_add(
        r,
        (field){
            .start = line.start, .end = line.end, .name = named, .parent = reader_parent(r, s), .syntax = FIELD_LINE});
    s->line_frames = r->frame_count;
    s->clause = i;
    return i;
}

static size_t words_of(const char *text, span s) {
    size_t words = 1;
    for (size_t i = s.start; i < s.end; i++) words += is_blank(text[i]);
    return words;
}

/* KEY:value at the start of a line, as vCard has it: no drive, no scheme, no time. */
static bool is_tight_key(const reader *r, const scope *s, span key, char next) {
    if (key.start != skip_blanks(r->text, s->line, s->to) || key.end - key.start < 3 || is_one_of(next, "/\\"))
        return false;
    if (r->text[key.end] != ':') return false;
    for (size_t i = key.start; i < key.end; i++) {
        if (!text_is_word_byte(r->text[i]) && r->text[i] != '_' && r->text[i] != '-') return false;
        if (text_is_digit(r->text[i])) return false;
    }
    return true;
}

static size_t on_colon(reader *r, scope *s, size_t at) {
    const bool in_frame = open_bracket(r, s) == '}';
    char next = at + 1 < s->to ? r->text[at + 1] : '\n';
    if (next == ':') return at + 2;
    if (next == '=') return at + 1; /* := */
    if (in_frame && !s->open_line) {
        span key = identifier_before(r, s, at);
        return key.end == key.start ? at + 1 : read_value(r, s, name_at(r, key), at + 1, false);
    }
    span key = key_before(r, s, at);
    if (key.end == key.start) return at + 1;
    bool is_open = text_is_space(next) || is_one_of(next, "\"'*_[{") || (s->depth && next == '\\');
    if (!is_open && !is_tight_key(r, s, key, next)) return at + 1;
    if (s->open_line && key.start == s->clause && words_of(r->text, key) > 2)
        return at + 1; /* "Adresi: Atatürk Caddesi No: 12" */
    reader_end_line(r, s, key.start);
    bool is_line = key.start <= s->line + 64 && !open_bracket(r, s);
    if (is_line) leave_blocks(r, s, key.start - s->line, key.start);
    size_t i = skip_blanks(r->text, at + 1, s->to);
    i = skip_block_sign(r, s, i);
    if (i < s->to && r->text[i] == '\n' && is_line) {
        open_block(r, s, key, key.start - s->line, i);
        return read_next_line(r, s, name_at(r, key), i);
    }
    return read_value(r, s, name_at(r, key), at + 1, true);
}

static bool ends_parameter(char c) {
    return text_is_space(c) || is_in_bits(c,
                                          CHAR_BIT_OF('&') | CHAR_BIT_OF('#') | CHAR_BIT_OF('"') | CHAR_BIT_OF('\'') |
                                              CHAR_BIT_OF('<') | CHAR_BIT_OF('>') | CHAR_BIT_OF(')'),
                                          CHAR_BIT_OF('\\') | CHAR_BIT_OF('`'));
}

static bool ends_word(char c) {
    return text_is_space(c) || is_in_bits(c, CHAR_BIT_OF('"') | CHAR_BIT_OF(';') | CHAR_BIT_OF('<'), CHAR_BIT_OF('`'));
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
    size_t start = skip_blanks(r->text, at, s->to), end = start;
    for (; end < s->to; end++) {
        char c = r->text[end];
        if (is_url ? ends_parameter(c) : ends_word(c)) break;
        if (s->depth && c == '\\') break;
        if (r->frame_count > s->frames && is_one_of(c, stops_of(r, s))) break;
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

static size_t on_equals(reader *r, scope *s, size_t at) {
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
            if (is_quote_at(s, r->text, i, &quote)) return read_value(r, s, name, after, false);
        }
    }
    size_t i = skip_blanks(r->text, after, s->to);
    if (i == s->to) return i;
    bool is_literal = is_quote_at(s, r->text, i, &quote) || is_one_of(r->text[i], "{[") ||
                      (is_one_of(r->text[i], "NbrfuL") && i + 1 < s->to && is_one_of(r->text[i + 1], "'\""));
    if (is_literal) return read_value(r, s, name_at(r, key), after, false);
    return read_word(r, s, key, after);
}

/* --------------------------------------------------------------------------------- brackets ---- */

static size_t on_open(reader *r, scope *s, size_t at) {
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
static size_t read_item(reader *r, scope *s, size_t at) {
    const frame *top = r->frame_count > s->frames ? &r->frames[r->frame_count - 1] : NULL;
    size_t i = at, quote;
    if (!top || top->close != ']') return at;
    while (i < s->to && text_is_space(r->text[i])) i++;
    if (i == s->to || is_one_of(r->text[i], "[]{}(,") || is_quote_at(s, r->text, i, &quote)) return at;
    if (text_is_alpha(r->text[i]) && i + 1 < s->to && is_one_of(r->text[i + 1], "'\"")) return at;
    if (!text_is_digit(r->text[i]) && r->text[i] != '-' && !top->name.size) return at;
    return read_bare(r, s, i, top->name, ",]", FIELD_BARE);
}

static size_t on_close(reader *r, scope *s, size_t at) {
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

/* ------------------------------------------------------------------------------------ lines ---- */

/* An item of a list of YAML or Markdown: "- value". */
static size_t read_list_item(reader *r, scope *s, size_t at) {
    size_t i = skip_blanks(r->text, at, s->to), quote;
    if (i + 1 >= s->to || r->text[i] != '-') return at;
    if (r->text[i + 1] == ' ') s->label.size = 0; /* the next of a list of maps */
    size_t value = skip_blanks(r->text, i + 1, s->to);
    if (value == i + 1 && !is_one_of(r->text[value], "'\"")) return at;
    s->clause = value;
    if (!s->block_count) return at;
    field_name name = r->list->items[s->blocks[s->block_count - 1].field - 1].name;
    if (is_quote_at(s, r->text, value, &quote)) {
        size_t end = read_literal(r, s, quote, name);
        return end != quote ? end : at;
    }
    size_t end = marks_next(&r->marks, value);
    while (end < s->to && r->text[end] != '\n' && r->text[end] != ':' && r->text[end] != '{')
        end = marks_next(&r->marks, end + 1);
    if (end < s->to && r->text[end] != '\n') return at;
    span item = trim(r->text, (span){value, end < s->to ? end : s->to});
    if (item.end > item.start)
        reader_add(r, (field){.start = item.start,
                              .end = item.end,
                              .name = name,
                              .parent = reader_parent(r, s),
                              .syntax = FIELD_LINE});
    return item.end;
}

static size_t begin_line(reader *r, scope *s, size_t at) {
    s->line = s->clause = at;
    if (open_bracket(r, s) || at >= s->to) return at;
    size_t end = at >= r->tableless ? read_table(r, s, at) : at;
    if (end == at) end = read_line_form(r, s, at);
    if (end == at) end = read_list_item(r, s, at);
    if (end == at && s->block_count) {
        size_t i = skip_blanks(r->text, at, s->to);
        if (i < s->to && i == at && text_is_word_byte(r->text[i])) leave_blocks(r, s, 0, at);
    }
    return end;
}

/* A line ends at `at`, the next one begins at `next`. */
static size_t on_line_end(reader *r, scope *s, size_t at, size_t next) {
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
    return begin_line(r, s, next);
}

/* An escape in a string: a line feed of the text that it stands for, or the quote after it. */
static size_t on_backslash(reader *r, scope *s, size_t at) {
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

/* --long-option value */
static size_t on_hyphen(reader *r, scope *s, size_t at) {
    size_t start = at, quote;
    while (start < s->to && r->text[start] == '-') start++;
    size_t end = start;
    while (end < s->to && is_name_byte(r->text[end])) end++;
    if (start - at > 2 || end - start < 3 || !text_is_alpha(r->text[start]) || end == s->to || r->text[end] != ' ')
        return start > at ? start : at + 1;
    size_t value = skip_blanks(r->text, end, s->to), stop = value;
    field_name name = name_at(r, (span){start, end});
    if (value == s->to || r->text[value] == '-') return end;
    if (is_quote_at(s, r->text, value, &quote)) {
        size_t after = read_literal(r, s, quote, name);
        return after != quote ? after : end;
    }
    while (stop < s->to && !text_is_space(r->text[stop]) && !is_one_of(r->text[stop], "\"'`;|<>")) stop++;
    if (stop == value) return end;
    reader_add(
        r, (field){.start = value, .end = stop, .name = name, .parent = reader_parent(r, s), .syntax = FIELD_OPTION});
    return stop;
}

static size_t on_quote(reader *r, scope *s, size_t at) {
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
            leave_blocks(r, s, at - s->line, at);
            size_t end = skip_blanks(r->text, sign + 1, s->to);
            if (end < s->to && r->text[end] == '\r') end++;
            if (end < s->to && r->text[end] == '\n') {
                open_block(r, s, name, at - s->line, end);
                return end;
            }
        }
        return read_value(r, s, name_at(r, name), sign + 1 + is_arrow, is_colon);
    }
    return read_literal(r, s, at, (field_name){NULL, 0});
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
    size_t at = begin_line(r, &s, s.from);
    while (!r->list->failed && !r->list->is_cut && (at = marks_next(&r->marks, at)) < s.to) {
        size_t next = on_mark(r, &s, at);
        at = next > at ? next : at + 1;
    }
    if (r->list->failed) return;
    reader_end_line(r, &s, s.to);
    leave_blocks(r, &s, 0, s.to);
    r->frame_count = s.frames;
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
