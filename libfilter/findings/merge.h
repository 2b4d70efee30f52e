/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge: candidates that say the same are one, and those that touch are settled.
 */
#ifndef FILTER_FINDINGS_MERGE_H
#define FILTER_FINDINGS_MERGE_H

#include "findings/candidate.h"

/* When all views of a segment were looked at: puts its candidates, from `first` on, in order of start, drops what
 * another one says more surely, and lets neighbours speak for each other. */
void merge_segment(const filter_engine *engine, filter_scratch *s, size_t first);

/* Order of strength, for arrays of pointers to candidates: what is acted upon, then the higher score, then the longer
 * span. */
int by_strength(const void *a, const void *b);

/* When actions are decided: the strongest candidate of personal data or a secret takes its bytes; a weaker one that
 * touches them is dropped, or, when the request asked for all candidates and it is of another entity, left without an
 * action. */
void resolve_overlaps(filter_scratch *s, size_t first, bool list_all);

#endif
