/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: the grey band. Segments whose injection score lies between two scores of the policy are handed to a slower
 * judge, which the caller brings (filter_request.judge). Its score takes the place of the rules', and the policy
 * decides once more; personal data and secrets stay as they were decided.
 *
 * The judge reads what the caller would get as redacted text, unless the policy says otherwise. Where that text may
 * hold what was never looked for, nobody is asked, and the segment counts as not answered.
 */
#ifndef FILTER_JUDGE_H
#define FILTER_JUDGE_H

#include "render/render.h"

/* Asks once for all segments of a request, when all are decided. `at_most` is what decide_segment returned, by segment.
 * A request that is blocked whatever the judge says is not asked about. True when the judge was asked, and took its
 * time. Out of memory shows in the scratch. */
bool judge_segments(const decided *d, const filter_action *at_most);

#endif
