/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pieces: a value that several segments hold together becomes one finding in each of them, all with one token.
 */
#ifndef FILTER_FINDINGS_PIECES_H
#define FILTER_FINDINGS_PIECES_H

#include "findings/candidate.h"
#include "views/seam.h"

/* In order of segment, then start. */
typedef candidates pieces;

/* Keeps a value of the joined text that needs more than one segment and is more than chance: all its pieces, or none
 * where a segment has another finding there that is acted upon and is more than a part of it. Candidates of segment i
 * are first[i] … first[i + 1]. False when memory is out. */
bool pieces_keep(pieces *kept, filter_scratch *s, const seam_text *joined, const candidate *c, const size_t *first);

/* Puts the pieces among the candidates of their segments, in order of start. False when memory is out. */
bool pieces_merge(const pieces *kept, filter_scratch *s, size_t *first, size_t segment_count);

#endif
