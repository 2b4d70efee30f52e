/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>

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

/* The next group after one: a space, comma or both between them. */
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

typedef struct code_kind {
    int base;
    size_t least, most; /* digits of a group */
} code_kind;

static const code_kind code_kinds[] = {{2, 7, 8}, {16, 2, 2}, {10, 2, 3}};

/* Four letters or spaces to each other character, so far as that holds from the first code on: numbers before or after
 * words hide nothing. Where that is too short, a few codes were looked at, so a text of numbers costs one pass. */
static size_t count_codes(const char *text, size_t size, size_t at, const code_kind *kind) {
    size_t count = 0, letters = 0;
    code c = group_at(text, size, at);
    do {
        char value = code_value(text, c, kind->base, kind->least, kind->most);
        if (!value) break;
        letters += text_is_alpha(value) || value == ' ';
        if (letters * 5 < (count + 1) * 4) break;
        count++;
    } while (c.end - at < REGION_MAX && next_group(text, size, &c));
    return count;
}

/* Codes from `at` on. Returns where they end, or `at` when there are too few. */
static size_t rewrite_codes(rewriter *w, size_t at) {
    const code first = group_at(w->text, w->size, at);
    for (size_t k = 0; k < sizeof code_kinds / sizeof *code_kinds; k++) {
        const code_kind *kind = &code_kinds[k];
        if (!code_value(w->text, first, kind->base, kind->least, kind->most)) continue;
        size_t count = count_codes(w->text, w->size, at, kind), end = at;
        if (count < CODES_MIN) continue;
        rewrite_begin(w, at);
        code c = group_at(w->text, w->size, at);
        for (size_t i = 0; i < count; i++) {
            put(w, code_value(w->text, c, kind->base, kind->least, kind->most), c.start, c.end - c.start);
            end = c.end;
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

/* Numbers of the letters of the alphabet, "9-7-14-15-18-5 1-12-12": the first gap joins letters, any other parts
 * words. */
static size_t rewrite_alphabet(rewriter *w, const word_index *words, size_t at) {
    const char *text = w->text;
    size_t joiner = 0, end = at;
    word_joiner word;
    word.count = 0; /* its letters are written before they are read */
    for (int pass = 0; pass < 2; pass++) {
        size_t count = 0;
        if (pass) rewrite_begin(w, at);
        for (size_t i = at; i < w->size && i - at < REGION_MAX && text_is_digit(text[i]);) {
            size_t digits = 1, value = (size_t)(text[i] - '0');
            if (i + 1 < w->size && text_is_digit(text[i + 1])) value = 10 * value + (size_t)(text[i + digits++] - '0');
            if (value < 1 || value > 26 || (i + digits < w->size && text_is_alnum(text[i + digits]))) break;
            count++;
            if (pass) word_joiner_add(w, words, &word, (char)('a' + value - 1), i, digits);
            size_t gap = i + digits, next = gap;
            end = gap;
            while (next < w->size && next - gap < 3 && strchr("-., :/|\n", text[next])) next++;
            if (next == gap || next == w->size || !text_is_digit(text[next])) break;
            if (!joiner) joiner = gap;
            bool joins = next - gap == 1 && text[gap] == text[joiner];
            if (pass && !joins) {
                word_joiner_put(w, words, &word);
                put(w, ' ', gap, next - gap);
            }
            i = next;
        }
        if (count < CODES_MIN) return at;
    }
    word_joiner_put(w, words, &word);
    rewrite_end(w, end);
    return end;
}

static size_t rewrite_numbers(rewriter *w, const word_index *words, size_t at, size_t floor) {
    if (at > 0 && text_is_alnum(w->text[at - 1])) return floor;
    size_t end = rewrite_codes(w, at);
    if (end == at) end = rewrite_bits(w, at);
    if (end == at) end = rewrite_alphabet(w, words, at);
    return end > at ? end : group_at(w->text, w->size, at).end;
}

bool undo_character_codes(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, codes_of, rewrite_numbers);
}
