/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts: the texts of a chat body, with whose words they are.
 *
 *     {"model": "m", "messages": [{"role": "user", "content": "hi"}], "user": "asha@example.in"}
 *
 *     /messages/0/content   user     hi                           the string, without its escapes
 *     /user                 system   {"user": "asha@example.in"}  as it stands, in an object: its key says what it is
 *
 * Every string of a body is in a part, or is listed as unread, but for ids and choices of the API.
 */
#ifndef FILTER_BODY_PARTS_H
#define FILTER_BODY_PARTS_H

#include "body/json_tree.h"
#include "restore/restore.h"

typedef struct body_part {
    filter_text path; /* JSON Pointer (RFC 6901); "*" for a key that is no plain identifier, and may be a value */
    filter_text text;
    uint32_t start, end; /* in the body: what is replaced when the text changes */
    filter_role role;
    restore_place place; /* of an answer */
    unsigned char flags; /* FILTER_SEGMENT_… */
    bool is_string; /* `text` is a string without its escapes; else JSON as it stands in the body, */
    bool has_key; /* and, with its key, an object of its own: braces stand around what the body has */
    bool is_base64; /* the string is `head` and the text in Base64: a file of text */
    filter_text head; /* "data:text/plain;base64,", or nothing */
} body_part;

/* What was not read, or what an answer says once more beside its texts. */
typedef struct body_rest {
    filter_text path;
    uint32_t start, end; /* in the body, without its key */
    const char *what; /* the reason */
} body_rest;

typedef struct body_parts {
    arena *memory;
    body_part *items;
    size_t count, capacity;
    body_rest *unread, *echoes;
    size_t unread_count, unread_capacity, echo_count, echo_capacity;
    filter_api api; /* by the shape of the body */
    bool has_template;
} body_parts;

/* Finds the parts of a body; set `memory` before. False when memory is out, and when the body is no object, or, of an
 * answer, a list of them: then nothing of it was read. The api is FILTER_API_AUTO where the body has the shape of none.
 */
bool body_parts_find(body_parts *parts, const json_tree *tree, filter_direction direction);

#endif
