/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tagger: which words of a text are names of persons, places and organisations.
 *
 * A linear-chain model with integer weights looks at rows of words that may be names, and at nothing else:
 * J. Lafferty, A. McCallum, F. Pereira: Conditional Random Fields, ICML 2001. rules/train/names/FEATURES.md is the
 * definition, rules/train/names/tag.py the reference.
 */
#ifndef FILTER_NAMES_TAGGER_H
#define FILTER_NAMES_TAGGER_H

#include "base/work.h"
#include "names/name_token.h"

typedef enum name_type { NAME_OF_PERSON, NAME_OF_PLACE, NAME_OF_ORGANISATION } name_type;

typedef struct name_span {
    size_t start, end; /* in bytes of the text */
    name_type type;
    double score; /* how often such a finding was right */
    const char *why; /* what speaks for it, in words that are none of the text's */
} name_span;

typedef void name_found(const name_span *span, void *context);

/* Tokens of one text, whose memory the next one of the request uses again. */
typedef struct name_memory {
    arena *arena;
    name_token *tokens;
    size_t capacity;
} name_memory;

/* Tags a text, and tells of each name, in their order. `fields`: of the text; NULL: it is prose. False: memory is out.
 * It ends early when the work is used up. */
bool names_tag(const name_data *data, name_memory *memory, work_budget *work, filter_text text,
               const field_list *fields, name_found *found, void *context);

#endif
