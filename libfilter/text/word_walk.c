/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_walk.h"

#include "base/hash.h"
#include "base/utf8.h"

bool word_walk_next(word_walk *w) {
    size_t at = w->at.end;
    while (at < w->size && !text_is_word_byte(w->text[at])) at++;
    if (at == w->size) return false;
    uint64_t hash = HASH64_BASIS;
    w->has_letter = w->has_digit = false;
    w->at.start = at;
    for (; at < w->size && text_is_word_byte(w->text[at]); at++) {
        hash = hash64_step(hash, (unsigned char)text_lower(w->text[at]));
        w->has_letter = w->has_letter || text_is_alpha(w->text[at]);
        w->has_digit = w->has_digit || text_is_digit(w->text[at]);
    }
    w->at.end = at;
    w->hash = hash ? hash : 1;
    return true;
}
