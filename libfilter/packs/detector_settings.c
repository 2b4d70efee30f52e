/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/detector_settings.h"

#include "packs/model_weights.h"
#include "packs/pack.h"

#include <stddef.h>

/* ------------------------------------------------------------------------- keys of each ---- */

typedef struct model_keys {
    sentence_model_settings settings; /* first: what detectors see */
    const char *weights, *digest;
} model_keys;

static const yaml_field model_fields[] = {
    {.key = "weights",
     .type = YAML_TEXT,
     .offset = offsetof(model_keys, weights),
     .required = true,
     .about = "A file of the pack's folder that ends in .bin."},
    {.key = "digest",
     .type = YAML_TEXT,
     .offset = offsetof(model_keys, digest),
     .required = true,
     .about = "BLAKE2b-256 of the weights, hexadecimal."},
    {.key = "bias",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.bias),
     .required = true,
     .min = -100,
     .max = 100,
     .about = "Added to the scaled sum of the weights."},
    {.key = "scale",
     .type = YAML_NUMBER,
     .offset = offsetof(model_keys, settings.scale),
     .required = true,
     .max = 100,
     .about = "What one step of a weight is worth."},
};

static const yaml_field suffix_fields[] = {
    {.key = "min_unmatched",
     .type = YAML_COUNT,
     .offset = offsetof(adversarial_suffix_settings, min_unmatched),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Brackets without a partner at the end of the text, at least."},
    {.key = "min_oddities",
     .type = YAML_COUNT,
     .offset = offsetof(adversarial_suffix_settings, min_oddities),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Unmatched brackets, heaps of marks and words run together, at least."},
    {.key = "brackets", .renamed = "min_unmatched"},
    {.key = "odd", .renamed = "min_oddities"},
};

static const yaml_field terms_fields[] = {
    {.key = "min_words",
     .type = YAML_COUNT,
     .offset = offsetof(obfuscated_terms_settings, min_words),
     .required = true,
     .min = 1,
     .max = 100,
     .about = "Indicator words that only an obfuscation has, at least."},
    {.key = "words", .renamed = "min_words"},
};

static const yaml_field shot_fields[] = {
    {.key = "min_turns",
     .type = YAML_COUNT,
     .offset = offsetof(many_shot_settings, min_turns),
     .required = true,
     .min = 1,
     .max = 1000,
     .about = "Answers of an assistant inside the text, at least."},
    {.key = "answers", .renamed = "min_turns"},
};

static const yaml_field leak_fields[] = {
    {.key = "min_containment",
     .type = YAML_NUMBER,
     .offset = offsetof(prompt_leak_settings, min_containment),
     .required = true,
     .max = 1,
     .about = "The share of the instructions' shingles of five words that the answer holds, at least."},
    {.key = "min_run",
     .type = YAML_COUNT,
     .offset = offsetof(prompt_leak_settings, min_run),
     .required = true,
     .min = 5,
     .max = 1000,
     .about = "With that share, words in a row, at least."},
    {.key = "sure_run",
     .type = YAML_COUNT,
     .offset = offsetof(prompt_leak_settings, sure_run),
     .required = true,
     .min = 5,
     .max = 1000,
     .about = "Words in a row that are a leak whatever the share is."},
    {.key = "share", .renamed = "min_containment"},
    {.key = "least", .renamed = "min_run"},
    {.key = "run", .renamed = "sure_run"},
};

/* ------------------------------------------------------------------------------ the table ---- */

static const yaml_table tables[DETECTOR_COUNT] = {
    [DETECTOR_SENTENCE_MODEL] = YAML_TABLE("sentence_model", model_fields),
    [DETECTOR_ADVERSARIAL_SUFFIX] = YAML_TABLE("adversarial_suffix", suffix_fields),
    [DETECTOR_OBFUSCATED_TERMS] = YAML_TABLE("obfuscated_terms", terms_fields),
    [DETECTOR_MANY_SHOT] = YAML_TABLE("many_shot", shot_fields),
    [DETECTOR_PROMPT_LEAK] = YAML_TABLE("prompt_leak", leak_fields),
};

static const size_t sizes[DETECTOR_COUNT] = {
    [DETECTOR_SENTENCE_MODEL] = sizeof(model_keys),
    [DETECTOR_ADVERSARIAL_SUFFIX] = sizeof(adversarial_suffix_settings),
    [DETECTOR_OBFUSCATED_TERMS] = sizeof(obfuscated_terms_settings),
    [DETECTOR_MANY_SHOT] = sizeof(many_shot_settings),
    [DETECTOR_PROMPT_LEAK] = sizeof(prompt_leak_settings),
};

#define DETECTOR(kind, name, text)                                                                                     \
    {                                                                                                                  \
        .key = (name), .type = YAML_NODE, .offset = (kind) * sizeof(const yaml_node *), .holds = YAML_HOLDS_TABLE,     \
        .table = &tables[kind], .about = (text)                                                                        \
    }

static const yaml_field detector_fields[] = {
    DETECTOR(DETECTOR_SENTENCE_MODEL, "sentence_model", "A linear model over the words of some sentences."),
    DETECTOR(DETECTOR_ADVERSARIAL_SUFFIX, "adversarial_suffix", "A question that ends in characters no hand writes."),
    DETECTOR(DETECTOR_OBFUSCATED_TERMS, "obfuscated_terms", "Indicator words that somebody obfuscated."),
    DETECTOR(DETECTOR_MANY_SHOT, "many_shot", "A conversation of many turns inside one text."),
    DETECTOR(DETECTOR_PROMPT_LEAK, "prompt_leak", "An answer that repeats the instructions of its request."),
};

const yaml_table detector_table = {
    .what = "detect",
    .fields = detector_fields,
    .count = sizeof detector_fields / sizeof *detector_fields,
};

/* -------------------------------------------------------------------------------- reading ---- */

const char *detector_name(detector_kind kind) {
    return tables[kind].what;
}

const char *detector_about(detector_kind kind) {
    for (size_t i = 0; i < detector_table.count; i++) {
        if (detector_fields[i].table == &tables[kind]) return detector_fields[i].about;
    }
    return "";
}

const void *detector_read(ruleset *set, const yaml_node *node, detector_kind *kind, diagnostics *d) {
    const yaml_node *nodes[DETECTOR_COUNT] = {NULL};
    if (!yaml_read(set->memory, node, &detector_table, nodes, d)) return NULL;
    for (int k = 1; k < DETECTOR_COUNT; k++) {
        if (!nodes[k]) continue;
        if (*kind != DETECTOR_NONE) diagnose(d, node->line, node->column, "a rule has one detector; split the rule");
        *kind = (detector_kind)k;
    }
    if (*kind == DETECTOR_NONE) {
        diagnose(d, node->line, node->column, "'detect' names no detector");
        return NULL;
    }
    void *settings = arena_alloc(set->memory, 1, sizes[*kind]);
    if (!settings || !yaml_read(set->memory, nodes[*kind], &tables[*kind], settings, d)) return NULL;
    if (*kind == DETECTOR_SENTENCE_MODEL) {
        model_keys *keys = settings;
        const weights_source source = {keys->weights, keys->digest, yaml_get(nodes[*kind], "weights")};
        if (!weights_read(set, &source, &keys->settings, d)) return NULL;
    }
    return settings;
}
