/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_scan.h"

#include <stdint.h>
#include <string.h>

/* What may come next. A zeroed scan begins with a value. */
enum { VALUE, FIRST_VALUE, FIRST_KEY, KEY, AFTER, DONE, BAD };

static int peek(const json_scan *s) {
    return s->at < s->size ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(json_scan *s) {
    while (s->at < s->size && memchr(" \t\n\r", s->text[s->at], 4)) s->at++;
}

static json_scan_token fail(json_scan *s) {
    s->state = BAD;
    return JSON_SCAN_BAD;
}

static json_scan_token after_value(json_scan *s, json_scan_token token) {
    s->state = s->depth ? AFTER : DONE;
    return token;
}

bool json_scan_in_object(const json_scan *s) {
    size_t level = s->depth - 1;
    return s->depth && (s->objects[level / 8] >> level % 8 & 1);
}

static json_scan_token open_level(json_scan *s, bool object) {
    if (s->depth == s->levels) return fail(s);
    unsigned char bit = (unsigned char)(1U << s->depth % 8), *byte = &s->objects[s->depth / 8];
    *byte = (unsigned char)(object ? *byte | bit : *byte & ~bit);
    s->depth++;
    s->at++;
    s->state = object ? FIRST_KEY : FIRST_VALUE;
    return JSON_SCAN_OPEN;
}

static json_scan_token close_level(json_scan *s, bool object) {
    bool ends = s->state == AFTER || s->state == FIRST_KEY || s->state == FIRST_VALUE;
    if (!ends || json_scan_in_object(s) != object) return fail(s);
    s->depth--;
    s->at++;
    return after_value(s, JSON_SCAN_CLOSE);
}

/* The number of four hexadecimal digits; -1: they are none. */
static long hex4(const char *text, size_t size) {
    long code = 0;
    if (size < 4) return -1;
    for (size_t i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *digit = memchr(digits, text[i] | 0x20, 16);
        if (!digit || (digit - digits < 10 && text[i] != *digit)) return -1;
        code = code * 16 + (digit - digits);
    }
    return code;
}

/* Bytes of the escape at a backslash; 0: it is none. */
static size_t escape_size(const char *text, size_t size) {
    if (size < 2) return 0;
    if (text[1] == 'u') return hex4(text + 2, size - 2) >= 0 ? 6 : 0;
    return memchr("\"\\/bfnrt", text[1], 8) ? 2 : 0;
}

static bool take_string(json_scan *s) {
    if (peek(s) != '"') return false;
    s->start = ++s->at;
    for (int c; (c = peek(s)) != '"';) {
        size_t step = c == '\\' ? escape_size(s->text + s->at, s->size - s->at) : c >= 0x20;
        if (step == 0) return false; /* also at the end */
        s->at += step;
    }
    s->end = s->at++;
    return true;
}

static bool take_key(json_scan *s) {
    if (!take_string(s)) return false;
    skip_space(s);
    if (peek(s) != ':') return false;
    s->at++;
    s->state = VALUE;
    return true;
}

static bool take_digits(json_scan *s) {
    size_t before = s->at;
    while (peek(s) >= '0' && peek(s) <= '9') s->at++;
    return s->at > before;
}

static bool take_number(json_scan *s) {
    if (peek(s) == '-') s->at++;
    if (peek(s) == '0') s->at++;
    else if (!take_digits(s)) return false;
    if (peek(s) == '.') {
        s->at++;
        if (!take_digits(s)) return false;
    }
    if (peek(s) != 'e' && peek(s) != 'E') return true;
    s->at++;
    if (peek(s) == '+' || peek(s) == '-') s->at++;
    return take_digits(s);
}

static bool take_plain(json_scan *s) {
    static const char *const words[] = {"true", "false", "null"};
    s->start = s->at;
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(words[i]);
        if (s->size - s->at < size || memcmp(s->text + s->at, words[i], size) != 0) continue;
        s->end = s->at += size;
        return true;
    }
    bool ok = take_number(s);
    s->end = s->at;
    return ok;
}

static json_scan_token take_value(json_scan *s) {
    int c = peek(s);
    if (c == '{' || c == '[') return open_level(s, c == '{');
    if (c == '"') return take_string(s) ? after_value(s, JSON_SCAN_STRING) : fail(s);
    return take_plain(s) ? after_value(s, JSON_SCAN_PLAIN) : fail(s);
}

json_scan_token json_scan_next(json_scan *s) {
    if (s->state == BAD) return JSON_SCAN_BAD;
    skip_space(s);
    if (s->state == DONE) return s->at == s->size ? JSON_SCAN_END : fail(s);
    if (s->state == AFTER && peek(s) == ',') {
        s->at++;
        s->state = json_scan_in_object(s) ? KEY : VALUE;
        skip_space(s);
    }
    if (peek(s) == '}' || peek(s) == ']') return close_level(s, peek(s) == '}');
    if (s->state == FIRST_KEY || s->state == KEY) return take_key(s) ? JSON_SCAN_KEY : fail(s);
    return s->state == AFTER ? fail(s) : take_value(s);
}

/* --------------------------------------------------------------------------------- strings ---- */

static size_t put_utf8(char *out, uint32_t code) {
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(first[size] | code);
    return size;
}

/* The character of \uXXXX, or of the two of them that are one. Moves *at to its end. */
static uint32_t take_code(const char *text, size_t size, size_t *at) {
    long high = hex4(text + *at + 2, size - *at - 2), low;
    *at += 6;
    if (high < 0xD800 || high > 0xDBFF || size - *at < 6 || text[*at] != '\\' || text[*at + 1] != 'u')
        return (uint32_t)high;
    low = hex4(text + *at + 2, 4);
    if (low < 0xDC00 || low > 0xDFFF) return (uint32_t)high;
    *at += 6;
    return (uint32_t)(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00));
}

size_t json_scan_decode(const char *text, size_t size, char *out) {
    static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        if (text[at] != '\\') out[used++] = text[at++];
        else if (text[at + 1] == 'u') used += put_utf8(out + used, take_code(text, size, &at));
        else {
            const char *letter = strchr(escapes, text[at + 1]);
            out[used++] = letter ? meant[letter - escapes] : text[at + 1];
            at += 2;
        }
    }
    return used;
}
