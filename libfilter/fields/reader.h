/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: what the parts of the fields' reader share. Only the files of this room include it.
 *
 * A scope is a part of the text that is read by itself: the whole, what is in a string, a cell, the text of a line.
 * In a string of JSON, quotes are written \" and line feeds \n; in one within that \\\" and \\n: `depth` says how
 * often. In a cell in quotes, a quote is written twice, after its backslashes.
 */
#ifndef FILTER_FIELDS_READER_H
#define FILTER_FIELDS_READER_H

#include "base/utf8.h"
#include "fields/field.h"
#include "fields/marks.h"
#include "text/span_map.h"

#include <string.h>

#define NOWHERE SIZE_MAX

#define KEY_MAX 64 /* bytes of a key before ':' or '=' */
#define FRAMES_MAX 64 /* brackets in one another that are told apart */
#define DEPTH_MAX 4 /* strings in one another that are read */
#define BLOCKS_MAX 32 /* indented blocks in one another */
#define COLUMNS_MAX 256 /* columns of a table that have names */
#define HEADS_MAX 64 /* the same in HTML */

/* A bracket that is open. */
typedef struct frame {
    char close;
    uint32_t field; /* 1 + index of the field that it is; 0: none */
    uint32_t parent; /* 1 + index of the nearest field around */
    field_name name; /* of its items */
    field_name label; /* what its "name" or its first text says: the name of its "value" or second text */
    uint32_t labelled; /* 1 + index of its "value", which no "name" stood before; 0: none */
    size_t items; /* texts so far */
    bool in_word; /* "a{b", which is no structure where its line does not close it */
} frame;

/* A key whose value is the lines below that are indented deeper. */
typedef struct block {
    size_t indent;
    uint32_t field; /* 1 + index */
    bool is_text; /* the lines are a text, as after '|' and '>' of YAML */
} block;

typedef struct reader {
    const char *text;
    size_t size;
    marks marks;
    field_list *list;
    frame frames[FRAMES_MAX];
    size_t frame_count;
    block blocks[BLOCKS_MAX];
    size_t block_count;
    field_name columns[COLUMNS_MAX]; /* of the INSERT that is read */
    size_t column_count;
    field_name heads[HEADS_MAX]; /* of the columns of the table of HTML that is read */
    size_t head_count; /* of its last row of heads */
    size_t row_heads, row_cells; /* of the row that is read; heads are cells, too */
    bool is_in_row; /* it has begun */
    size_t unclosed[3]; /* up to here, no quote of a kind closes */
    size_t rowless; /* up to here, no row of an INSERT begins */
    size_t tableless; /* up to here, no table begins */
} reader;

typedef struct scope {
    size_t from, to;
    unsigned depth;
    bool is_cell; /* of a table, in quotes */
    uint32_t parent; /* 1 + index of the field that it is in; 0: none */
    size_t frames; /* brackets that were open before it */
    field_name pending; /* the name of a value that comes next */
    size_t line, clause; /* where the line, and what names in it, begin */
    uint32_t open_line; /* 1 + index of the field that goes to the end of the line; 0: none */
    size_t line_frames; /* brackets that were open when it began */
    size_t blocks; /* that were open before it */
    field_name label; /* of the lines: what "name:" said */
} scope;

/* ---------------------------------------------------------------------------------- reader.c ---- */

/* Makes room for a field; false: there is none. */
bool reader_grow(reader *r);

/* Adds a field; returns 1 + its index, 0 when it is not kept. */
static inline uint32_t reader_add(reader *r, field f) {
    field_list *list = r->list;
    if (!work_spend(list->work, 32)) list->is_cut = true;
    if (list->count == FIELDS_MAX) list->is_cut = true;
    if (list->is_cut || (list->count == list->capacity && !reader_grow(r))) return 0;
    list->items[list->count++] = f;
    return (uint32_t)list->count;
}

/* The nearest field around what is read now: 1 + its index, 0 for none. */
uint32_t reader_parent(const reader *r, const scope *s);

/* Reads a part of the text by itself, in a field. */
void reader_read(reader *r, scope s);

/* Reads what stands in a literal or a cell. */
void reader_inside(reader *r, const scope *s, span value, unsigned depth, uint32_t parent);

/* Reads a cell in quotes. */
void reader_cell(reader *r, span value, uint32_t parent);

/* What begins at a mark: each reads it and returns where to go on; `at` or a little later when it is nothing. */
size_t on_quote(reader *r, scope *s, size_t at); /* literal.c */
size_t on_colon(reader *r, scope *s, size_t at); /* key.c */
size_t on_equals(reader *r, scope *s, size_t at);
size_t on_hyphen(reader *r, scope *s, size_t at);
size_t on_open(reader *r, scope *s, size_t at); /* bracket.c */
size_t on_close(reader *r, scope *s, size_t at);
size_t on_backslash(reader *r, scope *s, size_t at); /* line.c */
size_t on_line_end(reader *r, scope *s, size_t at, size_t next); /* the line ends at `at`, the next begins at `next` */

/* --------------------------------------------------------------------------------- literal.c ---- */

/* Is a quote of this scope at `at`, or backslashes and then one? */
bool reader_quote_at(const scope *s, const char *text, size_t at, size_t *quote);

/* Reads the literal at `at` as a value. Returns where it ends; `at` when it is none. */
size_t read_literal(reader *r, scope *s, size_t at, field_name name);

/* Reads a value without quotes, to the end of its item or of the line. */
size_t read_bare(reader *r, scope *s, size_t at, field_name name);

/* ------------------------------------------------------------------------------------- key.c ---- */

/* Reads what is after the key `name` and its sign, from `at` on; a line is taken to its end when `to_end`. */
size_t read_value(reader *r, scope *s, field_name name, size_t at, bool to_end);

/* ----------------------------------------------------------------------------------- label.c ---- */

/* What a name says of the part beside it: of keys, elements and attributes. */
enum {
    LABEL_KEY = 1, /* its value names the "value" beside it */
    LABEL_ELEMENT = 2,
    LABEL_ATTRIBUTE = 4,
    LABELLED_KEY = 8, /* a "name" beside it names its value */
    LABELLED_ELEMENT = 16,
    LABELLED_ATTRIBUTE = 32,
    LABELLED_BEFORE = 64 /* a key whose value a "name" after it names, too: one that means nothing by itself */
};

/* These, as bits. */
unsigned label_kinds(field_name name);

/* The name that a value gets, by what stood beside it in its bracket. */
field_name label_name(reader *r, scope *s, field_name name, span value);

/* ------------------------------------------------------------------------------------ line.c ---- */

/* Begins the line at `at`: returns where to go on. */
size_t reader_begin_line(reader *r, scope *s, size_t at);

/* Opens a field that goes to the end of the line. */
void reader_open_line(reader *r, scope *s, field_name name, size_t at);

/* Ends it, at `end`. */
void reader_end_line(reader *r, scope *s, size_t end);

/* Opens the block of a key without a value on its line: what is indented below is in it. */
void reader_open_block(reader *r, scope *s, field_name key, size_t indent, size_t at);

/* Ends the blocks that a line of this indent is not in. */
void reader_leave_blocks(reader *r, scope *s, size_t indent, size_t at);

/* -------------------------------------------------------------------------------- bracket.c ---- */

/* An item of a list that has no quotes, after its '[' or ','. */
size_t read_item(reader *r, scope *s, size_t at);

/* ---------------------------------------------------------------------------- forms of their own ---- */

/* Table that begins at the line at `at`: returns where it ends; `at` when there is none. */
size_t read_table(reader *r, const scope *s, size_t at);

/* The list of columns, or a row, of an INSERT, in the bracket at `at`: returns where it ends; `at` when it is none. */
size_t read_sql(reader *r, const scope *s, size_t at);

/* A tag of XML or HTML at `at`, and the text after it: returns where to go on; `at` when it is none. */
size_t read_tag(reader *r, scope *s, size_t at);

/* A line that has a form of its own at its start: HL7, vCard, ENV of a container. Returns where to go on; `at` when it
 * has none. */
size_t read_line_form(reader *r, scope *s, size_t at);

/* A key whose value is alone on the next line, perhaps after an empty one or in a fence of Markdown. `at` is the end
 * of the key's line. Returns the end of the value, `at` when there is none. */
size_t read_next_line(reader *r, scope *s, field_name name, size_t at);

/* Is a character one of `set`, a literal of at most 16 bytes of ASCII? The set becomes two constants of bits. */
#define is_one_of(c, set) is_in_bits(c, SET_BITS(set, 0), SET_BITS(set, 1))
#define SET_BIT(set, i, high)                                                                                          \
    ((i) + 1 < sizeof(set) && (set)[(i) < sizeof(set) ? (i) : 0] / 64 == (high)                                        \
         ? UINT64_C(1) << ((set)[(i) < sizeof(set) ? (i) : 0] & 63)                                                    \
         : 0)
#define SET_BITS_4(set, i, high)                                                                                       \
    (SET_BIT(set, i, high) | SET_BIT(set, i + 1, high) | SET_BIT(set, i + 2, high) | SET_BIT(set, i + 3, high))
#define SET_BITS(set, high)                                                                                            \
    (SET_BITS_4(set, 0, high) | SET_BITS_4(set, 4, high) | SET_BITS_4(set, 8, high) | SET_BITS_4(set, 12, high))

static inline bool is_in_bits(char c, uint64_t low, uint64_t high) {
    unsigned char u = (unsigned char)c;
    return u < 64 ? low >> u & 1 : u < 128 && high >> (u - 64) & 1;
}

/* The size of the line feed at `at`, which is an escape in a string; 0: there is none. */
static inline size_t line_feed_at(const reader *r, const scope *s, size_t at) {
    if (at < s->to && r->text[at] == '\n') return 1;
    const size_t slashes = s->depth ? (size_t)1 << (s->depth - 1) : 0;
    if (!slashes || at >= s->to || slashes >= s->to - at || (at > s->from && r->text[at - 1] == '\\')) return 0;
    for (size_t i = 0; i < slashes; i++) {
        if (r->text[at + i] != '\\') return 0;
    }
    return r->text[at + slashes] == 'n' ? slashes + 1 : 0;
}

static inline bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static inline size_t skip_blanks(const char *text, size_t at, size_t to) {
    while (at < to && is_blank(text[at])) at++;
    return at;
}

static inline size_t skip_blanks_back(const char *text, size_t from, size_t at) {
    while (at > from && is_blank(text[at - 1])) at--;
    return at;
}

/* A span without blanks at its ends. */
static inline span trim(const char *text, span s) {
    s.start = skip_blanks(text, s.start, s.end);
    while (s.end > s.start && (is_blank(text[s.end - 1]) || text[s.end - 1] == '\r')) s.end--;
    return s;
}

/* The key whose block is open; NULL: none is. */
static inline const block *open_key(const reader *r, const scope *s) {
    return r->block_count > s->blocks ? &r->blocks[r->block_count - 1] : NULL;
}

/* What closes the bracket that is open; NUL: none is, or a tag. */
static inline char open_bracket(const reader *r, const scope *s) {
    char close = r->frame_count > s->frames ? r->frames[r->frame_count - 1].close : 0;
    return close == '<' ? 0 : close;
}

/* Does a value without quotes end at `c`, in the bracket that `close` closes? NUL: in none. */
static inline bool ends_item(char c, char close) {
    return close && (c == close || c == ',');
}

static inline field_name name_at(const reader *r, span s) {
    return (field_name){r->text + s.start, s.end - s.start};
}

static inline bool is_name_byte(char c) {
    const uint64_t digits = UINT64_C(0x3ff) << '0', letters = UINT64_C(0x07fffffe07fffffe);
    return (unsigned char)c >= 0x80 || is_in_bits(c, digits | SET_BITS("-.$", 0), letters | SET_BITS("_", 1));
}

/* Is `word`, in lower case, what stands at `at`? */
static inline bool has_word(const char *text, size_t at, size_t to, const char *word) {
    size_t i = 0;
    for (; word[i]; i++) {
        if (at + i >= to || text_lower(text[at + i]) != word[i]) return false;
    }
    return at + i >= to || !text_is_word_byte(text[at + i]);
}

static inline bool name_is(field_name name, const char *word) {
    return name.size == strlen(word) && has_word(name.text, 0, name.size, word);
}

#endif
