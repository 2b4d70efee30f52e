/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_joiner.h"

#define PARTED_MIN 7 /* letters that may be several words */

void word_joiner_put(rewriter *w, const word_index *words, word_joiner *a) {
    size_t starts[WORD_INDEX_SEGMENT_MAX], next = 1;
    size_t parts = a->count >= PARTED_MIN ? word_index_segment(words, a->letters, a->count, starts) : 0;
    for (size_t i = 0; i < a->count; i++) {
        if (next < parts && starts[next] == i) {
            rewrite_put(w, " ", 1, a->from[i], 0);
            next++;
        }
        rewrite_put(w, &a->letters[i], 1, a->from[i], a->from_size[i]);
    }
    a->count = 0;
}

void word_joiner_add(rewriter *w, const word_index *words, word_joiner *a, char c, size_t from, size_t from_size) {
    if (a->count == WORD_INDEX_SEGMENT_MAX) word_joiner_put(w, words, a);
    a->letters[a->count] = c;
    a->from[a->count] = from;
    a->from_size[a->count++] = from_size;
}
