/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens: what stands in place of a value: <IN_PAN_1>, or <IN_PAN_k7f3q2>.
 *
 * One table serves all segments of a request, so that a value has the same token wherever it stands. Numbered tokens
 * count on from what someone typed. Keyed ones are a hash of the value under the key of a tenant and the name of a
 * session, a user or the tenant: the same in every turn, on every host, and nobody can join those of two sessions.
 */
#ifndef FILTER_RENDER_TOKENS_H
#define FILTER_RENDER_TOKENS_H

#include "findings/candidate.h"
#include "pass/request.h"

/* A value and its token. */
typedef struct token_entry {
    const char *entity_type; /* NULL: free */
    filter_text value; /* canonical: letters and digits only where that is what counts */
    filter_text surface; /* as it stood where it was seen first */
    const char *token; /* with its brackets; NULL: none was needed yet */
    filter_category category;
    unsigned roles; /* a bit for each filter_role that wrote it */
    bool is_part; /* of a person's name, of which alone it was not seen */
} token_entry;

typedef struct token_table {
    const filter_engine *engine;
    filter_scratch *scratch;
    const checked_request *request;
    token_entry *entries; /* open addressing; a power of two */
    size_t entry_count, entry_capacity;
    uint64_t *numbers; /* by entity type: of the last token, given or typed; NULL: none was needed */
    uint64_t *codes; /* of keyed tokens, open addressing, as many places as entries; 0: free */
    unsigned char key[32]; /* of keyed tokens */
    const char *scope; /* the name of whose they are; NULL: tokens are numbered */
} token_table;

void tokens_begin(token_table *t, const filter_engine *engine, filter_scratch *s, const checked_request *request);

/* The token of a value that stands as `surface` in what a role wrote. NULL: memory is out. */
const char *tokens_for(token_table *t, const candidate *c, filter_text surface);

/* What makes two spellings one value. NULL: memory is out. */
filter_text tokens_canonical(filter_scratch *s, const candidate *c);

#endif
