/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map: from spans of a derived text back to spans of the text that it was made from.
 *
 * Kept as runs. A run whose two sides have the same size maps byte by byte; any other maps as a
 * whole, because a character that folds to two, or four Base64 digits that decode to three bytes,
 * cannot be divided. A span grows to the runs it touches, so that it never leaves half of what a
 * reader would see.
 */
#ifndef FILTER_TEXT_SPAN_MAP_H
#define FILTER_TEXT_SPAN_MAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct span_run {
    uint32_t at; /* in the derived text; its size is the distance to the next run's `at` */
    uint32_t from; /* in the source */
    uint32_t from_size;
} span_run;

typedef struct span_map {
    arena *memory;
    span_run *runs;
    size_t count, capacity;
    size_t size; /* of the derived text so far */
    bool failed; /* memory is out */
} span_map;

typedef struct span {
    size_t start, end;
} span;

/* The next `size` bytes of the derived text stand for `from_size` bytes at `from`. */
void span_map_add(span_map *map, size_t size, size_t from, size_t from_size);

/* Where a span of the derived text comes from. */
span span_map_source(const span_map *map, span s);

#endif
