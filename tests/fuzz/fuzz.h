/* SPDX-License-Identifier: Apache-2.0 */
/* What fuzz targets share. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "filter.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer reports an input that aborts. */
#define fuzz_check(fine)                                                                                               \
    do {                                                                                                               \
        if (fine) break;                                                                                               \
        fprintf(stderr, "ERROR: %s:%d: not so: %s\n", __FILE__, __LINE__, #fine);                                      \
        abort();                                                                                                       \
    } while (0)

/* The scratch of a target whose engine was loaded with this status; ends the run when there is none. */
static inline filter_scratch *fuzz_scratch(filter_status loaded, filter_error *error) {
    filter_scratch *scratch;
    if (loaded == FILTER_OK && filter_scratch_new(&scratch, error) == FILTER_OK) return scratch;
    fprintf(stderr, "%s\n", error->message);
    exit(1);
}

/* The engine of a target's own pack, and its scratch. */
static inline filter_scratch *fuzz_engine(filter_engine **engine, const char *pack, size_t size) {
    filter_error error;
    const filter_source source = {"fuzz.yaml", pack, size};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.skip_examples = true;
    return fuzz_scratch(filter_engine_new(engine, &source, 1, &options, &error), &error);
}

#endif
