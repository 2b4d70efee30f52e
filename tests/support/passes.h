/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passes: one view of a text on its way, for the tests of what looks at views.
 */
#ifndef TESTS_PASSES_H
#define TESTS_PASSES_H

#include "findings/candidate.h"
#include "pass/pass.h"
#include "support.h"

/* Begins a pass over the text as sent, for all categories, with the scratch of the tests. End it with pass_end. */
pass pass_begin(const filter_engine *engine, const char *text, filter_role role);
void pass_end(const pass *p);

/* The candidates of the pass so far; the first of a rule, or NULL. */
const candidate *pass_candidate(const pass *p, const char *rule);

/* Adds a candidate of a rule with a score, at a span of the text; returns it until the next one is added. */
candidate *pass_add(const pass *p, const char *rule, span at, double score);

#endif
