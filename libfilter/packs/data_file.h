/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data_file: a file of numbers that a pack names, such as the weights of a model.
 *
 *     detect: {sentence_model: {weights: model.bin, digest: 5c1f…}}
 *
 * The file lies in the folder of the pack. Numbers are little-endian:
 *
 *     0   8   what it is, as "FILTERDM"
 *     8   4   version
 *     12  4   a parameter, such as how many entries follow
 *     16  32  BLAKE2b-256 of all that follows
 *     48      the data
 *
 * The pack names the digest, too. So a pack and a file that do not belong together are refused, and the digest of the
 * packs stands for the file as well. Used while packs are read.
 */
#ifndef FILTER_PACKS_DATA_FILE_H
#define FILTER_PACKS_DATA_FILE_H

#include "packs/pack.h"

#define DATA_FILE_HEADER 48

/* What the pack says of its file, and what it has to be. */
typedef struct data_source {
    const char *key; /* of the pack, that names the file */
    const char *file, *digest;
    const yaml_node *node; /* where mistakes of the file are shown */
    const char *magic; /* eight characters */
    uint32_t version;
    size_t size_max;
} data_source;

typedef struct data_file {
    uint32_t parameter;
    const char *data; /* in the arena of the rules, aligned for any type */
    size_t size;
} data_file;

/* Reads a file that is what it should be; the pack is the one that `d` is at. False after a mistake, or when memory is
 * out. */
bool data_file_read(ruleset *set, const data_source *from, data_file *out, diagnostics *d);

#endif
