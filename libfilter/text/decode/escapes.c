/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/rewrite.h"

#include <string.h>
#include <unicode/utf8.h>

/* --------------------------------------------------------------------------------- escapes ---- */

/* Reads one escape at `at`: writes what it stands for, returns how long it is, 0 for no escape. */
typedef size_t read_escape(const char *at, size_t left, uint8_t out[4], size_t *out_size);

static bool read_number(const char *at, size_t left, unsigned base, size_t digits_max, uint32_t *value,
                        size_t *digits) {
    *value = 0;
    for (*digits = 0; *digits < left && *digits < digits_max; (*digits)++) {
        int digit = text_hex_value(at[*digits]);
        if (digit < 0 || digit >= (int)base) break;
        *value = *value * base + (uint32_t)digit;
    }
    return *digits > 0;
}

/* Control characters are left as they were written: an escaped NUL is no text. */
static bool write_character(uint32_t c, uint8_t out[4], size_t *out_size) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) || (c < 0x80 && !is_text_byte((unsigned char)c))) return false;
    *out_size = 0;
    U8_APPEND_UNSAFE(out, *out_size, c);
    return true;
}

/* RFC 3986 section 2.1. */
static size_t read_percent(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    uint32_t byte;
    size_t digits;
    if (!read_number(at + 1, left - 1, 16, 2, &byte, &digits) || digits != 2 || !is_text_byte((unsigned char)byte)) {
        return 0;
    }
    out[0] = (uint8_t)byte;
    *out_size = 1;
    return 3;
}

/* RFC 2045 section 6.7: two capital hexadecimal digits, and the soft line break. */
static size_t read_quoted(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    *out_size = 0;
    if (left > 1 && at[1] == '\n') return 2;
    if (left > 2 && at[1] == '\r' && at[2] == '\n') return 3;
    if (left < 3 || (at[1] >= 'a' && at[1] <= 'f') || (at[2] >= 'a' && at[2] <= 'f')) return 0;
    return read_percent(at, left, out, out_size);
}

/* HTML: numeric character references, and the names that hide markup. */
static size_t read_entity(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    static const struct {
        const char *name;
        uint32_t c;
    } names[] = {{"amp;", '&'},  {"lt;", '<'},     {"gt;", '>'},    {"quot;", '"'}, {"apos;", '\''},
                 {"nbsp;", ' '}, {"colon;", ':'},  {"sol;", '/'},   {"lpar;", '('}, {"rpar;", ')'},
                 {"lsqb;", '['}, {"rsqb;", ']'},   {"excl;", '!'},  {"Tab;", '\t'}, {"NewLine;", '\n'},
                 {"vert;", '|'}, {"commat;", '@'}, {"period;", '.'}};
    if (left > 3 && at[1] == '#') {
        bool hex = (at[2] | 0x20) == 'x';
        size_t digits, skip = hex ? 3 : 2;
        uint32_t c;
        if (!read_number(at + skip, left - skip, hex ? 16 : 10, 7, &c, &digits)) return 0;
        size_t end = skip + digits;
        if (end >= left || at[end] != ';' || !write_character(c, out, out_size)) return 0;
        return end + 1;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i].name);
        if (left - 1 < size || memcmp(at + 1, names[i].name, size) != 0) continue;
        return write_character(names[i].c, out, out_size) ? size + 1 : 0;
    }
    return 0;
}

/* \xHH, \uHHHH with surrogate pairs (RFC 8259 section 7), \u{H…}. */
static size_t read_backslash(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    uint32_t c, low;
    size_t digits, more;
    if (left < 4) return 0;
    if (at[1] == 'x') {
        return read_number(at + 2, left - 2, 16, 2, &c, &digits) && digits == 2 && write_character(c, out, out_size)
                   ? 4
                   : 0;
    }
    if (at[1] != 'u') return 0;
    if (at[2] == '{') {
        if (!read_number(at + 3, left - 3, 16, 6, &c, &digits) || digits + 3 >= left || at[digits + 3] != '}') return 0;
        return write_character(c, out, out_size) ? digits + 4 : 0;
    }
    if (!read_number(at + 2, left - 2, 16, 4, &c, &digits) || digits != 4) return 0;
    if (c >= 0xD800 && c <= 0xDBFF && left >= 12 && at[6] == '\\' && at[7] == 'u' &&
        read_number(at + 8, left - 8, 16, 4, &low, &more) && more == 4 && low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        return write_character(c, out, out_size) ? 12 : 0;
    }
    return write_character(c, out, out_size) ? 6 : 0;
}

/* Writes escapes decoded, among what stands beside them. */
static bool decode_escapes(const char *text, size_t size, size_t budget, char trigger, read_escape *read,
                           text_buffer *out, span_map *map) {
    rewriter w = {text, size, out, map, 0, 0};
    for (size_t i = 0; i < size && out->size <= budget;) {
        const char *hit = memchr(text + i, trigger, size - i);
        if (!hit) break;
        size_t at = (size_t)(hit - text), out_size = 0;
        uint8_t bytes[4];
        size_t used = read(hit, size - at, bytes, &out_size);
        i = at + (used ? used : 1);
        if (!used) continue;
        rewrite_begin(&w, at);
        rewrite_put(&w, (const char *)bytes, out_size, at, used);
        rewrite_end(&w, i);
    }
    if (!rewrite_finish(&w)) return false;
    /* Percent-encoded bytes need not be UTF-8. What is not, cannot be a word either. */
    if (!out->failed) text_replace_invalid(out->data, out->size);
    return true;
}

bool decode_url(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '%', read_percent, out, map);
}

bool decode_quoted(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '=', read_quoted, out, map);
}

bool decode_html(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '&', read_entity, out, map);
}

bool decode_backslash(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '\\', read_backslash, out, map);
}
