/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tail: does a question end in characters that no hand writes?
 *
 * Suffixes that are searched for by gradient (Zou et al., "Universal and Transferable Adversarial Attacks on Aligned Language Models",
 * arXiv 2307.15043) are pieces of tokens: brackets that do not match, marks in heaps, words that run into each other, behind a sentence that is
 * plain. Code and markup have such marks, too, but begin with them, and match their brackets. Words that an attacker chooses with care are not
 * seen.
 */
#ifndef FILTER_TAIL_H
#define FILTER_TAIL_H

#include "engine/scratch.h"

/* Makes the rule's candidate when the view ends so. */
void tail_find(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role);

#endif
