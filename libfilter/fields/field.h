/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field: the structure of a text: where a value begins and ends, what names it, how it is written.
 *
 *     {"ssn":"219-09-4471","order":12}    a field "ssn" of 219-09-4471, in quotes; a field "order" of 12, bare
 *     name;dob ⏎ Jo;1981-02-03            a field "dob" of 1981-02-03, a cell
 *     <mail>jo@example.com</mail>         a field "mail" of jo@example.com, an element
 *
 * One pass recognises, wherever they stand and however nested: JSON (also in a JSON string), literals of programming
 * languages, tables with a header, SQL inserts, `key: value` and `key=value` lines, addresses and forms, XML and HTML,
 * options of commands, HL7 and vCard. What is left is prose, and has no fields. Nothing is copied: all is spans of the
 * text. What has no marks costs next to nothing; nesting and the number of fields are bounded.
 */
#ifndef FILTER_FIELDS_FIELD_H
#define FILTER_FIELDS_FIELD_H

#include "base/arena.h"
#include "base/work.h"
#include "text/span_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a field is written: what may stand in it, and where it ends. */
typedef enum field_syntax {
    FIELD_STRING, /* a literal in quotes, of JSON or of a programming language */
    FIELD_BARE, /* a literal without quotes: a number or a word, of the same */
    FIELD_CONTAINER, /* an object or a list: its parts are fields of their own */
    FIELD_HEADER, /* the name of a column */
    FIELD_CELL, /* of a table */
    FIELD_SQL, /* of an INSERT, in quotes or not */
    FIELD_LINE, /* what comes after "key: " or "key=", to the end of the line at most */
    FIELD_WORD, /* what comes after "key=", to the next blank or separator */
    FIELD_URL, /* a parameter of an address or a form */
    FIELD_ELEMENT, /* the text of an element of XML or HTML */
    FIELD_ATTRIBUTE, /* of a tag */
    FIELD_OPTION /* of a command */
} field_syntax;

/* A name is text of the document, or a constant. */
typedef struct field_name {
    const char *text;
    size_t size; /* 0: no name */
} field_name;

/* How a text must be written where a value stands, so that what is around it can still be read. */
typedef struct field_writing {
    bool is_markup; /* without < and >: in XML or HTML */
    bool is_scalar; /* all of a value of YAML, not in markup: what has a meaning there at its start goes into quotes */
    char quote; /* in these quotes, in place of a bare number of JSON, TOML, SQL or code; NUL: in none */
    unsigned slashes; /* before each of them: the number is in a string itself */
    bool is_twice; /* each is written twice: in a cell in quotes */
    size_t start, end; /* what is replaced */
} field_writing;

typedef struct field {
    size_t start, end; /* without quotes */
    field_name name; /* nearest: key, header, tag, attribute, option */
    uint32_t parent; /* 1 + index of the field that this one is in; 0: none */
    field_syntax syntax;
    char quote; /* around it; NUL: none */
} field;

/* More fields than this are one text made to be slow, or need no names: see `is_cut`. */
#define FIELDS_MAX ((size_t)1 << 20)

typedef struct field_list {
    arena *memory;
    work_budget *work; /* NULL: nobody counts */
    field *items; /* in order of start; one that holds another comes before it */
    size_t count, capacity;
    bool is_cut; /* the rest of the text has no fields: FIELDS_MAX was reached, or the time was up */
    bool failed; /* memory is out */
} field_list;

/* Reads the fields of valid UTF-8 below 4 GiB. False when memory is out. */
bool fields_read(field_list *list, const char *text, size_t size);

/* The innermost field that holds a span; NULL: it stands in prose. */
const field *fields_around(const field_list *list, size_t start, size_t end);

/* The field around a field; NULL: none. */
static inline const field *field_parent(const field_list *list, const field *f) {
    return f->parent ? &list->items[f->parent - 1] : NULL;
}

/* A span without what stands around the field that it is in, as its quotes and the bracket after it: where escapes were
 * undone, fields may seem to end elsewhere. */
span fields_trim(const field_list *list, const char *text, span at);

/* How a text is written in place of a span. */
field_writing fields_writing(const field_list *list, const char *text, size_t size, span at);

/* Does a span of the text stand in the name of a field? */
bool fields_name_has(const field_list *list, const char *text, size_t start, size_t end);

/* Longest name that is looked at, and longest form of one. */
#define FIELD_NAME_MAX 96
#define FIELD_WORDS_MAX (2 * FIELD_NAME_MAX)

/* Writes a name as words in lower case with blanks between: "dateOfBirth", "date_of_birth" and "Date-of-Birth2" are
 * "date of birth". Returns the size, at most FIELD_WORDS_MAX. */
size_t field_words(field_name name, char out[FIELD_WORDS_MAX]);

/* Does a name say nothing of what its value is: "value", "text", "0"? */
bool field_is_generic(field_name name);

#endif
