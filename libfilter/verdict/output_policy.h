/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output_policy: what a policy expects of what a model wrote, beside the usual search: links only to hosts that it
 * names, no personal data that nobody told the model, JSON, a length, rules that must or must not find something.
 */
#ifndef FILTER_VERDICT_OUTPUT_POLICY_H
#define FILTER_VERDICT_OUTPUT_POLICY_H

#include "findings/candidate.h"
#include "pass/request.h"

/* The action for a finding of personal data or a secret in an answer, given the one that the policy has for it
 * anywhere: more for a link to a host that is not named, and for a value that no other segment of the request holds. */
filter_action output_data_action(const checked_request *r, filter_scratch *s, const candidate *c, filter_action usual);

/* The verdict, at least, for an answer whose candidates begin at `first`; what was not met is noted in the scratch. */
filter_verdict output_check(const pack_policy *policy, filter_scratch *s, const filter_segment *answer, size_t first);

/* Is a host among those that the policy names, of which there may be none? */
bool output_host_is_listed(const output_policy *output, const char *host, size_t size);

#endif
