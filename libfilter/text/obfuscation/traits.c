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

/* Letters, digits, blanks, quotation marks, parentheses and & are none. */
static bool is_sign(char c) {
    return !text_is_alnum(c) && !text_is_space(c) && c != '"' && (c < '&' || c > ')' || (unsigned char)c >= 0x80);
}

uint64_t joints_at(const char *text, size_t size, size_t at) {
    const uint64_t last = UINT64_C(1) << 63;
    uint64_t letters = 0, signs = 0, twins = 0, high = 0;
#ifdef BYTE_MASK
    for (int k = 0; k < 4 && size - at >= 65; k++) {
        const char *p = text + at + BYTE_MASK * k;
        const __m128i c = byte_mask_load(p), is_letter = byte_mask_letters(c);
        const __m128i is_blank = byte_mask_or(byte_mask_is(c, ' '), byte_mask_range(c, '\t', 5));
        const __m128i is_quote = byte_mask_or(byte_mask_is(c, '"'), byte_mask_range(c, '&', 4));
        const __m128i is_none =
            byte_mask_or(byte_mask_or(is_letter, byte_mask_digits(c)), byte_mask_or(is_blank, is_quote));
        letters |= byte_mask_bits(is_letter) << BYTE_MASK * k;
        signs |= (byte_mask_bits(is_none) ^ 0xFFFF) << BYTE_MASK * k;
        twins |= byte_mask_bits(_mm_cmpeq_epi8(c, byte_mask_load(p + 1))) << BYTE_MASK * k;
        high |= byte_mask_bits(c) << BYTE_MASK * k;
    }
    if (size - at >= 65) size = at; /* done */
#endif
    for (size_t i = 0; i < 64 && at + i < size; i++) {
        const char *p = text + at + i;
        letters |= (uint64_t)text_is_alpha(*p) << i;
        signs |= (uint64_t)is_sign(*p) << i;
        twins |= (uint64_t)(at + i + 1 < size && p[0] == p[1]) << i;
        high |= (uint64_t)((unsigned char)*p >= 0x80) << i;
    }
    return (signs & (letters << 1 | 1) & ((letters | signs) >> 1 | last)) | (high & (letters >> 1 | last)) |
           (twins & letters);
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
        const char first = text[start], last = text[start + length - 1];
        const indexed_word *word = NULL;
        if (word_index_may_indicate(words, first, last, length))
            word = word_index_unscramble(words, text + start, length);
        if (!word && word_index_may_be_misspelled(words, first, last, length))
            word = word_index_correct(words, text + start, length);
        if (word && word->is_indicator) return true;
    }
    return false;
}

/* Is one of the words of a block an indicator that is disguised? */
static bool has_rendered(const char *text, size_t size, size_t block, const word_index *words, size_t *floor) {
    for (uint64_t left = joints_at(text, size, block); left; left &= left - 1) {
        size_t at = block + (size_t)__builtin_ctzll(left);
        if (at >= *floor && is_rendered_indicator(text, size, words, at, floor)) return true;
    }
    return false;
}

unsigned obfuscation_traits(const char *text, size_t size, const word_index *words, work_budget *left) {
    unsigned shapes = TRAIT_ANY;
    size_t floor = 0;
    for (size_t block = 0; block < size && work_spend(left, 64); block += 64) {
        masks m = masks_at(text, size, block);
        shapes |= (rows_of(&m) ? TRAIT_LETTER_SPACING : 0U) | (leet_of(&m) ? TRAIT_LEET : 0U) |
                  (codes_of(&m) ? TRAIT_CODES : 0U) | (ays_of(&m) ? TRAIT_PIG_LATIN : 0U);
        if (!(shapes & TRAIT_SCRAMBLED) && has_scrambled(text, size, block, &m, words)) shapes |= TRAIT_SCRAMBLED;
        if (!(shapes & TRAIT_RENDERED) && has_rendered(text, size, block, words, &floor)) shapes |= TRAIT_RENDERED;
    }
    return shapes;
}
