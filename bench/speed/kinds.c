/* SPDX-License-Identifier: Apache-2.0 */
/* Speed on real kinds of text, and on some of them by size. */
#include "race.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECE 4096
#define COUNTED_BYTES ((size_t)1 << 20)

enum { FILTER, HYPERSCAN, COPY, BLAKE2B, CONTESTANTS };

static run_fn *const runs[] = {run_filter, run_hyperscan, run_copy, run_blake2b};

/* For a MiB of text, read in pieces. */
static double findings(stage *s) {
    size_t bytes = 0, limit = s->pool_size < COUNTED_BYTES ? s->pool_size : COUNTED_BYTES;
    s->hits = 0;
    while (bytes + s->piece <= limit) {
        run_filter(s);
        bytes += s->size;
        stage_next(s);
    }
    return bytes ? (double)s->hits * 1048576.0 / (double)bytes : 0;
}

static void measure_kind(const bench *b, stage *s, const char *row) {
    race_result r;
    report(row, "findings/MiB", "", figure_one(findings(s)));
    race(b, s, runs, CONTESTANTS, &r);
    report(row, "libfilter", "MB/s", race_speed(&r, FILTER));
    report(row, "4 KiB", "us", race_time(&r, FILTER));
    report_reference(row, "Hyperscan", "MB/s", race_speed(&r, HYPERSCAN));
    report(row, "over Hyperscan", "times", race_times(&r, FILTER, HYPERSCAN));
    report(row, "memcpy over it", "times", race_times(&r, COPY, FILTER));
    report(row, "BLAKE2b over it", "times", race_times(&r, BLAKE2B, FILTER));
    report_goal(row, "libfilter", BENCH_SPEED_GOAL, false);
}

bool section_kinds(const bench *b) {
    stage s;
    stage_init(&s, b->engine);
    report_table("kinds", "kinds", "libfilter on kinds of text, pieces of 4 KiB, one core",
                 "Hyperscan has the rules' expressions in one database, without checks, views and words; BLAKE2b is "
                 "libsodium's;\n"
                 "`memcpy` stays in the cache. The last two are told as how many times as fast as libfilter they are.");
    report_progress("compiling the rules for raw Hyperscan");
    s.internals = internals_new(b->engine);
    for (size_t i = 0; i < sample_kind_count; i++) {
        const sample_kind *kind = &sample_kinds[i];
        size_t size;
        char why[200];
        report_progress(kind->title);
        char *text = sample_make(kind, b->settings.samples, BENCH_POOL_SIZE, &size, why);
        if (text) {
            stage_use_text(&s, text, size, PIECE);
            measure_kind(b, &s, kind->title);
        } else {
            report_remark("%s: not measured: %s", kind->title, why);
        }
        free(text);
        if (!text && !kind->of_machine) {
            stage_fini(&s);
            return false;
        }
    }
    stage_fini(&s);
    return true;
}

bool section_sizes(const bench *b) {
    static const struct {
        const char *name;
        size_t bytes;
    } sizes[] = {{"256 B", 256},    {"1 KiB", 1024},     {"4 KiB", 4096},   {"16 KiB", 16384},
                 {"64 KiB", 65536}, {"256 KiB", 262144}, {"1 MiB", 1048576}};
    static const char *const kinds[] = {"chat", "json", "app-log", "words"};
    stage s;
    stage_init(&s, b->engine);
    report_table("sizes", "sizes", "libfilter by size of the text, one core", "");
    s.internals = internals_new(b->engine);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t made;
        char row[100], *text = bench_sample(b, kinds[k], BENCH_POOL_SIZE, &made);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            race_result r;
            snprintf(row, sizeof row, "%s, %s", sample_kind_named(kinds[k])->title, sizes[i].name);
            report_progress(row);
            stage_use_text(&s, text, made, sizes[i].bytes);
            race(b, &s, runs, COPY + 1, &r);
            report(row, "time", "us", race_time(&r, FILTER));
            report(row, "libfilter", "MB/s", race_speed(&r, FILTER));
            report(row, "over Hyperscan", "times", race_times(&r, FILTER, HYPERSCAN));
            report(row, "memcpy over it", "times", race_times(&r, COPY, FILTER));
        }
        free(text);
    }
    stage_fini(&s);
    return true;
}
