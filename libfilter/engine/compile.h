/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile: from rule packs to an engine.
 */
#ifndef FILTER_ENGINE_COMPILE_H
#define FILTER_ENGINE_COMPILE_H

#include "engine/engine.h"

/* Reads and compiles, without running examples. */
filter_status engine_build(filter_engine **engine, const filter_source *sources, size_t source_count,
                           const filter_engine_options *options, diagnostics *d, filter_error *error);

#endif
