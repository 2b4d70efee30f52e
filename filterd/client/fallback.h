/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fallback: the same calls over ZeroMQ, where there is no shared memory. libzmq is looked for when it is asked for,
 * so that nobody else needs it. One request at a time, with a JSON header.
 */
#ifndef FILTERD_CLIENT_FALLBACK_H
#define FILTERD_CLIENT_FALLBACK_H

#include "filter-client.h"

typedef struct fallback fallback;

/* Is this an endpoint of ZeroMQ, and no path? */
bool fallback_takes(const char *socket);

filter_client_status fallback_open(fallback **f, const char *endpoint, char *why);
void fallback_close(fallback *f);

/* As filter_client_submit, _next and _release. */
filter_client_status fallback_submit(fallback *f, const filter_client_request *request, uint64_t tag);
filter_client_status fallback_next(fallback *f, filter_client_reply *reply, int timeout_ms);
void fallback_release(fallback *f);

#endif
