/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search: binary search in what is in order.
 *
 *     static bool ends_before(const void *spans, size_t i, size_t at) { return ((const span *)spans)[i].end <= at; }
 *     size_t i = search_first(q->items, q->count, ends_before, at);
 */
#ifndef FILTER_BASE_SEARCH_H
#define FILTER_BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* Is item `i` before what is looked for? True for the first items, then false for the rest. */
typedef bool search_before(const void *items, size_t i, size_t key);

/* The index of the first of `count` items that is not before `key`; `count` when all are. */
static inline size_t search_first(const void *items, size_t count, search_before *is_before, size_t key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(items, middle, key)) low = middle + 1;
        else high = middle;
    }
    return low;
}

#endif
