/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore: values in the places of their tokens.
 *
 *     "Dear <PERSON_k7f3q2>," with PERSON_k7f3q2 = Asha Rao    "Dear Asha Rao,"
 *
 * Models and encoders give tokens back in many forms: <X_1>, [X_1], &lt;X_1&gt;, \u003cX_1\u003e, <X\_1>, in small
 * letters, or without brackets as a word of their own. A value is written as its place asks: escaped in JSON, in
 * markup, in an address. One pass: what was restored is not searched again.
 */
#ifndef FILTER_RESTORE_RESTORE_H
#define FILTER_RESTORE_RESTORE_H

#include "base/utf8.h"
#include "engine/engine.h"
#include "restore/mapping.h"

/* Where a text stands in an answer. */
typedef enum restore_place { RESTORE_CONTENT, RESTORE_TOOL_ARGUMENTS, RESTORE_REASONING } restore_place;

typedef struct restorer {
    const filter_engine *engine;
    const pack_policy *policy;
    const mapping *values;
    arena *memory;
    size_t restored; /* tokens that were */
    size_t withheld; /* tokens that have a value, which the policy keeps from this place */
    size_t unknown; /* of an entity type that there is, with no value */
} restorer;

/* The text with what may be restored there; the text itself when that is nothing. NULL: memory is out. `is_json`: it is
 * a JSON document, and values go into its strings. */
filter_text restore_text(restorer *r, filter_text text, restore_place place, bool is_json);

/* A token in a text. */
typedef struct token_place {
    size_t start, end; /* with its brackets */
    filter_text name; /* without them, as it was made */
    char open; /* how it is written: <, [, & (an entity), \ (a JSON escape), % (in an address), or 0 for none */
} token_place;

/* The next token of an entity type that the engine has, from `at` on. False: there is none. */
bool token_next(const filter_engine *engine, arena *memory, filter_text text, size_t at, token_place *found);

#endif
