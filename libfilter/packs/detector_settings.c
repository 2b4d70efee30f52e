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
        {.key = "bits",
         .type = YAML_COUNT,
         .offset = offsetof(struct raw, bits),
         .required = true,
         .min = BITS_MIN,
         .max = BITS_MAX},
        {.key = "bias",
         .type = YAML_NUMBER,
         .offset = offsetof(struct raw, bias),
         .required = true,
         .min = -100,
         .max = 100},
        {.key = "scale", .type = YAML_NUMBER, .offset = offsetof(struct raw, scale), .required = true, .max = 100},
        {.key = "recipe", .type = YAML_TEXT, .offset = offsetof(struct raw, recipe), .required = true},
        {.key = "card", .type = YAML_TEXT, .offset = offsetof(struct raw, card), .required = true},
        {.key = "weights", .type = YAML_TEXT, .offset = offsetof(struct raw, weights), .required = true},
    };
    if (!yaml_read(memory, node, &(yaml_table)YAML_TABLE("model", fields), &raw, d)) return NULL;
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
    return limits && yaml_read(memory, node, &(yaml_table){.what = what, .fields = fields, .count = count}, limits, d) ? limits : NULL;
}

const pack_leak *pack_read_leak(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "share", .type = YAML_NUMBER, .offset = offsetof(pack_leak, share), .required = true, .max = 1},
        {.key = "least",
         .type = YAML_COUNT,
         .offset = offsetof(pack_leak, least),
         .required = true,
         .min = 5,
         .max = 1000},
        {.key = "run", .type = YAML_COUNT, .offset = offsetof(pack_leak, run), .required = true, .min = 5, .max = 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_leak), "leak", d);
}

const pack_tail *pack_read_tail(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "brackets",
         .type = YAML_COUNT,
         .offset = offsetof(pack_tail, brackets),
         .required = true,
         .min = 1,
         .max = 100},
        {.key = "odd", .type = YAML_COUNT, .offset = offsetof(pack_tail, odd), .required = true, .min = 1, .max = 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_tail), "tail", d);
}

const pack_veil *pack_read_veil(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "words",
         .type = YAML_COUNT,
         .offset = offsetof(pack_veil, words),
         .required = true,
         .min = 1,
         .max = 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_veil), "veil", d);
}

const pack_turns *pack_read_turns(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "answers",
         .type = YAML_COUNT,
         .offset = offsetof(pack_turns, answers),
         .required = true,
         .min = 1,
         .max = 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_turns), "turns", d);
}
