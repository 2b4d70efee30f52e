/* SPDX-License-Identifier: Apache-2.0 */
/* Loading: rule packs to an engine, and the run of their examples. */
#include "base/error.h"
#include "engine/compile.h"
#include "rule_examples.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

filter_status filter_engine_new(filter_engine **engine, const filter_source *sources, size_t source_count,
                                const filter_engine_options *options, filter_error *error) {
    filter_engine_options o = FILTER_ENGINE_OPTIONS_INIT;
    *engine = NULL;
    if (options) memcpy(&o, options, options->struct_size < sizeof o ? options->struct_size : sizeof o);
    diagnostics d = {.fn = o.on_diagnostic, .arg = o.diagnostic_arg, .file = "", .rule = ""};
    filter_status status = engine_build(engine, sources, source_count, &o, &d, error);
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

static int is_pack(const struct dirent *entry) {
    return pack_is_file_name(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort: the order must not depend on the locale */
}

filter_status filter_engine_new_from_directory(filter_engine **engine, const char *directory,
                                               const filter_engine_options *options, filter_error *error) {
    struct dirent **entries = NULL;
    filter_source *sources = NULL;
    filter_status status = FILTER_ERROR_MEMORY;
    *engine = NULL;
    int count = scandir(directory, &entries, is_pack, by_name);
    if (count < 0) {
        error_set(error, FILTER_ERROR_IO, "%s: cannot be read: %s", directory, strerror(errno));
        return FILTER_ERROR_IO;
    }
    if (count == 0) {
        error_set(error, FILTER_ERROR_IO, "%s: holds no rule pack (*.yaml)", directory);
        status = FILTER_ERROR_IO;
        goto out;
    }
    sources = calloc((size_t)count, sizeof *sources);
    for (int i = 0; sources && i < count; i++) {
        size_t size = strlen(directory) + strlen(entries[i]->d_name) + 2;
        char *name = malloc(size);
        if (!name) goto out;
        const char *slash = *directory && directory[strlen(directory) - 1] == '/' ? "" : "/";
        snprintf(name, size, "%s%s%s", directory, slash, entries[i]->d_name);
        sources[i].name = name;
    }
    if (sources) status = filter_engine_new(engine, sources, (size_t)count, options, error);
out:
    if (status == FILTER_ERROR_MEMORY) error_set(error, status, "out of memory while loading rules");
    for (int i = 0; i < count; i++) {
        if (sources) free((void *)(uintptr_t)sources[i].name);
        free(entries[i]);
    }
    free(sources);
    free(entries);
    return status;
}
