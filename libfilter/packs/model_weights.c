/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/model_weights.h"

#include "base/rule_files.h"
#include "packs/source.h"

#include <sodium.h>
#include <string.h>

#define MAGIC "FILTERDM"
#define VERSION 2
#define DIGEST_SIZE 32
#define HEADER_SIZE 48
#define BITS_MIN 8
#define BITS_MAX 20 /* a mebibyte of weights in each table */
#define TABLES 2 /* texts of users, and of others */
#define FILE_MAX (HEADER_SIZE + TABLES * ((size_t)1 << BITS_MAX))

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
static bool read_bytes(ruleset *set, const weights_source *from, source_bytes *out, diagnostics *d) {
    char why[SOURCE_WHY_MAX] = "out of memory";
    const yaml_node *at = from->node;
    filter_source source = {.name = beside(set, d->file, from->weights)};
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

/* The weights, 2^bits in each table; NULL after a mistake. */
static const char *check_bytes(const weights_source *from, const source_bytes *file, unsigned *bits, diagnostics *d) {
    const yaml_node *at = from->node;
    unsigned char digest[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    if (file->size < HEADER_SIZE || memcmp(file->data, MAGIC, sizeof MAGIC - 1) != 0) {
        diagnose(d, at->line, at->column, "'%s' holds no weights: it must begin with '%s'", from->weights, MAGIC);
        return NULL;
    }
    uint32_t version = read_u32(file->data + 8);
    *bits = read_u32(file->data + 12);
    if (version != VERSION || *bits < BITS_MIN || *bits > BITS_MAX) {
        diagnose(d, at->line, at->column, "'%s' has version %u and %u bits; version %d and %d to %d bits are supported",
                 from->weights, version, *bits, VERSION, BITS_MIN, BITS_MAX);
        return NULL;
    }
    const size_t size = (size_t)TABLES << *bits;
    if (file->size != HEADER_SIZE + size) {
        diagnose(d, at->line, at->column, "'%s' has %zu bytes; with %u bits it must have %zu", from->weights,
                 file->size, *bits, HEADER_SIZE + size);
        return NULL;
    }
    const char *weights = file->data + HEADER_SIZE;
    crypto_generichash(digest, sizeof digest, (const unsigned char *)weights, size, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    if (memcmp(digest, file->data + 16, DIGEST_SIZE) != 0) {
        diagnose(d, at->line, at->column, "'%s' is damaged: its weights do not have the digest of its header",
                 from->weights);
        return NULL;
    }
    if (strcmp(hex, from->digest) != 0) {
        diagnose(d, at->line, at->column, "'%s' holds other weights than the pack names: their digest is %s",
                 from->weights, hex);
        return NULL;
    }
    return weights;
}

bool weights_read(ruleset *set, const weights_source *from, model_weights *out, diagnostics *d) {
    source_bytes file = {NULL, 0};
    unsigned bits = 0;
    if (strchr(from->weights, '/') || !rule_files_is_data(from->weights)) {
        diagnose(d, from->node->line, from->node->column,
                 "'weights' must name a file of the pack's folder that ends in .bin, not '%.60s'", from->weights);
        return false;
    }
    if (!read_bytes(set, from, &file, d)) return false;
    out->items = (const int8_t *)check_bytes(from, &file, &bits, d);
    out->bits = bits;
    return out->items != NULL;
}
