/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confirm: hits become candidates with an exact span, a score and the evidence for it.
 *
 * PCRE2 finds where a value begins and ends, within the rule's longest match around the hit and
 * never from the start of the text; each pattern confirms each byte once. Then speak, in this order:
 * allow list, checksum, stop list, entropy, words near it, and, when all views of the segment are
 * done, other findings near it. The score starts at the rule's and moves like a probability:
 * evidence for it shrinks the distance to 1, evidence against it shrinks the score.
 */
#ifndef FILTER_CONFIRM_H
#define FILTER_CONFIRM_H

#include "engine/scratch.h"

/* Confirms the hits of the view that was scanned last. */
void confirm_hits(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role,
                  unsigned categories);

/* Finds values that only the name before them gives away. */
void confirm_named(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role,
                   unsigned categories);

/* A finding of a rule, whose span in the view is known: weighs the words near it and makes it a candidate. */
void confirm_found(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, uint32_t rule_index,
                   span at);

/* The same with a score that is known, and what it comes from, in words that are none of the text's; NULL: nothing to
 * say. */
void confirm_scored(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, uint32_t rule_index,
                    span at, double score, const char *why);

/* Settles what needs the whole segment, its candidates from `first` on: puts them in order of start,
 * and lets partners speak. */
void confirm_segment(const filter_engine *engine, filter_scratch *s, size_t first);

#endif
