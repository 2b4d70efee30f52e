/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>

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
static void read_token(const char *text, size_t start, size_t end, word_joiner *token) {
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
static size_t rewrite_token(rewriter *w, const word_index *words, size_t at, size_t floor) {
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
    word_joiner token;
    read_token(text, start, end, &token);
    const indexed_word *known = word_index_find(words, token.letters, token.count);
    if (!known && is_joined(text, w->size, start, end)) return end;
    rewrite_begin(w, start);
    for (size_t i = 0; i < token.count; i++)
        put(w, known ? known->text[i] : token.letters[i], token.from[i], token.from_size[i]);
    rewrite_end(w, end);
    return end;
}

bool undo_leet(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, leet_of, rewrite_token);
}
