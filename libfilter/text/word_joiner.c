/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_joiner.h"

#define PARTED_MIN 7 /* letters that may be several words */

void apart_put(rewriter *w, const vocabulary *words, apart *a) {
    size_t starts[VOCABULARY_PART_MAX], next = 1;
    size_t parts = a->count >= PARTED_MIN ? vocabulary_part(words, a->letters, a->count, starts) : 0;
    for (size_t i = 0; i < a->count; i++) {
        if (next < parts && starts[next] == i) {
            rewrite_put(w, " ", 1, a->from[i], 0);
            next++;
        }
        rewrite_put(w, &a->letters[i], 1, a->from[i], a->from_size[i]);
    }
    a->count = 0;
}

void apart_add(rewriter *w, const vocabulary *words, apart *a, char c, size_t from, size_t from_size) {
    if (a->count == VOCABULARY_PART_MAX) apart_put(w, words, a);
    a->letters[a->count] = c;
    a->from[a->count] = from;
    a->from_size[a->count++] = from_size;
}
