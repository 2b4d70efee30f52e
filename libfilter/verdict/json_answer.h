/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_answer: is an answer of a model one JSON value, in which no object has a key twice? Numbers of any size, any
 * depth and surrogates that are alone are JSON (RFC 8259). Keys are compared without their escapes.
 *
 * Costs one pass over the text, and a bit for each open level, beside what base/json_keys takes. With more open keys
 * than it holds a text counts as no JSON.
 */
#ifndef FILTER_VERDICT_JSON_ANSWER_H
#define FILTER_VERDICT_JSON_ANSWER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* The text is UTF-8. False also when memory is out; then memory->failed is set. */
bool json_answer_is_valid(arena *memory, const char *text, size_t size);

#endif
