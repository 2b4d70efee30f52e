/* SPDX-License-Identifier: Apache-2.0 */
/*
 * database: expressions compiled by Hyperscan, with a cache on disk.
 *
 * The cache is keyed by a hash of the expressions, their flags, Hyperscan's version and the
 * processor that it compiles for, so a file is either right or not looked at. Files are written
 * beside their final name and renamed; their content carries its own hash and is verified before
 * Hyperscan sees it, because deserialising a damaged database is not safe. A cache directory that
 * others can write to is not used, for the same reason.
 */
#ifndef FILTER_ENGINE_DATABASE_H
#define FILTER_ENGINE_DATABASE_H

#include "base/arena.h"
#include "filter.h"

#include <hs/hs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct database_source {
    arena *memory;
    const char **expressions;
    unsigned *flags;
    unsigned *ids; /* what a match reports: the index */
    size_t count;
    size_t capacity, flags_capacity, ids_capacity;
    uint32_t *slots; /* 1 + index by hash: open addressing, a power of two, at most half of it taken */
    size_t slot_count;
} database_source;

/* Adds an expression, or finds the same one again: the index in *index. False: memory is out. */
bool database_add(database_source *source, const char *expression, unsigned flags, size_t *index);

/* Compiles in block mode. FILTER_ERROR_RULES sets *culprit to the index of the expression that
 * Hyperscan refused (SIZE_MAX: none in particular) and `why`. An empty source gives a NULL database. */
filter_status database_compile(const database_source *source, const char *cache_dir, hs_database_t **database,
                               size_t *culprit, char *why, size_t why_size);

/* Longest match in bytes, or SIZE_MAX. False, with the reason, when the expression is refused or
 * can match nothing at all. */
bool database_measure(const char *expression, unsigned flags, size_t *max_width, char *why, size_t why_size);

size_t database_size(const hs_database_t *database);

#endif
