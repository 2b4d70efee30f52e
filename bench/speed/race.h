/* SPDX-License-Identifier: Apache-2.0 */
/*
 * race: contestants read the same pieces of a text in turns, and the CPU time of the thread is taken.
 *
 *     static run_fn *const runs[] = {run_filter, run_copy};
 *     race_result r;
 *     stage_use_text(&s, text, size, 4096);
 *     race(b, &s, runs, 2, &r);
 *     report("chat", "filter", "MB/s", race_speed(&r, 0));
 */
#ifndef BENCH_SPEED_RACE_H
#define BENCH_SPEED_RACE_H

#include "bench.h"

#define CONTESTANTS_MAX 8

/* Parts of libfilter, run alone: internals.c. */
typedef struct internals internals;

typedef struct stage {
    const filter_engine *engine;
    filter_scratch *scratch;
    internals *internals; /* NULL where only whole inspections run */
    unsigned categories; /* 0: all */
    const char *pool; /* the whole text, … */
    size_t pool_size, piece, cursor;
    const char *text; /* … and what the next run reads of it: about `piece` bytes */
    size_t size;
    char *copy; /* holds a piece */
    size_t hits; /* findings, or what else a contestant finds */
} stage;

/* Ends the program with a message when memory is out. */
void stage_init(stage *s, const filter_engine *engine);
void stage_fini(stage *s);

/* `pool` stays the caller's. */
void stage_use_text(stage *s, const char *pool, size_t pool_size, size_t piece);
/* Goes on to the next piece, cut between characters; after the last to the first again. */
void stage_next(stage *s);

typedef void run_fn(stage *s);
run_fn run_filter, run_copy, run_blake2b;
run_fn run_hyperscan, run_hyperscan_without_pii, run_pcre2; /* the rules' own expressions, without libfilter */
run_fn run_fields, run_views, run_data, run_digits, run_phrases, run_sentences, run_names; /* steps of libfilter */

typedef struct race_result {
    double seconds[CONTESTANTS_MAX][BENCH_ROUNDS]; /* for a byte */
    size_t rounds, piece;
} race_result;

void race(const bench *b, stage *s, run_fn *const *runs, size_t count, race_result *result);

figure race_speed(const race_result *r, size_t i); /* MB/s */
figure race_time(const race_result *r, size_t i); /* microseconds for a piece */
figure race_times(const race_result *r, size_t i, size_t j); /* how many times as fast i is as j */
figure race_percent(const race_result *r, size_t i, size_t of);

internals *internals_new(const filter_engine *engine);
void internals_free(internals *x);

/* A kind of text, at most `size` bytes of it; ends the program where its files are missing. Release with free(). */
char *bench_sample(const bench *b, const char *kind, size_t size, size_t *made);

#endif
