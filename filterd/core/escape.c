/* SPDX-License-Identifier: Apache-2.0 */
#include "core/escape.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/utf8.h>

#define SHOWN_MAX 16 /* bytes of "<U+202E>" */

/* Marks of direction and separators of lines, beyond the control characters. */
static bool is_format(uint32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t escape_next(const char *text, size_t size, uint32_t *code) {
    unsigned char first = (unsigned char)text[0];
    *code = first < 0x20 || first == 0x7F ? first : ESCAPE_NONE;
    if (first < 0x80) return 1;
    int32_t length = 0, left = size < U8_MAX_LENGTH ? (int32_t)size : U8_MAX_LENGTH;
    UChar32 decoded;
    U8_NEXT((const uint8_t *)text, length, left, decoded);
    if (decoded < 0) {
        *code = first;
        return 1;
    }
    if (decoded < 0xA0 || is_format((uint32_t)decoded)) *code = (uint32_t)decoded;
    return (size_t)length;
}

static size_t show(char out[SHOWN_MAX], uint32_t code) {
    return (size_t)snprintf(out, SHOWN_MAX, code <= 0xFF ? "<%02x>" : "<U+%04X>", (unsigned)code);
}

size_t escape_string(char *out, size_t capacity, const char *text) {
    size_t used = 0, size = strlen(text);
    for (size_t i = 0; i < size;) {
        char shown[SHOWN_MAX];
        uint32_t code;
        size_t length = escape_next(text + i, size - i, &code);
        size_t taken = code == ESCAPE_NONE ? length : show(shown, code);
        if (used + taken >= capacity) break;
        memcpy(out + used, code == ESCAPE_NONE ? text + i : shown, taken);
        used += taken;
        i += length;
    }
    out[used] = '\0';
    return used;
}

void escape_print(FILE *out, const char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        char shown[SHOWN_MAX];
        uint32_t code;
        size_t length = escape_next(text + i, size - i, &code);
        if (code == ESCAPE_NONE) fwrite(text + i, 1, length, out);
        else fwrite(shown, 1, show(shown, code), out);
        i += length;
    }
}
