/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render: the texts and the list of findings that a caller asked for.
 */
#ifndef FILTER_RENDER_RENDER_H
#define FILTER_RENDER_RENDER_H

#include "findings/candidate.h"
#include "pass/request.h"

/* What is rendered: the candidates that were decided. Those of segment i are first[i] … first[i + 1]. */
typedef struct decided {
    const filter_engine *engine;
    filter_scratch *scratch;
    const checked_request *request;
    const size_t *first;
    filter_segment_result *segments; /* gets the texts */
} decided;

/* Makes the texts that `returns` asks for, of all segments, and what isolation adds to the result. */
void render_texts(const decided *d, filter_result *result);

/* Lists the candidates as findings, with offsets in the unit that was asked for. */
void render_findings(const decided *d, filter_result *result);

#endif
