/* SPDX-License-Identifier: Apache-2.0 */
#include "text/decode/runs.h"

static bool decode_hex_run(const char *text, span run, text_buffer *out, span_map *map) {
    size_t before = out->size;
    if (text[run.start] == '0' && (text[run.start + 1] | 0x20) == 'x') run.start += 2;
    if ((run.end - run.start) % 2) return false;
    join(out, map, run.start);
    size_t joined = out->size;
    for (size_t i = run.start; i < run.end; i += 2) {
        int high = text_hex_value(text[i]), low = text_hex_value(text[i + 1]);
        char byte = (char)(high * 16 + low);
        if (high < 0 || low < 0 || !is_text_byte((unsigned char)byte) || !work_spend(out->work, 2)) {
            take_back(out, map, before);
            return false;
        }
        text_append(out, &byte, 1);
        span_map_add(map, 1, i, 2);
    }
    return keep_if_text(out, map, before, joined);
}

bool decode_hex(const decode_source *s, size_t budget, text_buffer *out, span_map *map) {
    return each_run(s, budget, out, map, decode_hex_run);
}
