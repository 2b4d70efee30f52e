/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/cold.h"

#include "names/names.h"
#include "restore/restore.h"
#include "text/obfuscation/obfuscation.h"

#include <string.h>

#define WORD_MAX ((size_t)24) /* letters of an ordinary word */

/* Marks of prose. A colon names values, quotes and brackets enclose them. */
static bool is_mark(char c) {
    return c && strchr(".,;!?'()-*#", c) != NULL;
}

/* Typographic quotes, dashes and dots: E2 80 90 … E2 80 A6. */
static bool is_typographic(filter_text text, size_t at) {
    return text.size - at >= 3 && memcmp(text.text + at, "\xE2\x80", 2) == 0 &&
           (unsigned char)text.text[at + 2] >= 0x90 && (unsigned char)text.text[at + 2] <= 0xA6;
}

static bool begins_sentence(filter_text text, size_t at) {
    while (at > 0 && strchr(" *#-('", text.text[at - 1])) at--;
    return at == 0 || strchr(".!?\n", text.text[at - 1]) != NULL;
}

typedef struct word {
    size_t end;
    bool is_cold, is_digit;
} word;

/* The word of letters at `at`. */
static word read_word(const filter_engine *engine, filter_text text, size_t at) {
    word w = {.end = at};
    while (w.end < text.size && text_is_alpha(text.text[w.end])) w.end++;
    const char *letters = text.text + at;
    const size_t size = w.end - at;
    const bool is_capital = letters[0] >= 'A' && letters[0] <= 'Z';
    for (size_t i = 1; i < size; i++) {
        if (letters[i] >= 'A' && letters[i] <= 'Z') return w;
    }
    if (size > WORD_MAX || (is_capital && !begins_sentence(text, at))) return w;
    w.is_digit = spelled_is_digit(letters, size);
    w.is_cold = names_hint(engine, letters, size) == NAME_HINT_ORDINARY;
    return w;
}

/* A token of the request, which is no value: "<EMAIL_ADDRESS_k7f3q2>". 0: there is none. */
static size_t token_end(const filter_engine *engine, arena *memory, filter_text text, size_t at) {
    token_place t;
    if (text.text[at] != '<' || !token_next(engine, memory, text, at, &t)) return 0;
    return t.start == at && t.open == '<' ? t.end : 0;
}

/* How far words and marks are cold. *kept: where the last but one run without blanks begins that has a word, as what
 * follows may belong to both ("is 12", as a plate has it, "late sixties", "first.last@"), or the last row of digits in
 * words. */
static size_t lexical_end(filter_scratch *s, const filter_engine *engine, filter_text text, size_t from, bool is_end,
                          size_t *kept) {
    size_t at = from, run = from, before = from, row = SIZE_MAX;
    *kept = from;
    while (at < text.size) {
        const char c = text.text[at];
        if (c == ' ' || c == '\n') {
            run = ++at;
        } else if (is_mark(c)) {
            at++;
        } else if (is_typographic(text, at)) {
            at += 3;
        } else if (text_is_alpha(c)) {
            const word w = read_word(engine, text, at);
            if (w.end == text.size && !is_end) return text.size; /* it may go on */
            if (!w.is_cold) return at;
            if (w.is_digit && row == SIZE_MAX) row = run;
            if (!w.is_digit) row = SIZE_MAX;
            if (run > before) {
                *kept = before < row ? before : row;
                before = run;
            }
            at = w.end;
        } else {
            const size_t end = token_end(engine, &s->memory, text, at);
            if (!end) return at;
            *kept = run = before = at = end; /* no value goes over it */
            row = SIZE_MAX;
        }
    }
    if (is_end && row == SIZE_MAX) *kept = text.size;
    return is_end && row != SIZE_MAX ? row : at;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    (void)id;
    (void)from;
    (void)flags;
    *(size_t *)context = (size_t)to;
    return 1;
}

/* Does an expression of a rule end in a text? */
static bool has_hits(filter_scratch *s, const filter_engine *engine, filter_text text) {
    size_t hit = SIZE_MAX;
    if (!engine->databases[DATABASE_DATA] || !text.size) return false;
    const bool whole = scratch_scan(s, engine, DATABASE_DATA, text, on_match, &hit);
    return !whole || hit != SIZE_MAX;
}

/* Does something just before tell of what follows? */
static bool is_told(const filter_engine *engine, filter_text text, size_t from) {
    size_t at = from > COLD_REACH ? from - COLD_REACH : 0;
    while (at > 0 && at < from && text_is_word_byte(text.text[at - 1])) at++;
    while (at < from) {
        if (!text_is_alpha(text.text[at])) {
            at++;
            continue;
        }
        size_t end = at;
        while (end < from && text_is_alpha(text.text[end])) end++;
        if (names_hint(engine, text.text + at, end - at) == NAME_HINT_CUE) return true;
        at = end;
    }
    return false;
}

size_t cold_end(filter_scratch *s, const filter_engine *engine, filter_text text, size_t from, bool is_end,
                bool *is_hot) {
    size_t kept;
    *is_hot = true;
    if (is_told(engine, text, from)) return from;
    const size_t end = lexical_end(s, engine, text, from, is_end, &kept);
    *is_hot = end < text.size;
    const size_t back = from > COLD_REACH ? from - COLD_REACH : 0;
    if (kept > from && has_hits(s, engine, (filter_text){text.text + back, end - back})) {
        *is_hot = true;
        return from;
    }
    return kept;
}

bool cold_is_prose_at(filter_text text, size_t at) {
    size_t start = at;
    while (start > 0 && text_is_space(text.text[start - 1])) start--;
    while (start > 0 && is_mark(text.text[start - 1])) start--;
    if (start == 0 || !text_is_alpha(text.text[start - 1])) return false;
    return at < text.size && text_is_alpha(text.text[at]);
}
