/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

#include "injection/detector.h"
#include "text/fold.h"

static arena memory;

static void release(void) {
    arena_fini(&memory);
}

void pack_report_add(const filter_diagnostic *d, void *arg) {
    pack_report *r = arg;
    if (r->count < sizeof r->lines / sizeof *r->lines) {
        snprintf(r->lines[r->count], sizeof r->lines[0], "%s:%u:%u: %s: %s", d->file, d->line, d->column, d->rule,
                 d->message);
    }
    r->count++;
}

bool pack_report_has(const pack_report *r, const char *part) {
    for (size_t i = 0; i < r->count && i < sizeof r->lines / sizeof *r->lines; i++) {
        if (strstr(r->lines[i], part)) return true;
    }
    return false;
}

ruleset *packs_read_text(const char *text, pack_report *r) {
    static ruleset set;
    static filter_source source;
    filter_error error;
    if (!memory.block) atexit(release);
    assert_true(fold_init());
    arena_reset(&memory, 1 << 20);
    source = (filter_source){"p.yaml", text, strlen(text)};
    set = (ruleset){.memory = &memory, .sources = &source, .source_count = 1, .detectors = detector_types};
    *r = (pack_report){.count = 0};
    diagnostics d = {.fn = pack_report_add, .arg = r, .file = "", .rule = ""};
    if (packs_read(&set, &d, &error) != FILTER_OK) fail_msg("%s", error.message);
    return &set;
}

filter_engine *packs_load(const filter_source *sources, size_t count, bool skip_examples, pack_report *r,
                          filter_error *error) {
    filter_engine *engine = NULL;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    *r = (pack_report){.count = 0};
    *error = (filter_error){.status = FILTER_OK};
    options.skip_examples = skip_examples;
    options.on_diagnostic = pack_report_add;
    options.diagnostic_arg = r;
    (void)!filter_engine_new(&engine, sources, count, &options, error);
    return engine;
}
