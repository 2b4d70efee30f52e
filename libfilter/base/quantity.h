/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quantity: numbers as people write them in files and on command lines: 250ms, 10s, 64KiB, 32MiB, 0.5.
 */
#ifndef FILTER_BASE_QUANTITY_H
#define FILTER_BASE_QUANTITY_H

#include <stdbool.h>

typedef enum quantity_kind {
    QUANTITY_NUMBER,
    QUANTITY_COUNT, /* whole */
    QUANTITY_BYTES, /* whole; 4096, 64KiB, 32MiB, 1GiB, 10kB, 5MB, 1GB */
    QUANTITY_MILLISECONDS /* whole; 250, 250ms, 10s, 2min, 1h */
} quantity_kind;

#define QUANTITY_RANGE_MAX 160

/* Reads all of `text`. False when it is not such a number. */
bool quantity_read(const char *text, quantity_kind kind, double *number);

/* "a number of bytes, such as 4096 or 32MiB, from 1 to 67108864". Returns `out`. */
const char *quantity_range(char out[QUANTITY_RANGE_MAX], quantity_kind kind, double min, double max);

#endif
