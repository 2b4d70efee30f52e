/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/name_data.h"

#include "packs/data_file.h"

#define STEPS_SIZE ((NAME_TAGS + 1) * NAME_TAGS)
#define CALIBRATION_SIZE (NAME_TYPES * NAME_KNOTS)
#define TABLES_SIZE (STEPS_SIZE + CALIBRATION_SIZE + 1)
#define SLOT_SIZE 8
#define FILE_MAX ((size_t)16 << 20)
#define BUCKETS 65536

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "data files are little-endian, and read as they are"
#endif

/* Where the words with each first 16 bits begin. False: they are not in order. */
static bool fill_index(const name_word *words, uint32_t count, uint32_t *index) {
    uint32_t bucket = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && words[i].fingerprint <= words[i - 1].fingerprint) return false;
        while (bucket <= words[i].fingerprint >> 16) index[bucket++] = i;
    }
    while (bucket <= BUCKETS) index[bucket++] = count;
    return true;
}

static void fill_filters(const name_word *words, uint32_t count, uint64_t *telling, uint64_t *entries) {
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t bit = name_filter_bit(words[i].fingerprint);
        if (words[i].known & NAME_CLASSES & ~NAME_LEVEL) telling[bit / 64] |= UINT64_C(1) << bit % 64;
        if (words[i].known & NAME_SEVERAL) entries[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

bool name_data_read(ruleset *set, const name_source *from, name_data *out, diagnostics *d) {
    const data_source source = {.key = "data",
                                .file = from->data,
                                .digest = from->digest,
                                .node = from->node,
                                .magic = "FILTERNM",
                                .version = 1,
                                .size_max = FILE_MAX};
    data_file file;
    if (!data_file_read(set, &source, &file, d)) return false;
    const size_t words_size = sizeof(name_word) * (size_t)file.parameter;
    const bool fits =
        file.size >= words_size + TABLES_SIZE + SLOT_SIZE && (file.size - words_size - TABLES_SIZE) % SLOT_SIZE == 0;
    const name_word *words = (const void *)file.data;
    uint32_t *index = fits ? arena_alloc(set->memory, BUCKETS + 1, sizeof *index) : NULL;
    const size_t filter_size = ((size_t)1 << NAME_FILTER_BITS) / 64;
    uint64_t *telling = fits ? arena_alloc(set->memory, filter_size, sizeof *telling) : NULL;
    uint64_t *entries = fits ? arena_alloc(set->memory, filter_size, sizeof *entries) : NULL;
    if (fits && (!index || !telling || !entries)) return false;
    if (!fits || !fill_index(words, file.parameter, index)) {
        diagnose(d, from->node->line, from->node->column,
                 "'%s' does not hold names: its size, or the order of its words, is wrong", from->data);
        return false;
    }
    fill_filters(words, file.parameter, telling, entries);
    const char *tables = file.data + words_size;
    *out = (name_data){.words = words,
                       .word_count = file.parameter,
                       .telling = telling,
                       .entries = entries,
                       .index = index,
                       .steps = (const int8_t(*)[NAME_TAGS])tables,
                       .calibration = (const uint8_t(*)[NAME_KNOTS])(tables + STEPS_SIZE),
                       .slots = (const uint8_t *)tables + TABLES_SIZE,
                       .slot_count = (uint32_t)((file.size - words_size - TABLES_SIZE) / SLOT_SIZE)};
    return true;
}
