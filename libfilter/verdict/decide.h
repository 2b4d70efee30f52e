/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide: candidates and a policy become actions, a verdict for each segment, and reasons.
 *
 * Overlapping personal data and secrets are settled here, once, for findings and texts alike: what
 * the policy acts upon goes before what it only reports, then the higher score, then the longer span.
 */
#ifndef FILTER_VERDICT_DECIDE_H
#define FILTER_VERDICT_DECIDE_H

#include "findings/candidate.h"
#include "pass/request.h"

/* Decides the candidates from `first` on, all of segment `index` and in order of start. Sets verdict and score of
 * `out`; what is not reported is marked as dropped. Returns what its injection score may lead to at most: the policy's
 * `quoted`, where the attack is only quoted, and its `chat.history` in an earlier turn. */
filter_action decide_segment(filter_scratch *s, const checked_request *r, size_t index, size_t first,
                             filter_segment_result *out);

/* Is a judge asked about a segment, with this score? */
bool decide_is_grey(const checked_request *r, size_t index, double score);

/* Decides the personal data and secrets from `first` on, that several segments hold together: what is not acted upon is
 * marked as dropped. */
void decide_joined(filter_scratch *s, const checked_request *r, size_t first);

/* Ids of the rules that led to an action, strongest first, then the policy's as "policy:ID" and
 * "incomplete:LIMIT" where they apply. NULL when memory is out. */
const char *const *decide_reasons(filter_scratch *s, const pack_policy *policy, filter_verdict verdict, size_t *count);

#endif
