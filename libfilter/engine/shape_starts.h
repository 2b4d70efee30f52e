/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape_starts: where shapes of digits may begin.
 *
 * A shape is finite, and begins where nothing touches it that may not. Looked for from such a place on, all shapes
 * together are one deterministic automaton, which gives up after a few characters; looked for anywhere, they are
 * several that are not.
 */
#ifndef FILTER_ENGINE_SHAPE_STARTS_H
#define FILTER_ENGINE_SHAPE_STARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds of shapes that differ in what may stand before them. The last one takes what finds no other place. */
#define SHAPE_KINDS 32

typedef struct shape_starts {
    const char *lefts[SHAPE_KINDS]; /* what may not stand before, as the rules say it */
    size_t count;
    uint32_t before[256], first[256]; /* by byte: kinds that it may stand before, kinds that it may begin */
    uint16_t digit_within[256]; /* by the first byte: the first digit is at most so far from it */
} shape_starts;

/* May a shape begin at `at` of a text? */
static inline bool shape_may_begin(const shape_starts *s, const char *text, size_t at) {
    const uint32_t kinds = s->first[(unsigned char)text[at]];
    return kinds && (at == 0 || kinds & s->before[(unsigned char)text[at - 1]]);
}

#endif
