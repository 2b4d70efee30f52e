/* SPDX-License-Identifier: Apache-2.0 */
#include "race.h"
#include "sample.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ----------------------------------------------------------------------------------- figures ---- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

figure figure_of(const double *values, size_t count) {
    double sorted[64];
    if (count > 64) count = 64;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    return (figure){sorted[count / 2], sorted[0], sorted[count - 1], count};
}

figure figure_one(double value) {
    return (figure){value, value, value, 1};
}

figure figure_scaled(figure f, double factor) {
    return (figure){f.median * factor, f.low * factor, f.high * factor, f.rounds};
}

/* ------------------------------------------------------------------------------------- stage ---- */

void stage_init(stage *s, const filter_engine *engine) {
    filter_error error;
    *s = (stage){.engine = engine, .copy = malloc((size_t)1 << 20)};
    if (!s->copy || filter_scratch_new(&s->scratch, &error) != FILTER_OK) {
        fprintf(stderr, "bench: memory is out\n");
        exit(1);
    }
}

void stage_fini(stage *s) {
    internals_free(s->internals);
    filter_scratch_free(s->scratch);
    free(s->copy);
}

static void place(stage *s, size_t cursor) {
    s->cursor = cursor;
    s->text = s->pool + cursor;
    s->size = sample_cut(s->text, s->pool_size - cursor, s->piece);
}

void stage_use_text(stage *s, const char *pool, size_t pool_size, size_t piece) {
    s->pool = pool;
    s->pool_size = pool_size;
    s->piece = piece < pool_size ? piece : pool_size;
    place(s, 0);
}

void stage_next(stage *s) {
    size_t next = s->cursor + s->size;
    place(s, s->pool_size - next >= s->piece ? next : 0);
}

/* Each round begins at another place, the same for all contestants. */
static void begin_round(stage *s, size_t round, size_t rounds) {
    size_t start = s->pool_size / rounds * round;
    if (s->pool_size - start < s->piece) start = 0;
    place(s, start ? sample_cut(s->pool, s->pool_size, start) : 0);
}

/* ------------------------------------------------------------------------------- contestants ---- */

void run_copy(stage *s) {
    memcpy(s->copy, s->text, s->size);
    __asm__ volatile("" : : "r"(s->copy) : "memory");
}

void run_blake2b(stage *s) {
    unsigned char digest[crypto_generichash_BYTES];
    crypto_generichash(digest, sizeof digest, (const unsigned char *)s->text, s->size, NULL, 0);
    s->hits += digest[0] & 1;
}

void run_filter(stage *s) {
    filter_segment segment = {s->text, s->size, FILTER_ROLE_USER};
    filter_request request = FILTER_REQUEST_INIT;
    const filter_result *result;
    filter_error error;
    request.segments = &segment;
    request.segment_count = 1;
    request.categories = s->categories;
    if (filter_inspect(s->engine, s->scratch, &request, &result, &error) != FILTER_OK) {
        fprintf(stderr, "bench: a text was refused: %s\n", error.message);
        exit(1);
    }
    s->hits += result->finding_count;
}

/* -------------------------------------------------------------------------------------- race ---- */

/* CPU time of this thread, so that programs which take turns with it on a core do not count. */
static double cpu_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds for a byte. The clock is read a few times only, since asking it takes longer than a small copy. */
static double timed(const bench *b, stage *s, run_fn *run) {
    size_t runs = 0, next = 1, bytes = 0;
    double begun = cpu_now(), taken = 0;
    while (taken < b->round_seconds) {
        for (size_t k = 0; k < next; k++) {
            run(s);
            bytes += s->size;
            stage_next(s);
        }
        runs += next;
        taken = cpu_now() - begun;
        double missing = taken > 0 ? (b->round_seconds - taken) / taken * (double)runs : (double)runs;
        next = missing < (double)runs ? (size_t)missing + 1 : runs;
    }
    return taken / (double)bytes;
}

void race(const bench *b, stage *s, run_fn *const *runs, size_t count, race_result *result) {
    result->rounds = b->rounds;
    result->piece = s->piece;
    for (size_t i = 0; i < count; i++) runs[i](s); /* warm */
    for (size_t round = 0; round < b->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            begin_round(s, round, b->rounds);
            result->seconds[i][round] = timed(b, s, runs[i]);
        }
    }
}

figure race_speed(const race_result *r, size_t i) {
    double values[BENCH_ROUNDS];
    for (size_t k = 0; k < r->rounds; k++) values[k] = 1e-6 / r->seconds[i][k];
    return figure_of(values, r->rounds);
}

figure race_time(const race_result *r, size_t i) {
    return figure_scaled(figure_of(r->seconds[i], r->rounds), 1e6 * (double)r->piece);
}

figure race_times(const race_result *r, size_t i, size_t j) {
    double values[BENCH_ROUNDS];
    for (size_t k = 0; k < r->rounds; k++) values[k] = r->seconds[j][k] / r->seconds[i][k];
    return figure_of(values, r->rounds);
}

figure race_percent(const race_result *r, size_t i, size_t of) {
    return figure_scaled(race_times(r, of, i), 100);
}

char *bench_sample(const bench *b, const char *kind, size_t size, size_t *made) {
    char why[200] = "there is no such kind";
    const sample_kind *k = sample_kind_named(kind);
    char *text = k ? sample_make(k, b->settings.samples, size, made, why) : NULL;
    if (!text) {
        fprintf(stderr, "bench: texts of kind '%s': %s\n", kind, why);
        exit(1);
    }
    return text;
}
