/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ending: what a caller is told in place of a body that was blocked, in the words of its API.
 *
 *     a request:  400 {"error": {"message": …, "type": "invalid_request_error", "code": "content_policy_violation"}}
 *     an answer:  200 {"choices": [{"message": {"content": null, "refusal": …}, "finish_reason": "content_filter"}]}
 *
 * SDKs take the first for an error that is not tried again, and the second for an answer that was cut.
 */
#ifndef FILTER_BODY_ENDING_H
#define FILTER_BODY_ENDING_H

#include "base/utf8.h"
#include "body/json_tree.h"

/* The HTTP status and, in `out`, the body. `tree` is the one that was blocked: of an answer, its id, model and usage
 * stay. */
unsigned body_ending(text_buffer *out, filter_api api, filter_direction direction, const json_tree *tree);

#endif
