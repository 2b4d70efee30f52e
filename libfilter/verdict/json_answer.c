/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/json_answer.h"

#include "base/json_keys.h"

static bool has_room(arena *memory, json_scan *s) {
    size_t bytes = s->levels / 8;
    if (s->depth < s->levels) return true;
    if (!arena_grow(memory, &s->objects, &bytes, bytes + 1, 1)) return false;
    s->levels = bytes * 8;
    return true;
}

bool json_answer_is_valid(arena *memory, const char *text, size_t size) {
    json_keys k;
    json_scan s = {.text = text, .size = size};
    json_scan_token token = JSON_SCAN_BAD;
    json_keys_begin(&k, memory);
    while (has_room(memory, &s) && (token = json_scan_next(&s)) > JSON_SCAN_END) {
        if (token == JSON_SCAN_CLOSE) json_keys_drop(&k, s.depth);
        if (token == JSON_SCAN_KEY && !json_keys_take(&k, &s)) return false;
    }
    return token == JSON_SCAN_END;
}
