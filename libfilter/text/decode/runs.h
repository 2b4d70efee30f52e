/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs: what the decoders of this folder share: long runs of an alphabet, and writing what they stand for.
 */
#ifndef FILTER_TEXT_DECODE_RUNS_H
#define FILTER_TEXT_DECODE_RUNS_H

#include "text/decode/decode.h"

#include <stdint.h>

/* Neither binary nor noise: every byte printable, or part of a character beyond ASCII. */
static inline bool is_text_byte(unsigned char c) {
    return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

/* The value of a Base64 digit of either alphabet, plus one; 0 for none. */
extern const uint8_t base64_digits[256];

/* Parts what comes next from what was decoded before by a line feed. */
void join(text_buffer *out, span_map *map, size_t at);

/* The same, unless the run only goes on after a line break, as encoders write long ones. */
void join_lines(const char *text, text_buffer *out, span_map *map, size_t at);

/* Takes back what was appended since `size`: it was no text after all. (None of the runs here are byte by byte, so
 * none reaches across `size`.) */
void take_back(text_buffer *out, span_map *map, size_t size);

/* Keeps what was decoded since `joined` when it is text; else takes back all since `before`. */
bool keep_if_text(text_buffer *out, span_map *map, size_t before, size_t joined);

/* Decodes each run. True when one was text. */
bool each_run(const decode_source *s, size_t budget, text_buffer *out, span_map *map,
              bool (*decode)(const char *, span, text_buffer *, span_map *));

/* The decoders: as `decoder.decode`. */
bool decode_base64(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
bool decode_base32(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
bool decode_base58(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
bool decode_hex(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
/* Percent escapes, character references and backslash escapes, all at once: they may stand in one word. */
bool decode_escapes(const decode_source *s, size_t budget, text_buffer *out, span_map *map);
const char *escapes_name(const char *text, const span_map *map);
bool decode_quoted(const decode_source *s, size_t budget, text_buffer *out, span_map *map);

#endif
