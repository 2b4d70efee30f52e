/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_path: where a value stands in a JSON document, as a JSON Pointer (RFC 6901).
 *
 *     {"people": [{"pan": "ABCPK1234F"}]}    the value at byte 21: /people/0/pan
 *
 * One strict pass over the document, as far as it is asked for: a document that breaks off has paths up to there, and a
 * text that is none has none.
 */
#ifndef FILTER_RENDER_JSON_PATH_H
#define FILTER_RENDER_JSON_PATH_H

#include "base/arena.h"
#include "base/json_scan.h"
#include "pass/scratch.h"

#define JSON_PATH_LEVELS 64 /* what is deeper has no path */
#define JSON_PATH_MAX ((size_t)1024) /* bytes of a path; a longer one is left out */

typedef struct json_path_level {
    bool is_object;
    span key; /* of an object: the last one that was read, as written between its quotes */
    size_t count; /* of an array: values that were begun */
} json_path_level;

typedef struct json_path {
    json_scan scan;
    unsigned char objects[JSON_PATH_LEVELS / 8];
    json_path_level levels[JSON_PATH_LEVELS];
    json_scan_token token;
} json_path;

void json_path_begin(json_path *p, const char *text, size_t size);

/* Goes on to the value that holds the byte `at`, which is never less than before. False when no value of an object or
 * an array does. Then the levels below scan.depth say where it is. */
bool json_path_seek(json_path *p, size_t at);

/* The pointer to the value that was found. NULL when it is longer than JSON_PATH_MAX, holds a NUL or half of a pair of
 * surrogates, or memory is out, which *failed says. */
filter_text json_path_text(const json_path *p, arena *memory, bool *failed);

#endif
