/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrase: signatures made of classes of words ("override, prior, instruction"), in any language.
 *
 * The words of all classes are found as literals, in one pass; a phrase is then a walk over the few words that were
 * found. So a rule is written once for all languages, a language is added as words, and what is paid for is the
 * words in a text, not the number of rules.
 */
#ifndef FILTER_INJECTION_PHRASE_H
#define FILTER_INJECTION_PHRASE_H

#include "pass/pass.h"
#include "views/cipher_clues.h"

/* Finds the phrases of a view and makes them candidates; the words are left in the scratch, for the sentence model.
 * Words that a cipher made are noted in `clues`. */
void phrase_find(const pass *p, cipher_clues *clues);

#endif
