/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_weights: the `model` of a rule, and the file of weights that it names.
 *
 *     model: {weights: model.bin, digest: 5c1f…, bias: -3.5, scale: 0.08}
 *
 * The file lies in the folder of the pack. Numbers are little-endian:
 *
 *     0   8   "FILTERDM"
 *     8   4   version, 1
 *     12  4   bits
 *     16  32  BLAKE2b-256 of the weights
 *     48      2^bits weights, a signed byte each
 *
 * The pack names the digest, too. So a pack and weights that do not belong together are refused, and the digest of the
 * packs stands for the weights as well. Used while packs are read.
 */
#ifndef FILTER_PACKS_MODEL_WEIGHTS_H
#define FILTER_PACKS_MODEL_WEIGHTS_H

#include "packs/pack.h"

/* Reads `model`; the pack is the one that `d` is at. NULL after a mistake, or when memory is out. */
const pack_model *pack_read_model(ruleset *set, const yaml_node *node, diagnostics *d);

#endif
