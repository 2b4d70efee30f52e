/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seam: what neighbouring segments of one role say together.
 *
 *     "My card is 4111 1111" | "1111 1111, thanks"    "My card is 4111 1111 1111 1111, thanks"
 *     "the password is" | "tulip-Rain7"               "the password is tulip-Rain7"
 *
 * A gateway cuts a message into parts where it likes, and a value may lie in several of them. Only what is near a cut
 * is joined: all segments together cost at most SEAM_REACH bytes on each side of it. A cut where neither side has a
 * digit or an @ near it, nor a key at its end, joins nothing.
 */
#ifndef FILTER_VIEWS_SEAM_H
#define FILTER_VIEWS_SEAM_H

#include "base/arena.h"
#include "base/utf8.h"
#include "filter.h"
#include "text/span_map.h"

#define SEAM_REACH ((size_t)128) /* bytes: more than a number or a short key and its name */

/* A part of a segment in the joined text. */
typedef struct seam_part {
    size_t segment;
    size_t from; /* in the segment */
    size_t start, end; /* in the joined text */
} seam_part;

typedef struct seam_text {
    text_buffer text; /* set its memory before the first use */
    seam_part *parts; /* in order; fewer than two: nothing is joined here */
    size_t count, capacity;
} seam_text;

/* Joins what hangs together from segment `from` on. Returns the segment to go on from; their number at the end. */
size_t seam_join(seam_text *s, const filter_request *r, size_t from);

/* The part that a byte of the joined text is in, or that comes next. */
size_t seam_part_at(const seam_text *s, size_t at);

/* Does a value of the joined text need more than one segment? It lies in several, or comes first in its own, and the
 * one before ends in the middle of a sentence. */
bool seam_has(const seam_text *s, span at);

#endif
