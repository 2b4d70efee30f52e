/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/marks.h"

#include "base/utf8.h"

void marks_begin(marks *m, const char *text, size_t size) {
    *m = (marks){.text = text, .size = size};
    if (size) marks_load(m, 0);
}

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

void marks_load(marks *m, size_t block) {
    char tail[MARKS_BLOCK] = {0};
    const char *text = m->text + block;
    if (m->size - block < MARKS_BLOCK) {
        memcpy(tail, text, m->size - block);
        text = tail;
    }
    m->block = block;
    m->bits = marks_of(text);
    if (text[0] == '-' && block > 0 && m->text[block - 1] == ' ') m->bits |= 1;
}
