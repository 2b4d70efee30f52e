/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_weights: the file of weights that a rule's sentence model names.
 *
 *     detect: {sentence_model: {weights: model.bin, digest: 5c1f…, bias: -3.5, scale: 0.08}}
 *
 * It is a data file (data_file.h) of the kind "FILTERDM", version 2, whose parameter says its bits: 2^bits weights for
 * texts of users, a signed byte each, and as many for documents and what tools return. Used while packs are read.
 */
#ifndef FILTER_PACKS_MODEL_WEIGHTS_H
#define FILTER_PACKS_MODEL_WEIGHTS_H

#include "packs/pack.h"

/* What the pack says of its weights. */
typedef struct weights_source {
    const char *weights, *digest;
    const yaml_node *node; /* where mistakes of the file are shown */
} weights_source;

typedef struct model_weights {
    unsigned bits; /* each of the two tables has 2^bits */
    const int8_t *items;
} model_weights;

/* Reads the weights into `out`, in the arena of the rules; the pack is the one that `d` is at. False after a mistake,
 * or when memory is out. */
bool weights_read(ruleset *set, const weights_source *from, model_weights *out, diagnostics *d);

#endif
