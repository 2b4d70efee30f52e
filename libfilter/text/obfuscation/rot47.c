/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

#define FIRST '!' /* of the characters that are turned, to ~ */
#define TURNED 94

static bool is_turned(char c) {
    return c >= FIRST && c < FIRST + TURNED;
}

static char turn(char c) {
    if (!is_turned(c)) return c;
    return (char)(FIRST + (c - FIRST + TURNED / 2) % TURNED);
}

/* The word around `at`, with its punctuation. */
static span word_around(const rewriter *w, size_t at, size_t floor) {
    span word = {at, at};
    while (word.start > floor && at - word.start <= TOKEN_MAX && is_turned(w->text[word.start - 1])) word.start--;
    while (word.end < w->size && word.end - at <= TOKEN_MAX && is_turned(w->text[word.end])) word.end++;
    return word;
}

/* Is a word of attacks what a word stands for? One that shows by itself that it is enciphered. */
static bool is_indicator(const rewriter *w, const word_index *words, span word) {
    char letters[TOKEN_MAX];
    size_t count = 0;
    while (word.start < word.end && !text_is_alpha(turn(w->text[word.start]))) word.start++;
    for (size_t i = word.start; i < word.end && text_is_alpha(turn(w->text[i])); i++) {
        if (count == TOKEN_MAX) return false;
        letters[count++] = turn(w->text[i]);
    }
    const indexed_word *known = word_index_find(words, letters, count);
    return known && known->is_indicator;
}

/* Is a word of letters for the most part what a word stands for? Plain words are digits and signs then. */
static bool reads_well(const rewriter *w, span word) {
    size_t letters = 0;
    for (size_t i = word.start; i < word.end; i++) letters += text_is_alpha(turn(w->text[i]));
    return 2 * letters > word.end - word.start;
}

/* The words around one that read well, too, with the blanks between them. */
static span region_around(const rewriter *w, span at, size_t floor) {
    while (at.start > floor + 1 && at.end - at.start < REGION_MAX && text_is_space(w->text[at.start - 1]) &&
           is_turned(w->text[at.start - 2])) {
        const span before = word_around(w, at.start - 2, floor);
        if (!reads_well(w, before)) break;
        at.start = before.start;
    }
    while (at.end + 1 < w->size && at.end - at.start < REGION_MAX && text_is_space(w->text[at.end]) &&
           is_turned(w->text[at.end + 1])) {
        const span after = word_around(w, at.end + 1, at.end + 1);
        if (!reads_well(w, after)) break;
        at.end = after.end;
    }
    return at;
}

static size_t rewrite_region(rewriter *w, const word_index *words, size_t at, size_t floor) {
    span region = word_around(w, at, floor);
    if (!is_indicator(w, words, region)) return region.end;
    region = region_around(w, region, w->copied);
    rewrite_begin(w, region.start);
    for (size_t i = region.start; i < region.end; i++) put(w, turn(w->text[i]), i, 1);
    rewrite_end(w, region.end);
    return region.end;
}

bool undo_rot47(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, misreads_of, rewrite_region);
}
