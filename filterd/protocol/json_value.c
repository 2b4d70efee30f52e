/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/json_value.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 64 /* characters of a number and its NUL */
#define CODE_SIZE 6 /* \uXXXX */

/* ------------------------------------------------------------------------------------ texts ---- */

/* Does the escape at `text`, which has so many bytes after it, stand for a character of a text? *step is its size. */
static bool is_character(const char *text, size_t size, size_t *step) {
    char out[2 * CODE_SIZE];
    *step = text[1] == 'u' ? CODE_SIZE : 2;
    if (text[1] != 'u') return true;
    bool two = size >= 2 * CODE_SIZE && text[CODE_SIZE] == '\\' && text[CODE_SIZE + 1] == 'u';
    json_scan_decode(text, two ? 2 * CODE_SIZE : CODE_SIZE, out);
    if ((unsigned char)out[0] >= 0xF0) *step = 2 * CODE_SIZE; /* two surrogates that are one character */
    bool surrogate = (unsigned char)out[0] == 0xED && (unsigned char)out[1] >= 0xA0;
    return out[0] != 0 && !surrogate;
}

static bool is_text(const char *text, size_t size) {
    for (size_t at = 0, step; at < size; at += step) {
        const char *escape = memchr(text + at, '\\', size - at);
        if (!escape) return true;
        at = (size_t)(escape - text);
        if (!is_character(escape, size - at, &step)) return false;
    }
    return true;
}

static json_scan scan_of(json_text *t) {
    return (json_scan){.text = t->text, .size = t->size, .objects = t->objects, .levels = JSON_VALUE_LEVELS};
}

bool json_value_open(json_text *t, json_value *root) {
    json_scan s = scan_of(t);
    json_scan_token token;
    size_t valid = text_valid_prefix(t->text, t->size);
    while ((token = json_scan_next(&s)) > JSON_SCAN_END) {
        bool string = token == JSON_SCAN_KEY || token == JSON_SCAN_STRING;
        if (string && !is_text(s.text + s.start, s.end - s.start)) break;
    }
    t->bad_at = s.at < valid ? s.at : valid;
    if (token != JSON_SCAN_END || valid < t->size) return false;
    root->scan = scan_of(t);
    root->token = json_scan_next(&root->scan);
    return true;
}

/* ------------------------------------------------------------------------------- containers ---- */

bool json_value_is_object(const json_value *v) {
    return v->token == JSON_SCAN_OPEN && json_scan_in_object(&v->scan);
}

bool json_value_is_array(const json_value *v) {
    return v->token == JSON_SCAN_OPEN && !json_scan_in_object(&v->scan);
}

bool json_value_is_string(const json_value *v) {
    return v->token == JSON_SCAN_STRING;
}

json_items json_value_items(const json_value *container) {
    return (json_items){container->scan, container->scan.depth};
}

static void copy_key(const json_scan *s, char out[JSON_VALUE_KEY_MAX]) {
    size_t size = s->end - s->start, most = JSON_VALUE_KEY_MAX - 1;
    if (size <= most) size = json_scan_decode(s->text + s->start, size, out);
    else memcpy(out, s->text + s->start, size = most);
    out[size] = '\0';
}

bool json_value_next(json_items *items, json_item *item) {
    json_scan *s = &items->scan;
    if (s->depth < items->depth) return false; /* it was the last one */
    while (s->depth > items->depth) json_scan_next(s); /* what the item before holds */
    json_scan_token token = json_scan_next(s);
    item->key[0] = '\0';
    if (token == JSON_SCAN_KEY) {
        copy_key(s, item->key);
        token = json_scan_next(s);
    }
    item->value = (json_value){*s, token};
    return token > JSON_SCAN_END && token != JSON_SCAN_CLOSE;
}

size_t json_value_count(const json_value *container) {
    json_items items = json_value_items(container);
    json_item item;
    size_t count = 0;
    while (json_value_next(&items, &item)) count++;
    return count;
}

bool json_value_find(const json_value *object, const char *key, json_value *found) {
    json_items items = json_value_items(object);
    for (json_item item; json_value_next(&items, &item);) {
        if (strcmp(item.key, key) != 0) continue;
        *found = item.value;
        return true;
    }
    return false;
}

/* ----------------------------------------------------------------------------------- values ---- */

size_t json_value_raw_size(const json_value *v) {
    return v->scan.end - v->scan.start;
}

size_t json_value_copy(const json_value *v, char *out) {
    size_t size = json_scan_decode(v->scan.text + v->scan.start, json_value_raw_size(v), out);
    out[size] = '\0';
    return size;
}

/* A number as a string. */
static bool copy_number(const json_value *v, char out[NUMBER_MAX]) {
    const char *text = v->scan.text + v->scan.start;
    size_t size = json_value_raw_size(v);
    if (v->token != JSON_SCAN_PLAIN || size >= NUMBER_MAX || !(*text == '-' || text_is_digit(*text))) return false;
    memcpy(out, text, size);
    out[size] = '\0';
    return true;
}

bool json_value_bool(const json_value *value, bool *out) {
    const json_scan *s = &value->scan;
    if (value->token != JSON_SCAN_PLAIN) return false;
    *out = s->text[s->start] == 't';
    return *out || s->text[s->start] == 'f';
}

bool json_value_integer(const json_value *v, int64_t *out) {
    char text[NUMBER_MAX];
    if (!copy_number(v, text) || strpbrk(text, ".eE")) return false;
    errno = 0;
    *out = strtoll(text, NULL, 10);
    return errno == 0;
}

bool json_value_number(const json_value *v, double *out) {
    char text[NUMBER_MAX];
    if (!copy_number(v, text)) return false;
    *out = strtod(text, NULL);
    return true;
}
