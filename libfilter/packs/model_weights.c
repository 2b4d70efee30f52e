/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/model_weights.h"

#include "base/rule_files.h"
#include "packs/source.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

#define MAGIC "FILTERDM"
#define VERSION 1
#define DIGEST_SIZE 32
#define HEADER_SIZE 48
#define BITS_MIN 8
#define BITS_MAX 20 /* a mebibyte of weights */
#define FILE_MAX (HEADER_SIZE + ((size_t)1 << BITS_MAX))

typedef struct raw_model {
    double bias, scale;
    const char *weights, *digest;
    const yaml_node *weights_node; /* where mistakes of the file are shown */
} raw_model;

static uint32_t read_u32(const char *data) {
    const unsigned char *b = (const unsigned char *)data;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The path of a file beside the pack. NULL: memory is out. */
static const char *beside(ruleset *set, const char *pack, const char *name) {
    const char *slash = strrchr(pack, '/');
    return arena_printf(set->memory, "%.*s%s", slash ? (int)(slash - pack) + 1 : 0, pack, name);
}

/* Was the pack given in memory? Then no file is opened for it. */
static bool is_in_memory(const ruleset *set, const char *pack) {
    for (size_t i = 0; i < set->source_count; i++) {
        const char *name = set->sources[i].name;
        if (name && strcmp(name, pack) == 0) return set->sources[i].data != NULL;
    }
    return true;
}

/* The weights among the sources that the caller gave, else a file. */
static bool read_bytes(ruleset *set, const raw_model *raw, source_bytes *out, diagnostics *d) {
    char why[SOURCE_WHY_MAX] = "out of memory";
    const yaml_node *at = raw->weights_node;
    filter_source source = {.name = beside(set, d->file, raw->weights)};
    if (!source.name) return false;
    bool is_given = false;
    for (size_t i = 0; i < set->source_count && !is_given; i++) {
        const filter_source *given = &set->sources[i];
        is_given = source_is_data(given) && strcmp(given->name, source.name) == 0;
        if (is_given) source = *given;
    }
    if (!is_given && is_in_memory(set, d->file)) {
        diagnose(d, at->line, at->column,
                 "the pack is given as data: give its weights as data, too, with the name '%s'", source.name);
        return false;
    }
    if (source_read(set->memory, &source, FILE_MAX, out, why) != FILTER_OK) {
        diagnose(d, at->line, at->column, "%s", why);
        return false;
    }
    if (source.data) out->data = arena_copy(set->memory, out->data, out->size); /* the caller's ends with the call */
    return out->data != NULL;
}

/* The weights, 2^bits of them; NULL after a mistake. */
static const char *check_bytes(const raw_model *raw, const source_bytes *file, unsigned *bits, diagnostics *d) {
    const yaml_node *at = raw->weights_node;
    unsigned char digest[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    if (file->size < HEADER_SIZE || memcmp(file->data, MAGIC, sizeof MAGIC - 1) != 0) {
        diagnose(d, at->line, at->column, "'%s' holds no weights: it must begin with '%s'", raw->weights, MAGIC);
        return NULL;
    }
    uint32_t version = read_u32(file->data + 8);
    *bits = read_u32(file->data + 12);
    if (version != VERSION || *bits < BITS_MIN || *bits > BITS_MAX) {
        diagnose(d, at->line, at->column, "'%s' has version %u and %u bits; version %d and %d to %d bits are supported",
                 raw->weights, version, *bits, VERSION, BITS_MIN, BITS_MAX);
        return NULL;
    }
    size_t size = (size_t)1 << *bits;
    if (file->size != HEADER_SIZE + size) {
        diagnose(d, at->line, at->column, "'%s' has %zu bytes; with %u bits it must have %zu", raw->weights, file->size,
                 *bits, HEADER_SIZE + size);
        return NULL;
    }
    const char *weights = file->data + HEADER_SIZE;
    crypto_generichash(digest, sizeof digest, (const unsigned char *)weights, size, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    if (memcmp(digest, file->data + 16, DIGEST_SIZE) != 0) {
        diagnose(d, at->line, at->column, "'%s' is damaged: its weights do not have the digest of its header",
                 raw->weights);
        return NULL;
    }
    if (strcmp(hex, raw->digest) != 0) {
        diagnose(d, at->line, at->column, "'%s' holds other weights than the pack names: their digest is %s",
                 raw->weights, hex);
        return NULL;
    }
    return weights;
}

const pack_model *pack_read_model(ruleset *set, const yaml_node *node, diagnostics *d) {
    raw_model raw = {.weights = NULL};
    source_bytes file = {NULL, 0};
    static const yaml_field fields[] = {
        {.key = "weights", .type = YAML_TEXT, .offset = offsetof(raw_model, weights), .required = true},
        {.key = "digest", .type = YAML_TEXT, .offset = offsetof(raw_model, digest), .required = true},
        {.key = "bias",
         .type = YAML_NUMBER,
         .offset = offsetof(raw_model, bias),
         .required = true,
         .min = -100,
         .max = 100},
        {.key = "scale", .type = YAML_NUMBER, .offset = offsetof(raw_model, scale), .required = true, .max = 100},
    };
    if (!yaml_read(set->memory, node, &(yaml_table)YAML_TABLE("model", fields), &raw, d)) return NULL;
    raw.weights_node = yaml_get(node, "weights");
    if (strchr(raw.weights, '/') || !rule_files_is_data(raw.weights)) {
        diagnose(d, raw.weights_node->line, raw.weights_node->column,
                 "'weights' must name a file of the pack's folder that ends in .bin, not '%.60s'", raw.weights);
        return NULL;
    }
    pack_model *model = arena_alloc(set->memory, 1, sizeof *model);
    if (!model || !read_bytes(set, &raw, &file, d)) return NULL;
    unsigned bits = 0;
    const char *weights = check_bytes(&raw, &file, &bits, d);
    if (!weights) return NULL;
    *model = (pack_model){bits, raw.bias, raw.scale, (const int8_t *)weights};
    return model;
}
