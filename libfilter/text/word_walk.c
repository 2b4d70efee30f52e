/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_walk.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* Hashes a character beyond ASCII in lower case, and goes after it. */
static uint64_t hash_character(const word_walk *w, size_t *at, uint64_t hash) {
    const uint8_t *bytes = (const uint8_t *)w->text;
    UChar32 c;
    U8_NEXT(bytes, *at, w->size, c);
    const uint32_t lower = (uint32_t)u_tolower(c);
    for (unsigned shift = 0; shift < 24; shift += 8) hash = hash64_step(hash, (unsigned char)(lower >> shift));
    return hash;
}

bool word_walk_next(word_walk *w) {
    size_t at = w->at.end;
    while (at < w->size && !text_is_word_byte(w->text[at])) at++;
    if (at == w->size) return false;
    uint64_t hash = HASH64_BASIS;
    w->has_letter = w->has_digit = false;
    w->at.start = at;
    while (at < w->size && text_is_word_byte(w->text[at])) {
        if ((unsigned char)w->text[at] >= 0x80) {
            hash = hash_character(w, &at, hash);
            continue;
        }
        w->has_letter = w->has_letter || text_is_alpha(w->text[at]);
        w->has_digit = w->has_digit || text_is_digit(w->text[at]);
        hash = hash64_step(hash, (unsigned char)text_lower(w->text[at++]));
    }
    w->at.end = at;
    w->hash = hash ? hash : 1;
    return true;
}
