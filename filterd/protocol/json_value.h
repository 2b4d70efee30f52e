/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_value: the values of a JSON text, read where they stand. Takes no memory, so that none can be out: a library
 * that builds a tree may lose bytes of a name then.
 *
 *     json_text text = {.text = "{\"v\": 1}", .size = 8};
 *     json_value root;
 *     if (!json_value_open(&text, &root)) …                  at text.bad_at
 *     json_items items = json_value_items(&root);
 *     for (json_item item; json_value_next(&items, &item);) …   item.key is "v"
 *
 * Strings are text: UTF-8 without NUL and without surrogates that stand alone.
 */
#ifndef FILTERD_PROTOCOL_JSON_VALUE_H
#define FILTERD_PROTOCOL_JSON_VALUE_H

#include "base/json_scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_VALUE_LEVELS 64 /* deeper is no header */
#define JSON_VALUE_KEY_MAX 96 /* bytes of a key and its NUL; the rest of a longer one is left out */

/* Must stay where it is while its values are read; one thread at a time. */
typedef struct json_text {
    const char *text;
    size_t size;
    size_t bad_at;
    unsigned char objects[JSON_VALUE_LEVELS / 8];
} json_text;

typedef struct json_value {
    json_scan scan; /* after its first token */
    json_scan_token token;
} json_value;

typedef struct json_items {
    json_scan scan;
    size_t depth;
} json_items;

typedef struct json_item {
    char key[JSON_VALUE_KEY_MAX]; /* without escapes; "" in an array */
    json_value value;
} json_item;

/* False when the text is not JSON; only then `bad_at` is set. */
bool json_value_open(json_text *text, json_value *root);

bool json_value_is_object(const json_value *value);
bool json_value_is_array(const json_value *value);
bool json_value_is_string(const json_value *value);

/* The items of an object or an array. */
json_items json_value_items(const json_value *container);
bool json_value_next(json_items *items, json_item *item);
size_t json_value_count(const json_value *container);

/* The item of an object with this key, the first one. */
bool json_value_find(const json_value *object, const char *key, json_value *found);

/* Bytes between the quotes: as many as the string has, or more when there are escapes. */
size_t json_value_raw_size(const json_value *string);

/* The string with a NUL after it; `out` has room for json_value_raw_size and that. Its size. */
size_t json_value_copy(const json_value *string, char *out);

/* False for what is neither true nor false. */
bool json_value_bool(const json_value *value, bool *out);

/* False for what is no number, or has more than 63 characters; the first also for fractions and exponents. */
bool json_value_integer(const json_value *value, int64_t *out);
bool json_value_number(const json_value *value, double *out);

#endif
