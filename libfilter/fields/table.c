/* SPDX-License-Identifier: Apache-2.0 */
/* Tables with a header: comma (RFC 4180), tab, semicolon, bar, Markdown; lists of values under one name. */
#include "fields/reader.h"

#include <string.h>

#define HEADER_MAX 48 /* bytes of the name of a column, at most */
#define HEADER_WORDS 6 /* words of it */
#define VALUE_MAX 64 /* bytes of a value of a list */
#define LONE_BLANKS 3 /* blanks in a cell of it, at most: more are prose */
#define LONE_DIGITS 4 /* digits of a value that makes a table of one row */
#define CELL_MAX 65536 /* bytes of a cell in quotes, which may hold line feeds */

/* The cells of one row. `count` may exceed COLUMNS_MAX: those past it are not kept. */
typedef struct row {
    span cells[COLUMNS_MAX];
    bool quoted[COLUMNS_MAX];
    size_t count;
    size_t end; /* of its line */
    size_t next; /* where the next line begins */
} row;

/* Where the line at `at` ends: at its line feed, or the end of the text. */
static size_t line_end(const reader *r, const scope *s, size_t at) {
    size_t i = marks_next(&r->marks, at);
    while (i < s->to && !line_feed_at(r, s, i)) i = marks_next(&r->marks, i + 1);
    return i < s->to ? i : s->to;
}

/* The quote that closes a cell; NOWHERE: none does. */
static size_t cell_close(reader *r, const scope *s, size_t at) {
    size_t to = s->to - at > CELL_MAX ? at + CELL_MAX : s->to;
    for (size_t i = marks_next(&r->marks, at + 1); i < to; i = marks_next(&r->marks, i + 1)) {
        if (r->text[i] != '"') continue;
        if (i + 1 < to && r->text[i + 1] == '"') i++;
        else return i;
    }
    return NOWHERE;
}

static void add_cell(row *out, span cell, bool quoted) {
    if (out->count < COLUMNS_MAX) {
        out->cells[out->count] = cell;
        out->quoted[out->count] = quoted;
    }
    out->count++;
}

static void end_row(const reader *r, const scope *s, size_t at, row *out) {
    out->end = at < s->to ? at : s->to;
    out->next = out->end + line_feed_at(r, s, out->end);
}

/* Splits the line at `at`. */
static void read_row(reader *r, const scope *s, size_t at, char separator, row *out) {
    size_t i = at;
    out->count = 0;
    if (separator == '|') {
        i = skip_blanks(r->text, i, s->to);
        if (i < s->to && r->text[i] == '|') i++;
    }
    for (size_t start = i;;) {
        size_t first = separator == '\t' ? start : skip_blanks(r->text, start, s->to);
        size_t close = first < s->to && r->text[first] == '"' ? cell_close(r, s, first) : NOWHERE;
        if (close != NOWHERE) {
            size_t after = skip_blanks(r->text, close + 1, s->to);
            if (separator == '\t') after = close + 1;
            if (after < s->to && r->text[after] == '\r') after++;
            if (after >= s->to || r->text[after] == separator || r->text[after] == '\n') {
                add_cell(out, (span){first + 1, close}, true);
                if (after >= s->to || r->text[after] == '\n') return end_row(r, s, after, out);
                start = after + 1;
                continue;
            }
        }
        size_t end = marks_next(&r->marks, start);
        while (end < s->to && r->text[end] != separator && !line_feed_at(r, s, end))
            end = marks_next(&r->marks, end + 1);
        if (end > s->to) end = s->to;
        const bool is_last = end == s->to || r->text[end] != separator;
        span cell = trim(r->text, (span){start, end});
        if (!(is_last && separator == '|' && cell.end == cell.start && out->count)) add_cell(out, cell, false);
        if (is_last) return end_row(r, s, end, out);
        start = end + 1;
    }
}

static bool is_header_cell(const char *text, span cell) {
    size_t words = 1, letters = 0;
    if (cell.end == cell.start) return true;
    if (cell.end - cell.start > HEADER_MAX || text_is_digit(text[cell.start])) return false;
    for (size_t i = cell.start; i < cell.end; i++) {
        if (is_blank(text[i]) && ++words > HEADER_WORDS) return false;
        if (is_one_of(text[i], "{}<>=@\"") || (text[i] == ':' && i + 1 < cell.end)) return false;
        if (is_one_of(text[i], ".!?") && i + 1 == cell.end && words > 1) return false;
        letters += text_is_word_byte(text[i]) && !text_is_digit(text[i]);
    }
    return letters > 0;
}

static const char separators[] = "\t|;,"; /* the first of them that a line has separates its cells */

enum { TAB, BAR, SEMICOLON, COMMA, SEPARATORS };

/* What a line has of marks. */
typedef struct line_marks {
    size_t end, next; /* of the line, and where the next one begins; the same: the text ends, or nobody read on */
    size_t counts[SEPARATORS];
    bool has_quotes;
    bool is_code; /* no name of a column has its marks */
} line_marks;

/* Reads the marks of the line at `at`, up to `reach` when it has no separator until there. */
static line_marks marks_of_line(const reader *r, const scope *s, size_t at, size_t reach) {
    line_marks m = {.is_code = false};
    size_t i = marks_next(&r->marks, at), to = reach < s->to ? reach + 1 : s->to;
    for (; i < to && !line_feed_at(r, s, i) && !m.is_code; i = marks_next(&r->marks, i + 1)) {
        switch (r->text[i]) {
        case '\t': m.counts[TAB]++; break;
        case '|': m.counts[BAR]++; break;
        case ';': m.counts[SEMICOLON]++; break;
        case ',': m.counts[COMMA]++; break;
        case '"': m.has_quotes = true; continue;
        case '{':
        case '}':
        case '<':
        case '=': m.is_code = true; continue;
        default: continue;
        }
        to = s->to;
    }
    m.end = i < s->to ? i : s->to;
    m.next = m.end + line_feed_at(r, s, m.end);
    return m;
}

/* Could the line be the names of columns? As many as it has; 0: it could not. */
static size_t header_of(reader *r, const scope *s, size_t at, char separator, row *header) {
    read_row(r, s, at, separator, header);
    size_t named = 0;
    for (size_t i = 0; i < header->count && i < COLUMNS_MAX; i++) {
        if (!is_header_cell(r->text, header->cells[i])) return 0;
        named += header->cells[i].end > header->cells[i].start;
    }
    return named * 2 > header->count ? header->count : 0;
}

/* Has the next line as many separators as this one? Where cells have quotes, nobody knows before they are read. */
static bool is_followed(const reader *r, const scope *s, const line_marks *line, size_t separator) {
    if (line->has_quotes || separator == BAR || line->end >= s->to) return true;
    const line_marks next = marks_of_line(r, s, line->next, s->to);
    return next.has_quotes || next.is_code || next.counts[separator] == line->counts[separator];
}

/* Is the line the rule below the names of a Markdown table? */
static bool is_rule(const char *text, span line) {
    size_t hyphens = 0;
    for (size_t i = line.start; i < line.end; i++) {
        if (!is_one_of(text[i], "|-: \r+=")) return false;
        hyphens += text[i] == '-';
    }
    return hyphens >= 2;
}

static field_name name_of_cell(const reader *r, span cell) {
    return (field_name){r->text + cell.start, cell.end - cell.start};
}

static void add_row(reader *r, const scope *s, const row *header, const row *cells) {
    for (size_t i = 0; i < cells->count && i < COLUMNS_MAX; i++) {
        span cell = cells->cells[i];
        if (cell.end == cell.start) continue;
        uint32_t id = reader_add(r, (field){.start = cell.start,
                                            .end = cell.end,
                                            .name = name_of_cell(r, header->cells[i]),
                                            .parent = s->parent,
                                            .syntax = FIELD_CELL,
                                            .quote = cells->quoted[i] ? '"' : 0});
        if (cell.end - cell.start <= 8 || !memchr(r->text + cell.start, '{', cell.end - cell.start)) continue;
        if (cells->quoted[i]) reader_cell(r, cell, id);
        else reader_inside(r, s, cell, s->depth, id);
    }
}

/* Values of one kind, a line each, below their name. */
static size_t read_list(reader *r, const scope *s, size_t at) {
    span name = trim(r->text, (span){at, line_end(r, s, at)});
    size_t i = name.end, rows = 0;
    if (name.end == name.start || name.end - name.start > HEADER_MAX || !is_header_cell(r->text, name)) return at;
    if (memchr(r->text + name.start, ' ', name.end - name.start) && name.end - name.start > 24) return at;
    size_t first = 0, last = at;
    for (size_t pass = 0; pass < 2; pass++) { /* counted, then added */
        for (i = line_end(r, s, at); i < s->to;) {
            size_t end = line_end(r, s, i + 1);
            span value = trim(r->text, (span){i + 1, end});
            size_t digits = 0;
            bool blank = value.end == value.start;
            for (size_t k = value.start; k < value.end; k++) {
                digits += text_is_digit(r->text[k]) || r->text[k] == '@';
                blank = blank || text_is_space(r->text[k]) || is_one_of(r->text[k], "=:{}<>");
            }
            if (blank || digits == 0 || value.end - value.start > VALUE_MAX) break;
            if (pass == 0) rows++;
            else {
                reader_add(r, (field){.start = value.start,
                                      .end = value.end,
                                      .name = name_of_cell(r, name),
                                      .parent = s->parent,
                                      .syntax = FIELD_CELL});
            }
            i = last = end;
        }
        if (pass == 0) {
            if (rows < 2) return at;
            first = name.start;
            reader_add(
                r,
                (field){
                    .start = first, .end = name.end, .name = {NULL, 0}, .parent = s->parent, .syntax = FIELD_HEADER});
        }
    }
    return last;
}

/* Could the line at `at` be a value of a list: one word? Prose has another soon. */
static bool may_be_value(const reader *r, const scope *s, size_t at) {
    size_t i = at < s->to ? skip_blanks(r->text, at, s->to) : s->to;
    const size_t start = i, to = s->to - i > VALUE_MAX ? i + VALUE_MAX : s->to;
    while (i < to && !text_is_space(r->text[i])) i++;
    const size_t end = i;
    while (i < s->to && (is_blank(r->text[i]) || r->text[i] == '\r')) i++;
    return end > start && (i == s->to || r->text[i] == '\n');
}

/* Has a row a number or an address, no words of a sentence, and a paragraph that ends with it? One such row is enough
 * for a table. */
static bool is_lone_row(const reader *r, const scope *s, const row *cells) {
    bool has_value = false;
    for (size_t i = 0; i < cells->count && i < COLUMNS_MAX; i++) {
        const span cell = cells->cells[i];
        size_t digits = 0, blanks = 0;
        for (size_t k = cell.start; k < cell.end; k++) {
            blanks += is_blank(r->text[k]);
            digits += text_is_digit(r->text[k]);
            has_value |= r->text[k] == '@';
        }
        if (blanks > LONE_BLANKS || (cell.end > cell.start && is_one_of(r->text[cell.end - 1], ".!?"))) return false;
        has_value |= digits >= LONE_DIGITS;
    }
    return has_value && (cells->next >= s->to || line_feed_at(r, s, cells->next));
}

/* Are there rows of as many cells as the header has: two, or one where it cannot be by chance? */
static bool has_rows(reader *r, const scope *s, size_t at, const row *header, char separator, bool is_ruled) {
    row cells;
    if (at >= s->to) return false;
    read_row(r, s, at, separator, &cells);
    if (cells.count != header->count) return false;
    if (is_ruled || header->count >= 4 || separator == '\t' || is_lone_row(r, s, &cells)) return true;
    for (int tries = separator == ',' ? 1 : 2; tries > 0 && cells.next < s->to; tries--) {
        read_row(r, s, cells.next, separator, &cells);
        if (cells.count == header->count) return true;
        if (cells.count < 2) return false;
    }
    return false;
}

/* Reads the rows of a table. One that has more or fewer cells is left out where a whole one comes next:
 * of a table that is one beyond doubt, since lines of prose have as many commas by chance. */
static size_t read_rows(reader *r, const scope *s, size_t at, const row *header, char separator) {
    row cells;
    size_t end = at, rows = 0;
    bool was_ragged = false;
    while (at < s->to && !r->list->is_cut && !r->list->failed) {
        read_row(r, s, at, separator, &cells);
        const bool is_ragged = cells.count != header->count;
        if (is_ragged && (was_ragged || cells.count < 2 || (separator == ',' && rows < 2))) break;
        if (!is_ragged) {
            rows++;
            add_row(r, s, header, &cells);
            end = cells.end;
        }
        was_ragged = is_ragged;
        at = cells.next > cells.end ? cells.next : s->to;
    }
    return end; /* at the line feed, so that a line begins after it */
}

size_t read_table(reader *r, const scope *s, size_t at) {
    row header;
    size_t kind = 0;
    const char first = r->text[at];
    if (text_is_digit(first) || !(text_is_word_byte(first) || is_one_of(first, "|\"_#"))) return at;
    const line_marks line = marks_of_line(r, s, at, at + HEADER_MAX + 2);
    if (line.is_code || (line.end < s->to && line.next == line.end)) return at;
    while (kind < SEPARATORS && !line.counts[kind]) kind++;
    if (kind == SEPARATORS) {
        const bool may_be_list = !s->depth && text_is_word_byte(first) && line.end - at <= 2 * HEADER_MAX;
        return may_be_list && may_be_value(r, s, line.next) ? read_list(r, s, at) : at;
    }
    if (!is_followed(r, s, &line, kind)) return at;
    const char separator = separators[kind];
    const size_t columns = header_of(r, s, at, separator, &header);
    if (columns < 2 || header.end >= s->to) return at;
    const span second = {header.next, line_end(r, s, header.next)};
    const bool is_ruled = separator == '|' && is_rule(r->text, second);
    const size_t rows_at = is_ruled ? second.end + line_feed_at(r, s, second.end) : header.next;
    if (!has_rows(r, s, rows_at, &header, separator, is_ruled)) {
        r->tableless = header.end;
        return at;
    }
    for (size_t i = 0; i < columns && i < COLUMNS_MAX; i++) {
        if (header.cells[i].end > header.cells[i].start)
            reader_add(r, (field){.start = header.cells[i].start,
                                  .end = header.cells[i].end,
                                  .parent = s->parent,
                                  .syntax = FIELD_HEADER});
    }
    return read_rows(r, s, rows_at, &header, separator);
}
