/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/model_weights.h"

#include "packs/data_file.h"

#define BITS_MIN 8
#define BITS_MAX 20 /* a mebibyte of weights in each table */
#define TABLES 2 /* texts of users, and of others */
#define FILE_MAX (DATA_FILE_HEADER + ((size_t)TABLES << BITS_MAX))

bool weights_read(ruleset *set, const weights_source *from, model_weights *out, diagnostics *d) {
    const data_source source = {.key = "weights",
                                .file = from->weights,
                                .digest = from->digest,
                                .node = from->node,
                                .magic = "FILTERDM",
                                .version = 2,
                                .size_max = FILE_MAX};
    data_file file;
    if (!data_file_read(set, &source, &file, d)) return false;
    const uint32_t bits = file.parameter;
    if (bits < BITS_MIN || bits > BITS_MAX || file.size != (size_t)TABLES << bits) {
        diagnose(d, from->node->line, from->node->column,
                 "'%s' has %u bits and %zu weights; %d to %d bits are supported, and %d weights for each",
                 from->weights, bits, file.size, BITS_MIN, BITS_MAX, TABLES);
        return false;
    }
    *out = (model_weights){bits, (const int8_t *)file.data};
    return true;
}
