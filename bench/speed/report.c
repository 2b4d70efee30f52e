/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <hs/hs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

report_table_data report_tables[TABLES_MAX];
size_t report_table_count;
report_origin report_from;
report_miss report_misses[GOALS_MAX];
size_t report_miss_count, report_goal_count;

static const struct {
    const char *unit, *better;
} units[] = {{"MB/s", "more"}, {"requests/s", "more"},     {"us", "less"}, {"ms", "less"}, {"KiB", "less"},
             {"MB", "less"},   {"instructions/B", "less"}, {"times", ""},  {"%", ""},      {"", ""}};

const char *report_better(const char *unit) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].unit, unit) == 0) return units[i].better;
    }
    return "";
}

static _Noreturn void full(const char *what) {
    fprintf(stderr, "bench: a report holds no more %s\n", what);
    exit(1);
}

/* ------------------------------------------------------------------------------------ origin ---- */

static double load_of_a_minute(void) {
    double load;
    return getloadavg(&load, 1) == 1 ? load : 0;
}

static void read_cpu(char out[128]) {
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(out, 128, "unknown processor");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "model name : %127[^\n]", out) == 1) break;
    }
    if (file) fclose(file);
}

static const char *cpu_level(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vbmi")) return "AVX-512 VBMI";
    if (__builtin_cpu_supports("avx512f")) return "AVX-512";
    if (__builtin_cpu_supports("avx2")) return "AVX2";
    return "SSE";
#else
    return "not x86-64";
#endif
}

void report_open(const bench_settings *settings, const char *revision) {
    struct utsname name;
    time_t now = time(NULL);
    struct tm utc;
    read_cpu(report_from.cpu);
    if (uname(&name) == 0) {
        snprintf(report_from.kernel, sizeof report_from.kernel, "%.30s %.60s %.30s", name.sysname, name.release,
                 name.machine);
    }
    snprintf(report_from.level, sizeof report_from.level, "%s", cpu_level());
    strftime(report_from.date, sizeof report_from.date, "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &utc));
    snprintf(report_from.revision, sizeof report_from.revision, "%s", revision && *revision ? revision : "unknown");
    snprintf(report_from.hyperscan, sizeof report_from.hyperscan, "%.30s", hs_version());
    report_from.cores = sysconf(_SC_NPROCESSORS_ONLN);
    report_from.load_before = load_of_a_minute();
    report_from.seconds = -bench_now();
    report_from.quick = settings->quick;
    report_from.partial = settings->partial;
    printf("%s, %ld cores, %s; libfilter %s (%s)%s\n", report_from.cpu, report_from.cores, report_from.level,
           filter_version(), report_from.revision, settings->quick ? "; quick: only to try" : "");
}

/* ------------------------------------------------------------------------------------ tables ---- */

static report_table_data *table(void) {
    return &report_tables[report_table_count - 1];
}

static size_t row_named(report_table_data *t, const char *name) {
    for (size_t i = 0; i < t->row_count; i++) {
        if (strcmp(t->rows[i], name) == 0) return i;
    }
    if (t->row_count == ROWS_MAX) full("rows");
    snprintf(t->rows[t->row_count], sizeof t->rows[0], "%s", name);
    return t->row_count++;
}

static size_t column_named(report_table_data *t, const char *name, const char *unit) {
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->columns[i].name, name) == 0) return i;
    }
    if (t->column_count == COLUMNS_MAX) full("columns");
    report_column *column = &t->columns[t->column_count];
    snprintf(column->name, sizeof column->name, "%s", name);
    column->unit = unit;
    return t->column_count++;
}

static void put(const char *row, const char *column, const char *unit, report_cell cell) {
    size_t r = row_named(table(), row), c = column_named(table(), column, unit);
    table()->cells[r][c] = cell;
}

void report(const char *row, const char *column, const char *unit, figure f) {
    put(row, column, unit, (report_cell){f, true, false});
}

void report_reference(const char *row, const char *column, const char *unit, figure f) {
    put(row, column, unit, (report_cell){f, true, true});
}

void report_remark(const char *format, ...) {
    va_list args;
    if (table()->remark_count == REMARKS_MAX) full("remarks");
    va_start(args, format);
    vsnprintf(table()->remarks[table()->remark_count++], sizeof table()->remarks[0], format, args);
    va_end(args);
}

void report_goal(const char *row, const char *column, double bound, bool at_most) {
    report_table_data *t = table();
    size_t r = row_named(t, row), c = column_named(t, column, "");
    char is[32], wanted[32];
    if (!t->cells[r][c].set) return;
    double median = t->cells[r][c].f.median;
    report_goal_count++;
    if (at_most ? median <= bound : median >= bound) return;
    if (report_miss_count == GOALS_MAX) full("misses");
    report_number(is, median);
    report_number(wanted, bound);
    snprintf(report_misses[report_miss_count++].text, sizeof report_misses->text,
             "%.40s, %.100s, %.40s: %s %s, goal at %s %s", t->id, t->rows[r], t->columns[c].name, is,
             t->columns[c].unit, at_most ? "most" : "least", wanted);
}

void report_number(char out[32], double value) {
    double size = value < 0 ? -value : value;
    if (size < 1e3 || size >= 1e9) {
        snprintf(out, 32, "%.*f", size >= 100 ? 0 : size >= 10 ? 1 : 2, value);
        return;
    }
    long whole = (long)(value + 0.5);
    if (whole >= 1000000) snprintf(out, 32, "%ld,%03ld,%03ld", whole / 1000000, whole / 1000 % 1000, whole % 1000);
    else snprintf(out, 32, "%ld,%03ld", whole / 1000, whole % 1000);
}

void report_head(char out[80], const report_column *column) {
    bool told = !*column->unit || strcmp(column->unit, "times") == 0 || strstr(column->name, column->unit);
    if (told) snprintf(out, 80, "%s", column->name);
    else snprintf(out, 80, "%s, %s", column->name, column->unit);
}

/* ---------------------------------------------------------------------------------- terminal ---- */

static void clear_progress(void) {
    if (isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}

void report_progress(const char *what) {
    if (!isatty(STDERR_FILENO)) return;
    clear_progress();
    fprintf(stderr, "%s: %s …", report_table_count ? table()->title : "bench", what);
    fflush(stderr);
}

static void print_cell(const report_cell *cell, size_t width) {
    char number[32] = "";
    if (cell->set) report_number(number, cell->f.median);
    printf("  %*s", (int)width, number);
}

/* Medians only: the spread is in the files. */
static void print_table(report_table_data *t) {
    size_t label = 0;
    char heads[COLUMNS_MAX][80];
    for (size_t i = 0; i < t->row_count; i++) label = strlen(t->rows[i]) > label ? strlen(t->rows[i]) : label;
    clear_progress();
    printf("\n%s\n%-*s", t->title, (int)label + 2, "");
    for (size_t c = 0; c < t->column_count; c++) {
        report_head(heads[c], &t->columns[c]);
        printf("  %9s", heads[c]);
    }
    for (size_t r = 0; r < t->row_count; r++) {
        printf("\n  %-*s", (int)label, t->rows[r]);
        for (size_t c = 0; c < t->column_count; c++) {
            print_cell(&t->cells[r][c], strlen(heads[c]) > 9 ? strlen(heads[c]) : 9);
        }
    }
    printf("\n");
    for (size_t i = 0; i < t->remark_count; i++) printf("  %s\n", t->remarks[i]);
    fflush(stdout);
    t->printed = true;
}

static void print_ready_tables(void) {
    for (size_t i = 0; i < report_table_count; i++) {
        if (!report_tables[i].printed) print_table(&report_tables[i]);
    }
}

void report_table(const char *id, const char *only, const char *title, const char *note) {
    print_ready_tables();
    if (report_table_count == TABLES_MAX) full("tables");
    report_table_data *t = &report_tables[report_table_count++];
    *t = (report_table_data){.row_count = 0};
    snprintf(t->id, sizeof t->id, "%s", id);
    snprintf(t->only, sizeof t->only, "%s", only);
    snprintf(t->title, sizeof t->title, "%s", title);
    snprintf(t->note, sizeof t->note, "%s", note);
}

void report_close(void) {
    print_ready_tables();
    report_from.load_after = load_of_a_minute();
    report_from.seconds += bench_now();
    printf("\nmeasured in %.0f s", report_from.seconds);
    if (report_goal_count) printf("; %zu of %zu goals met", report_goal_count - report_miss_count, report_goal_count);
    printf("\n");
    for (size_t i = 0; i < report_miss_count; i++) printf("  missed: %s\n", report_misses[i].text);
}
