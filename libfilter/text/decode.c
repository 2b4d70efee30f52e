/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode.h"

#include "text/obfuscation.h"
#include "text/rewrite.h"

#include <stdint.h>
#include <string.h>
#include <unicode/utf8.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define RUN_MIN 16

/* ------------------------------------------------------------------ Base64 and hexadecimal ---- */

/* Values of the Base64 digits of both alphabets, plus one; 0 is none. */
static const uint8_t base64_digits[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,
    ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27,
    ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45,
    ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
    ['-'] = 63, ['/'] = 64, ['_'] = 64};

static bool is_base64(char c) {
    return base64_digits[(unsigned char)c] != 0;
}

/* Finds the runs that touch from…end. A run of 16 covers one of every 16 places: only those are looked at. */
static void find_runs_in(const char *text, size_t size, size_t from, size_t end, decode_runs *runs) {
    for (size_t i = from + RUN_MIN - 1; i < end; i += RUN_MIN) {
        size_t floor = runs->count ? runs->items[runs->count - 1].end : 0;
        if (i < floor || !is_base64(text[i])) continue;
        size_t first = i, last = i + 1;
        while (first > floor && is_base64(text[first - 1])) first--;
        while (last < size && is_base64(text[last])) last++;
        if (last - first < RUN_MIN) continue;
        if (!arena_grow(runs->memory, &runs->items, &runs->capacity, runs->count + 1, sizeof *runs->items)) {
            runs->failed = true;
            return;
        }
        runs->items[runs->count++] = (span){first, last};
    }
}

#ifdef __SSE2__
/* Which of 64 bytes are Base64 digits, a bit for each. */
static uint64_t base64_mask(const char *text) {
    uint64_t mask = 0;
    for (int k = 0; k < 4; k++) {
        const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(text + 16 * k));
        const __m128i letter = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        const __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('/')); /* '/' stands just before '0' */
        __m128i is = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
        is = _mm_or_si128(is, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(10)), digit));
        is = _mm_or_si128(is, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
        is = _mm_or_si128(is, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
        is = _mm_or_si128(is, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(is) << (16 * k);
    }
    return mask;
}

/* Do 16 ones stand in a row? */
static bool has_run(unsigned __int128 bits) {
    bits &= bits >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    bits &= bits >> 8;
    return bits != 0;
}
#endif

void decode_find_runs(const char *text, size_t size, decode_runs *runs) {
    size_t i = 0;
#ifdef __SSE2__
    uint64_t before = 0;
    for (; i + 64 <= size && !runs->failed; i += 64) {
        uint64_t mask = base64_mask(text + i);
        if (has_run((unsigned __int128)mask << 64 | before)) find_runs_in(text, size, i ? i - 64 : 0, i + 64, runs);
        before = mask;
    }
#endif
    find_runs_in(text, size, i > RUN_MIN ? i - RUN_MIN : 0, size, runs);
}

/* Neither binary nor noise: every byte printable, or part of a character beyond ASCII. */
static bool is_text_byte(unsigned char c) {
    return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

static void join(text_buffer *out, span_map *map, size_t at) {
    if (out->size == 0) return;
    text_append(out, "\n", 1);
    map_add(map, 1, at, 0);
}

/* The same, unless the run only goes on behind a line break, as encoders write long ones. */
static void join_lines(const char *text, text_buffer *out, span_map *map, size_t at) {
    const map_run *last = map->count ? &map->runs[map->count - 1] : NULL;
    size_t end = last ? last->from + last->from_size : 0;
    bool goes_on = last && at > end && at - end <= 2 && text[at - 1] == '\n';
    if (!goes_on) join(out, map, at);
}

/* Takes back what was appended since `size`: it was no text after all. (None of the runs here are
 * byte by byte, so none reaches across `size`.) */
static void take_back(text_buffer *out, span_map *map, size_t size) {
    out->size = size;
    while (map->count && map->runs[map->count - 1].at >= size) map->count--;
    map->size = size;
}

static bool keep_if_text(text_buffer *out, span_map *map, size_t before, size_t joined) {
    size_t size = out->size - joined;
    if (!out->failed && size >= 8 && text_valid_prefix(out->data + joined, size) == size) return true;
    take_back(out, map, before);
    return false;
}

/* The next byte of a run; -1: there is none, or half a digit's worth. */
static int base64_byte(const char *text, span run, size_t index) {
    size_t at = run.start + index * 8 / 6;
    unsigned shift = (unsigned)(index * 8 % 6); /* bits of the first digit that belong to the byte before */
    if (at + 1 >= run.end) return -1;
    unsigned bits =
        (base64_digits[(unsigned char)text[at]] - 1U) << 6 | (base64_digits[(unsigned char)text[at + 1]] - 1U);
    return (int)(bits >> (4 - shift) & 0xFF);
}

/* ASCII in UTF-16, as PowerShell takes commands and UTF-7 writes words (RFC 2152): every other byte is nought. */
static bool decode_base64_utf16(const char *text, span run, text_buffer *out, span_map *map) {
    if (text[run.start] == '+') run.start++;
    if (text[run.end - 1] == '-') run.end--;
    bool big = base64_byte(text, run, 0) == 0;
    size_t before = out->size;
    join_lines(text, out, map, run.start);
    size_t joined = out->size;
    for (size_t i = 0;; i += 2) {
        int first = base64_byte(text, run, i), second = base64_byte(text, run, i + 1);
        if (first < 0 || second < 0) break;
        char c = (char)(big ? second : first);
        if ((big ? first : second) != 0 || (unsigned char)c >= 0x80 || !is_text_byte((unsigned char)c)) {
            take_back(out, map, before);
            return false;
        }
        size_t from = run.start + i * 8 / 6, end = run.start + (i + 2) * 8 / 6;
        text_append(out, &c, 1);
        map_add(map, 1, from, end - from);
    }
    return keep_if_text(out, map, before, joined);
}

static bool decode_base64_run(const char *text, span run, text_buffer *out, span_map *map) {
    size_t before = out->size;
    join_lines(text, out, map, run.start);
    size_t joined = out->size;
    for (size_t i = run.start; i < run.end; i += 4) {
        size_t digits = run.end - i < 4 ? run.end - i : 4;
        uint32_t bits = 0;
        if (digits == 1) break;
        for (size_t k = 0; k < 4; k++)
            bits = bits << 6 | (k < digits ? base64_digits[(unsigned char)text[i + k]] - 1U : 0);
        char bytes[3] = {(char)(bits >> 16), (char)(bits >> 8 & 0xFF), (char)(bits & 0xFF)};
        for (size_t k = 0; k + 1 < digits; k++) {
            if (is_text_byte((unsigned char)bytes[k])) continue;
            take_back(out, map, before);
            return i < run.start + 4 && decode_base64_utf16(text, run, out, map);
        }
        text_append(out, bytes, digits - 1);
        map_add(map, digits - 1, i, digits);
    }
    return keep_if_text(out, map, before, joined);
}

static bool decode_hex_run(const char *text, span run, text_buffer *out, span_map *map) {
    size_t before = out->size;
    if (text[run.start] == '0' && (text[run.start + 1] | 0x20) == 'x') run.start += 2;
    if ((run.end - run.start) % 2) return false;
    join(out, map, run.start);
    size_t joined = out->size;
    for (size_t i = run.start; i < run.end; i += 2) {
        int high = text_hex_value(text[i]), low = text_hex_value(text[i + 1]);
        char byte = (char)(high * 16 + low);
        if (high < 0 || low < 0 || !is_text_byte((unsigned char)byte)) {
            take_back(out, map, before);
            return false;
        }
        text_append(out, &byte, 1);
        map_add(map, 1, i, 2);
    }
    return keep_if_text(out, map, before, joined);
}

/* RFC 4648 section 6. */
static bool decode_base32_run(const char *text, span run, text_buffer *out, span_map *map) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t before = out->size;
    for (size_t i = run.start; i < run.end; i++) {
        if (!memchr(alphabet, text[i], 32)) return false;
    }
    join(out, map, run.start);
    size_t joined = out->size;
    uint32_t bits = 0;
    unsigned held = 0;
    size_t from = run.start;
    for (size_t i = run.start; i < run.end; i++) {
        bits = bits << 5 | (uint32_t)((const char *)memchr(alphabet, text[i], 32) - alphabet);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        char byte = (char)(bits >> held & 0xFF);
        if (!is_text_byte((unsigned char)byte)) {
            take_back(out, map, before);
            return false;
        }
        text_append(out, &byte, 1);
        map_add(map, 1, from, i + 1 - from + (i + 1 - from == 1)); /* never one for one: digits cannot be divided */
        from = i;
    }
    return keep_if_text(out, map, before, joined);
}

static bool each_run(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
                     bool (*decode)(const char *, span, text_buffer *, span_map *)) {
    bool any = false;
    for (size_t i = 0; i < s->runs.count && out->size <= budget; i++)
        any |= decode(s->text, s->runs.items[i], out, map);
    return any;
}

static bool decode_base64(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_base64_run);
}

static bool decode_base32(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_base32_run);
}

static bool decode_hex(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_hex_run);
}

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

static bool decode_url(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '%', read_percent, out, map);
}

static bool decode_quoted(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '=', read_quoted, out, map);
}

static bool decode_html(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '&', read_entity, out, map);
}

static bool decode_backslash(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return decode_escapes(s->text, s->size, budget, '\\', read_backslash, out, map);
}

const decoder decoders[DECODER_COUNT] = {
    {"base64", decode_base64, 0, false, false},
    {"base32", decode_base32, 0, false, false},
    {"hex", decode_hex, 0, false, false},
    {"url", decode_url, 0, false, false},
    {"html", decode_html, 0, false, false},
    {"escape", decode_backslash, 0, false, false},
    {"quoted-printable", decode_quoted, 0, true, false},
    {"numbers", disguise_numbers, SHAPE_NUMBERS, true, true},
    {"morse", disguise_morse, SHAPE_ANY, true, true},
    {"letters", disguise_letters, SHAPE_LETTERS, true, true},
    {"leet", disguise_leet, SHAPE_LEET, true, false},
    {"joined", disguise_joined, SHAPE_ANY, true, false},
    {"shuffled", disguise_shuffled, SHAPE_SHUFFLED, true, false},
    {"pig-latin", disguise_pig_latin, SHAPE_PIG_LATIN, true, true},
    {"sum", disguise_sum, SHAPE_ANY, true, false},
};
