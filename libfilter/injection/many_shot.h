/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turns: a text that holds a conversation of many turns.
 *
 * A long run of made-up questions that a model answers prepares it to answer the last one, too (Anil et al., "Many-shot Jailbreaking",
 * NeurIPS 2024). A record of a conversation looks the same: this is a signal, not a verdict.
 */
#ifndef FILTER_TURNS_H
#define FILTER_TURNS_H

#include "engine/scratch.h"

/* Makes the rule's candidate for the last answer, when there are enough. The text as sent is looked at. */
void turns_find(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role);

#endif
