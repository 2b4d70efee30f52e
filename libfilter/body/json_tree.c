/* SPDX-License-Identifier: Apache-2.0 */
#include "body/json_tree.h"

#include "base/json_keys.h"
#include "base/json_scan.h"

#include <string.h>

typedef struct builder {
    arena *memory;
    json_scan scan;
    json_keys keys;
    json_node *nodes;
    size_t count, capacity;
    size_t open[JSON_TREE_LEVELS]; /* nodes that are not closed */
    uint32_t places[JSON_TREE_LEVELS]; /* of their next values */
    filter_text key; /* of the value that comes next */
    size_t member;
} builder;

/* U+FFFD takes as many bytes as half of a pair of surrogates does where UTF-8 has no word for it. */
static void replace_surrogates(char *text, size_t size) {
    for (char *at = text; (at = memchr(at, 0xED, size - (size_t)(at - text))) != NULL; at++) {
        if (size - (size_t)(at - text) < 3) return;
        if ((unsigned char)at[1] >= 0xA0) memcpy(at, "\xEF\xBF\xBD", 3);
    }
}

static filter_text decode(arena *memory, const char *text, size_t size) {
    if (!memchr(text, '\\', size)) return (filter_text){text, size};
    char *out = arena_alloc(memory, size + 1, 1);
    if (!out) return (filter_text){NULL, 0};
    size = json_scan_decode(text, size, out);
    replace_surrogates(out, size);
    return (filter_text){out, size};
}

static bool add_node(builder *b, json_kind kind, size_t start, size_t end, size_t depth) {
    if (!arena_grow(b->memory, &b->nodes, &b->capacity, b->count + 1, sizeof *b->nodes)) return false;
    const bool is_member = b->key.text != NULL;
    b->nodes[b->count] = (json_node){.kind = kind,
                                     .start = (uint32_t)start,
                                     .end = (uint32_t)end,
                                     .member = (uint32_t)(is_member ? b->member : start),
                                     .after = (uint32_t)b->count + 1,
                                     .place = depth ? b->places[depth - 1]++ : 0,
                                     .key = b->key};
    b->key = (filter_text){NULL, 0};
    b->count++;
    return true;
}

static bool open_node(builder *b) {
    const json_scan *s = &b->scan;
    const size_t depth = s->depth - 1;
    if (!add_node(b, json_scan_in_object(s) ? JSON_OBJECT : JSON_ARRAY, s->at - 1, 0, depth)) return false;
    b->open[depth] = b->count - 1;
    b->places[depth] = 0;
    return true;
}

static void close_node(builder *b) {
    json_node *node = &b->nodes[b->open[b->scan.depth]];
    node->end = (uint32_t)b->scan.at;
    node->after = (uint32_t)b->count;
    json_keys_drop(&b->keys, b->scan.depth);
}

static bool take_key(builder *b) {
    const json_scan *s = &b->scan;
    if (!json_keys_take(&b->keys, s)) return false;
    b->key = decode(b->memory, s->text + s->start, s->end - s->start);
    b->member = s->start - 1;
    return b->key.text != NULL;
}

static bool take(builder *b, json_scan_token token) {
    const json_scan *s = &b->scan;
    switch (token) {
    case JSON_SCAN_OPEN: return open_node(b);
    case JSON_SCAN_CLOSE: close_node(b); return true;
    case JSON_SCAN_KEY: return take_key(b);
    case JSON_SCAN_STRING: return add_node(b, JSON_STRING, s->start - 1, s->end + 1, s->depth);
    default: return add_node(b, JSON_PLAIN, s->start, s->end, s->depth);
    }
}

bool json_tree_read(json_tree *tree, arena *memory, filter_text text, size_t *bad_at, const char **why) {
    unsigned char objects[JSON_TREE_LEVELS / 8];
    builder b = {.memory = memory,
                 .scan = {.text = text.text, .size = text.size, .objects = objects, .levels = JSON_TREE_LEVELS}};
    json_scan_token token;
    *why = "no JSON";
    json_keys_begin(&b.keys, memory);
    while ((token = json_scan_next(&b.scan)) > JSON_SCAN_END) {
        if (take(&b, token)) continue;
        *why = "a key comes twice in one object, or more than " JSON_KEYS_MAX_TEXT " are open";
        token = JSON_SCAN_BAD;
        break;
    }
    *bad_at = b.scan.at;
    if (token == JSON_SCAN_BAD && b.scan.depth == JSON_TREE_LEVELS) *why = "no JSON, or deeper than 64 levels";
    *tree = (json_tree){text.text, b.nodes, b.count};
    return token == JSON_SCAN_END;
}

const json_node *json_tree_next(const json_tree *tree, const json_node *in, const json_node *last) {
    const size_t at = last ? last->after : (size_t)(in - tree->nodes) + 1;
    return in->kind <= JSON_ARRAY && at < in->after ? &tree->nodes[at] : NULL;
}

const json_node *json_tree_find(const json_tree *tree, const json_node *node, const char *key) {
    const size_t size = strlen(key);
    const json_node *found = node->kind == JSON_OBJECT ? json_tree_next(tree, node, NULL) : NULL;
    while (found && (found->key.size != size || memcmp(found->key.text, key, size) != 0)) {
        found = json_tree_next(tree, node, found);
    }
    return found;
}

bool json_tree_is(const json_tree *tree, const json_node *node, const char *value) {
    char decoded[64];
    if (!node || node->kind != JSON_STRING) return false;
    const char *text = tree->text + node->start + 1;
    size_t size = node->end - node->start - 2;
    if (size > sizeof decoded) return false;
    if (memchr(text, '\\', size)) {
        size = json_scan_decode(text, size, decoded);
        text = decoded;
    }
    return size == strlen(value) && memcmp(text, value, size) == 0;
}

filter_text json_tree_string(const json_tree *tree, const json_node *node, arena *memory) {
    return decode(memory, tree->text + node->start + 1, node->end - node->start - 2);
}
