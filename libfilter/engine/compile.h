/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile: from rule packs to an engine.
 */
#ifndef FILTER_ENGINE_COMPILE_H
#define FILTER_ENGINE_COMPILE_H

#include "engine/engine.h"

/* What an engine is made from. */
typedef struct engine_input {
    const filter_source *sources;
    size_t source_count;
    const detector_type *const *detectors; /* those that rules may set up; ends with NULL, lives as long as engines */
    const filter_engine_options *options;
} engine_input;

/* Reads and compiles, without running examples. Mistakes go to `d`. */
filter_status engine_build(filter_engine **engine, const engine_input *input, diagnostics *d, filter_error *error);

#endif
