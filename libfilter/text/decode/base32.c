/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

#include <string.h>

/* RFC 4648 section 6. */
static bool decode_base32_run(const char *text, span run, text_buffer *out, span_map *map) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t before = out->size;
    for (size_t i = run.start; i < run.end; i++) {
        if (!memchr(alphabet, text[i], 32)) return false;
    }
    join(out, map, run.start);
    size_t joined = out->size;
    uint32_t bits = 0;
    unsigned held = 0;
    size_t from = run.start;
    for (size_t i = run.start; i < run.end; i++) {
        bits = bits << 5 | (uint32_t)((const char *)memchr(alphabet, text[i], 32) - alphabet);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        char byte = (char)(bits >> held & 0xFF);
        if (!is_text_byte((unsigned char)byte) || !work_spend(out->work, 2)) {
            take_back(out, map, before);
            return false;
        }
        text_append(out, &byte, 1);
        span_map_add(map, 1, from,
                     i + 1 - from + (i + 1 - from == 1)); /* never one for one: digits cannot be divided */
        from = i;
    }
    return keep_if_text(out, map, before, joined);
}

bool decode_base32(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_base32_run);
}
