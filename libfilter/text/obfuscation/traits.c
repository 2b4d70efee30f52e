/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"

#include "text/word_joiner.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* --------------------------------------------------------------------------------- masks ---- */

masks masks_at(const char *text, size_t size, size_t at) {
    masks m = {0, 0, 0, 0, 0};
#ifdef __SSE2__
    if (size - at >= 66) {
        for (int k = 0; k < 4; k++) {
            const char *p = text + at + 16 * k;
            const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
            const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
            const __m128i third = _mm_loadu_si128((const __m128i *)(const void *)(p + 2));
            const __m128i lower = _mm_or_si128(c, _mm_set1_epi8(0x20)),
                          next_lower = _mm_or_si128(next, _mm_set1_epi8(0x20));
            const __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
            const __m128i is_ay = _mm_and_si128(_mm_cmpeq_epi8(lower, _mm_set1_epi8('a')),
                                                _mm_cmpeq_epi8(next_lower, _mm_set1_epi8('y')));
            const __m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
            const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
            const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
            const __m128i is_same = _mm_and_si128(_mm_cmpeq_epi8(c, next), _mm_cmpeq_epi8(next, third));
            __m128i is_symbol =
                _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('$')), _mm_cmpeq_epi8(c, _mm_set1_epi8('!')));
            is_symbol = _mm_or_si128(
                is_symbol, _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('|')), _mm_cmpeq_epi8(c, _mm_set1_epi8('+'))));
            m.symbols |= (uint64_t)(unsigned)_mm_movemask_epi8(is_symbol) << 16 * k;
            m.letters |= (uint64_t)(unsigned)_mm_movemask_epi8(is_letter) << 16 * k;
            m.digits |= (uint64_t)(unsigned)_mm_movemask_epi8(is_digit) << 16 * k;
            m.same |= (uint64_t)(unsigned)_mm_movemask_epi8(is_same) << 16 * k;
            m.ay |= (uint64_t)(unsigned)_mm_movemask_epi8(is_ay) << 16 * k;
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

/* Is one of the words of a block a telling one with its letters shuffled? */
static bool has_scrambled(const char *text, size_t size, size_t block, const masks *m, const word_index *words) {
    for (uint64_t left = words_of(m); left; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        size_t start = block + bit, length = (size_t)__builtin_ctzll(~(m->letters >> bit) | UINT64_C(1) << 63);
        if (bit + length >= 63)
            length =
                word_end(text, size - start > WORD_INDEX_WORD_MAX ? start + WORD_INDEX_WORD_MAX + 1 : size, start) -
                start;
        if (!word_index_may_indicate(words, text[start], text[start + length - 1], length)) continue;
        const indexed_word *word = word_index_unshuffle(words, text + start, length);
        if (word && word->is_indicator) return true;
    }
    return false;
}

unsigned obfuscation_traits(const char *text, size_t size, const word_index *words) {
    unsigned shapes = TRAIT_ANY;
    for (size_t block = 0; block < size; block += 64) {
        masks m = masks_at(text, size, block);
        shapes |= (rows_of(&m) ? TRAIT_LETTER_SPACING : 0U) | (leet_of(&m) ? TRAIT_LEET : 0U) |
                  (codes_of(&m) ? TRAIT_CODES : 0U) | (ays_of(&m) ? TRAIT_PIG_LATIN : 0U);
        if (!(shapes & TRAIT_SCRAMBLED) && has_scrambled(text, size, block, &m, words)) shapes |= TRAIT_SCRAMBLED;
    }
    return shapes;
}
