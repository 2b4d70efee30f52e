/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cipher.h"

#include "text/rewrite.h"
#include "text/word_joiner.h"

const char *const cipher_spelling[SPELLING_COUNT] = {
    "alfa",   "alpha",   "bravo",   "charlie", "delta",   "echo",     "foxtrot", "golf",   "hotel",  "india",
    "juliet", "juliett", "kilo",    "lima",    "mike",    "november", "oscar",   "papa",   "quebec", "romeo",
    "sierra", "tango",   "uniform", "victor",  "whiskey", "whisky",   "xray",    "yankee", "zulu"};

#define SPELLED_MIN 4

const char *cipher_name(cipher c) {
    static const char *const names[] = {FILTER_VIEW_REVERSED, FILTER_VIEW_ATBASH, FILTER_VIEW_NATO_ALPHABET};
    if (c < CIPHER_CAESAR) return names[c];
    return c == CIPHER_CAESAR + 13 ? FILTER_VIEW_ROT13 : FILTER_VIEW_CAESAR;
}

cipher cipher_inverse(cipher c) {
    return c <= CIPHER_CAESAR ? c : (cipher)(2 * CIPHER_CAESAR + 26 - c);
}

/* A letter that a cipher puts another for. */
static char replace(cipher c, char letter) {
    if (!text_is_alpha(letter)) return letter;
    char first = letter >= 'a' ? 'a' : 'A';
    int place = letter - first;
    return (char)(first + (c == CIPHER_ATBASH ? 25 - place : (place + (int)c - CIPHER_CAESAR) % 26));
}

static void undo_reversed(const char *text, span part, text_buffer *out, span_map *map) {
    for (size_t end = part.end; end > part.start && work_spend(out->work, 8);) {
        size_t start = text_align_back(text, end - 1);
        text_append(out, text + start, end - start);
        span_map_add(map, end - start, start, end - start);
        end = start;
    }
}

/* The letter that a word spells; 0: none. */
static char spelled_letter(const char *text, size_t at, size_t end) {
    /* Of each letter, its first word. */
    static const uint8_t first[27] = {
        0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 28, SPELLING_COUNT};
    if (at == end || !text_is_alpha(text[at])) return 0;
    unsigned letter = (unsigned)(text_lower(text[at]) - 'a');
    for (size_t i = first[letter]; i < first[letter + 1]; i++) {
        size_t k = 0;
        while (at + k < end && cipher_spelling[i][k] == text_lower(text[at + k])) k++;
        if (at + k == end && !cipher_spelling[i][k]) return cipher_spelling[i][0];
    }
    return 0;
}

bool cipher_is_spelled(const char *text, size_t size, size_t at) {
    size_t end = word_end(text, size, at), next = end;
    while (next < size && next - end < 4 && !text_is_alnum(text[next])) next++;
    return next > end && spelled_letter(text, at, end) && spelled_letter(text, next, word_end(text, size, next));
}

/* Words of the spelling alphabet in a row, one space or hyphen apart; anything else between them parts words. */
static void undo_spelling(const char *text, span part, const word_index *words, text_buffer *out, span_map *map) {
    rewriter w = {text, part.end, out, map, part.start, part.start};
    for (size_t at = part.start; at < part.end && work_spend(out->work, 16);) {
        size_t count = 0, end = at;
        word_joiner word;
        word.count = 0; /* its letters are written before they are read */
        for (int pass = 0; pass < 2 && (!pass || count >= SPELLED_MIN); pass++) {
            if (pass) rewrite_begin(&w, at);
            for (size_t i = at; i < part.end;) {
                size_t next = word_end(text, part.end, i);
                char letter = next > i ? spelled_letter(text, i, next) : 0;
                if (!letter) break;
                if (pass) word_joiner_add(&w, words, &word, letter, i, next - i);
                else count++;
                end = next;
                size_t gap = next;
                while (next < part.end && next - gap < 4 && !text_is_alnum(text[next])) next++;
                if (pass && next - gap > 1) {
                    word_joiner_put(&w, words, &word);
                    rewrite_put(&w, " ", 1, gap, next - gap);
                }
                i = next;
            }
            if (pass) word_joiner_put(&w, words, &word);
        }
        if (count >= SPELLED_MIN) rewrite_end(&w, end);
        else end = word_end(text, part.end, at);
        at = end;
        while (at < part.end && !text_is_alpha(text[at])) at++;
    }
    rewrite_finish(&w);
}

void cipher_apply(cipher c, const char *text, span part, const word_index *words, text_buffer *out, span_map *map) {
    if (c == CIPHER_REVERSED) {
        undo_reversed(text, part, out, map);
    } else if (c == CIPHER_SPELLING) {
        undo_spelling(text, part, words, out, map);
    } else {
        const size_t size = part.end - part.start, first = out->size;
        if (!work_spend(out->work, 2 * size)) return;
        text_append(out, text + part.start, size);
        for (size_t i = first; i < out->size; i++) out->data[i] = replace(c, out->data[i]);
        span_map_add(map, out->size - first, part.start, out->size - first);
    }
}
