/* SPDX-License-Identifier: Apache-2.0 */
/* INSERT INTO table (a, b) VALUES (1, 'x'), (2, 'y'). */
#include "fields/reader.h"

#include <string.h>

#define LOOK_BACK 160 /* bytes between INTO and the bracket of its columns, at most */
#define LIST_MAX 8192 /* bytes of a list of columns */
#define ITEM_MAX 512 /* bytes of an item without quotes */

static size_t word_start(const char *text, size_t floor, size_t end) {
    while (end > floor && (is_name_byte(text[end - 1]) || is_one_of(text[end - 1], "`\"[]"))) end--;
    return end;
}

static size_t back_over_space(const char *text, size_t floor, size_t at) {
    while (at > floor && text_is_space(text[at - 1])) at--;
    return at;
}

static bool word_before_is(const char *text, size_t floor, size_t end, const char *word) {
    size_t size = strlen(word);
    return end - floor >= size && has_word(text, end - size, end, word) &&
           (end - size == floor || !text_is_word_byte(text[end - size - 1]));
}

/* Reads the names between the bracket at `at` and its end. */
static size_t read_columns(reader *r, const scope *s, size_t at) {
    size_t to = s->to - at > LIST_MAX ? at + LIST_MAX : s->to, start = at + 1;
    r->column_count = 0;
    for (size_t i = at + 1; i < to; i++) {
        char c = r->text[i];
        if (c != ',' && c != ')') {
            if (c == '(' || c == ';') break;
            continue;
        }
        span name = {start, i};
        while (name.start < name.end && (text_is_space(r->text[name.start]) || is_one_of(r->text[name.start], "`\"'[")))
            name.start++;
        while (name.end > name.start &&
               (text_is_space(r->text[name.end - 1]) || is_one_of(r->text[name.end - 1], "`\"']")))
            name.end--;
        if (r->column_count < COLUMNS_MAX) {
            r->columns[r->column_count++] = (field_name){r->text + name.start, name.end - name.start};
            reader_add(r, (field){.start = name.start, .end = name.end, .parent = s->parent, .syntax = FIELD_HEADER});
        }
        if (c == ')') return i + 1;
        start = i + 1;
    }
    r->column_count = 0;
    return at;
}

/* The end of a text in quotes, which are doubled or escaped inside. NOWHERE: it has none. */
static size_t text_close(reader *r, const scope *s, size_t at) {
    char quote = r->text[at];
    for (size_t i = marks_next(&r->marks, at + 1); i < s->to; i = marks_next(&r->marks, i + 1)) {
        if (r->text[i] == '\\') i++;
        else if (r->text[i] == quote && i + 1 < s->to && r->text[i + 1] == quote) i++;
        else if (r->text[i] == quote) return i;
    }
    return NOWHERE;
}

static size_t read_values(reader *r, const scope *s, size_t at) {
    size_t i = at + 1;
    for (size_t column = 0; i < s->to; column++) {
        while (i < s->to && text_is_space(r->text[i])) i++;
        if (i + 1 < s->to && text_is_alpha(r->text[i]) && is_one_of(r->text[i + 1], "'\"")) i++;
        if (i == s->to) return at;
        field f = {.parent = s->parent, .syntax = FIELD_SQL};
        if (column < r->column_count) f.name = r->columns[column];
        size_t end;
        if (r->text[i] == '\'' || r->text[i] == '"') {
            size_t close = text_close(r, s, i);
            if (close == NOWHERE) return at;
            f.start = i + 1;
            f.end = close;
            f.quote = r->text[i];
            end = close + 1;
            while (end < s->to && text_is_space(r->text[end])) end++;
        } else {
            unsigned open = 0;
            for (end = i; end < s->to && (open || (r->text[end] != ',' && r->text[end] != ')')); end++) {
                if (r->text[end] == '(') open++;
                if (r->text[end] == ')') open--;
                if (r->text[end] == ';' || end - i > ITEM_MAX) return at;
            }
            const span value = trim(r->text, (span){i, end});
            f.start = value.start;
            f.end = value.end;
        }
        if (end >= s->to) return at;
        uint32_t id = f.end > f.start ? reader_add(r, f) : 0;
        if (f.quote && f.end - f.start > 8 && memchr(r->text + f.start, '{', f.end - f.start))
            reader_inside(r, s, (span){f.start, f.end}, s->depth, id);
        if (r->text[end] == ')') return end + 1;
        if (r->text[end] != ',') return end;
        i = end + 1;
    }
    return at;
}

static size_t read_list(reader *r, const scope *s, size_t at) {
    if (at < r->rowless) return at;
    size_t floor = at - s->from > LOOK_BACK ? at - LOOK_BACK : s->from;
    size_t end = back_over_space(r->text, floor, at), last = end;
    if (r->column_count &&
        (word_before_is(r->text, floor, end, "values") || word_before_is(r->text, floor, end, "value"))) {
        return read_values(r, s, at);
    }
    if (r->column_count && last > floor && r->text[last - 1] == ',') {
        last = back_over_space(r->text, floor, last - 1);
        if (last > floor && r->text[last - 1] == ')') return read_values(r, s, at);
    }
    size_t table = word_start(r->text, floor, end);
    if (table == end) return at;
    end = back_over_space(r->text, floor, table);
    return word_before_is(r->text, floor, end, "into") ? read_columns(r, s, at) : at;
}

size_t read_sql(reader *r, const scope *s, size_t at) {
    const size_t count = r->list->count;
    size_t end = read_list(r, s, at);
    if (end == at && r->list->count > count) { /* half of a list is none, and is read as other text */
        r->rowless = r->list->items[r->list->count - 1].end;
        r->list->count = count;
    }
    return end;
}
