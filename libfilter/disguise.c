/* SPDX-License-Identifier: Apache-2.0 */
#include "disguise.h"

#include "rewrite.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* --------------------------------------------------------------------------------- masks ---- */

/* Of 64 bytes, or fewer at the end, a bit for each. */
typedef struct masks {
    uint64_t letters, digits, symbols, same; /* symbols: $ ! | +; same: as the two bytes behind it */
} masks;

static masks masks_at(const char *text, size_t size, size_t at) {
    masks m = {0, 0, 0, 0};
#ifdef __SSE2__
    if (size - at >= 66) {
        for (int k = 0; k < 4; k++) {
            const char *p = text + at + 16 * k;
            const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
            const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
            const __m128i third = _mm_loadu_si128((const __m128i *)(const void *)(p + 2));
            const __m128i letter = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
            const __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
            const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
            const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
            const __m128i is_same = _mm_and_si128(_mm_cmpeq_epi8(c, next), _mm_cmpeq_epi8(next, third));
            __m128i is_symbol = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('$')), _mm_cmpeq_epi8(c, _mm_set1_epi8('!')));
            is_symbol = _mm_or_si128(is_symbol, _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('|')), _mm_cmpeq_epi8(c, _mm_set1_epi8('+'))));
            m.symbols |= (uint64_t)(unsigned)_mm_movemask_epi8(is_symbol) << 16 * k;
            m.letters |= (uint64_t)(unsigned)_mm_movemask_epi8(is_letter) << 16 * k;
            m.digits |= (uint64_t)(unsigned)_mm_movemask_epi8(is_digit) << 16 * k;
            m.same |= (uint64_t)(unsigned)_mm_movemask_epi8(is_same) << 16 * k;
        }
        return m;
    }
#endif
    for (size_t i = 0; i < 64 && at + i < size; i++) {
        const char *p = text + at + i;
        m.letters |= (uint64_t)text_is_alpha(*p) << i;
        m.digits |= (uint64_t)text_is_digit(*p) << i;
        m.symbols |= (uint64_t)(*p == '$' || *p == '!' || *p == '|' || *p == '+') << i;
        m.same |= (uint64_t)(at + i + 2 < size && p[0] == p[1] && p[1] == p[2]) << i;
    }
    return m;
}

static void put(rewriter *w, char c, size_t from, size_t from_size) {
    rewrite_put(w, &c, 1, from, from_size);
}

/* Single letters that stand in a row. */
static uint64_t rows_of(const masks *m) {
    uint64_t word = m->letters | m->digits, single = m->letters & ~(word << 1) & ~(word >> 1);
    uint64_t row = single & (single >> 2 | single >> 3 | single >> 4 | single >> 5);
    return row & (row >> 2 | row >> 3 | row >> 4 | row >> 5);
}

/* A digit beside a letter: "n0r", "1gn"; a symbol between two: "d!r"; three of the same letter. */
static uint64_t leet_of(const masks *m) {
    return (m->digits & (m->letters << 1 | m->letters >> 1)) | (m->symbols & m->letters << 1 & m->letters >> 1) | (m->same & m->letters);
}

/* Digits of a block that is full of them, as codes make it. */
static uint64_t codes_of(const masks *m) {
    return __builtin_popcountll(m->digits) >= 8 ? m->digits : 0;
}

unsigned disguise_shapes(const char *text, size_t size) {
    unsigned shapes = 0;
    for (size_t block = 0; block < size; block += 64) {
        masks m = masks_at(text, size, block);
        shapes |= (rows_of(&m) ? SHAPE_LETTERS : 0U) | (leet_of(&m) ? SHAPE_LEET : 0U) | (codes_of(&m) ? SHAPE_NUMBERS : 0U);
    }
    return shapes | SHAPE_MORSE;
}

/* Rewrites at each place that `places` tells, left to right; what `rewrite` returns is where the next place may lie. */
static bool rewrite_places(const char *text, size_t size, size_t budget, text_buffer *out, span_map *map,
                           uint64_t (*places)(const masks *m), size_t (*rewrite)(rewriter *w, size_t at, size_t floor)) {
    rewriter w = {text, size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t block = 0; block < size && out->size <= budget; block += 64) {
        masks m = masks_at(text, size, block);
        for (uint64_t left = places(&m); left && out->size <= budget; left &= left - 1) {
            size_t at = block + (size_t)__builtin_ctzll(left);
            if (at >= floor) floor = rewrite(&w, at, floor);
        }
    }
    return rewrite_finish(&w);
}

/* --------------------------------------------------------------------- letters set apart ---- */

#define LETTERS_MIN 5 /* fewer letters in a row are initials or a list */
#define GAP_MAX 4     /* bytes between two letters of a word */

static bool is_single(const char *text, size_t size, size_t at) {
    return at < size && text_is_alpha(text[at]) && (at == 0 || !text_is_alnum(text[at - 1])) &&
           (at + 1 == size || !text_is_alnum(text[at + 1]));
}

/* The next single letter behind `at`, at most twice a gap away; `size` when there is none. */
static size_t next_single(const char *text, size_t size, size_t at) {
    for (size_t i = at + 1; i < size && i - at <= 2 * GAP_MAX; i++) {
        if (text_is_alnum(text[i])) return is_single(text, size, i) ? i : size;
    }
    return size;
}

/* The region that begins with the single letter `at`: a gap as wide as the narrowest joins, a wider one parts words.
 * Returns where it ends, or `at` for no region. */
static size_t rewrite_letters(rewriter *w, size_t at) {
    size_t count = 1, narrow = 2 * GAP_MAX, last = at;
    char separator = at + 1 < w->size ? w->text[at + 1] : ' ';
    for (size_t next; (next = next_single(w->text, w->size, last)) < w->size; last = next, count++) {
        char here = w->text[last + 1];
        if (text_is_space(separator)) separator = here;
        if (here != separator && !text_is_space(here)) break; /* a.b@c.d: not one hand's way of setting letters apart */
        if (next - last - 1 < narrow) narrow = next - last - 1;
    }
    if (count < LETTERS_MIN || narrow > GAP_MAX) return at;
    rewrite_begin(w, at);
    for (size_t i = at; i <= last;) {
        put(w, w->text[i], i, 1);
        if (i == last) break;
        size_t next = next_single(w->text, w->size, i);
        bool parts = next - i - 1 > narrow || (text_is_space(w->text[i + 1]) && !text_is_space(w->text[at + 1]));
        if (parts) put(w, ' ', i + 1, next - i - 1);
        i = next;
    }
    rewrite_end(w, last + 1);
    return last + 1;
}

/* The same for a row that may begin before `at`, in the block before. */
static size_t rewrite_row(rewriter *w, size_t at, size_t floor) {
    const size_t here = at;
    if (!is_single(w->text, w->size, at)) return floor;
    while (at > floor) {
        size_t before = at - 1;
        while (before > floor && at - before <= 2 * GAP_MAX && !text_is_alnum(w->text[before])) before--;
        if (at - before > 2 * GAP_MAX || !is_single(w->text, w->size, before)) break;
        at = before;
    }
    size_t end = rewrite_letters(w, at);
    return end > at ? end : here + 1;
}

bool disguise_letters(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map) {
    (void)runs;
    return rewrite_places(text, size, budget, out, map, rows_of, rewrite_row);
}

/* ------------------------------------------------------------------------------- leetspeak ---- */

#define TOKEN_MAX 24
#define DIGITS_MIN 4 /* so many digits in a row are a number */
#define HEX_MIN 6 /* a token of so many hexadecimal digits is a number */

/* What a digit or symbol stands for inside a word; 0 for nothing. */
static char leet_letter(char c) {
    switch (c) {
    case '0': return 'o';
    case '1': case '!': case '|': return 'i';
    case '2': return 'z';
    case '3': return 'e';
    case '4': case '@': return 'a';
    case '5': case '$': return 's';
    case '6': case '9': return 'g';
    case '7': case '+': return 't';
    case '8': return 'b';
    default: return 0;
    }
}

static bool is_leet_byte(char c) {
    return text_is_alpha(c) || leet_letter(c);
}

/* Rewrites the token around `at` when it is letters with a few other characters for letters. Returns its end. */
static size_t rewrite_token(rewriter *w, size_t at, size_t floor) {
    const char *text = w->text;
    size_t start = at, end = at, letters = 0, others = 0;
    while (start > floor && is_leet_byte(text[start - 1])) start--;
    while (end < w->size && is_leet_byte(text[end])) end++;
    while (end > start && strchr("!|", text[end - 1])) end--; /* punctuation */
    size_t hex = 0, run = 0, longest = 0;
    for (size_t i = start; i < end; i++) {
        *(text_is_alpha(text[i]) ? &letters : &others) += 1;
        hex += text_hex_value(text[i]) >= 0;
        run = text_is_digit(text[i]) ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    bool number = (hex == end - start && hex >= HEX_MIN) || longest >= DIGITS_MIN;
    if (number) return end > at ? end : at + 1;
    bool joined = (end < w->size && strchr("/=_:\\#%&", text[end])) || (start > 0 && strchr("/=_:\\#%&", text[start - 1]));
    if (end - start < 3 || end - start > TOKEN_MAX || letters == 0 || others > 2 * letters + 1 || joined) return end > at ? end : at + 1;
    rewrite_begin(w, start);
    for (size_t i = start; i < end;) {
        size_t next = i + 1;
        char c = text_is_alpha(text[i]) ? text[i] : leet_letter(text[i]);
        while (next < end && text[next] == text[i]) next++;
        size_t repeats = next - i;
        for (size_t k = 0; k < (repeats >= 3 ? 1 : repeats); k++) put(w, c, i + k, repeats >= 3 ? repeats : 1);
        i = next;
    }
    rewrite_end(w, end);
    return end;
}

bool disguise_leet(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map) {
    (void)runs;
    return rewrite_places(text, size, budget, out, map, leet_of, rewrite_token);
}

/* -------------------------------------------------------------------------- numbers as codes ---- */

#define CODES_MIN 6

typedef struct code {
    size_t start, end;
} code;

/* The group of hexadecimal digits that begins at `at`. */
static code group_at(const char *text, size_t size, size_t at) {
    code c = {at, at};
    while (c.end < size && c.end - at <= 9 && text_hex_value(text[c.end]) >= 0) c.end++;
    return c;
}

/* The next group behind one: a space, comma or both between them. */
static bool next_group(const char *text, size_t size, code *c) {
    size_t i = c->end;
    while (i < size && i - c->end < 2 && (text[i] == ' ' || text[i] == ',' || text[i] == '-' || text[i] == '\n')) i++;
    if (i == c->end || i == size) return false;
    code next = group_at(text, size, i);
    if (next.end == next.start) return false;
    *c = next;
    return true;
}

/* The character that a group stands for in a base; 0 when it is none that text has. */
static char code_value(const char *text, code c, int base, size_t least, size_t most) {
    int value = 0;
    if (c.end - c.start < least || c.end - c.start > most) return 0;
    for (size_t i = c.start; i < c.end; i++) {
        int digit = text_hex_value(text[i]);
        if (digit >= base) return 0;
        value = value * base + digit;
    }
    return (value >= 32 && value < 127) || value == '\n' ? (char)value : 0;
}

static const struct { int base; size_t least, most; } code_kinds[] = {{2, 7, 8}, {16, 2, 2}, {10, 2, 3}};

/* Codes from `at` on. Returns where they end, or `at` when there are too few. */
static size_t rewrite_codes(rewriter *w, size_t at) {
    for (size_t k = 0; k < sizeof code_kinds / sizeof *code_kinds; k++) {
        size_t count = 0, letters = 0, end = at;
        code c = group_at(w->text, w->size, at);
        do {
            char value = code_value(w->text, c, code_kinds[k].base, code_kinds[k].least, code_kinds[k].most);
            if (!value) break;
            count++;
            letters += text_is_alpha(value) || value == ' ';
            end = c.end;
        } while (next_group(w->text, w->size, &c));
        if (count < CODES_MIN || letters * 5 < count * 4) continue;
        rewrite_begin(w, at);
        c = group_at(w->text, w->size, at);
        for (size_t i = 0; i < count; i++) {
            put(w, code_value(w->text, c, code_kinds[k].base, code_kinds[k].least, code_kinds[k].most), c.start, c.end - c.start);
            next_group(w->text, w->size, &c);
        }
        rewrite_end(w, end);
        return end;
    }
    return at;
}

/* Eight binary digits after the other without a gap. */
static size_t rewrite_bits(rewriter *w, size_t at) {
    size_t end = at, letters = 0;
    while (end < w->size && (w->text[end] == '0' || w->text[end] == '1')) end++;
    size_t count = (end - at) / 8;
    if (count < CODES_MIN || (end - at) % 8) return at;
    for (size_t i = 0; i < count; i++) {
        char value = code_value(w->text, (code){at + 8 * i, at + 8 * i + 8}, 2, 8, 8);
        if (!value) return at;
        letters += text_is_alpha(value) || value == ' ';
    }
    if (letters * 5 < count * 4) return at;
    rewrite_begin(w, at);
    for (size_t i = 0; i < count; i++) {
        put(w, code_value(w->text, (code){at + 8 * i, at + 8 * i + 8}, 2, 8, 8), at + 8 * i, 8);
    }
    rewrite_end(w, end);
    return end;
}

static size_t rewrite_numbers(rewriter *w, size_t at, size_t floor) {
    if (at > 0 && text_is_alnum(w->text[at - 1])) return floor;
    size_t end = rewrite_codes(w, at);
    if (end == at) end = rewrite_bits(w, at);
    return end > at ? end : group_at(w->text, w->size, at).end;
}

bool disguise_numbers(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map) {
    (void)runs;
    return rewrite_places(text, size, budget, out, map, codes_of, rewrite_numbers);
}

/* ----------------------------------------------------------------------------------- Morse ---- */

#define MORSE_MIN 8

/* ITU-R M.1677-1, as a tree: from the place of a sign a dot leads to twice that place, a dash to the one behind; it begins at 1. */
static char morse_letter(const char *text, size_t size) {
    static const char tree[64] = "  etianmsurwdkgohvf l pjbxcyzq  54 3   2       16       7   8 90";
    size_t at = 1;
    for (size_t i = 0; i < size && at < 32; i++) at = 2 * at + (text[i] == '-');
    return size > 0 && size <= 5 && tree[at] != ' ' ? tree[at] : 0;
}

static bool is_morse(char c) {
    return c == '.' || c == '-';
}

/* From the sign at `at` on. Returns where Morse ends. */
static size_t rewrite_morse(rewriter *w, size_t at, bool write) {
    const char *text = w->text;
    size_t i = at, count = 0, end = at;
    if (write) rewrite_begin(w, at);
    while (i < w->size) {
        size_t sign = i;
        while (i < w->size && i - sign <= 6 && is_morse(text[i])) i++;
        char letter = i - sign <= 5 ? morse_letter(text + sign, i - sign) : 0;
        if (!letter) break;
        count++;
        if (write) put(w, letter, sign, i - sign);
        end = i;
        size_t gap = i;
        bool slash = false;
        while (i < w->size && i - gap < 4 && (text[i] == ' ' || text[i] == '/' || text[i] == '\n')) slash |= text[i++] == '/';
        if (i == gap || i == w->size || !is_morse(text[i])) break;
        if (write && (slash || i - gap >= 2)) put(w, ' ', gap, i - gap);
    }
    if (write) rewrite_end(w, end);
    return count >= MORSE_MIN ? end : at;
}

bool disguise_morse(const char *text, size_t size, const decode_runs *runs, size_t budget, text_buffer *out, span_map *map) {
    (void)runs;
    rewriter w = {text, size, out, map, 0, 0};
    for (size_t i = 0; i < size && out->size <= budget;) {
        const char *hit = memchr(text + i, '-', size - i); /* hyphens are rarer than full stops */
        if (!hit) break;
        size_t at = (size_t)(hit - text), start = at;
        while (start > i && (is_morse(text[start - 1]) || (text[start - 1] == ' ' && start - 1 > i && is_morse(text[start - 2])))) start--;
        size_t end = rewrite_morse(&w, start, false);
        if (end > start) rewrite_morse(&w, start, true);
        i = end > at ? end : at + 1;
    }
    return rewrite_finish(&w);
}

/* --------------------------------------------------------------------------------- ciphers ---- */

const char *const cipher_names[CIPHER_COUNT] = {"rot13", "atbash", "reversed"};

static char turn(cipher c, char letter) {
    if (!text_is_alpha(letter)) return letter;
    char first = letter >= 'a' ? 'a' : 'A';
    return (char)(first + (c == CIPHER_ROT13 ? (letter - first + 13) % 26 : 25 - (letter - first)));
}

void disguise_cipher(cipher c, const char *text, span part, text_buffer *out, span_map *map) {
    if (c != CIPHER_REVERSED) {
        for (size_t i = part.start; i < part.end; i++) text_append(out, (char[]){turn(c, text[i])}, 1);
        map_add(map, part.end - part.start, part.start, part.end - part.start);
        return;
    }
    for (size_t end = part.end; end > part.start;) {
        size_t start = text_align_back(text, end - 1);
        text_append(out, text + start, end - start);
        map_add(map, end - start, start, end - start);
        end = start;
    }
}
