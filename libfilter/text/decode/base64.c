/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

#include <string.h>
#include <unicode/utf8.h>

/* The next byte of a run; -1: there is none, or half a digit's worth. */
static int base64_byte(const char *text, span run, size_t index) {
    size_t at = run.start + index * 8 / 6;
    unsigned shift = (unsigned)(index * 8 % 6); /* bits of the first digit that belong to the byte before */
    if (at + 1 >= run.end) return -1;
    unsigned bits =
        (base64_digits[(unsigned char)text[at]] - 1U) << 6 | (base64_digits[(unsigned char)text[at + 1]] - 1U);
    return (int)(bits >> (4 - shift) & 0xFF);
}

/* ASCII in UTF-16, as PowerShell takes commands and UTF-7 writes words (RFC 2152): every other byte is nought. */
static bool decode_base64_utf16(const char *text, span run, text_buffer *out, span_map *map) {
    if (text[run.start] == '+') run.start++;
    if (text[run.end - 1] == '-') run.end--;
    bool big = base64_byte(text, run, 0) == 0;
    size_t before = out->size;
    join_lines(text, out, map, run.start);
    size_t joined = out->size;
    for (size_t i = 0;; i += 2) {
        int first = base64_byte(text, run, i), second = base64_byte(text, run, i + 1);
        if (first < 0 || second < 0) break;
        char c = (char)(big ? second : first);
        if ((big ? first : second) != 0 || (unsigned char)c >= 0x80 || !is_text_byte((unsigned char)c)) {
            take_back(out, map, before);
            return false;
        }
        size_t from = run.start + i * 8 / 6, end = run.start + (i + 2) * 8 / 6;
        text_append(out, &c, 1);
        span_map_add(map, 1, from, end - from);
    }
    return keep_if_text(out, map, before, joined);
}

static bool decode_base64_run(const char *text, span run, text_buffer *out, span_map *map) {
    size_t before = out->size;
    join_lines(text, out, map, run.start);
    size_t joined = out->size;
    for (size_t i = run.start; i < run.end; i += 4) {
        size_t digits = run.end - i < 4 ? run.end - i : 4;
        uint32_t bits = 0;
        if (digits == 1) break;
        for (size_t k = 0; k < 4; k++)
            bits = bits << 6 | (k < digits ? base64_digits[(unsigned char)text[i + k]] - 1U : 0);
        char bytes[3] = {(char)(bits >> 16), (char)(bits >> 8 & 0xFF), (char)(bits & 0xFF)};
        for (size_t k = 0; k + 1 < digits; k++) {
            if (is_text_byte((unsigned char)bytes[k])) continue;
            take_back(out, map, before);
            return i < run.start + 4 && decode_base64_utf16(text, run, out, map);
        }
        if (!work_spend(out->work, 4)) break;
        text_append(out, bytes, digits - 1);
        span_map_add(map, digits - 1, i, digits);
    }
    return keep_if_text(out, map, before, joined);
}

bool decode_base64(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_base64_run);
}
