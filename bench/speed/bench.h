/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench: what the sections of the speed bench share.
 *
 * A section measures one thing and reports it as tables. Every figure is the median of several rounds in which the
 * contestants take turns, so that a busy machine slows all of them alike; the least and the most of the rounds go with
 * it, so that the noise shows. Figures of different runs may only be compared as ratios.
 */
#ifndef BENCH_SPEED_BENCH_H
#define BENCH_SPEED_BENCH_H

#include "filter.h"

#include <stdbool.h>
#include <stddef.h>

#define BENCH_ROUNDS 7
#define BENCH_ROUNDS_QUICK 3

/* Runs walk through a text so large: a processor learns the branches of a short text by heart, and the same prompt over
 * and over would look up to twice as fast as prompts are. */
#define BENCH_POOL_SIZE ((size_t)4 << 20)

/* MB/s that no text may fall below. */
#define BENCH_SPEED_GOAL 10.0

typedef struct bench_settings {
    const char *rules, *filterd, *samples; /* filterd may be NULL */
    const char *program; /* this one, to run itself under valgrind */
    char *const *files;
    size_t file_count;
    bool quick;
    bool partial; /* only some sections */
} bench_settings;

typedef struct bench {
    bench_settings settings;
    filter_engine *engine; /* all packs; NULL for sections that load themselves */
    size_t rounds;
    double round_seconds; /* a contestant runs at least so long in each round */
} bench;

/* False where the section could not measure what it is for; it has then said why. */
typedef bool section_fn(const bench *b);

section_fn section_kinds, section_sizes, section_instructions, section_shares, section_others, section_worst;
section_fn section_cores, section_loading, section_zeromq, section_shared_memory, section_files;

/* Makes texts and holds them to what they promise: "JSON parses", and so on. */
bool bench_check(const char *samples);

/* What runs under valgrind: see instructions.c. */
bool bench_run_counted(const bench_settings *settings);

/* ----------------------------------------------------------------------------------- figures ---- */

typedef struct figure {
    double median, low, high;
    size_t rounds;
} figure;

double bench_now(void); /* seconds, monotonic */

/* Of at most 64 values, which stay in their order. */
figure figure_of(const double *values, size_t count);
figure figure_one(double value); /* counted or asked once */
figure figure_scaled(figure f, double factor);

/* ------------------------------------------------------------------------------------ report ---- */

void report_open(const bench_settings *settings, const char *revision);

/* Begins a table. `only` is what --only takes; `note` says what was measured, in Markdown; "" for none. */
void report_table(const char *id, const char *only, const char *title, const char *note);

/* One figure. Rows and columns appear in the order in which they are first named. Units: "MB/s", "requests/s", "us",
 * "ms", "KiB", "MB", "instructions/B", "times", "%", "" for counts. */
void report(const char *row, const char *column, const char *unit, figure f);

/* The same for what libfilter is measured against; compare.py does not judge it. */
void report_reference(const char *row, const char *column, const char *unit, figure f);

/* Goes under the table: what could not be measured, and why. */
void report_remark(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The figure of `row` and `column` shall be at least, or with `at_most` at most, `bound`; a miss is told. */
void report_goal(const char *row, const char *column, double bound, bool at_most);

/* On a terminal, what is being measured now. */
void report_progress(const char *what);

/* Prints what has not been printed. */
void report_close(void);
bool report_write_json(const char *path);
bool report_write_markdown(const char *path);

#endif
