/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher_clues: where words show that a text is enciphered. What looks at views notes them; inspect.c then adds the
 * views that undo the ciphers around them.
 */
#ifndef FILTER_VIEWS_CIPHER_CLUES_H
#define FILTER_VIEWS_CIPHER_CLUES_H

#include "views/view.h"

/* Places of one cipher that are looked at apart; the last of them grows to those that come after. */
#define CIPHER_CLUES_MAX 4

typedef struct cipher_clue {
    const view *view;
    span at; /* from its first word to its last */
} cipher_clue;

typedef struct cipher_clues {
    struct {
        cipher_clue items[CIPHER_CLUES_MAX]; /* what is undone around them does not overlap */
        size_t count;
    } of[CIPHER_COUNT];
    bool too_many; /* of one cipher, in more views than there are places */
} cipher_clues;

/* Notes a word at a place of a view. */
void cipher_clues_add(cipher_clues *clues, cipher c, const view *v, size_t at);

/* Adds the views that the clues ask for. False when memory is out. */
bool cipher_clues_follow(const cipher_clues *clues, view_list *views, arena *memory, const word_index *words);

#endif
