/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct_size: one rule for structs that a caller fills and that begin with `size_t struct_size`.
 *
 * A size below the first version is a struct that was never set up, and refused. A larger one than is known here comes
 * from a newer caller: it is taken when all that is not known is zero, so that no field is dropped in silence. What an
 * older caller does not have keeps its default.
 */
#ifndef FILTER_BASE_STRUCT_SIZE_H
#define FILTER_BASE_STRUCT_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The size of a struct up to and with a field. */
#define STRUCT_SIZE_WITH(type, field) (offsetof(type, field) + sizeof((type *)0)->field)

/* Copies the caller's struct over the defaults in `out`, which has `known` bytes. False when it must be refused;
 * `out` is unchanged then. */
static inline bool struct_size_take(void *out, size_t known, const void *from, size_t first_version) {
    size_t size;
    memcpy(&size, from, sizeof size);
    if (size < first_version) return false;
    for (size_t i = known; i < size; i++) {
        if (((const unsigned char *)from)[i]) return false;
    }
    memcpy(out, from, size < known ? size : known);
    return true;
}

#endif
