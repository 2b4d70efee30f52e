/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "text/word_joiner.h"

#include <string.h>

static size_t rewrite_scrambled(rewriter *w, const word_index *words, size_t at, size_t floor) {
    (void)floor;
    size_t end = word_end(w->text, w->size, at);
    if (at > 0 && text_is_alpha(w->text[at - 1])) return end;
    const indexed_word *word = word_index_unscramble(words, w->text + at, end - at);
    if (!word) word = word_index_correct(words, w->text + at, end - at);
    if (!word) return end;
    rewrite_begin(w, at);
    rewrite_put(w, word->text, word->size, at, end - at);
    rewrite_end(w, end);
    return end;
}

bool undo_scrambling(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, words_of, rewrite_scrambled);
}

/* How many letters at the end of `word` stood before its others: as many as make a known word, or as a word may begin
 * with. */
static size_t onset_of(const word_index *words, const char *word, size_t size) {
    static const char onsets[][5] = {"thr", "str", "spr", "scr", "shr", "th", "sh", "ch", "wh", "ph", "pr", "pl",
                                     "st",  "tr",  "gr",  "cr",  "br",  "dr", "fr", "fl", "bl", "cl", "gl", "sl",
                                     "sp",  "sc",  "sk",  "sm",  "sn",  "sw", "tw", "wr", "kn", "qu"};
    char turned[TOKEN_MAX];
    for (size_t k = 1; k <= 4 && k < size; k++) {
        memcpy(turned, word + size - k, k);
        memcpy(turned + k, word, size - k);
        if (word_index_find(words, turned, size)) return k;
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
static size_t rewrite_pig_latin(rewriter *w, const word_index *words, size_t at, size_t floor) {
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

bool undo_pig_latin(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return rewrite_places(s, budget, out, map, ays_of, rewrite_pig_latin);
}
