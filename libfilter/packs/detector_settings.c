/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/pack.h"

#include <sodium.h>
#include <string.h>

#define BITS_MIN 8
#define BITS_MAX 20 /* a megabyte of weights */

const pack_model *pack_read_model(arena *memory, const yaml_node *node, diagnostics *d) {
    struct raw {
        size_t bits;
        double bias, scale;
        const char *weights, *recipe, *card;
    } raw = {0};
    static const yaml_field fields[] = {
        {"bits", YAML_COUNT, offsetof(struct raw, bits), true, BITS_MIN, BITS_MAX},
        {"bias", YAML_NUMBER, offsetof(struct raw, bias), true, -100, 100},
        {"scale", YAML_NUMBER, offsetof(struct raw, scale), true, 0, 100},
        {"recipe", YAML_TEXT, offsetof(struct raw, recipe), true, 0, 0},
        {"card", YAML_TEXT, offsetof(struct raw, card), true, 0, 0},
        {"weights", YAML_TEXT, offsetof(struct raw, weights), true, 0, 0},
    };
    if (!yaml_read(memory, node, fields, sizeof fields / sizeof *fields, &raw, "model", d)) return NULL;
    size_t size = (size_t)1 << raw.bits, decoded = 0;
    pack_model *model = arena_alloc(memory, 1, sizeof *model);
    unsigned char *weights = arena_alloc(memory, size, 1);
    if (!model || !weights) return NULL;
    if (sodium_base642bin(weights, size, raw.weights, strlen(raw.weights), " \n", &decoded, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        decoded != size) {
        diagnose(d, node->line, node->column, "the model's weights are not %zu bytes in Base64", size);
        return NULL;
    }
    *model = (pack_model){(unsigned)raw.bits, raw.bias, raw.scale, (const int8_t *)weights};
    return model;
}

/* Limits that are numbers alone, in `size` bytes of the arena; NULL when they are wrong or memory is out. */
static void *read_limits(arena *memory, const yaml_node *node, const yaml_field *fields, size_t count, size_t size,
                         const char *what, diagnostics *d) {
    void *limits = arena_alloc(memory, 1, size);
    return limits && yaml_read(memory, node, fields, count, limits, what, d) ? limits : NULL;
}

const pack_leak *pack_read_leak(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {"share", YAML_NUMBER, offsetof(pack_leak, share), true, 0, 1},
        {"least", YAML_COUNT, offsetof(pack_leak, least), true, 5, 1000},
        {"run", YAML_COUNT, offsetof(pack_leak, run), true, 5, 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_leak), "leak", d);
}

const pack_tail *pack_read_tail(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {"brackets", YAML_COUNT, offsetof(pack_tail, brackets), true, 1, 100},
        {"odd", YAML_COUNT, offsetof(pack_tail, odd), true, 1, 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_tail), "tail", d);
}

const pack_veil *pack_read_veil(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {"words", YAML_COUNT, offsetof(pack_veil, words), true, 1, 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_veil), "veil", d);
}

const pack_turns *pack_read_turns(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {"answers", YAML_COUNT, offsetof(pack_turns, answers), true, 1, 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_turns), "turns", d);
}
