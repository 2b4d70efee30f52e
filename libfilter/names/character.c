/* SPDX-License-Identifier: Apache-2.0 */
#include "names/character.h"

#include "base/search.h"
#include "base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

typedef struct code_range {
    uint32_t first, last;
} code_range;

/* From U+0080 on, in order: what is no letter, … */
static const code_range no_letters[] = {
    {0x80, 0xA9},       {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},
    {0x37E, 0x37E},     {0x387, 0x387},   {0x55A, 0x55F},   {0x589, 0x58A},   {0x5BE, 0x5BE},   {0x5C0, 0x5C0},
    {0x5F3, 0x5F4},     {0x600, 0x60F},   {0x61B, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},   {0x964, 0x965},
    {0x970, 0x970},     {0xE3F, 0xE3F},   {0xE4F, 0xE4F},   {0x2000, 0x200B}, {0x200E, 0x2BFF}, {0x2E00, 0x2E7F},
    {0x3000, 0x3004},   {0x3008, 0x3020}, {0x3030, 0x3030}, {0x30FB, 0x30FB}, {0xE000, 0xF8FF}, {0xFE00, 0xFE6F},
    {0xFEFF, 0xFF0F},   {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
    {0xE0000, 0x10FFFF}};
/* … what is a word alone, most of it Han, … */
#define FIRST_HAN 0x3400
#define LAST_HAN 0x9FFF
static const code_range alone[] = {{0xE00, 0xEFF},        {0x1000, 0x109F}, {0x1780, 0x17FF},  {0x3041, 0x309F},
                                   {FIRST_HAN, LAST_HAN}, {0xF900, 0xFAFF}, {0x20000, 0x2FA1F}};
/* … vowels and tones, … */
static const code_range joints[] = {{0xE31, 0xE31}, {0xE34, 0xE3A}, {0xE47, 0xE4E},   {0xEB1, 0xEB1},
                                    {0xEB4, 0xEBC}, {0xEC8, 0xECD}, {0x102B, 0x103E}, {0x17B4, 0x17D3}};
/* … digits, ten from each … */
static const uint32_t digits[] = {0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66,
                                  0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10};
/* … and scripts, in order. */
static const struct {
    code_range codes;
    uint8_t script;
} scripts[] = {{{0x370, 0x3FF}, 2},    {{0x400, 0x52F}, 3},   {{0x590, 0x5FF}, 4},    {{0x600, 0x77F}, 5},
               {{0x900, 0x97F}, 6},    {{0x980, 0x9FF}, 7},   {{0xA00, 0xA7F}, 8},    {{0xA80, 0xAFF}, 9},
               {{0xB00, 0xB7F}, 10},   {{0xB80, 0xBFF}, 11},  {{0xC00, 0xC7F}, 12},   {{0xC80, 0xCFF}, 13},
               {{0xD00, 0xD7F}, 14},   {{0xE00, 0xE7F}, 15},  {{0x1100, 0x11FF}, 16}, {{0x3041, 0x30FF}, 17},
               {{0x3400, 0x9FFF}, 18}, {{0xAC00, 0xD7AF}, 16}};

static bool ends_before(const void *ranges, size_t i, size_t code) {
    return ((const code_range *)ranges)[i].last < code;
}

static bool is_in(const code_range *ranges, size_t count, uint32_t code) {
    size_t i = search_first(ranges, count, ends_before, code);
    return i < count && ranges[i].first <= code;
}

#define IS_IN(ranges, code) is_in(ranges, sizeof(ranges) / sizeof *(ranges), code)

uint32_t character_next(const char *text, size_t size, size_t *at) {
    const unsigned char byte = (unsigned char)text[*at];
    if (byte < 0x80) {
        ++*at;
        return byte;
    }
    /* A character has four bytes at most: the macro counts in 32 bits, texts are longer. */
    const uint8_t *here = (const uint8_t *)text + *at;
    int32_t offset = 0, code;
    const int32_t rest = size - *at > 4 ? 4 : (int32_t)(size - *at);
    U8_NEXT(here, offset, rest, code);
    if (code < 0) offset = 1;
    *at += (size_t)offset;
    return code < 0 ? 0xFFFD : (uint32_t)code;
}

static bool is_digit(uint32_t code) {
    for (size_t i = 0; i < sizeof digits / sizeof *digits && digits[i] <= code; i++) {
        if (code < digits[i] + 10) return true;
    }
    return false;
}

static character_kind kind_of_ascii(uint32_t code) {
    const char c = (char)code;
    if (text_is_alpha(c) || c == '_') return CHARACTER_LETTER;
    if (text_is_digit(c)) return CHARACTER_DIGIT;
    return code <= ' ' ? CHARACTER_SPACE : CHARACTER_MARK;
}

character_kind character_kind_of(uint32_t code) {
    if (code < 0x80) return kind_of_ascii(code);
    if (code >= 0xC0 && code < 0x370) return code == 0xD7 || code == 0xF7 ? CHARACTER_MARK : CHARACTER_LETTER;
    if (code == 0xA0 || code == 0x202F || code == 0x3000 || code == 0x2028 || code == 0x2029) return CHARACTER_SPACE;
    if (code >= 0x2000 && code <= 0x200B) return CHARACTER_SPACE;
    if (code >= FIRST_HAN && code <= LAST_HAN) return CHARACTER_SINGLE;
    if (is_digit(code)) return CHARACTER_DIGIT;
    /* Greek to Armenian, and what lies between the full stops of Arabic and of Devanagari, has none of the rest. */
    if ((code > 0x387 && code < 0x55A) || (code > 0x6D4 && code < 0x964)) return CHARACTER_LETTER;
    if (IS_IN(no_letters, code)) return CHARACTER_MARK;
    if (code < alone[0].first || !IS_IN(alone, code)) return CHARACTER_LETTER;
    return IS_IN(joints, code) ? CHARACTER_JOINT : CHARACTER_SINGLE;
}

uint8_t character_script(uint32_t code) {
    if (code < 0x370) return SCRIPT_LATIN;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        if (code > scripts[i].codes.last) continue;
        return code >= scripts[i].codes.first ? scripts[i].script : SCRIPT_LATIN;
    }
    return SCRIPT_LATIN;
}

uint32_t character_lower(uint32_t code) {
    if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
    return (uint32_t)u_tolower((UChar32)code);
}

size_t character_write(uint32_t code, char *out) {
    size_t size = 0;
    if (code < 0x80) {
        *out = (char)code;
        return 1;
    }
    uint8_t *bytes = (uint8_t *)out;
    U8_APPEND_UNSAFE(bytes, size, code);
    return size;
}
