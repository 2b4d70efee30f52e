/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/marks.h"

#include "base/byte_mask.h"

#include <string.h>

#ifdef BYTE_MASK
static uint64_t marks_of(const char *text) {
    uint64_t bits = 0, hyphens = 0, blanks = 0;
    for (unsigned i = 0; i < MARKS_BLOCK / BYTE_MASK; i++) {
        const __m128i bytes = byte_mask_load(text + i * BYTE_MASK);
        __m128i is_mark = byte_mask_range(bytes, ':', 4); /* : ; < = */
        is_mark = byte_mask_or(is_mark, byte_mask_range(bytes, '\'', 3)); /* ' ( ) */
        is_mark = byte_mask_or(is_mark, byte_mask_range(byte_mask_lower(bytes), '{', 3)); /* { | } [ \ ] */
        is_mark = byte_mask_or(is_mark, byte_mask_range(bytes, '\t', 2)); /* tab, line feed */
        is_mark = byte_mask_or(is_mark, byte_mask_is(bytes, '"'));
        is_mark = byte_mask_or(is_mark, byte_mask_is(bytes, ','));
        is_mark = byte_mask_or(is_mark, byte_mask_is(bytes, '`'));
        bits |= byte_mask_bits(is_mark) << (i * BYTE_MASK);
        hyphens |= byte_mask_bits(byte_mask_is(bytes, '-')) << (i * BYTE_MASK);
        blanks |= byte_mask_bits(byte_mask_is(bytes, ' ')) << (i * BYTE_MASK);
    }
    return bits | (hyphens & blanks << 1);
}
#else
static uint64_t marks_of(const char *text) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < MARKS_BLOCK; i++) {
        bool is_option = text[i] == '-' && i > 0 && text[i - 1] == ' ';
        if (is_option || (text[i] && strchr("\t\n\"'(),:;<=[\\]`{|}", text[i]))) bits |= UINT64_C(1) << i;
    }
    return bits;
}
#endif

bool marks_find(marks *m, arena *memory, const char *text, size_t size) {
    const size_t blocks = (size + MARKS_BLOCK - 1) / MARKS_BLOCK, whole = size / MARKS_BLOCK;
    *m = (marks){.bits = arena_alloc(memory, blocks + 1, sizeof *m->bits), .size = size};
    if (!m->bits) return false;
    for (size_t i = 0; i < whole; i++) m->bits[i] = marks_of(text + i * MARKS_BLOCK);
    if (whole < blocks) {
        char tail[MARKS_BLOCK] = {0};
        memcpy(tail, text + whole * MARKS_BLOCK, size - whole * MARKS_BLOCK);
        m->bits[whole] = marks_of(tail);
        explicit_bzero(tail, sizeof tail); /* no text of a request stays on a stack */
    }
    for (size_t i = 1; i < blocks; i++) {
        size_t at = i * MARKS_BLOCK;
        if (text[at] == '-' && text[at - 1] == ' ') m->bits[i] |= 1;
    }
    return true;
}
