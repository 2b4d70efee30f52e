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

/* Fields around a value whose names count as its own. */
#define CONTEXT_NAMES_MAX 3

/* Words of a list that name a value: how many different ones, and the distance of the nearest. */
typedef struct context_evidence {
    size_t count;
    size_t nearest; /* 0: in its own name; SIZE_MAX: there is none */
    field_name names[CONTEXT_NAMES_MAX]; /* those that have such a word, the nearest first */
    size_t name_count;
    const view *names_of; /* the view that they are text of */
} context_evidence;

/* A word belongs to one value. It names the value whose field has it in its name (a key, the header of a column); in
 * free text the one that it stands directly before in its clause, else the nearest. A field with a name of its own,
 * but for a line of prose, hears no word from outside. `within`: bytes to either side of `at`, in free text. */
context_evidence context_find(const pass *p, span at, const id_list *list, size_t within);

/* Does a word of `list` stand in the name of the field around `at`? */
bool context_names(const pass *p, span at, const id_list *list);

/* Does any word of `list` touch `part`? */
bool context_has(const pass *p, span part, const id_list *list);

/* Words in s->words that end at most `within` bytes before `at`, the nearest first: *nearest is the index of the
 * first, and the count goes down from there. */
size_t context_words_before(const pass *p, size_t at, size_t within, size_t *nearest);

#endif
