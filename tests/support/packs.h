/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packs: what the tests of rules share: packs read from text, engines made of them, and every mistake that was
 * reported.
 */
#ifndef TESTS_PACKS_H
#define TESTS_PACKS_H

#include "packs/pack.h"
#include "support.h"

#define PACK_HEAD "pack: {name: t, version: 1.0.0, licence: Apache-2.0}\n"
#define PACK_POLICY "policies: [{id: default, title: t}]\n"
/* A rule that lacks nothing but what finds its values. */
#define PACK_RULE(id, body)                                                                                            \
    "  - {id: " id ", title: t, category: pii, entity_type: X, score: 0.9, examples: {match: []}, " body "}\n"

/* Each mistake as "FILE:LINE:COLUMN: RULE: MESSAGE". */
typedef struct pack_report {
    char lines[40][700];
    size_t count;
} pack_report;

/* A filter_diagnostic_fn; `arg` is the report. */
void pack_report_add(const filter_diagnostic *d, void *arg);

/* Is there a mistake that holds this text? */
bool pack_report_has(const pack_report *r, const char *part);

/* Reads one pack, p.yaml, without compiling it. The rules last until the next call; mistakes go to the report. */
ruleset *packs_read_text(const char *text, pack_report *r);

/* Makes an engine of packs, and runs their examples unless `skip_examples`. NULL when there are mistakes. */
filter_engine *packs_load(const filter_source *sources, size_t count, bool skip_examples, pack_report *r,
                          filter_error *error);

#endif
