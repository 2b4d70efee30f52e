/* SPDX-License-Identifier: Apache-2.0 */
#include "core/escape.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

#define SHOWN_MAX 16 /* bytes of "<U+202E>" */

static size_t lead_size(unsigned char lead) {
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static uint32_t decode(const char *text, size_t size) {
    uint32_t code = (unsigned char)text[0] & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; i++) code = code << 6 | ((unsigned char)text[i] & 0x3F);
    return code;
}

/* Marks of direction and separators of lines, beyond the control characters. */
static bool is_format(uint32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t escape_next(const char *text, size_t size, uint32_t *code) {
    unsigned char first = (unsigned char)text[0];
    *code = first < 0x20 || first == 0x7F ? first : ESCAPE_NONE;
    if (first < 0x80) return 1;
    size_t length = lead_size(first);
    if (length > size || text_valid_prefix(text, length) < length) {
        *code = first;
        return 1;
    }
    uint32_t decoded = decode(text, length);
    if (decoded < 0xA0 || is_format(decoded)) *code = decoded;
    return length;
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
