/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static json_t *results, *section;

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t count, double share) {
    qsort(values, count, sizeof *values, by_value);
    return values[(size_t)(share * (double)count)];
}

double bench_median(double *values, size_t count) {
    return bench_percentile(values, count, 0.5);
}

void bench_heading(const char *text) {
    printf("\n%s\n", text);
    section = json_object();
    json_object_set_new(results, text, section);
}

void bench_report(const char *name, double value, const char *unit) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    printf("  %-58s %10.*f %s\n", name, digits, value, unit);
    json_object_set_new(section, name, json_pack("{s:f, s:s}", "value", value, "unit", unit));
    fflush(stdout);
}

static const char usage[] = "usage: bench --rules DIR [--skip-library] [--filterd PROGRAM] [--json FILE] [FILE]...\n"
                            "Measures libfilter and filterd; each FILE is scanned, too.\n";

static void describe_machine(void) {
    char line[256], model[200] = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "model name : %199[^\n]", model) == 1) break;
    }
    if (file) fclose(file);
    printf("%s, %ld cores, libfilter %s\n", model, sysconf(_SC_NPROCESSORS_ONLN), filter_version());
    json_object_set_new(results, "machine", json_pack("{s:s, s:i}", "cpu", model, "cores", (int)sysconf(_SC_NPROCESSORS_ONLN)));
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"rules", required_argument, NULL, 'r'}, {"filterd", required_argument, NULL, 'd'},
                                            {"json", required_argument, NULL, 'j'}, {"skip-library", no_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *rules = NULL, *filterd = NULL, *json = NULL;
    bool library = true;
    int letter;
    while ((letter = getopt_long(argc, argv, "r:d:j:sh", options, NULL)) != -1) {
        switch (letter) {
        case 'r': rules = optarg; break;
        case 'd': filterd = optarg; break;
        case 'j': json = optarg; break;
        case 's': library = false; break;
        case 'h': fputs(usage, stdout); return 0;
        default: fputs(usage, stderr); return 64;
        }
    }
    if (!rules) {
        fputs(usage, stderr);
        return 64;
    }
    results = json_object();
    describe_machine();
    if (library) bench_library(rules);
    bool fine = !filterd || bench_daemon(filterd, rules);
    for (int i = optind; i < argc; i++) {
        filter_engine *engine;
        filter_error error;
        if (filter_engine_new_from_directory(&engine, rules, NULL, &error) != FILTER_OK) return 1;
        bench_file(engine, argv[i]);
        filter_engine_unref(engine);
    }
    if (json && json_dump_file(results, json, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0) {
        fprintf(stderr, "bench: %s cannot be written\n", json);
        fine = false;
    } else if (json) {
        printf("\nthe same as JSON: %s\n", json);
    }
    json_decref(results);
    return fine ? 0 : 1;
}
