/* SPDX-License-Identifier: Apache-2.0 */
/*
 * adversarial_suffix: does a question end in characters that no hand writes?
 *
 * Suffixes that are searched for by gradient (Zou et al., "Universal and Transferable Adversarial Attacks on Aligned
 * Language Models", arXiv 2307.15043) are pieces of tokens: brackets that do not match, marks in heaps, words that run
 * into each other, after a sentence that is plain. Code and markup have such marks, too, but begin with them, and match
 * their brackets. Words that an attacker chooses with care are not seen.
 */
#ifndef FILTER_INJECTION_ADVERSARIAL_SUFFIX_H
#define FILTER_INJECTION_ADVERSARIAL_SUFFIX_H

#include "pass/pass.h"

extern const detector_type adversarial_suffix_type;

/* Makes the rule's candidate when the text as sent ends so. */
void adversarial_suffix_find(const pass *p, const pack_rule *rule);

#endif
