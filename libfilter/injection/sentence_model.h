/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentence_model: a linear model over the words of a window of sentences.
 *
 * It reads every sentence (sentences.h), so that no attack needs a word that was thought of. Features are hashed to one
 * of 2^bits places of a table of small integers (Weinberger and others, "Feature Hashing for Large Scale Multitask
 * Learning", arXiv 0902.2206): one table for what users say, one for documents and tools, where nobody should speak to
 * the model. The sum over the square root of the number of features, a margin, goes through the logistic function. A
 * window among many must say more: each has its chance to look like an attack.
 *
 * A margin also says how likely a signature near it means what it says: verdict/injection_score.h puts both together.
 */
#ifndef FILTER_INJECTION_SENTENCE_MODEL_H
#define FILTER_INJECTION_SENTENCE_MODEL_H

#include "pass/pass.h"

extern const detector_type sentence_model_type;

/* Scores the windows of a view whose phrases were found last. Those whose score reaches the rule's, and the least score
 * of the request, are candidates; what other injection candidates of the view hear from their windows is their tilt. */
void sentence_model_find(const pass *p, const pack_rule *rule);

#endif
