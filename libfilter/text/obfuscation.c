/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation.h"

#include "text/word_joiner.h"

#include <stdint.h>
#include <string.h>
#include <unicode/utf8.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void put(rewriter *w, char c, size_t from, size_t from_size) {
    rewrite_put(w, &c, 1, from, from_size);
}

/* --------------------------------------------------------------------------------- masks ---- */

/* Of 64 bytes, or fewer at the end, a bit for each. */
typedef struct masks {
    uint64_t letters, digits, symbols, same,
        ay; /* symbols: $ ! | +; same: as the two bytes behind it; ay: an a before a y */
} masks;

static masks masks_at(const char *text, size_t size, size_t at) {
    masks m = {0, 0, 0, 0, 0};
#ifdef __SSE2__
    if (size - at >= 66) {
        for (int k = 0; k < 4; k++) {
            const char *p = text + at + 16 * k;
            const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
            const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
            const __m128i third = _mm_loadu_si128((const __m128i *)(const void *)(p + 2));
            const __m128i lower = _mm_or_si128(c, _mm_set1_epi8(0x20)),
                          next_lower = _mm_or_si128(next, _mm_set1_epi8(0x20));
            const __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
            const __m128i is_ay = _mm_and_si128(_mm_cmpeq_epi8(lower, _mm_set1_epi8('a')),
                                                _mm_cmpeq_epi8(next_lower, _mm_set1_epi8('y')));
            const __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
            const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
            const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
            const __m128i is_same = _mm_and_si128(_mm_cmpeq_epi8(c, next), _mm_cmpeq_epi8(next, third));
            __m128i is_symbol =
                _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('$')), _mm_cmpeq_epi8(c, _mm_set1_epi8('!')));
            is_symbol = _mm_or_si128(
                is_symbol, _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('|')), _mm_cmpeq_epi8(c, _mm_set1_epi8('+'))));
            m.symbols |= (uint64_t)(unsigned)_mm_movemask_epi8(is_symbol) << 16 * k;
            m.letters |= (uint64_t)(unsigned)_mm_movemask_epi8(is_letter) << 16 * k;
            m.digits |= (uint64_t)(unsigned)_mm_movemask_epi8(is_digit) << 16 * k;
            m.same |= (uint64_t)(unsigned)_mm_movemask_epi8(is_same) << 16 * k;
            m.ay |= (uint64_t)(unsigned)_mm_movemask_epi8(is_ay) << 16 * k;
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
        m.ay |= (uint64_t)(at + i + 1 < size && text_lower(p[0]) == 'a' && text_lower(p[1]) == 'y') << i;
    }
    return m;
}

/* Single letters that stand in a row. */
static uint64_t rows_of(const masks *m) {
    uint64_t word = m->letters | m->digits, single = m->letters & ~(word << 1) & ~(word >> 1);
    uint64_t row = single & (single >> 2 | single >> 3 | single >> 4 | single >> 5);
    return row & (row >> 2 | row >> 3 | row >> 4 | row >> 5);
}

/* A digit beside a letter: "n0r", "1gn"; a symbol between two: "d!r"; three of the same letter. Where there is one, symbols behind
 * letters count, too: "promp+". */
static uint64_t leet_of(const masks *m) {
    uint64_t leet = (m->digits & (m->letters << 1 | m->letters >> 1)) |
                    (m->symbols & m->letters << 1 & m->letters >> 1) | (m->same & m->letters);
    return leet ? leet | (m->symbols & m->letters << 1) : 0;
}

/* Digits of a block that is full of them, as codes make it. */
static uint64_t codes_of(const masks *m) {
    return m->digits && __builtin_popcountll(m->digits) >= 8 ? m->digits : 0;
}

/* Where words of at least six letters begin. At the start of a block that may be the inside of one. */
static uint64_t words_of(const masks *m) {
    uint64_t l = m->letters;
    return l & ~(l << 1) & l >> 1 & l >> 2 & l >> 3 & l >> 4 & l >> 5;
}

/* The ends of pig Latin, when there are many of them. */
static uint64_t ays_of(const masks *m) {
    uint64_t ends = m->ay & ~(m->letters >> 2);
    uint64_t two_fewer = ends & (ends - 1);
    two_fewer &= two_fewer - 1;
    return two_fewer ? ends : 0;
}

/* Is one of the words of a block a telling one with its letters shuffled? */
static bool has_shuffled(const char *text, size_t size, size_t block, const masks *m, const vocabulary *words) {
    for (uint64_t left = words_of(m); left; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        size_t start = block + bit, length = (size_t)__builtin_ctzll(~(m->letters >> bit) | UINT64_C(1) << 63);
        if (bit + length >= 63)
            length = apart_word_end(text, size - start > VOCABULARY_WORD_MAX ? start + VOCABULARY_WORD_MAX + 1 : size,
                                    start) -
                     start;
        if (!vocabulary_may_tell(words, text[start], text[start + length - 1], length)) continue;
        const vocabulary_word *word = vocabulary_unshuffle(words, text + start, length);
        if (word && word->telling) return true;
    }
    return false;
}

unsigned disguise_shapes(const char *text, size_t size, const vocabulary *words) {
    unsigned shapes = SHAPE_ANY;
    for (size_t block = 0; block < size; block += 64) {
        masks m = masks_at(text, size, block);
        shapes |= (rows_of(&m) ? SHAPE_LETTERS : 0U) | (leet_of(&m) ? SHAPE_LEET : 0U) |
                  (codes_of(&m) ? SHAPE_NUMBERS : 0U) | (ays_of(&m) ? SHAPE_PIG_LATIN : 0U);
        if (!(shapes & SHAPE_SHUFFLED) && has_shuffled(text, size, block, &m, words)) shapes |= SHAPE_SHUFFLED;
    }
    return shapes;
}

/* Rewrites at each place that `places` tells, left to right; what `rewrite` returns is where the next place may lie. */
static bool rewrite_places(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
                           uint64_t (*places)(const masks *m),
                           size_t (*rewrite)(rewriter *w, const vocabulary *words, size_t at, size_t floor)) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    size_t floor = 0;
    for (size_t block = 0; block < s->size && out->size <= budget; block += 64) {
        masks m = masks_at(s->text, s->size, block);
        for (uint64_t left = places(&m); left && out->size <= budget; left &= left - 1) {
            size_t at = block + (size_t)__builtin_ctzll(left);
            if (at >= floor) floor = rewrite(&w, s->words, at, floor);
        }
    }
    return rewrite_finish(&w);
}

/* --------------------------------------------------------------------- letters set apart ---- */

#define LETTERS_MIN 5 /* fewer letters in a row are initials or a list */
#define GAP_MAX 4 /* bytes between two letters of a word */

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
static size_t rewrite_letters(rewriter *w, const vocabulary *words, size_t at) {
    size_t count = 1, narrow = 2 * GAP_MAX, last = at;
    char separator = at + 1 < w->size ? w->text[at + 1] : ' ';
    for (size_t next; (next = next_single(w->text, w->size, last)) < w->size; last = next, count++) {
        char here = w->text[last + 1];
        if (text_is_space(separator)) separator = here;
        if (here != separator && !text_is_space(here)) break; /* a.b@c.d: not one hand's way of setting letters apart */
        if (next - last - 1 < narrow) narrow = next - last - 1;
    }
    if (count < LETTERS_MIN || narrow > GAP_MAX) return at;
    apart word = {.count = 0};
    rewrite_begin(w, at);
    for (size_t i = at; i <= last;) {
        apart_add(w, words, &word, w->text[i], i, 1);
        if (i == last) break;
        size_t next = next_single(w->text, w->size, i);
        bool parts = next - i - 1 > narrow || (text_is_space(w->text[i + 1]) && !text_is_space(w->text[at + 1]));
        if (parts) {
            apart_put(w, words, &word);
            put(w, ' ', i + 1, next - i - 1);
        }
        i = next;
    }
    apart_put(w, words, &word);
    rewrite_end(w, last + 1);
    return last + 1;
}

/* The same for a row that may begin before `at`, in the block before. */
static size_t rewrite_row(rewriter *w, const vocabulary *words, size_t at, size_t floor) {
    const size_t here = at;
    if (!is_single(w->text, w->size, at)) return floor;
    while (at > floor) {
        size_t before = at - 1;
        while (before > floor && at - before <= 2 * GAP_MAX && !text_is_alnum(w->text[before])) before--;
        if (at - before > 2 * GAP_MAX || !is_single(w->text, w->size, before)) break;
        at = before;
    }
    size_t end = rewrite_letters(w, words, at);
    return end > at ? end : here + 1;
}

bool disguise_letters(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, rows_of, rewrite_row);
}

/* ------------------------------------------------------------------------------- leetspeak ---- */

#define TOKEN_MAX 24
#define DIGITS_MIN 4 /* so many digits in a row are a number */
#define HEX_MIN 6 /* a token of so many hexadecimal digits is a number */

/* What a digit or symbol stands for inside a word; 0 for nothing. */
static char leet_letter(char c) {
    switch (c) {
    case '0': return 'o';
    case '1':
    case '!':
    case '|': return 'i';
    case '2': return 'z';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '6':
    case '9': return 'g';
    case '7':
    case '+': return 't';
    case '8': return 'b';
    default: return 0;
    }
}

static bool is_leet_byte(char c) {
    return text_is_alpha(c) || leet_letter(c);
}

/* The letters of a token, each with the bytes that it stands for; runs of the same one are one. */
static void read_token(const char *text, size_t start, size_t end, apart *token) {
    token->count = 0;
    for (size_t i = start; i < end;) {
        size_t next = i + 1;
        while (next < end && text[next] == text[i]) next++;
        size_t repeats = next - i, kept = repeats >= 3 ? 1 : repeats;
        for (size_t k = 0; k < kept; k++) {
            token->letters[token->count] = text_is_alpha(text[i]) ? text[i] : leet_letter(text[i]);
            token->from[token->count] = i + k;
            token->from_size[token->count++] = repeats >= 3 ? repeats : 1;
        }
        i = next;
    }
}

/* Does the token touch what joins the parts of names, paths and addresses? */
static bool is_joined(const char *text, size_t size, size_t start, size_t end) {
    if (start > 0 && strchr("/=_:\\#%&", text[start - 1])) return true;
    if (end == size || !strchr("/=_:\\#%&", text[end])) return false;
    return text[end] != ':' || (end + 1 < size && !text_is_space(text[end + 1]));
}

/* Rewrites the token around `at` when it is letters with a few other characters for letters. Returns its end. */
static size_t rewrite_token(rewriter *w, const vocabulary *words, size_t at, size_t floor) {
    const char *text = w->text;
    size_t start = at, end = at, letters = 0, others = 0;
    while (start > floor && is_leet_byte(text[start - 1])) start--;
    while (end < w->size && is_leet_byte(text[end])) end++;
    while (end > start && strchr("!|", text[end - 1])) end--; /* punctuation */
    if (end <= at) return at + 1;
    size_t hex = 0, run = 0, longest = 0;
    for (size_t i = start; i < end; i++) {
        *(text_is_alpha(text[i]) ? &letters : &others) += 1;
        hex += text_hex_value(text[i]) >= 0;
        run = text_is_digit(text[i]) ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    bool number = (hex == end - start && hex >= HEX_MIN) || longest >= DIGITS_MIN;
    if (number || end - start < 3 || end - start > TOKEN_MAX || letters == 0 || others > 2 * letters + 1) return end;
    apart token;
    read_token(text, start, end, &token);
    const vocabulary_word *known = vocabulary_find(words, token.letters, token.count);
    if (!known && is_joined(text, w->size, start, end)) return end;
    rewrite_begin(w, start);
    for (size_t i = 0; i < token.count; i++)
        put(w, known ? known->text[i] : token.letters[i], token.from[i], token.from_size[i]);
    rewrite_end(w, end);
    return end;
}

bool disguise_leet(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, leet_of, rewrite_token);
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

static const struct {
    int base;
    size_t least, most;
} code_kinds[] = {{2, 7, 8}, {16, 2, 2}, {10, 2, 3}};

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
            put(w, code_value(w->text, c, code_kinds[k].base, code_kinds[k].least, code_kinds[k].most), c.start,
                c.end - c.start);
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

/* Numbers of the letters of the alphabet, "9-7-14-15-18-5 1-12-12": the first gap joins letters, any other parts words. */
static size_t rewrite_alphabet(rewriter *w, const vocabulary *words, size_t at) {
    const char *text = w->text;
    apart word = {.count = 0};
    size_t joiner = 0, end = at;
    for (int pass = 0; pass < 2; pass++) {
        size_t count = 0;
        if (pass) rewrite_begin(w, at);
        for (size_t i = at; i < w->size && text_is_digit(text[i]);) {
            size_t digits = 1, value = (size_t)(text[i] - '0');
            if (i + 1 < w->size && text_is_digit(text[i + 1])) value = 10 * value + (size_t)(text[i + digits++] - '0');
            if (value < 1 || value > 26 || (i + digits < w->size && text_is_alnum(text[i + digits]))) break;
            count++;
            if (pass) apart_add(w, words, &word, (char)('a' + value - 1), i, digits);
            size_t gap = i + digits, next = gap;
            end = gap;
            while (next < w->size && next - gap < 3 && strchr("-., :/|\n", text[next])) next++;
            if (next == gap || next == w->size || !text_is_digit(text[next])) break;
            if (!joiner) joiner = gap;
            bool joins = next - gap == 1 && text[gap] == text[joiner];
            if (pass && !joins) {
                apart_put(w, words, &word);
                put(w, ' ', gap, next - gap);
            }
            i = next;
        }
        if (count < CODES_MIN) return at;
    }
    apart_put(w, words, &word);
    rewrite_end(w, end);
    return end;
}

static size_t rewrite_numbers(rewriter *w, const vocabulary *words, size_t at, size_t floor) {
    if (at > 0 && text_is_alnum(w->text[at - 1])) return floor;
    size_t end = rewrite_codes(w, at);
    if (end == at) end = rewrite_bits(w, at);
    if (end == at) end = rewrite_alphabet(w, words, at);
    return end > at ? end : group_at(w->text, w->size, at).end;
}

bool disguise_numbers(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, codes_of, rewrite_numbers);
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
        while (i < w->size && i - gap < 4 && (text[i] == ' ' || text[i] == '/' || text[i] == '\n'))
            slash |= text[i++] == '/';
        if (i == gap || i == w->size || !is_morse(text[i])) break;
        if (write && (slash || i - gap >= 2)) put(w, ' ', gap, i - gap);
    }
    if (write) rewrite_end(w, end);
    return count >= MORSE_MIN ? end : at;
}

bool disguise_morse(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    const char *text = s->text;
    const size_t size = s->size;
    rewriter w = {text, size, out, map, 0, 0};
    for (size_t i = 0; i < size && out->size <= budget;) {
        const char *hit = memchr(text + i, '-', size - i); /* hyphens are rarer than full stops */
        if (!hit) break;
        size_t at = (size_t)(hit - text), start = at;
        while (start > i &&
               (is_morse(text[start - 1]) || (text[start - 1] == ' ' && start - 1 > i && is_morse(text[start - 2]))))
            start--;
        size_t end = rewrite_morse(&w, start, false);
        if (end > start) rewrite_morse(&w, start, true);
        i = end > at ? end : at + 1;
    }
    return rewrite_finish(&w);
}

/* ------------------------------------------------------------------- words that are set together ---- */

#define JOINED_MIN 18 /* letters of words that are set together */
#define JOINED_WORDS                                                                                                   \
    3 /* fewer are a name; one more where something else parts them, capitals or digits, as it does in names */

/* Does a run stand in a name of a program or an address, where words are set together for good reason? */
static bool is_name(const char *text, size_t size, span run) {
    if (memchr(text + run.start, '/', run.end - run.start)) return true;
    return (run.start > 0 && strchr("./@$#`:%&?=", text[run.start - 1])) ||
           (run.end < size && strchr("(.@=/`", text[run.end]));
}

/* "ignoreallpreviousinstructions", "IgnoreAllPreviousInstructions". Words that hyphens or underscores part are found as they are. */
static void rewrite_joined(rewriter *w, const vocabulary *words, span letters) {
    const char *text = w->text;
    size_t starts[VOCABULARY_PART_MAX], next = 1;
    size_t parts = vocabulary_part(words, text + letters.start, letters.end - letters.start, starts);
    bool plain = true, telling = false; /* plain: small letters only */
    for (size_t i = 0; i < parts; i++) {
        size_t at = letters.start + starts[i], end = i + 1 < parts ? letters.start + starts[i + 1] : letters.end;
        const vocabulary_word *word = vocabulary_find(words, text + at, end - at);
        telling = telling || (word && word->telling);
        for (size_t k = at; k < end; k++) plain = plain && text[k] >= 'a';
    }
    if (!telling || parts < (plain ? JOINED_WORDS : JOINED_WORDS + 1)) return;
    rewrite_begin(w, letters.start);
    for (size_t i = letters.start; i < letters.end; i++) {
        if (next < parts && starts[next] == i - letters.start) {
            put(w, ' ', i, 0);
            next++;
        }
        put(w, text[i], i, 1);
    }
    rewrite_end(w, letters.end);
}

bool disguise_joined(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t i = 0; i < s->runs.count; i++) {
        const span run = s->runs.items[i];
        if (is_name(s->text, s->size, run)) continue;
        for (size_t at = run.start, end; at < run.end && out->size <= budget; at = end + (end == at)) {
            end = at;
            while (end < run.end && end - at < VOCABULARY_PART_MAX && text_is_alpha(s->text[end])) end++;
            if (end - at >= JOINED_MIN) rewrite_joined(&w, s->words, (span){at, end});
        }
    }
    return rewrite_finish(&w);
}

/* ------------------------------------------------------------------------- letters out of order ---- */

static size_t rewrite_shuffled(rewriter *w, const vocabulary *words, size_t at, size_t floor) {
    (void)floor;
    size_t end = apart_word_end(w->text, w->size, at);
    if (at > 0 && text_is_alpha(w->text[at - 1])) return end;
    const vocabulary_word *word = vocabulary_unshuffle(words, w->text + at, end - at);
    if (!word) return end;
    rewrite_begin(w, at);
    for (size_t i = 0; i < word->size; i++) put(w, word->text[i], at + i, 1);
    rewrite_end(w, end);
    return end;
}

bool disguise_shuffled(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, words_of, rewrite_shuffled);
}

/* How many letters at the end of `word` stood before its others: as many as make a known word, or as a word may begin with. */
static size_t onset_of(const vocabulary *words, const char *word, size_t size) {
    static const char onsets[][5] = {"thr", "str", "spr", "scr", "shr", "th", "sh", "ch", "wh", "ph", "pr", "pl",
                                     "st",  "tr",  "gr",  "cr",  "br",  "dr", "fr", "fl", "bl", "cl", "gl", "sl",
                                     "sp",  "sc",  "sk",  "sm",  "sn",  "sw", "tw", "wr", "kn", "qu"};
    char turned[TOKEN_MAX];
    for (size_t k = 1; k <= 4 && k < size; k++) {
        memcpy(turned, word + size - k, k);
        memcpy(turned + k, word, size - k);
        if (vocabulary_find(words, turned, size)) return k;
    }
    for (size_t i = 0; i < sizeof onsets / sizeof *onsets; i++) {
        size_t k = strlen(onsets[i]);
        if (k < size && text_lower(word[size - k]) == onsets[i][0] && text_lower(word[size - k + 1]) == onsets[i][1] &&
            (k == 2 || text_lower(word[size - 1]) == onsets[i][2])) {
            return k;
        }
    }
    return 1;
}

/* Pig Latin: "eviouspray", "ignoreway". `at` is the a of the ending. */
static size_t rewrite_pig_latin(rewriter *w, const vocabulary *words, size_t at, size_t floor) {
    const char *text = w->text;
    size_t start = at, end = at + 2;
    while (start > floor && text_is_alpha(text[start - 1])) start--;
    size_t size = at - start, onset = 0;
    if (size < 2 || size > TOKEN_MAX) return end;
    char last = text_lower(text[at - 1]);
    if (last == 'w' || last == 'y') size--; /* nothing stood before a vowel */
    else onset = onset_of(words, text + start, size);
    char word[TOKEN_MAX];
    for (size_t i = 0; i < size; i++) word[i] = text_lower(text[start + (i + size - onset) % size]);
    rewrite_begin(w, start);
    rewrite_put(w, word, size, start, end - start);
    rewrite_end(w, end);
    return end;
}

bool disguise_pig_latin(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, ays_of, rewrite_pig_latin);
}

/* ------------------------------------------------------------------------------ turned letters ---- */

#define TURNED_MIN 4 /* characters that only a turned letter is */
#define TURNED_MAX 1024 /* bytes of a line that is read from its end */

/* The letter that a character is when it is turned upside down; 0 for what has no such form. */
static char turned_letter(uint32_t c) {
    static const struct {
        uint16_t c;
        char letter;
    } forms[] = {{0x0250, 'a'}, {0x0254, 'c'}, {0x01DD, 'e'}, {0x0259, 'e'}, {0x025F, 'f'}, {0x0253, 'g'},
                 {0x0183, 'g'}, {0x1D77, 'g'}, {0x0265, 'h'}, {0x1D09, 'i'}, {0x0131, 'i'}, {0x027E, 'j'},
                 {0x029E, 'k'}, {0x05DF, 'l'}, {0xA781, 'l'}, {0x026F, 'm'}, {0x0279, 'r'}, {0x0287, 't'},
                 {0x028C, 'v'}, {0x028D, 'w'}, {0x028E, 'y'}, {0x02D9, '.'}, {0x00BF, '?'}, {0x00A1, '!'}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (forms[i].c == c) return forms[i].letter;
    }
    switch (c) {
    case 'n': return 'u';
    case 'u': return 'n';
    case 'b': return 'q';
    case 'q': return 'b';
    case 'd': return 'p';
    case 'p': return 'd';
    case 'm': return 'w';
    case 'w': return 'm';
    default: return c < 0x80 ? (char)c : 0;
    }
}

/* One line, from its end to its start. */
static void rewrite_turned(rewriter *w, span line) {
    const char *text = w->text;
    size_t turned = 0;
    for (size_t i = line.start; i < line.end;) {
        uint32_t c;
        U8_NEXT_UNSAFE(text, i, c);
        turned += c >= 0x80 && c != 0x131 && turned_letter(c) != 0;
    }
    if (turned < TURNED_MIN) return;
    rewrite_begin(w, line.start);
    for (size_t end = line.end; end > line.start;) {
        size_t start = text_align_back(text, end - 1), i = start;
        uint32_t c;
        U8_NEXT_UNSAFE(text, i, c);
        char letter = turned_letter(c);
        if (letter) put(w, letter, start, end - start);
        else rewrite_put(w, text + start, end - start, start, end - start);
        end = start;
    }
    rewrite_end(w, line.end);
}

bool disguise_turned(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t at = 0; at < s->size && out->size <= budget;) {
        size_t limit = s->size - at > TURNED_MAX ? text_align_back(s->text, at + TURNED_MAX) : s->size;
        const char *feed = memchr(s->text + at, '\n', limit - at);
        size_t end = feed ? (size_t)(feed - s->text) : limit;
        rewrite_turned(&w, (span){at, end});
        at = feed ? end + 1 : end;
    }
    return rewrite_finish(&w);
}

/* --------------------------------------------------------------------- strings in pieces ---- */

#define PIECE_MAX 512 /* bytes between two quotation marks */

static bool is_mark(char c) {
    return c == '"' || c == '\'' || c == '`';
}

/* The string that begins with the quotation mark at `at`, without its marks; an empty span for none. */
static span string_at(const char *text, size_t size, size_t at) {
    size_t limit = size - at > PIECE_MAX ? at + PIECE_MAX : size;
    const char *end = at + 1 < limit ? memchr(text + at + 1, text[at], limit - at - 1) : NULL;
    return end ? (span){at + 1, (size_t)(end - text)} : (span){at, at};
}

/* The mark that opens the string which a plus sign at `plus` goes on with; `size` for none. */
static size_t mark_behind(const char *text, size_t size, size_t plus) {
    size_t at = plus + 1;
    while (at < size && at - plus <= 3 && text_is_space(text[at])) at++;
    return at < size && is_mark(text[at]) ? at : size;
}

/* "ig" + "nore": from the string before the plus sign at `plus` on. Returns where the last string ends. */
static size_t rewrite_sum(rewriter *w, size_t plus, size_t floor) {
    const char *text = w->text;
    size_t close = plus, open = mark_behind(text, w->size, plus);
    while (close > floor && plus - close < 3 && text_is_space(text[close - 1])) close--;
    if (open == w->size || close == floor || !is_mark(text[close - 1])) return plus + 1;
    close--;
    size_t begin = close;
    while (begin > floor && close - begin < PIECE_MAX && text[begin - 1] != text[close]) begin--;
    if (begin == floor || text[begin - 1] != text[close]) return plus + 1;
    rewrite_begin(w, close);
    size_t end = close + 1;
    while (open < w->size) {
        span string = string_at(text, w->size, open);
        if (string.start == open) break;
        rewrite_put(w, text + string.start, string.end - string.start, string.start, string.end - string.start);
        end = string.end + 1;
        size_t next = end;
        while (next < w->size && next - end < 3 && text_is_space(text[next])) next++;
        open = next < w->size && text[next] == '+' ? mark_behind(text, w->size, next) : w->size;
    }
    rewrite_end(w, end);
    return end;
}

bool disguise_sum(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    rewriter w = {s->text, s->size, out, map, 0, 0};
    for (size_t at = 0; at < s->size && out->size <= budget;) {
        const char *plus = memchr(s->text + at, '+', s->size - at);
        if (!plus) break;
        at = rewrite_sum(&w, (size_t)(plus - s->text), at);
    }
    return rewrite_finish(&w);
}
