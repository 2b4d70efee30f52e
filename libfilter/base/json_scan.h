/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan: is a text JSON, and what is in it, token by token. Strict (RFC 8259, to the letter), in one pass, without
 * recursion, without memory of its own, and without limits on numbers: 1e400 is valid. Needs nothing but libc, so that
 * the client library has it, too.
 *
 *     unsigned char objects[8];
 *     json_scan s = {.text = "{\"a\": 1}", .size = 8, .objects = objects, .levels = 64};
 *     json_scan_next(&s);   JSON_SCAN_OPEN, then JSON_SCAN_KEY (a), JSON_SCAN_PLAIN (1), JSON_SCAN_CLOSE, JSON_SCAN_END
 *
 * Whether the text is UTF-8, and whether a key comes twice, is for the caller to see.
 */
#ifndef FILTER_BASE_JSON_SCAN_H
#define FILTER_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

typedef enum json_scan_token {
    JSON_SCAN_BAD, /* not JSON, or deeper than `levels`; for ever */
    JSON_SCAN_END, /* the whole text is one JSON value */
    JSON_SCAN_OPEN, /* { or [ */
    JSON_SCAN_CLOSE,
    JSON_SCAN_KEY, /* with its colon; start and end are those between the quotes */
    JSON_SCAN_STRING, /* likewise */
    JSON_SCAN_PLAIN /* a number, true, false, null */
} json_scan_token;

/* All fields that are not named in the example begin as zero. */
typedef struct json_scan {
    const char *text;
    size_t size;
    unsigned char *objects; /* a bit for each open level: is it an object? */
    size_t levels; /* bits that there are */
    size_t depth; /* levels that are open */
    size_t start, end; /* of the last key, string or plain value */
    size_t at; /* what comes next */
    int state;
} json_scan;

json_scan_token json_scan_next(json_scan *s);

/* Is the innermost open level an object? */
bool json_scan_in_object(const json_scan *s);

/* What stands between the quotes of a valid string, without its escapes; `out` has room for `size` bytes. The size of
 * what was written. A surrogate that is alone becomes the three bytes that UTF-8 would have for it. */
size_t json_scan_decode(const char *text, size_t size, char *out);

#endif
