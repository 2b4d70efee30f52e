/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact: texts without what was found.
 *
 * One redactor serves all segments of a request, so that a value has the same token wherever it
 * stands, in the user's text and in the document: see tokens.h.
 */
#ifndef FILTER_RENDER_REDACT_H
#define FILTER_RENDER_REDACT_H

#include "render/tokens.h"

typedef struct redactor {
    const filter_engine *engine;
    filter_scratch *scratch;
    const checked_request *request;
    token_table tokens;
    filter_edit *made; /* of the last segment, when edits are asked for */
    size_t made_count;
} redactor;

void redact_begin(redactor *r, const filter_engine *engine, filter_scratch *s, const checked_request *request);

/* A segment's text with everything replaced that the policy redacts or blocks. range[0] … range[1] are the segment's
 * candidates. With `stripped`, also without what an injection rule matched, where the segment was flagged or
 * blocked, and what that is a part of; *stripped counts these findings. */
filter_text redact_segment(redactor *r, const filter_segment *segment, const size_t range[2], size_t *stripped);

#endif
