/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_answer: is an answer of a model one JSON value, in which no object has a key twice? Numbers of any size, any
 * depth and surrogates that are alone are JSON (RFC 8259). Keys are compared without their escapes.
 *
 * Costs one pass over the text; about 40 bytes for each key of the objects that are open at a time, and a bit for each
 * open level.
 */
#ifndef FILTER_VERDICT_JSON_ANSWER_H
#define FILTER_VERDICT_JSON_ANSWER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Keys of the objects that are open at a time. With more of them a text counts as no JSON: whether one comes twice is
 * not looked at. */
#define JSON_ANSWER_KEYS_MAX ((size_t)1 << 18)

/* The text is UTF-8. False also when memory is out; then memory->failed is set. */
bool json_answer_is_valid(arena *memory, const char *text, size_t size);

#endif
