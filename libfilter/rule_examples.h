/* SPDX-License-Identifier: Apache-2.0 */
/*
 * example: a rule's examples, made of templates and run through the whole pipeline.
 *
 * "{{in.pan}}" becomes a random valid value of the rule in.pan, "{{in.pan!}}" one whose check digit
 * is wrong, "{{hex:32}}" 32 characters of a set. So packs and tests carry no text that looks like a
 * live token.
 */
#ifndef FILTER_RULE_EXAMPLES_H
#define FILTER_RULE_EXAMPLES_H

#include "base/random.h"
#include "engine/engine.h"
#include "text/span_map.h"

/* The example with its placeholders filled. *value becomes the span of the only placeholder of
 * `rule` in it, or an empty span. NULL, with the reason in `why`, when a placeholder is wrong. */
char *example_expand(const filter_engine *engine, arena *memory, const char *text, const pack_rule *rule,
                     random_source *source, span *value, char *why, size_t why_size);

/* Runs the examples of all rules; those that fail are diagnosed. `seed` as for random_seed. */
filter_status example_run_all(const filter_engine *engine, diagnostics *d, const char *seed, filter_error *error);

#endif
