/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detector_type: a detector, as packs know it: the key that sets it up, and what may be said of it.
 *
 *     detect: {many_shot: {min_turns: 6}}
 *
 * The list of all is made in injection/detector.c; this room sees only the type, and gets the list with the ruleset. An
 * engine has at most one rule for each.
 */
#ifndef FILTER_PACKS_DETECTOR_TYPE_H
#define FILTER_PACKS_DETECTOR_TYPE_H

#include "base/yaml_reader.h"

struct ruleset;

typedef struct detector_type {
    yaml_table keys; /* `what` is its name, `about` what it finds; fills the settings */
    size_t size; /* of the settings */
    bool is_model; /* its findings are a model's score of some text, not a match */
    /* Checks, or completes, settings whose keys were read from `node`. False after a mistake. NULL: nothing to do. */
    bool (*finish)(struct ruleset *set, const yaml_node *node, void *settings, diagnostics *d);
} detector_type;

#define DETECTORS_MAX 32

/* Fills `fields` with a field for each detector of a list that ends with NULL: the keys of `detect`. */
yaml_table detector_table(const detector_type *const *list, yaml_field fields[DETECTORS_MAX]);

/* Reads `detect`: sets *type, and returns the settings, in the arena of the rules. NULL after a mistake, or when memory
 * is out. */
const void *detector_read(struct ruleset *set, const yaml_node *node, const detector_type **type, diagnostics *d);

#endif
