/* SPDX-License-Identifier: Apache-2.0 */
/*
 * injection_score: how sure a segment is an attack, from the signals that stand together in it.
 */
#ifndef FILTER_VERDICT_INJECTION_SCORE_H
#define FILTER_VERDICT_INJECTION_SCORE_H

#include "findings/candidate.h"

/* From 0 to 1: the best window's score: that of its signals, which the sentences around them raise or lower, or that of
 * sentences without a signal. */
double injection_score(const filter_scratch *s, size_t first);

/* What a policy does with such a score. */
filter_action injection_action(const pack_policy *policy, filter_role role, double score);

/* Is the attack only quoted, by a text that does not ask anyone to follow it? Marks the quoted findings. */
bool is_only_quoted(filter_scratch *s, const filter_segment *segment, const pack_policy *policy, size_t first);

#endif
