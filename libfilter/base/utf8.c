/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* How many of eight bytes are ASCII before the first that is none. */
static inline size_t ascii_of_8(const char *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    word &= UINT64_C(0x8080808080808080);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return word ? (size_t)__builtin_ctzll(word) / 8 : 8;
#else
    return word ? (size_t)__builtin_clzll(word) / 8 : 8;
#endif
}

size_t text_ascii_prefix(const char *text, size_t size) {
    size_t i = 0;
    /* In text beyond ASCII, most calls end at once, or after a blank or a few. */
    if (size && (unsigned char)*text >= 0x80) return 0;
    if (size >= 8 && (i = ascii_of_8(text)) < 8) return i;
    /* 64 bytes a turn: the compiler makes vector code of the inner loop. */
    for (; i + 64 <= size; i += 64) {
        uint64_t word[8], any = 0;
        memcpy(word, text + i, 64);
        for (int k = 0; k < 8; k++) any |= word[k];
        if (any & UINT64_C(0x8080808080808080)) break;
    }
    for (; i + 8 <= size; i += 8) {
        const size_t ascii = ascii_of_8(text + i);
        if (ascii < 8) return i + ascii;
    }
    while (i < size && (unsigned char)text[i] < 0x80) i++;
    return i;
}

size_t text_valid_prefix(const char *text, size_t size) {
    size_t i = 0;
    for (;;) {
        i += text_ascii_prefix(text + i, size - i);
        /* One non-ASCII character after the other, and back to the fast loop at the next ASCII. */
        while (i < size && (unsigned char)text[i] >= 0x80) {
            size_t left = size - i < 4 ? size - i : 4;
            int32_t at = 0;
            UChar32 c;
            U8_NEXT((const uint8_t *)text + i, at, (int32_t)left, c);
            if (c < 0) return i;
            i += (size_t)at;
        }
        if (i >= size) return size;
    }
}

void text_replace_invalid(char *text, size_t size) {
    for (size_t valid = 0; (valid += text_valid_prefix(text + valid, size - valid)) < size;) text[valid] = '?';
}

void text_make_printable(char *text, size_t size) {
    text_replace_invalid(text, size);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7F) text[i] = '?';
        bool is_c1 = c == 0xC2 && i + 1 < size && (unsigned char)text[i + 1] < 0xA0;
        if (is_c1) text[i] = text[i + 1] = '?';
    }
}

bool text_is_word_at(const char *text, size_t size, size_t at) {
    UChar32 c;
    if (at >= size) return false;
    if ((unsigned char)text[at] < 0x80) return text_is_alnum(text[at]);
    U8_GET((const uint8_t *)text, 0, (int32_t)at, (int32_t)size, c);
    return u_isalnum(c) || u_isUAlphabetic(c);
}

bool text_is_word_before(const char *text, size_t at) {
    UChar32 c;
    int32_t i = at > 4 ? 4 : (int32_t)at;
    if (at == 0) return false;
    if ((unsigned char)text[at - 1] < 0x80) return text_is_alnum(text[at - 1]);
    const uint8_t *before = (const uint8_t *)text + at - i;
    U8_PREV(before, 0, i, c);
    return u_isalnum(c) || u_isUAlphabetic(c);
}

size_t text_align_back(const char *text, size_t offset) {
    while (offset > 0 && ((unsigned char)text[offset] & 0xC0) == 0x80) offset--;
    return offset;
}

size_t text_align_forward(const char *text, size_t size, size_t offset) {
    while (offset < size && ((unsigned char)text[offset] & 0xC0) == 0x80) offset++;
    return offset;
}

const char *text_find(const char *text, size_t size, const char *needle, size_t needle_size) {
    return size < needle_size ? NULL : memmem(text, size, needle, needle_size);
}

size_t text_ruler_at(text_ruler *ruler, size_t byte) {
    if (ruler->unit == FILTER_OFFSETS_BYTE) return byte;
    for (; ruler->byte < byte && ruler->byte < ruler->size; ruler->byte++) {
        unsigned char c = (unsigned char)ruler->text[ruler->byte];
        if ((c & 0xC0) == 0x80) continue;
        ruler->count += ruler->unit == FILTER_OFFSETS_UTF16 && c >= 0xF0 ? 2 : 1;
    }
    return ruler->count;
}

void text_append(text_buffer *buffer, const char *text, size_t size) {
    if (buffer->failed || !size) return;
    if (size > SIZE_MAX / 2 - buffer->size ||
        !arena_grow(buffer->memory, &buffer->data, &buffer->capacity, buffer->size + size, 1)) {
        buffer->failed = true;
        return;
    }
    memcpy(buffer->data + buffer->size, text, size);
    buffer->size += size;
}

void text_append_string(text_buffer *buffer, const char *text) {
    text_append(buffer, text, strlen(text));
}
