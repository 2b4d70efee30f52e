/* SPDX-License-Identifier: Apache-2.0 */
/*
 * byte_mask: which of 16 bytes are of a kind, with SSE2. Where there is none, BYTE_MASK is not defined and callers look
 * at one byte after the other; tests compare both.
 *
 *     uint64_t letters = byte_mask_bits(byte_mask_letters(byte_mask_load(text))); // a bit for each of 16 bytes
 */
#ifndef FILTER_BASE_BYTE_MASK_H
#define FILTER_BASE_BYTE_MASK_H

#ifdef __SSE2__
#include <emmintrin.h>
#include <stdint.h>

#define BYTE_MASK 16 /* bytes at a time */

static inline __m128i byte_mask_load(const char *text) {
    return _mm_loadu_si128((const __m128i *)(const void *)text);
}

/* A bit for each byte whose mask is set. */
static inline uint64_t byte_mask_bits(__m128i mask) {
    return (uint64_t)(unsigned)_mm_movemask_epi8(mask);
}

/* Bytes from `first` on, `count` of them. */
static inline __m128i byte_mask_range(__m128i bytes, char first, char count) {
    const __m128i place = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(place, _mm_set1_epi8((char)(count - 1))), place);
}

static inline __m128i byte_mask_is(__m128i bytes, char c) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static inline __m128i byte_mask_lower(__m128i bytes) {
    return _mm_or_si128(bytes, _mm_set1_epi8(0x20));
}

static inline __m128i byte_mask_letters(__m128i bytes) {
    return byte_mask_range(byte_mask_lower(bytes), 'a', 26);
}

static inline __m128i byte_mask_digits(__m128i bytes) {
    return byte_mask_range(bytes, '0', 10);
}

static inline __m128i byte_mask_or(__m128i a, __m128i b) {
    return _mm_or_si128(a, b);
}

static inline __m128i byte_mask_and(__m128i a, __m128i b) {
    return _mm_and_si128(a, b);
}
#endif

#endif
