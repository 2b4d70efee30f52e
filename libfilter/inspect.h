/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect: the way of texts through all rooms, for callers that find the texts themselves.
 *
 *     scratch_begin(scratch, engine, error);
 *     ... texts are found, in the scratch's memory
 *     inspect_texts(engine, scratch, &request, &result, error);
 *     inspect_end(scratch);
 */
#ifndef FILTER_INSPECT_H
#define FILTER_INSPECT_H

#include "pass/scratch.h"

/* As filter_inspect, in a scratch that has begun; on failure *out stays as it is. */
filter_status inspect_texts(const filter_engine *engine, filter_scratch *scratch, const filter_request *request,
                            const filter_result **out, filter_error *error);

/* Lets the scratch go, and wipes what scans left on the stack. */
void inspect_end(filter_scratch *scratch);

#endif
