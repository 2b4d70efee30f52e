/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expression: what Hyperscan and PCRE2 are asked for, from what a rule says.
 *
 * All return NULL when memory is out; what they return lives in the arena.
 */
#ifndef FILTER_ENGINE_EXPRESSION_H
#define FILTER_ENGINE_EXPRESSION_H

#include "packs/pack.h"

/* A text that matches itself. */
const char *expression_literal(arena *memory, const char *text, size_t size);

/* Words as a phrase has them: any white space between them. */
const char *expression_words(arena *memory, const char *text, size_t size);

/* What Hyperscan looks for: the head; the shape from its beginning to what comes after it, in the text from there on
 * (see shape_starts.h); or the pattern. */
const char *expression_scan(arena *memory, const pack_rule *rule, const rule_pattern *pattern);

/* What PCRE2 matches around a hit. */
const char *expression_confirm(arena *memory, const pack_rule *rule, const rule_pattern *pattern);

/* A special token of a model family. */
const char *expression_token(arena *memory, const char *token, bool line_start);

#endif
