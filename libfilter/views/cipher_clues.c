/* SPDX-License-Identifier: Apache-2.0 */
#include "views/cipher_clues.h"

void cipher_clues_add(cipher_clues *clues, cipher c, const view *v, size_t at) {
    size_t *count = &clues->of[c].count;
    cipher_clue *items = clues->of[c].items;
    cipher_clue *last = *count ? &items[*count - 1] : NULL;
    bool is_here = last && last->view == v && at >= last->at.start;
    if (is_here && at < last->at.end + CIPHER_AROUND) return;
    if (*count < CIPHER_CLUES_MAX) items[(*count)++] = (cipher_clue){v, {at, at}};
    else if (is_here) last->at.end = at;
    else clues->too_many = true;
}

bool cipher_clues_follow(const cipher_clues *clues, view_list *views, arena *memory, const word_index *words) {
    if (clues->too_many) views->limits |= VIEW_LIMIT_CIPHERS;
    for (int c = 0; c < CIPHER_COUNT; c++) {
        for (size_t i = 0; i < clues->of[c].count; i++) {
            const cipher_clue *clue = &clues->of[c].items[i];
            if (!view_add_cipher(views, memory, clue->view, (cipher)c, clue->at, words)) return false;
        }
    }
    return true;
}
