/* SPDX-License-Identifier: Apache-2.0 */
/*
 * obfuscated_terms: words of attacks that nobody obfuscates without a reason.
 *
 * "system prompt" is no attack, and neither is Morse; "system prompt" in Morse is one. Looks for the packs' indicator
 * words in views that undo what only an obfuscation makes; leetspeak, typing errors and missing spaces are none.
 */
#ifndef FILTER_INJECTION_OBFUSCATED_TERMS_H
#define FILTER_INJECTION_OBFUSCATED_TERMS_H

#include "pass/pass.h"

extern const detector_type obfuscated_terms_type;

/* Makes the rule's candidate for the indicator words of a view. */
void obfuscated_terms_find(const pass *p, const pack_rule *rule);

#endif
