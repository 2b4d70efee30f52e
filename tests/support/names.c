/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include "base/hash.h"
#include "packs/data_file.h"

#include <sodium.h>

#define TABLES (8 * NAME_TAGS + NAME_TYPES * NAME_KNOTS + 1)
#define SLOTS 256

static int by_fingerprint(const void *a, const void *b) {
    const name_word *x = a, *y = b;
    return (x->fingerprint > y->fingerprint) - (x->fingerprint < y->fingerprint);
}

static void seal(names_file *f) {
    crypto_generichash(f->file + 16, 32, f->file + DATA_FILE_HEADER, f->size - DATA_FILE_HEADER, NULL, 0);
    sodium_bin2hex(f->hex, sizeof f->hex, f->file + 16, 32);
}

names_file names_make(const names_word *words, size_t count, signed char weight) {
    names_file f = {.size = DATA_FILE_HEADER + count * sizeof(name_word) + TABLES + 8 * SLOTS};
    f.file = calloc(1, f.size);
    assert_non_null(f.file);
    memcpy(f.file, "FILTERNM\1\0\0\0", 12);
    f.file[12] = (unsigned char)count;
    name_word *known = calloc(count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++) known[i] = (name_word){hash32_string(words[i].word), words[i].classes};
    qsort(known, count, sizeof *known, by_fingerprint);
    unsigned char *at = f.file + DATA_FILE_HEADER;
    memcpy(at, known, count * sizeof *known);
    free(known);
    at += count * sizeof *known;
    for (size_t before = 0; before < 8; before++, at += NAME_TAGS) {
        at[0] = (unsigned char)-weight;
        at[1] = (unsigned char)weight;
        at[2] = (unsigned char)(weight + 1);
    }
    for (size_t i = 0; i < NAME_TYPES * NAME_KNOTS; i++) *at++ = (unsigned char)(i % NAME_KNOTS * 15);
    seal(&f);
    return f;
}

const name_data *names_data(arena *memory, const names_word *words, size_t count, signed char weight) {
    const names_file f = names_make(words, count, weight);
    const yaml_node node = {.line = 1};
    const filter_source sources[] = {{"p.yaml", "x", 1}, {"names.bin", (const char *)f.file, f.size}};
    ruleset set = {.memory = memory, .sources = sources, .source_count = 2};
    diagnostics d = {.file = "p.yaml", .rule = ""};
    const name_source from = {"names.bin", f.hex, &node};
    name_data *data = arena_alloc(memory, 1, sizeof *data);
    assert_true(name_data_read(&set, &from, data, &d));
    free(f.file);
    return data;
}
