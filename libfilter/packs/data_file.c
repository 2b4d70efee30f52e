/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/data_file.h"

#include "base/rule_files.h"
#include "packs/source.h"

#include <sodium.h>
#include <string.h>

#define DIGEST_SIZE 32

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

/* The file among the sources that the caller gave, else a file. */
static bool read_bytes(ruleset *set, const data_source *from, source_bytes *out, diagnostics *d) {
    char why[SOURCE_WHY_MAX] = "out of memory";
    const yaml_node *at = from->node;
    filter_source source = {.name = beside(set, d->file, from->file)};
    if (!source.name) return false;
    bool is_given = false;
    for (size_t i = 0; i < set->source_count && !is_given; i++) {
        const filter_source *given = &set->sources[i];
        is_given = source_is_data(given) && strcmp(given->name, source.name) == 0;
        if (is_given) source = *given;
    }
    if (!is_given && is_in_memory(set, d->file)) {
        diagnose(d, at->line, at->column, "the pack is given as data: give its file as data, too, with the name '%s'",
                 source.name);
        return false;
    }
    if (source_read(set->memory, &source, from->size_max, out, why) != FILTER_OK) {
        diagnose(d, at->line, at->column, "%s", why);
        return false;
    }
    if (source.data) out->data = arena_copy(set->memory, out->data, out->size); /* the caller's ends with the call */
    return out->data != NULL;
}

static bool has_header(const data_source *from, const source_bytes *file, diagnostics *d) {
    const yaml_node *at = from->node;
    if (file->size < DATA_FILE_HEADER || memcmp(file->data, from->magic, 8) != 0) {
        diagnose(d, at->line, at->column, "'%s' does not hold what it should: it must begin with '%s'", from->file,
                 from->magic);
        return false;
    }
    const uint32_t version = read_u32(file->data + 8);
    if (version == from->version) return true;
    diagnose(d, at->line, at->column, "'%s' has version %u; version %u is supported", from->file, version,
             from->version);
    return false;
}

static bool has_digest(const data_source *from, const source_bytes *file, diagnostics *d) {
    const yaml_node *at = from->node;
    unsigned char digest[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    crypto_generichash(digest, sizeof digest, (const unsigned char *)file->data + DATA_FILE_HEADER,
                       file->size - DATA_FILE_HEADER, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    if (memcmp(digest, file->data + 16, DIGEST_SIZE) != 0) {
        diagnose(d, at->line, at->column, "'%s' is damaged: it does not have the digest of its header", from->file);
        return false;
    }
    if (strcmp(hex, from->digest) == 0) return true;
    diagnose(d, at->line, at->column, "'%s' is another one than the pack names: its digest is %s", from->file, hex);
    return false;
}

bool data_file_read(ruleset *set, const data_source *from, data_file *out, diagnostics *d) {
    source_bytes file = {NULL, 0};
    if (strchr(from->file, '/') || !rule_files_is_data(from->file)) {
        diagnose(d, from->node->line, from->node->column,
                 "'%s' must name a file of the pack's folder that ends in .bin, not '%.60s'", from->key, from->file);
        return false;
    }
    if (!read_bytes(set, from, &file, d) || !has_header(from, &file, d) || !has_digest(from, &file, d)) return false;
    *out = (data_file){read_u32(file.data + 12), file.data + DATA_FILE_HEADER, file.size - DATA_FILE_HEADER};
    return true;
}
