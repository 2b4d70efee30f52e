/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vault: the keys of tokens and sealed mappings, and the mappings of callers that cannot carry them.
 *
 * A mapping is kept as it was sealed, by tenant and session, until it is too old or others need its place. What is lost
 * is not restored: tokens stay in the answer. Any thread may use it.
 */
#ifndef FILTERD_CORE_VAULT_H
#define FILTERD_CORE_VAULT_H

#include "core/config.h"
#include "protocol/wire.h"

#include <jansson.h>

typedef struct vault vault;

/* Reads the keys of the configuration; without any, one is made that lasts as long as the process. NULL after logging
 * why, with an exit status. */
vault *vault_open(const config *c, int *status);
void vault_close(vault *v);

/* The scope of a request: keys, and whose it is. */
filter_scope vault_scope(const vault *v, const wire_request *request);

/* How long a mapping opens. */
uint64_t vault_seconds(const vault *v);

/* Keeps the mapping of a session in place of an earlier one. False: memory is out, or the mapping is larger than all
 * mappings may be. */
bool vault_put(vault *v, const wire_request *request, filter_text sealed);

/* The mapping of a session, in `memory`. text NULL: there is none, or memory is out. */
filter_text vault_get(vault *v, const wire_request *request, arena *memory);

/* Mappings and bytes that are held, and how many gave way to others. NULL when memory is out. */
json_t *vault_status(vault *v);

#endif
