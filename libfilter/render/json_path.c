/* SPDX-License-Identifier: Apache-2.0 */
#include "render/json_path.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

void json_path_begin(json_path *p, const char *text, size_t size) {
    *p = (json_path){.token = JSON_SCAN_CLOSE};
    p->scan = (json_scan){.text = text, .size = size, .objects = p->objects, .levels = JSON_PATH_LEVELS};
}

static void count_value(json_path *p, size_t depth) {
    if (depth && !p->levels[depth - 1].is_object) p->levels[depth - 1].count++;
}

static void step(json_path *p) {
    const size_t depth = p->scan.depth;
    p->token = json_scan_next(&p->scan);
    switch (p->token) {
    case JSON_SCAN_KEY: p->levels[depth - 1].key = (span){p->scan.start, p->scan.end}; break;
    case JSON_SCAN_OPEN:
        count_value(p, depth);
        p->levels[depth] = (json_path_level){.is_object = json_scan_in_object(&p->scan)};
        break;
    case JSON_SCAN_STRING:
    case JSON_SCAN_PLAIN: count_value(p, depth); break;
    default: break;
    }
}

bool json_path_seek(json_path *p, size_t at) {
    while (p->scan.at <= at && p->token > JSON_SCAN_END) step(p);
    return p->scan.depth && (p->token == JSON_SCAN_STRING || p->token == JSON_SCAN_PLAIN) && at < p->scan.end;
}

/* A key as a part of a pointer: ~ is ~0, / is ~1. */
static void put_key(text_buffer *out, const char *key, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (key[i] == '~') text_append_string(out, "~0");
        else if (key[i] == '/') text_append_string(out, "~1");
        else text_append(out, &key[i], 1);
    }
}

filter_text json_path_text(const json_path *p, arena *memory, bool *failed) {
    const filter_text none = {NULL, 0};
    text_buffer out = {.memory = memory};
    for (size_t i = 0; i < p->scan.depth && out.size <= JSON_PATH_MAX; i++) {
        const json_path_level *level = &p->levels[i];
        const size_t size = level->key.end - level->key.start;
        char index[24];
        text_append_string(&out, "/");
        if (!level->is_object) {
            snprintf(index, sizeof index, "%zu", level->count - 1);
            text_append_string(&out, index);
            continue;
        }
        if (size > 6 * JSON_PATH_MAX) return none; /* even when all of it is \u0061 */
        char *key = arena_alloc(memory, size + 1, 1);
        if (key) put_key(&out, key, json_scan_decode(p->scan.text + level->key.start, size, key));
        else out.failed = true;
    }
    *failed = *failed || out.failed;
    bool is_text = !out.failed && out.size <= JSON_PATH_MAX && text_valid_prefix(out.data, out.size) == out.size;
    return is_text && !memchr(out.data, 0, out.size) ? (filter_text){out.data, out.size} : none;
}
