/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detector_settings: the detectors that a rule may set up with `detect:`, and what each may be told.
 *
 *     detect: {many_shot: {min_turns: 6}}
 *
 * The table in detector_settings.c is where a detector's name and keys are defined; injection/detector.c says what
 * looks at a text for it. An engine has at most one rule for each.
 */
#ifndef FILTER_PACKS_DETECTOR_SETTINGS_H
#define FILTER_PACKS_DETECTOR_SETTINGS_H

#include "base/yaml_reader.h"

#include <stdint.h>

typedef enum detector_kind {
    DETECTOR_NONE,
    DETECTOR_SENTENCE_MODEL,
    DETECTOR_ADVERSARIAL_SUFFIX,
    DETECTOR_OBFUSCATED_TERMS,
    DETECTOR_MANY_SHOT,
    DETECTOR_PROMPT_LEAK,
    DETECTOR_COUNT
} detector_kind;

/* A linear model of hashed features: see injection/sentence_model.h. */
typedef struct sentence_model_settings {
    size_t bits; /* the table has 2^bits weights */
    double bias, scale; /* of a sum of weights */
    const int8_t *weights;
} sentence_model_settings;

/* When a question ends in characters that no hand writes: see injection/adversarial_suffix.h. */
typedef struct adversarial_suffix_settings {
    size_t min_unmatched; /* brackets without a partner, at least, … */
    size_t min_oddities; /* … and so many oddities with them */
} adversarial_suffix_settings;

/* When indicator words are obfuscated: see injection/obfuscated_terms.h. */
typedef struct obfuscated_terms_settings {
    size_t min_words;
} obfuscated_terms_settings;

/* When a text holds a conversation of many turns: see injection/many_shot.h. */
typedef struct many_shot_settings {
    size_t min_turns;
} many_shot_settings;

/* When an output repeats the instructions of its request: see injection/prompt_leak.h. */
typedef struct prompt_leak_settings {
    double min_containment; /* of the instructions' shingles, from 0 to 1, … */
    size_t min_run; /* … and so many words in a row, */
    size_t sure_run; /* or so many words in a row */
} prompt_leak_settings;

struct ruleset;

/* The keys of `detect`, one for each detector. */
extern const yaml_table detector_table;

/* The name of a detector: its key. */
const char *detector_name(detector_kind kind);

/* What it finds, in a sentence. */
const char *detector_about(detector_kind kind);

/* Reads `detect`: sets *kind, and returns the settings, in the arena. NULL after a mistake, or when memory is out. */
const void *detector_read(struct ruleset *set, const yaml_node *node, detector_kind *kind, diagnostics *d);

#endif
