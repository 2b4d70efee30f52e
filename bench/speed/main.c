/* SPDX-License-Identifier: Apache-2.0 */
/* bench: how fast libfilter and filterd are on real kinds of text. `bench --help` lists its options. */
#include "bench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUND_SECONDS 0.04
#define ROUND_SECONDS_QUICK 0.008
#define EXIT_USAGE 64

static const struct {
    const char *name, *what;
    section_fn *run;
    bool engine; /* needs the rules loaded */
} sections[] = {
    {"kinds", "MB/s on every kind of text, beside Hyperscan, memcpy and BLAKE2b", section_kinds, true},
    {"sizes", "time and MB/s from 256 B to 1 MiB", section_sizes, true},
    {"instructions", "instructions for a byte, counted under valgrind", section_instructions, false},
    {"shares", "where the time goes", section_shares, true},
    {"others", "against Hyperscan and PCRE2 with the same rules", section_others, true},
    {"worst", "1 MiB of one thing over and over", section_worst, true},
    {"cores", "one thread, and one for each core", section_cores, true},
    {"loading", "loading the rules, and memory", section_loading, false},
    {"zeromq", "filterd over ZeroMQ, against a bare echo", section_zeromq, false},
    {"shared-memory", "filterd through shared memory, against in process", section_shared_memory, true},
    {"files", "the FILEs that were named", section_files, true},
};

enum { SECTIONS = sizeof sections / sizeof *sections };

typedef struct arguments {
    bench_settings settings;
    bool wanted[SECTIONS], check, counted;
    const char *json, *markdown, *revision;
} arguments;

static const char usage[] = "usage: bench --rules DIR [--filterd PROGRAM] [--quick] [--only SECTION]... [FILE]...\n"
                            "       bench --list | --check | --help\n"
                            "Measures libfilter and filterd; each FILE is measured, too.\n"
                            "  --rules DIR        the rule packs\n"
                            "  --filterd PROGRAM  the daemon, for the sections zeromq and shared-memory\n"
                            "  --texts DIR        files with texts (default: bench/speed/texts)\n"
                            "  --quick            a tenth of the time, only to try\n"
                            "  --only SECTION     this section; may be given several times\n"
                            "  --json FILE        writes all figures, for bench/compare.py\n"
                            "  --markdown FILE    writes the tables into their part of FILE\n"
                            "  --revision TEXT    what was built, for the files\n"
                            "  --list             lists the sections\n"
                            "  --check            checks that the texts are what they promise to be\n";

static void list(FILE *to) {
    for (size_t i = 0; i < SECTIONS; i++) fprintf(to, "  %-14s %s\n", sections[i].name, sections[i].what);
}

static bool want(arguments *a, const char *name) {
    for (size_t i = 0; i < SECTIONS; i++) {
        if (strcmp(sections[i].name, name) == 0) return a->wanted[i] = a->settings.partial = true;
    }
    fprintf(stderr, "bench: --only: there is no section '%s'; must be one of:\n", name);
    list(stderr);
    return false;
}

static _Noreturn void refuse(const char *why) {
    if (why) fprintf(stderr, "bench: %s\n", why);
    fputs(usage, stderr);
    exit(EXIT_USAGE);
}

static const struct option options[] = {{"rules", required_argument, NULL, 'r'},
                                        {"filterd", required_argument, NULL, 'd'},
                                        {"texts", required_argument, NULL, 't'},
                                        {"quick", no_argument, NULL, 'q'},
                                        {"only", required_argument, NULL, 'o'},
                                        {"json", required_argument, NULL, 'j'},
                                        {"markdown", required_argument, NULL, 'm'},
                                        {"revision", required_argument, NULL, 'v'},
                                        {"list", no_argument, NULL, 'l'},
                                        {"check", no_argument, NULL, 'c'},
                                        {"counted", no_argument, NULL, 'n'},
                                        {"help", no_argument, NULL, 'h'},
                                        {NULL, 0, NULL, 0}};

static void read_option(arguments *a, int letter) {
    switch (letter) {
    case 'r': a->settings.rules = optarg; break;
    case 'd': a->settings.filterd = optarg; break;
    case 't': a->settings.samples = optarg; break;
    case 'q': a->settings.quick = true; break;
    case 'j': a->json = optarg; break;
    case 'm': a->markdown = optarg; break;
    case 'v': a->revision = optarg; break;
    case 'c': a->check = true; break;
    case 'n': a->counted = true; break;
    case 'o':
        if (!want(a, optarg)) exit(EXIT_USAGE);
        break;
    case 'l': list(stdout); exit(0);
    case 'h': fputs(usage, stdout); exit(0);
    default: refuse(NULL); /* getopt has said why */
    }
}

static bool is_of_daemon(size_t i) {
    return sections[i].run == section_zeromq || sections[i].run == section_shared_memory;
}

static void read_arguments(arguments *a, int argc, char **argv) {
    static char self[1024];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    int letter;
    a->settings.samples = "bench/speed/texts";
    a->settings.program = length > 0 ? self : argv[0];
    while ((letter = getopt_long(argc, argv, "h", options, NULL)) != -1) read_option(a, letter);
    a->settings.files = argv + optind;
    a->settings.file_count = (size_t)(argc - optind);
    if (!a->check && !a->settings.rules) refuse("--rules DIR is missing");
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!a->wanted[i]) continue;
        if (is_of_daemon(i) && !a->settings.filterd) refuse("--only: this section needs --filterd PROGRAM");
        if (sections[i].run == section_files && a->settings.file_count == 0) refuse("--only files: name a FILE");
    }
}

static bool load(bench *b) {
    filter_error error;
    if (filter_engine_new_from_directory(&b->engine, b->settings.rules, NULL, &error) == FILTER_OK) return true;
    fprintf(stderr, "bench: %s: %s\n", b->settings.rules, error.message);
    return false;
}

/* Sections of the daemon are left out where --filterd is not given and nobody asks for them. */
static bool is_wanted(const arguments *a, size_t i) {
    if (sections[i].run == section_files) return a->settings.file_count > 0;
    return a->settings.partial ? a->wanted[i] : !is_of_daemon(i) || a->settings.filterd;
}

static bool measure(const arguments *a) {
    bench b = {.settings = a->settings,
               .rounds = a->settings.quick ? BENCH_ROUNDS_QUICK : BENCH_ROUNDS,
               .round_seconds = a->settings.quick ? ROUND_SECONDS_QUICK : ROUND_SECONDS};
    bool ok = true;
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!is_wanted(a, i)) continue;
        if (sections[i].engine && !b.engine && !load(&b)) return false;
        if (sections[i].run(&b)) continue;
        fprintf(stderr, "bench: the section '%s' failed\n", sections[i].name);
        ok = false;
    }
    filter_engine_unref(b.engine);
    return ok;
}

static bool written(bool ok, const char *path) {
    if (ok) printf("written: %s\n", path);
    else fprintf(stderr, "bench: %s cannot be written: %m\n", path);
    return ok;
}

int main(int argc, char **argv) {
    arguments a = {.json = NULL};
    read_arguments(&a, argc, argv);
    if (a.check) return bench_check(a.settings.samples) ? 0 : 1;
    if (a.counted) return bench_run_counted(&a.settings) ? 0 : 1;
    report_open(&a.settings, a.revision);
    bool ok = measure(&a);
    report_close();
    if (a.json) ok = written(report_write_json(a.json), a.json) && ok;
    if (a.markdown) ok = written(report_write_markdown(a.markdown), a.markdown) && ok;
    return ok ? 0 : 1;
}
