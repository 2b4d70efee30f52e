/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source: the bytes of packs and of what packs refer to, from files or from the caller's memory.
 *
 * A file is read whole, must be a regular one, and is bounded in size. Nothing else is opened than what the caller or a
 * pack names.
 */
#ifndef FILTER_PACKS_SOURCE_H
#define FILTER_PACKS_SOURCE_H

#include "base/arena.h"
#include "filter.h"

#include <stdbool.h>
#include <stddef.h>

#define SOURCE_PACK_MAX ((size_t)16 << 20) /* bytes of a pack; the largest has a tenth of a mebibyte */
#define SOURCE_WHY_MAX 512

typedef struct source_bytes {
    const char *data; /* the source's own memory, or the arena's */
    size_t size;
} source_bytes;

/* Is a source the data of a model, and no pack? Its name ends in .bin. */
bool source_is_data(const filter_source *source);

/* Reads a source of at most `max` bytes. After another status than FILTER_OK or FILTER_ERROR_MEMORY, `why` says what is
 * wrong, with the name. */
filter_status source_read(arena *memory, const filter_source *source, size_t max, source_bytes *out,
                          char why[SOURCE_WHY_MAX]);

#endif
