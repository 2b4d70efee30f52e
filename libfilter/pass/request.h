/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request: what a caller asks, checked, with the policy that it names.
 */
#ifndef FILTER_PASS_REQUEST_H
#define FILTER_PASS_REQUEST_H

#include "base/work.h"
#include "engine/engine.h"

typedef struct checked_request {
    filter_request asked; /* with this header's defaults for what an older caller does not know */
    const pack_policy *policy;
    uint64_t families; /* of models, a bit for each */
    filter_isolate_mode isolate_mode;
    size_t bytes; /* of text, all segments */
} checked_request;

/* Checks everything but the texts, and the texts: their roles, sizes and encoding, while the time lasts. */
filter_status request_read(checked_request *r, const filter_engine *engine, const filter_request *asked,
                           filter_error *error);
filter_status request_check_texts(checked_request *r, work_budget *left, filter_error *error);

/* FILTER_SEGMENT_… of a segment. */
static inline unsigned request_flags(const filter_request *r, size_t segment) {
    return r->flags ? r->flags[segment] : 0;
}

/* The least score of each category that the request lists or its policy acts on. */
void request_min_scores(const checked_request *r, double min_scores[3]);

#endif
