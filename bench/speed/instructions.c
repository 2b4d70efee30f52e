/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions for a byte of each kind of text, counted by callgrind: what a noisy machine cannot blur.
 *
 * The program runs itself under valgrind with a hidden option. It reads each kind twice, to warm up and to be counted,
 * and calls bench_counted_mark() after each; valgrind writes a file of counts then. Only filter_inspect is counted.
 */
#include "race.h"
#include "sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE 4096
#define COUNTED_BYTES ((size_t)96 << 10)
/* Beside this program: compiling the rules under valgrind takes a minute, from the cache it takes seconds. */
#define CACHE_NAME "counted-cache"
#define KINDS_MAX 32

/* ------------------------------------------------------------------------ inside of valgrind ---- */

void bench_counted_mark(void);

__attribute__((noinline)) void bench_counted_mark(void) {
    __asm__ volatile("");
}

static const char *level_now(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") ? "AVX-512" : __builtin_cpu_supports("avx2") ? "AVX2" : "SSE";
#else
    return "the level of this machine";
#endif
}

static size_t read_once(stage *s) {
    size_t bytes = 0;
    while (bytes + s->piece <= s->pool_size) {
        run_filter(s);
        bytes += s->size;
        stage_next(s);
    }
    return bytes;
}

/* Prints the level of the processor that valgrind plays, and then the bytes of each kind. */
bool bench_run_counted(const bench_settings *settings) {
    filter_engine *engine;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    char cache[512], why[200];
    stage s;
    snprintf(cache, sizeof cache, "%.400s-%s", settings->program, CACHE_NAME);
    options.cache_dir = cache;
    options.skip_examples = true;
    if (filter_engine_new_from_directory(&engine, settings->rules, &options, &error) != FILTER_OK) return false;
    stage_init(&s, engine);
    printf("%s\n", level_now());
    for (size_t i = 0; i < sample_kind_count; i++) {
        size_t size, bytes = 0;
        if (sample_kinds[i].of_machine) continue;
        char *text = sample_make(&sample_kinds[i], settings->samples, COUNTED_BYTES, &size, why);
        if (!text) return false;
        for (int pass = 0; pass < 2; pass++) {
            stage_use_text(&s, text, size, PIECE);
            bytes = read_once(&s);
            bench_counted_mark();
        }
        printf("%zu %s\n", bytes, sample_kinds[i].title);
        free(text);
    }
    stage_fini(&s);
    filter_engine_unref(engine);
    return true;
}

/* ----------------------------------------------------------------------- outside of valgrind ---- */

/* The counts of file number `n`; 0: it has none. */
static double counts_of(const char *folder, size_t n) {
    char path[64], line[256];
    double counts = 0;
    snprintf(path, sizeof path, "%s/out.%zu", folder, n);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "totals: %lf", &counts) == 1 || sscanf(line, "summary: %lf", &counts) == 1) break;
    }
    if (file) fclose(file);
    return counts;
}

static _Noreturn void become_valgrind(const bench_settings *settings, const char *folder, int out) {
    char file[64];
    snprintf(file, sizeof file, "--callgrind-out-file=%s/out", folder);
    dup2(out, STDOUT_FILENO);
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    execlp("valgrind", "valgrind", "--tool=callgrind", "--toggle-collect=filter_inspect",
           "--dump-after=bench_counted_mark", file, settings->program, "--rules", settings->rules, "--texts",
           settings->samples, "--counted", (char *)NULL);
    _exit(127);
}

static void report_counts(FILE *from, const char *folder) {
    char line[256], level[40] = "";
    size_t bytes, counted = 0;
    if (fscanf(from, "%39[^\n]\n", level) != 1) {
        report_remark("Not measured: valgrind is not installed, or could not run this program.");
        return;
    }
    while (fscanf(from, "%zu %255[^\n]\n", &bytes, line) == 2) {
        double counts = counts_of(folder, 2 * ++counted);
        if (bytes && counts > 0) report(line, "libfilter", "instructions/B", figure_one(counts / (double)bytes));
    }
    report_remark("Counted at the level %s, which is what valgrind plays.", level);
}

static void remove_folder(const char *folder) {
    char path[400];
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (dir) closedir(dir);
    (void)rmdir(folder);
}

bool section_instructions(const bench *b) {
    char folder[] = "/tmp/filterd-bench-XXXXXX", cache[512];
    int channel[2];
    report_table("instructions", "instructions", "Instructions for a byte, pieces of 4 KiB",
                 "Counted by callgrind within filter_inspect on 96 KiB of each kind, read for the second time.");
    report_progress("under valgrind");
    snprintf(cache, sizeof cache, "%.400s-%s", b->settings.program, CACHE_NAME);
    (void)mkdir(cache, 0700);
    if (!mkdtemp(folder) || pipe(channel) != 0) return false;
    pid_t child = fork();
    if (child == 0) {
        close(channel[0]);
        become_valgrind(&b->settings, folder, channel[1]);
    }
    close(channel[1]);
    FILE *from = fdopen(channel[0], "r");
    if (child > 0 && from) report_counts(from, folder);
    if (from) fclose(from);
    if (child > 0) waitpid(child, NULL, 0);
    remove_folder(folder);
    return true;
}
