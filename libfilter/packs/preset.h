/* SPDX-License-Identifier: Apache-2.0 */
/*
 * preset: keys of rules that are written once and taken by name.
 *
 *     presets: {keyword-secret: {category: secret, score: 0.3}}      # in one pack
 *     rules: [{id: acme.key, preset: keyword-secret, score: 0.4, …}]   # in any pack
 *
 * The rule has category secret and score 0.4: its own keys come first, then the preset's, then the `defaults` of its
 * pack. A key is taken whole: maps and lists are not merged. Used while packs are read.
 */
#ifndef FILTER_PACKS_PRESET_H
#define FILTER_PACKS_PRESET_H

#include "packs/pack.h"

/* Adds a preset; `is_right` is false when its keys have mistakes, which were diagnosed. A name that is taken is
 * diagnosed. */
void preset_add(ruleset *set, const yaml_node *name, const yaml_node *keys, bool is_right, diagnostics *d);

/* The rule with the keys of its preset and the defaults (NULL: none). NULL when it names no preset that is right, which
 * was diagnosed, or memory is out. */
const yaml_node *preset_complete(const ruleset *set, const yaml_node *rule, const yaml_node *defaults, diagnostics *d);

#endif
