/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context: which of the rules' context words stand near a value.
 *
 * The words of all rules are one Hyperscan database, run only over the surroundings of a candidate;
 * candidates that lie close together share one run.
 */
#ifndef FILTER_FINDINGS_CONTEXT_H
#define FILTER_FINDINGS_CONTEXT_H

#include "pass/pass.h"

/* A new view: what is known of words is void. */
void context_begin(filter_scratch *s);

/* How many different words of `list` stand within `within` bytes to either side of `at`. */
size_t context_count(const pass *p, span at, const id_list *list, size_t within);

/* Does any word of `list` touch `part`? */
bool context_has(const pass *p, span part, const id_list *list);

/* Words in s->words that end at most `within` bytes before `at`, the nearest first: *nearest is the index of the
 * first, and the count goes down from there. */
size_t context_words_before(const pass *p, size_t at, size_t within, size_t *nearest);

#endif
