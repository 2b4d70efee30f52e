/* SPDX-License-Identifier: Apache-2.0 */
/* Loading: rule packs to an engine, and the run of their examples. */
#include "base/error.h"
#include "base/rule_files.h"
#include "base/struct_size.h"
#include "engine/compile.h"
#include "injection/detector.h"
#include "rule_examples.h"

#include <stdlib.h>
#include <string.h>

filter_status filter_engine_new(filter_engine **engine, const filter_source *sources, size_t source_count,
                                const filter_engine_options *options, filter_error *error) {
    filter_engine_options o = FILTER_ENGINE_OPTIONS_INIT;
    *engine = NULL;
    if (options && !struct_size_take(&o, sizeof o, options, STRUCT_SIZE_WITH(filter_engine_options, hash_key))) {
        error_set(error, FILTER_ERROR_ARGUMENT,
                  "options: struct_size is not set, or of a newer library; begin with FILTER_ENGINE_OPTIONS_INIT");
        return FILTER_ERROR_ARGUMENT;
    }
    diagnostics d = {.fn = o.on_diagnostic, .arg = o.diagnostic_arg, .file = "", .rule = ""};
    const engine_input input = {sources, source_count, detector_types, &o};
    filter_status status = engine_build(engine, &input, &d, error);
    if (status != FILTER_OK || o.skip_examples) return status;
    status = example_run_all(*engine, &d, "load", error);
    if (status == FILTER_OK && d.count) {
        status = FILTER_ERROR_RULES;
        error_set(error, status, "%.500s", d.first);
    }
    if (status != FILTER_OK) {
        filter_engine_unref(*engine);
        *engine = NULL;
    }
    return status;
}

filter_status filter_engine_new_from_directory(filter_engine **engine, const char *directory,
                                               const filter_engine_options *options, filter_error *error) {
    rule_files files = {.on_folder = NULL};
    *engine = NULL;
    filter_status status = rule_files_list(&files, directory);
    if (status != FILTER_OK) error_set(error, status, "%s", files.why);
    filter_source *sources = calloc(files.count + 1, sizeof *sources);
    if (status == FILTER_OK && !sources) {
        status = FILTER_ERROR_MEMORY;
        error_set(error, status, "out of memory while loading rules");
    }
    if (status == FILTER_OK) {
        for (size_t i = 0; i < files.count; i++) sources[i].name = files.paths[i];
        status = filter_engine_new(engine, sources, files.count, options, error);
    }
    free(sources);
    rule_files_fini(&files);
    return status;
}
