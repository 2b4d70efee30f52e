/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_tree: a JSON document as nodes that know where they stand in the text, so that a change of one value leaves all
 * other bytes as they are.
 *
 *     {"role": "user", "content": ["a", 1]}    object, string (key role), array (key content), string, plain
 *
 * Strict (RFC 8259), at most JSON_TREE_LEVELS deep, and no object has a key twice. Nodes stand in the order of the
 * text: a node's first child is the next one. About 48 bytes for each value.
 */
#ifndef FILTER_BODY_JSON_TREE_H
#define FILTER_BODY_JSON_TREE_H

#include "base/arena.h"
#include "filter.h"

#include <stdint.h>

#define JSON_TREE_LEVELS 64

typedef enum json_kind { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_PLAIN } json_kind;

typedef struct json_node {
    json_kind kind;
    uint32_t start, end; /* of the whole value, quotes and brackets included */
    uint32_t member; /* of an object: where its key begins, at the quote; else where it begins itself */
    uint32_t after; /* the node after all that is in this one */
    uint32_t place; /* in its array or object, from 0 */
    filter_text key; /* without escapes; NULL: it has none */
} json_node;

typedef struct json_tree {
    const char *text;
    const json_node *nodes;
    size_t count;
} json_tree;

/* Reads a text of at most 2^32 - 1 bytes. False when it is no such document, or memory is out, which memory->failed
 * says; *bad_at is the byte where it stops being one, and *why says in words what is wrong there. */
bool json_tree_read(json_tree *tree, arena *memory, filter_text text, size_t *bad_at, const char **why);

/* The value of an object's key; NULL: it has none, or `node` is no object. */
const json_node *json_tree_find(const json_tree *tree, const json_node *node, const char *key);

/* Is it a string with this value? */
bool json_tree_is(const json_tree *tree, const json_node *node, const char *value);

/* A string's value, without escapes, in the text itself or in `memory`. Half of a pair of surrogates becomes U+FFFD.
 * NULL: memory is out. */
filter_text json_tree_string(const json_tree *tree, const json_node *node, arena *memory);

/* The values of an array or an object, one after the other: first NULL; NULL after the last. */
const json_node *json_tree_next(const json_tree *tree, const json_node *in, const json_node *last);

#endif
