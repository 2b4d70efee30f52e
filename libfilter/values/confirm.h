/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confirm: hits become candidates with an exact span, a score and the evidence for it.
 *
 * PCRE2 finds where a value begins and ends, within the rule's longest match around the hit and
 * never from the start of the text; each pattern confirms each byte once. Then speak, in this order:
 * allow list, checksum, placeholders, entropy, words near it, and, when all views of the segment are
 * done, other findings near it. The score starts at the rule's and moves like a probability:
 * evidence for it shrinks the distance to 1, evidence against it shrinks the score.
 */
#ifndef FILTER_VALUES_CONFIRM_H
#define FILTER_VALUES_CONFIRM_H

#include "pass/pass.h"

/* Confirms the hits of the view that was scanned last. */
void confirm_hits(const pass *p);

/* Finds values that only the name before them gives away. */
void confirm_by_keyword(const pass *p);

#endif
