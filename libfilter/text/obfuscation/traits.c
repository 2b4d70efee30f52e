/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

#include "base/byte_mask.h"
#include "text/word_joiner.h"

#include <string.h>

/* --------------------------------------------------------------------------------- masks ---- */

masks masks_at(const char *text, size_t size, size_t at) {
    masks m = {0, 0, 0, 0, 0};
#ifdef BYTE_MASK
    if (size - at >= 66) {
        for (int k = 0; k < 4; k++) {
            const char *p = text + at + BYTE_MASK * k;
            const __m128i c = byte_mask_load(p), next = byte_mask_load(p + 1), third = byte_mask_load(p + 2);
            const __m128i is_same = byte_mask_and(_mm_cmpeq_epi8(c, next), _mm_cmpeq_epi8(next, third));
            const __m128i is_ay =
                byte_mask_and(byte_mask_is(byte_mask_lower(c), 'a'), byte_mask_is(byte_mask_lower(next), 'y'));
            const __m128i is_symbol = byte_mask_or(byte_mask_or(byte_mask_is(c, '$'), byte_mask_is(c, '!')),
                                                   byte_mask_or(byte_mask_is(c, '|'), byte_mask_is(c, '+')));
            m.symbols |= byte_mask_bits(is_symbol) << BYTE_MASK * k;
            m.letters |= byte_mask_bits(byte_mask_letters(c)) << BYTE_MASK * k;
            m.digits |= byte_mask_bits(byte_mask_digits(c)) << BYTE_MASK * k;
            m.same |= byte_mask_bits(is_same) << BYTE_MASK * k;
            m.ay |= byte_mask_bits(is_ay) << BYTE_MASK * k;
        }
        return m;
    }
#endif
    for (size_t i = 0; i < 64 && at + i < size; i++) {
        const char *p = text + at + i;
        m.letters |= (uint64_t)text_is_alpha(*p) << i;
        m.digits |= (uint64_t)text_is_digit(*p) << i;
        m.symbols |= (uint64_t)(*p == '$' || *p == '!' || *p == '|' || *p == '+') << i;
        m.same |= (uint64_t)(at + i + 2 < size && p[0] == p[1] && p[1] == p[2]) << i;
        m.ay |= (uint64_t)(at + i + 1 < size && text_lower(p[0]) == 'a' && text_lower(p[1]) == 'y') << i;
    }
    return m;
}

uint64_t rows_of(const masks *m) {
    uint64_t word = m->letters | m->digits, single = m->letters & ~(word << 1) & ~(word >> 1);
    uint64_t row = single & (single >> 2 | single >> 3 | single >> 4 | single >> 5);
    return row & (row >> 2 | row >> 3 | row >> 4 | row >> 5);
}

uint64_t leet_of(const masks *m) {
    uint64_t leet = (m->digits & (m->letters << 1 | m->letters >> 1)) |
                    (m->symbols & m->letters << 1 & m->letters >> 1) | (m->same & m->letters);
    return leet ? leet | (m->symbols & m->letters << 1) : 0;
}

uint64_t lone_digits_of(const masks *m) {
    uint64_t word = m->letters | m->digits, single = m->digits & ~(word << 1) & ~(word >> 1);
    uint64_t row = single & (single >> 2 | single >> 3);
    return row & (row >> 2 | row >> 3);
}

uint64_t misreads_of(const masks *m) {
    return m->digits & (m->letters << 1 | m->letters >> 1);
}

uint64_t codes_of(const masks *m) {
    return m->digits && __builtin_popcountll(m->digits) >= 8 ? m->digits : 0;
}

uint64_t words_of(const masks *m) {
    uint64_t l = m->letters;
    return l & ~(l << 1) & l >> 1 & l >> 2 & l >> 3 & l >> 4 & l >> 5;
}

uint64_t ays_of(const masks *m) {
    uint64_t ends = m->ay & ~(m->letters >> 2);
    uint64_t two_fewer = ends & (ends - 1);
    two_fewer &= two_fewer - 1;
    return two_fewer ? ends : 0;
}

/* Is one of the words of a block an indicator with its letters scrambled? */
static bool has_scrambled(const char *text, size_t size, size_t block, const masks *m, const word_index *words) {
    for (uint64_t left = words_of(m); left; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        size_t start = block + bit, length = (size_t)__builtin_ctzll(~(m->letters >> bit) | UINT64_C(1) << 63);
        if (bit + length >= 63)
            length =
                word_end(text, size - start > WORD_INDEX_WORD_MAX ? start + WORD_INDEX_WORD_MAX + 1 : size, start) -
                start;
        if (!word_index_may_indicate(words, text[start], text[start + length - 1], length)) continue;
        const indexed_word *word = word_index_unscramble(words, text + start, length);
        if (word && word->is_indicator) return true;
    }
    return false;
}

unsigned obfuscation_traits(const char *text, size_t size, const word_index *words, work_budget *left) {
    unsigned shapes = TRAIT_ANY;
    for (size_t block = 0; block < size && work_spend(left, 64); block += 64) {
        masks m = masks_at(text, size, block);
        shapes |= (rows_of(&m) ? TRAIT_LETTER_SPACING : 0U) | (leet_of(&m) ? TRAIT_LEET : 0U) |
                  (codes_of(&m) ? TRAIT_CODES : 0U) | (ays_of(&m) ? TRAIT_PIG_LATIN : 0U);
        if (!(shapes & TRAIT_SCRAMBLED) && has_scrambled(text, size, block, &m, words)) shapes |= TRAIT_SCRAMBLED;
    }
    return shapes;
}
