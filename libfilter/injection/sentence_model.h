/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentence_model: a linear model over the words of a window of sentences.
 *
 * Windows lie around the triggers of phrases, so that one hostile sentence is not lost in a long document and text
 * without any costs nothing. Features are words, pairs of words, beginnings of words, the classes of phrases and
 * pairs of them, and the rules that found something in the window; each is hashed to one of 2^bits places of a table
 * of small integers (Weinberger and others, "Feature Hashing for Large Scale Multitask Learning", arXiv 0902.2206).
 * The sum over the square root of the number of features goes through the logistic function: the score is a
 * probability as the training text has it.
 */
#ifndef FILTER_INJECTION_SENTENCE_MODEL_H
#define FILTER_INJECTION_SENTENCE_MODEL_H

#include "pass/pass.h"

/* More features of one window are not looked at. */
#define MODEL_FEATURES_MAX 1024

extern const detector_type sentence_model_type;

/* Scores the windows of a view whose phrases were found last; a window whose score reaches the least score of the
 * request is a candidate of the rule. */
void sentence_model_find(const pass *p, const pack_rule *rule);

/* The windows of a view, in order, in the arena of the scratch; returns how many. For the trainer, too. */
size_t model_windows(const pass *p, span **windows);

/* Features of a window as 32-bit hashes in `out`; returns how many. */
size_t model_features(const pass *p, span window, uint32_t out[MODEL_FEATURES_MAX]);

#endif
