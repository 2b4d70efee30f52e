/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_reader: a YAML document as a tree of nodes that know their line, and a reader that fills structs
 * from tables of fields and goes on after a mistake, so that one run reports all of them.
 *
 * libyaml parses. libcyaml, which also fills structs from tables, stops at the first mistake and
 * keeps no line for a value, so a rule that fails later (a pattern, an example) could not be
 * pointed at. Anchors and aliases are refused: a small file could stand for a huge tree.
 */
#ifndef FILTER_BASE_YAML_READER_H
#define FILTER_BASE_YAML_READER_H

#include "base/arena.h"
#include "filter.h"

#include <stdbool.h>
#include <stddef.h>

/* Where mistakes go. `file` and `rule` say where the reader is; callers keep them up to date. */
typedef struct diagnostics {
    filter_diagnostic_fn *fn;
    void *arg;
    const char *file;
    const char *rule;
    size_t count;
    char first[1200]; /* the first mistake as "file:line:column: rule: message" */
} diagnostics;

/* More mistakes than this are counted, not listed: a hostile pack makes millions. */
#define DIAGNOSTICS_MAX 200

/* Is the list full? Then one more is counted. To be asked before the nearest name is looked for, which is dear. */
static inline bool diagnostics_skip(diagnostics *d) {
    bool is_full = d->count >= DIAGNOSTICS_MAX;
    d->count += is_full;
    return is_full;
}

void diagnose(diagnostics *d, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

typedef enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_node yaml_node;
struct yaml_node {
    yaml_kind kind;
    unsigned line, column; /* from 1 */
    const char *text; /* scalar: ends in NUL, may hold none inside */
    size_t size;
    bool plain; /* scalar written without quotes: may be a number or a boolean */
    yaml_node **items; /* list: the items; map: key, value, key, value, … */
    size_t count; /* of items */
};

/* Parses one document. NULL after a mistake was diagnosed, or when there is no document at all. */
yaml_node *yaml_parse(arena *memory, const char *data, size_t size, diagnostics *d);

typedef struct yaml_strings {
    const char **items;
    size_t count;
    const yaml_node *node;
} yaml_strings;

/* The node of an item: of the list's, or the single text that stands for a list of one. */
static inline const yaml_node *yaml_strings_node(const yaml_strings *list, size_t i) {
    return list->node->kind == YAML_LIST ? list->node->items[i] : list->node;
}

typedef enum yaml_type {
    YAML_TEXT, /* const char *                                                          */
    YAML_NUMBER, /* double, in min…max                                                    */
    YAML_COUNT, /* size_t, in min…max                                                    */
    YAML_BYTES, /* size_t, in min…max; 4096, 64KiB, 32MiB, 1GiB, 10kB, 5MB, 1GB          */
    YAML_MILLISECONDS, /* size_t, in min…max; 250, 250ms, 10s, 2min                             */
    YAML_BOOL, /* bool                                                                  */
    YAML_CHOICE, /* int: which of `choices`                                               */
    YAML_STRINGS, /* yaml_strings; a single string is a list of one                        */
    YAML_SECTION, /* a map of its own whose fields, by `table`, are in the same struct     */
    YAML_NODE /* const yaml_node *, read by code of its own; `holds` and `table` say what it may be */
} yaml_type;

/* What a YAML_NODE may be, for those who read the tables: bits. */
enum {
    YAML_HOLDS_TEXT = 1,
    YAML_HOLDS_TEXTS = 2, /* a list of texts                          */
    YAML_HOLDS_TABLE = 4, /* a map with the fields of `table`         */
    YAML_HOLDS_TABLES = 8, /* a list of such maps                      */
    YAML_HOLDS_NAMED = 16, /* a map from a name of the user's to such maps */
    YAML_HOLDS_NAMED_TEXT = 32, /* a map from a name of the user's to texts */
    YAML_HOLDS_NUMBER = 64,
    YAML_HOLDS_CHOICE = 128 /* one of `choices`                         */
};

typedef struct yaml_table yaml_table;

/* One key of a map. The tables are the one place where a key is defined: the reader, the JSON Schema, the key tables of
 * the manual pages and the messages are made from them. */
typedef struct yaml_field {
    const char *key;
    yaml_type type;
    size_t offset; /* in the struct that is filled */
    bool required;
    double min, max;
    const char *about; /* what it means, one or two sentences */
    const char *standard; /* the value when it is absent, as written; NULL: none */
    const char *const *choices; /* ends with NULL */
    const yaml_table *table;
    unsigned holds;
    const char *renamed; /* this key is an old one, refused: what it is called now */
} yaml_field;

struct yaml_table {
    const char *what; /* the map in messages: "a rule" */
    const yaml_field *fields;
    size_t count;
    const char *about;
};

#define YAML_TABLE(name, array)                                                                                        \
    { .what = (name), .fields = (array), .count = sizeof(array) / sizeof *(array) }

/* Fills `out` from `map`. Fields that are absent keep the value they have. False when anything was diagnosed. */
bool yaml_read(arena *memory, const yaml_node *map, const yaml_table *table, void *out, diagnostics *d);

/* The value of a key, or NULL. */
const yaml_node *yaml_get(const yaml_node *map, const char *key);

/* Index of `node`'s text in `names`, which ends with NULL; -1 after diagnosing what is allowed. `key` is whose value
 * it is. */
int yaml_choice(const yaml_node *node, const char *const *names, const char *key, diagnostics *d);

#endif
