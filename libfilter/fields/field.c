/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/field.h"

#include "base/search.h"
#include "base/utf8.h"
#include "fields/operand.h"

#include <string.h>

#define NUMBER_MAX 64 /* bytes of a number, at most */

static bool starts_by(const void *fields, size_t i, size_t at) {
    return ((const field *)fields)[i].start <= at;
}

const field *fields_around(const field_list *list, size_t start, size_t end) {
    size_t next = search_first(list->items, list->count, starts_by, start);
    if (next == 0) return NULL;
    const field *f = &list->items[next - 1];
    while (f && (f->start > start || f->end < end)) f = field_parent(list, f);
    return f;
}

static bool is_closing(char c) {
    return c && strchr("\"'`\\)]},;", c);
}

/* The field in quotes whose first of these is at `at`, or after backslashes there. */
static const field *opened_at(const field_list *list, const char *text, span at) {
    while (at.start < at.end && text[at.start] == '\\') at.start++;
    if (at.start + 1 >= at.end || !is_closing(text[at.start])) return NULL;
    const field *f = fields_around(list, at.start + 1, at.start + 2);
    while (f && !f->quote) f = field_parent(list, f);
    return f && f->start == at.start + 1 && f->quote == text[at.start] ? f : NULL;
}

span fields_trim(const field_list *list, const char *text, span at) {
    const field *opened = opened_at(list, text, at), *f = opened;
    if (!f) f = at.end > at.start ? fields_around(list, at.start, at.start + 1) : NULL;
    if (!f || f->syntax == FIELD_CONTAINER || f->syntax == FIELD_LINE || f->syntax == FIELD_ELEMENT) return at;
    for (size_t i = f->end; i < at.end; i++) {
        if (!is_closing(text[i])) return at; /* more than one value */
    }
    if (opened) at.start = f->start;
    if (f->end < at.end) at.end = f->end;
    return at;
}

static bool is_sign(char c) {
    return c == '-' || c == '+';
}

/* Is a span a number as JSON, SQL and programs write it: -1.5e3? */
static bool is_number(const char *text, size_t start, size_t end) {
    size_t points = 0;
    if (start < end && is_sign(text[start])) start++;
    for (size_t i = start; i < end; i++) {
        points += text[i] == '.';
        if (!text_is_digit(text[i]) && (text[i] != '.' || points > 1)) return false;
    }
    return start < end && end - start < NUMBER_MAX;
}

/* 1981-02-03, which TOML takes without quotes. */
static bool is_date(const char *text, size_t start, size_t end) {
    if (end - start != 10) return false;
    for (size_t i = 0; i < 10; i++) {
        if (i == 4 || i == 7 ? text[start + i] != '-' : !text_is_digit(text[start + i])) return false;
    }
    return true;
}

/* Does a field come after `name =`? */
static bool is_setting(const field *f) {
    if (f->syntax != FIELD_LINE || !f->name.size) return false;
    const char *sign = f->name.text + f->name.size;
    while (*sign == ' ') sign++;
    return *sign == '=' && sign[-1] == ' ';
}

/* Does the name of a line begin it, as YAML has it? */
static bool begins_line(const field *f, const char *text) {
    const char *at = f->name.text;
    const uintptr_t place = (uintptr_t)at, first = (uintptr_t)text; /* the name may be a constant */
    if (!f->name.size || place < first || place > first + f->start) return false;
    while (at > text && (at[-1] == ' ' || at[-1] == '-')) at--;
    return at == text || at[-1] == '\n';
}

/* Is all of a line from `at` on a remark, as TOML and YAML have it: " # why"? */
static bool is_remark(const field *f, const char *text, size_t at) {
    size_t sign = at;
    while (sign < f->end && (text[sign] == ' ' || text[sign] == '\t')) sign++;
    return f->syntax == FIELD_LINE && sign > at && sign < f->end && text[sign] == '#';
}

#define NO_LITERAL SIZE_MAX

/* Where the literal of JSON, TOML, SQL or code begins that a span in a field without quotes is; NO_LITERAL: it is none.
 */
static size_t literal_start(const field *f, const char *text, span at, bool is_all) {
    if (is_all && is_setting(f)) {
        const bool is_value = is_number(text, at.start, at.end) || is_date(text, at.start, at.end);
        return is_value && text_is_digit(text[at.start]) ? at.start : NO_LITERAL;
    }
    if ((f->syntax != FIELD_BARE && f->syntax != FIELD_SQL) || !is_number(text, at.start, at.end)) return NO_LITERAL;
    if (is_all) return at.start;
    const bool is_signed = at.start == f->start + 1 && at.end == f->end && is_sign(text[f->start]);
    return is_signed ? f->start : NO_LITERAL;
}

/* May a number that is not all of a field stand in an expression? */
static bool may_be_operand(const field *f) {
    return !f || f->syntax == FIELD_LINE || f->syntax == FIELD_WORD || f->syntax == FIELD_BARE ||
           f->syntax == FIELD_CONTAINER;
}

field_writing fields_writing(const field_list *list, const char *text, size_t size, span at) {
    const field *f = fields_around(list, at.start, at.end);
    field_writing how = {.start = at.start, .end = at.end};
    unsigned depth = 0;
    for (const field *around = f; around; around = field_parent(list, around)) {
        how.is_markup = how.is_markup || around->syntax == FIELD_ELEMENT || around->syntax == FIELD_ATTRIBUTE;
        how.is_twice = how.is_twice || (around->syntax == FIELD_CELL && around->quote == '"');
        depth += around->syntax == FIELD_STRING && around->quote == '"';
    }
    if ((f && f->quote) || how.is_markup) return how;
    const bool is_all = f && at.start == f->start && (at.end == f->end || is_remark(f, text, at.end));
    how.is_scalar = is_all && f->syntax == FIELD_LINE && depth == 0 && begins_line(f, text);
    if (f) how.start = literal_start(f, text, at, is_all);
    if (f && how.start != NO_LITERAL) how.quote = f->syntax == FIELD_SQL ? '\'' : '"';
    else how.start = at.start;
    if (!how.quote && may_be_operand(f) && is_number(text, at.start, at.end)) how.quote = operand_quote(text, size, at);
    if (how.quote) how.slashes = (1U << (depth < 8 ? depth : 8)) - 1;
    return how;
}

/* A tag has attributes, whose fields come before that of its text. */
#define NAMES_AHEAD 4

/* Is a line without any number what a name stands for ("SSN: see below")? Then the name is a word like another. */
static bool is_silent(const field *f, const char *text) {
    if (f->syntax != FIELD_LINE) return false;
    for (size_t i = f->start; i < f->end && i < f->start + FIELD_NAME_MAX; i++) {
        if (text_is_digit(text[i])) return false;
    }
    return true;
}

bool fields_name_has(const field_list *list, const char *text, size_t at, size_t end) {
    size_t next = search_first(list->items, list->count, starts_by, at);
    const uintptr_t place = (uintptr_t)text + at, after = (uintptr_t)text + end;
    if (next > 0 && list->items[next - 1].syntax == FIELD_HEADER && list->items[next - 1].end >= end) return true;
    for (size_t i = next; i < list->count && i < next + NAMES_AHEAD; i++) {
        field_name name = list->items[i].name;
        if (!name.size || is_silent(&list->items[i], text)) continue;
        const uintptr_t first = (uintptr_t)name.text;
        if (place >= first && after <= first + name.size) return true;
    }
    /* The name of a tag, whose text may be empty, or of one that ends. */
    size_t k = at;
    while (k > 0 && at - k < FIELD_NAME_MAX && (text_is_word_byte(text[k - 1]) || strchr("_-:.", text[k - 1]))) k--;
    return k > 0 && (text[k - 1] == '<' || (text[k - 1] == '/' && k > 1 && text[k - 2] == '<'));
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/* Does a word begin at `i` in the middle of letters and digits: ssnNumber, HTTPServer, ssn3? */
static bool is_hump(field_name name, size_t i) {
    char before = name.text[i - 1], c = name.text[i];
    if (is_upper(c)) return is_lower(before) || (is_upper(before) && i + 1 < name.size && is_lower(name.text[i + 1]));
    return text_is_digit(c) && text_is_alpha(before);
}

size_t field_words(field_name name, char out[FIELD_WORDS_MAX]) {
    size_t size = 0, letters = 0;
    if (name.size > FIELD_NAME_MAX) { /* of a long one, the end says what it is */
        name.text += name.size - FIELD_NAME_MAX;
        name.size = FIELD_NAME_MAX;
    }
    for (size_t i = 0; i < name.size; i++) {
        char c = name.text[i];
        bool is_word = text_is_word_byte(c);
        if (size && out[size - 1] != ' ' && (!is_word || is_hump(name, i))) out[size++] = ' ';
        if (!is_word) continue;
        out[size++] = text_lower(c);
        if (!text_is_digit(c)) letters = size;
    }
    return letters; /* numbers at the end count what bears the name */
}

bool field_is_generic(field_name name) {
    static const char *const generic[] = {
        "arg",         "args",    "arguments", "body",   "comment", "content", "contents", "data",
        "description", "detail",  "details",   "field",  "input",   "item",    "items",    "line",
        "log",         "message", "msg",       "note",   "notes",   "output",  "param",    "payload",
        "prompt",      "query",   "raw",       "record", "remark",  "remarks", "result",   "row",
        "string",      "summary", "text",      "val",    "value",   "values"};
    char words[FIELD_WORDS_MAX];
    size_t size = field_words(name, words), start = size;
    while (start > 0 && words[start - 1] != ' ') start--;
    bool found = size - start < 2;
    for (size_t i = 0; i < sizeof generic / sizeof *generic && !found; i++) {
        found = strlen(generic[i]) == size - start && memcmp(generic[i], words + start, size - start) == 0;
    }
    explicit_bzero(words, size); /* no text of a request stays on a stack */
    return found;
}
