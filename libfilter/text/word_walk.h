/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word_walk: from word to word of a text, each with its hash in lower case. What stands between words does not count,
 * so that a text compares with a copy of it in another case and with other punctuation.
 *
 *     word_walk w = {.text = "Be brief!", .size = 9};
 *     while (word_walk_next(&w)) use(w.hash, w.at);
 *
 * A character beyond ASCII is taken for a letter. Linear in the size of the text.
 */
#ifndef FILTER_TEXT_WORD_WALK_H
#define FILTER_TEXT_WORD_WALK_H

#include "text/span_map.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct word_walk {
    const char *text;
    size_t size;
    span at; /* of the word; the next one is looked for after it */
    uint64_t hash; /* never 0 */
    bool has_letter, has_digit; /* of ASCII */
} word_walk;

/* Goes to the next word; false at the end of the text. */
bool word_walk_next(word_walk *w);

#endif
