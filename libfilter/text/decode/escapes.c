/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"
#include "text/rewrite.h"

#include <string.h>
#include <unicode/utf8.h>

/* Line breaks after '=' inside of words, at least: one may be a setting without a value. */
#define SOFT_BREAKS_MIN 2

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

/* What a letter or sign after a backslash stands for; NUL: nothing. RFC 8259 section 7, and ' of programming languages.
 * A bell, a vertical tab and their like stand for a blank: they are no text. */
static char short_escape(char c) {
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b':
    case 'f': return ' ';
    case '"':
    case '\'':
    case '/':
    case '\\': return c;
    default: return 0;
    }
}

size_t decode_colour_size(const char *at, size_t left) {
    size_t i = 1;
    if (left < 2 || at[0] != '[') return 0;
    while (i < left && i < COLOUR_MAX && (text_is_digit(at[i]) || at[i] == ';' || at[i] == ':' || at[i] == '?')) i++;
    return i < left && text_is_alpha(at[i]) ? i + 1 : 0;
}

/* ESC [ 3 2 m: nothing that a reader sees. */
static size_t read_colour(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    (void)out;
    *out_size = 0;
    size_t size = left > 1 ? decode_colour_size(at + 1, left - 1) : 0;
    return size ? size + 1 : 0;
}

/* The same with its ESC written as \u001b, \x1b, \033 or \e. */
static size_t read_escaped_colour(const char *at, size_t left, size_t *out_size) {
    static const char *const escapes[] = {"\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e"};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        size_t size = strlen(escapes[i]);
        if (left <= size || memcmp(at, escapes[i], size) != 0) continue;
        size_t rest = decode_colour_size(at + size, left - size);
        *out_size = 0;
        if (rest) return size + rest;
    }
    return 0;
}

/* \n and its like, \xHH, \uHHHH with surrogate pairs (RFC 8259 section 7), \u{H…}. */
static size_t read_backslash(const char *at, size_t left, uint8_t out[4], size_t *out_size) {
    uint32_t c, low;
    size_t digits, more;
    if (left < 2) return 0;
    size_t colour = read_escaped_colour(at, left, out_size);
    if (colour) return colour;
    if (short_escape(at[1])) {
        out[0] = (uint8_t)short_escape(at[1]);
        *out_size = 1;
        return 2;
    }
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

/* A way of escaping, by the character that it begins with. */
typedef struct escape_kind {
    char trigger;
    read_escape *read;
    const char *name;
} escape_kind;

#define KINDS_MAX 4
static const escape_kind escape_kinds[KINDS_MAX] = {{'%', read_percent, FILTER_VIEW_URL},
                                                    {'&', read_entity, FILTER_VIEW_HTML},
                                                    {'\\', read_backslash, FILTER_VIEW_ESCAPE},
                                                    {'\033', read_colour, FILTER_VIEW_ESCAPE}};
static const escape_kind quoted_kind = {'=', read_quoted, FILTER_VIEW_QUOTED_PRINTABLE};

/* The next trigger of each kind, `size` for none: each is searched for once, and the nearest comes first. */
typedef struct trigger_walk {
    const char *text;
    size_t size;
    const escape_kind *kinds;
    size_t count;
    size_t next[KINDS_MAX];
} trigger_walk;

static void find_trigger(trigger_walk *t, size_t kind, size_t from) {
    const char *hit = from < t->size ? memchr(t->text + from, t->kinds[kind].trigger, t->size - from) : NULL;
    t->next[kind] = hit ? (size_t)(hit - t->text) : t->size;
}

/* The kind whose trigger comes first at `from` or later. */
static const escape_kind *next_trigger(trigger_walk *t, size_t from, size_t *at) {
    size_t first = 0;
    for (size_t k = 0; k < t->count; k++) {
        if (t->next[k] < from) find_trigger(t, k, from);
        if (t->next[k] < t->next[first]) first = k;
    }
    *at = t->next[first];
    return *at < t->size ? &t->kinds[first] : NULL;
}

/* Writes escapes of some kinds decoded, among what stands beside them. */
static bool decode_kinds(const decode_source *s, size_t budget, const escape_kind *kinds, size_t count,
                         text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    trigger_walk t = {.text = s->text, .size = s->size, .kinds = kinds, .count = count};
    const escape_kind *kind;
    for (size_t k = 0; k < count; k++) find_trigger(&t, k, 0);
    for (size_t i = 0, at;
         out->size <= budget && work_spend(out->work, 64) && (kind = next_trigger(&t, i, &at)) != NULL;) {
        size_t out_size = 0;
        uint8_t bytes[4];
        size_t used = kind->read(s->text + at, s->size - at, bytes, &out_size);
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

bool decode_escapes(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_kinds(s, budget, escape_kinds, KINDS_MAX, out, map);
}

const char *escapes_name(const char *text, const span_map *map) {
    const char *name = NULL;
    for (size_t i = 0; i < map->count; i++) {
        const span_run *run = &map->runs[i];
        size_t size = (i + 1 < map->count ? map->runs[i + 1].at : map->size) - run->at;
        if (size == run->from_size || !run->from_size) continue; /* what stands beside */
        for (size_t k = 0; k < KINDS_MAX; k++) {
            if (text[run->from] != escape_kinds[k].trigger) continue;
            if (name && name != escape_kinds[k].name) return FILTER_VIEW_ESCAPE;
            name = escape_kinds[k].name;
        }
    }
    return name ? name : FILTER_VIEW_ESCAPE;
}

static bool is_small(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_quoted_byte(const char *at, size_t left) {
    uint8_t bytes[4];
    size_t size;
    return left > 0 && at[0] == '=' && read_quoted(at, left, bytes, &size) == 3;
}

/* Does an escape of `size` bytes stand inside a word? What follows has a letter that no number has: "id=64af" is a
 * setting. */
static bool is_inside_word(const decode_source *s, size_t at, size_t size) {
    size_t end = at + size;
    bool is_number = true;
    if (at == 0 || !is_small(s->text[at - 1])) return false;
    for (; end < s->size && is_small(s->text[end]); end++) is_number = is_number && text_hex_value(s->text[end]) >= 0;
    return !is_number && (end == s->size || !text_is_digit(s->text[end]));
}

/* Has a sender written quoted-printable? He says so in a header; or what he encodes stands in a row, as the bytes of a
 * character do; or a letter, or line breaks, stand inside of words. A lone "=20" is a parameter of an address or of
 * markup. */
static bool is_meant_quoted(const decode_source *s, work_budget *left) {
    static const char header[] = "quoted-printable";
    size_t breaks = 0;
    const char *end = s->text + s->size;
    for (const char *hit = s->text; (hit = memchr(hit, '=', (size_t)(end - hit))) != NULL; hit++) {
        size_t at = (size_t)(hit - s->text), size = 0;
        uint8_t bytes[4];
        if (!work_spend(left, 64)) return false;
        size_t used = read_quoted(hit, s->size - at, bytes, &size);
        if (!used) continue;
        if (size && is_quoted_byte(hit + used, s->size - at - used)) return true;
        if (!is_inside_word(s, at, used)) continue;
        if (size ? is_small((char)bytes[0]) : ++breaks == SOFT_BREAKS_MIN) return true;
    }
    return text_find(s->text, s->size, header, sizeof header - 1) != NULL;
}

bool decode_quoted(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return is_meant_quoted(s, out->work) && decode_kinds(s, budget, &quoted_kind, 1, out, map);
}
