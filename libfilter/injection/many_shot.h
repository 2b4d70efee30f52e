/* SPDX-License-Identifier: Apache-2.0 */
/*
 * many_shot: a text that holds a conversation of many turns.
 *
 * A long run of made-up questions that a model answers prepares it to answer the last one, too (Anil et al., "Many-shot
 * Jailbreaking", NeurIPS 2024). A record of a conversation looks the same: this is a signal, not a verdict.
 */
#ifndef FILTER_INJECTION_MANY_SHOT_H
#define FILTER_INJECTION_MANY_SHOT_H

#include "pass/pass.h"

extern const detector_type many_shot_type;

/* Makes the rule's candidate for the last answer, when there are enough. */
void many_shot_find(const pass *p, const pack_rule *rule);

#endif
