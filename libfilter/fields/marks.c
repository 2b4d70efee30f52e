/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/marks.h"

#include "fields/reader.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Sets the bits of `count` blocks; a hyphen at the start of a block is looked at by who calls. */
typedef void marks_reader(const char *text, size_t count, uint64_t *bits);

void marks_find_plain(const char *text, size_t count, uint64_t *bits) {
    for (size_t i = 0; i < count * MARKS_BLOCK; i++) {
        const bool is_option = text[i] == '-' && i % MARKS_BLOCK && text[i - 1] == ' ';
        const bool is_mark = is_option || is_one_of(text[i], "\t\n\"'(),:;<=") || is_one_of(text[i], "[\\]`{|}");
        bits[i / MARKS_BLOCK] |= (uint64_t)is_mark << (i % MARKS_BLOCK);
    }
}

#ifdef __x86_64__
/* Which of the rows below has each byte, by its low half; 0x2_ is bit 0, 0x3_ 1, 0x5_ and 0x7_ 2, 0x0_ 3, 0x6_ 4. */
#define LOW_HALVES 0x10, 0, 1, 0, 0, 0, 0, 1, 1, 1 | 8, 2 | 8, 2 | 4, 1 | 2 | 4, 2 | 4, 0, 0
#define HIGH_HALVES 8, 0, 1, 2, 0, 4, 0x10, 4, 0, 0, 0, 0, 0, 0, 0, 0

/* For 32 bytes at once: two look-ups say whether a byte is a mark. */
__attribute__((target("avx2"))) static void find_avx2(const char *text, size_t count, uint64_t *bits) {
    const __m256i lows = _mm256_setr_epi8(LOW_HALVES, LOW_HALVES), highs = _mm256_setr_epi8(HIGH_HALVES, HIGH_HALVES);
    for (size_t i = 0; i < count; i++) {
        uint64_t other = 0, hyphens = 0, blanks = 0;
        for (unsigned half = 0; half < MARKS_BLOCK; half += 32) {
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(text + i * MARKS_BLOCK + half));
            const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
            const __m256i rows = _mm256_and_si256(_mm256_shuffle_epi8(lows, bytes), _mm256_shuffle_epi8(highs, high));
            const __m256i none = _mm256_cmpeq_epi8(rows, _mm256_setzero_si256());
            other |= (uint64_t)(uint32_t)_mm256_movemask_epi8(none) << half;
            const __m256i hyphen = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-'));
            hyphens |= (uint64_t)(uint32_t)_mm256_movemask_epi8(hyphen) << half;
            const __m256i blank = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' '));
            blanks |= (uint64_t)(uint32_t)_mm256_movemask_epi8(blank) << half;
        }
        bits[i] = ~other | (hyphens & blanks << 1);
    }
}

static marks_reader *fastest(void) {
    return __builtin_cpu_supports("avx2") ? find_avx2 : marks_find_plain;
}
#else
static marks_reader *fastest(void) {
    return marks_find_plain;
}
#endif

bool marks_find(marks *m, arena *memory, const char *text, size_t size) {
    const size_t blocks = (size + MARKS_BLOCK - 1) / MARKS_BLOCK, whole = size / MARKS_BLOCK;
    *m = (marks){.bits = arena_alloc(memory, blocks + 1, sizeof *m->bits), .size = size};
    if (!m->bits) return false;
    marks_reader *const find = fastest();
    find(text, whole, m->bits);
    if (whole < blocks) {
        char tail[MARKS_BLOCK] = {0};
        memcpy(tail, text + whole * MARKS_BLOCK, size - whole * MARKS_BLOCK);
        find(tail, 1, m->bits + whole);
        explicit_bzero(tail, sizeof tail); /* no text of a request stays on a stack */
    }
    for (size_t i = 1; i < blocks; i++) {
        size_t at = i * MARKS_BLOCK;
        if (text[at] == '-' && text[at - 1] == ' ') m->bits[i] |= 1;
    }
    return true;
}
