/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a rule pack: parsed and checked, never compiled to run (compiling what the fuzzer writes
 * would measure Hyperscan, not the reader). */
#include "injection/detector.h"
#include "packs/pack.h"
#include "text/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(const filter_diagnostic *d, void *arg) {
    (void)d;
    (void)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena memory;
    arena_init(&memory);
    const filter_source source = {"fuzz.yaml", size ? (const char *)data : "", size};
    ruleset set = {.memory = &memory, .sources = &source, .source_count = 1, .detectors = detector_types};
    diagnostics d = {.fn = ignore, .file = "", .rule = ""};
    if (!fold_init()) return 1;
    if (packs_read(&set, &d, NULL) == FILTER_OK) pack_check_references(&set, &d);
    arena_fini(&memory);
    return 0;
}
