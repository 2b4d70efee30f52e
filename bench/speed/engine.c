/* SPDX-License-Identifier: Apache-2.0 */
/* What is not the speed of one thread: all cores, loading the rules, memory, and files of the user's own. */
#include "race.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 4096
#define THREADS_MAX 64
#define CORES_ROUNDS 3
#define CORES_SECONDS 0.5
#define LOADING_ROUNDS 3
#define FILE_MAX ((size_t)64 << 20)

/* ------------------------------------------------------------------------------------- cores ---- */

typedef struct lane {
    const filter_engine *engine;
    const char *text;
    size_t size, count;
    double until;
} lane;

static void *drive(void *arg) {
    lane *l = arg;
    stage s;
    stage_init(&s, l->engine);
    stage_use_text(&s, l->text, l->size, PIECE);
    while (bench_now() < l->until) {
        for (int k = 0; k < 16; k++) {
            run_filter(&s);
            stage_next(&s);
        }
        l->count += 16;
    }
    stage_fini(&s);
    return NULL;
}

static double requests_per_second(const bench *b, size_t threads, const char *text, size_t size) {
    lane lanes[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    double begun = bench_now(), seconds = b->settings.quick ? CORES_SECONDS / 10 : CORES_SECONDS;
    size_t total = 0;
    for (size_t i = 0; i < threads; i++) {
        lanes[i] = (lane){b->engine, text, size, 0, begun + seconds};
        if (pthread_create(&ids[i], NULL, drive, &lanes[i]) != 0) exit(1);
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        total += lanes[i].count;
    }
    return (double)total / (bench_now() - begun);
}

bool section_cores(const bench *b) {
    static const char *const kinds[] = {"words", "chat"};
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (size_t)count;
    report_table("cores", "cores", "One core and all, pieces of 4 KiB", "");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        double one[CORES_ROUNDS], all[CORES_ROUNDS], times[CORES_ROUNDS];
        size_t made;
        char *text = bench_sample(b, kinds[k], BENCH_POOL_SIZE, &made);
        report_progress(kinds[k]);
        for (int i = 0; i < CORES_ROUNDS; i++) {
            one[i] = requests_per_second(b, 1, text, made);
            all[i] = requests_per_second(b, threads, text, made);
            times[i] = all[i] / one[i];
        }
        report(kinds[k], "one thread", "requests/s", figure_of(one, CORES_ROUNDS));
        report(kinds[k], "a thread for each core", "requests/s", figure_of(all, CORES_ROUNDS));
        report(kinds[k], "all over one", "times", figure_of(times, CORES_ROUNDS));
        free(text);
    }
    return true;
}

/* ----------------------------------------------------------------------------------- loading ---- */

/* Milliseconds; NAN is never given: a directory that does not load ends the program. */
static double load(const char *rules, const char *cache, filter_engine **engine) {
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    double begun = bench_now();
    options.cache_dir = cache;
    if (filter_engine_new_from_directory(engine, rules, &options, &error) != FILTER_OK) {
        fprintf(stderr, "bench: %s: %s\n", rules, error.message);
        exit(1);
    }
    return (bench_now() - begun) * 1e3;
}

static void report_memory(const bench *b, const filter_engine *engine) {
    size_t made;
    char *text = bench_sample(b, "words", PIECE, &made);
    stage s;
    stage_init(&s, engine);
    stage_use_text(&s, text, made, PIECE);
    for (int i = 0; i < 10; i++) run_filter(&s);
    report("engine in memory", "value", "MB", figure_one((double)filter_engine_size(engine) / 1e6));
    report("scratch of a thread, after 4 KiB prompts", "value", "MB",
           figure_one((double)filter_scratch_size(s.scratch) / 1e6));
    stage_fini(&s);
    free(text);
}

bool section_loading(const bench *b) {
    char cache[] = "/tmp/filterd-bench-XXXXXX", command[64];
    double cold[LOADING_ROUNDS], warm[LOADING_ROUNDS];
    size_t rounds = b->settings.quick ? 1 : LOADING_ROUNDS;
    filter_engine *engine = NULL;
    if (!mkdtemp(cache)) return false;
    report_table("loading", "loading", "Loading the rules, all examples run", "");
    for (size_t i = 0; i < rounds; i++) {
        report_progress("compiled anew");
        cold[i] = load(b->settings.rules, NULL, &engine);
        filter_engine_unref(engine);
        (void)load(b->settings.rules, cache, &engine);
        filter_engine_unref(engine);
        warm[i] = load(b->settings.rules, cache, &engine);
        if (i + 1 < rounds) filter_engine_unref(engine);
    }
    report("rules", "count", "", figure_one((double)filter_engine_rule_count(engine)));
    report("compiled anew", "time", "ms", figure_of(cold, rounds));
    report("from the cache", "time", "ms", figure_of(warm, rounds));
    report_memory(b, engine);
    filter_engine_unref(engine);
    snprintf(command, sizeof command, "rm -rf %s", cache);
    if (system(command) != 0) fprintf(stderr, "bench: %s is left\n", cache);
    return true;
}

/* ------------------------------------------------------------------------------------- files ---- */

static bool measure_file(const bench *b, stage *s, const char *path) {
    static run_fn *const runs[] = {run_filter};
    race_result r;
    FILE *file = fopen(path, "re");
    char *text = malloc(FILE_MAX);
    size_t size = file && text ? fread(text, 1, FILE_MAX, file) : 0;
    if (file) fclose(file);
    report_progress(path);
    if (size == 0) {
        fprintf(stderr, "bench: %s cannot be read, or is empty\n", path);
    } else {
        stage_use_text(s, text, size, size);
        s->hits = 0;
        run_filter(s);
        report(path, "findings", "", figure_one((double)s->hits));
        report(path, "size", "KiB", figure_one((double)size / 1024));
        race(b, s, runs, 1, &r);
        report(path, "libfilter", "MB/s", race_speed(&r, 0));
    }
    free(text);
    return size > 0;
}

bool section_files(const bench *b) {
    stage s;
    bool ok = true;
    if (b->settings.file_count == 0) return true;
    stage_init(&s, b->engine);
    report_table("files", "files", "Files, each as one text", "");
    for (size_t i = 0; i < b->settings.file_count; i++) ok = measure_file(b, &s, b->settings.files[i]) && ok;
    stage_fini(&s);
    return ok;
}
