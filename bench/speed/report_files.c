/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"
#include "../results_file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* -------------------------------------------------------------------------------------- JSON ---- */

static json_t *figures_of(const report_table_data *t) {
    json_t *figures = json_array();
    for (size_t r = 0; r < t->row_count; r++) {
        for (size_t c = 0; c < t->column_count; c++) {
            const report_cell *cell = &t->cells[r][c];
            if (!cell->set) continue;
            json_array_append_new(figures, json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:i}", "row", t->rows[r],
                                                     "column", t->columns[c].name, "unit", t->columns[c].unit, "better",
                                                     cell->reference ? "" : report_better(t->columns[c].unit), "median",
                                                     cell->f.median, "low", cell->f.low, "high", cell->f.high, "rounds",
                                                     (int)cell->f.rounds));
        }
    }
    return figures;
}

static json_t *origin(void) {
    const report_origin *o = &report_from;
    return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:f, s:f, s:f}", "date", o->date, "cpu",
                     o->cpu, "cores", (int)o->cores, "level", o->level, "kernel", o->kernel, "compiler", COMPILER,
                     "version", filter_version(), "revision", o->revision, "hyperscan", o->hyperscan, "quick", o->quick,
                     "load_before", o->load_before, "load_after", o->load_after, "seconds", o->seconds);
}

bool report_write_json(const char *path) {
    json_t *all = json_object(), *tables = json_object();
    json_object_set_new(all, "origin", origin());
    json_object_set_new(all, "tables", tables);
    for (size_t i = 0; i < report_table_count; i++) {
        const report_table_data *t = &report_tables[i];
        json_object_set_new(tables, t->id, json_pack("{s:s, s:o}", "title", t->title, "figures", figures_of(t)));
    }
    bool ok = json_dump_file(all, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) == 0;
    json_decref(all);
    return ok;
}

/* ---------------------------------------------------------------------------------- Markdown ---- */

static void write_cell(FILE *out, const report_cell *cell) {
    char median[32], low[32], high[32];
    if (!cell->set) {
        fputs(" |", out);
        return;
    }
    report_number(median, cell->f.median);
    report_number(low, cell->f.low);
    report_number(high, cell->f.high);
    if (cell->f.rounds > 1) fprintf(out, " %s (%s..%s) |", median, low, high);
    else fprintf(out, " %s |", median);
}

static void write_heads(FILE *out, const report_table_data *t) {
    fputs("| |", out);
    for (size_t c = 0; c < t->column_count; c++) {
        char head[80];
        report_head(head, &t->columns[c]);
        fprintf(out, " %s |", head);
    }
    fputs("\n|---|", out);
    for (size_t c = 0; c < t->column_count; c++) fputs("---|", out);
    fputs("\n", out);
}

static void write_table(FILE *out, const report_table_data *t) {
    fprintf(out, "### %s\n", t->title);
    if (t->note[0]) fprintf(out, "%s\n", t->note);
    fprintf(out, "\nMade by `make bench BENCH=\"--only %s\"`.\n\n", t->only);
    write_heads(out, t);
    for (size_t r = 0; r < t->row_count; r++) {
        fprintf(out, "| %s |", t->rows[r]);
        for (size_t c = 0; c < t->column_count; c++) write_cell(out, &t->cells[r][c]);
        fputs("\n", out);
    }
    fputs("\n", out);
    for (size_t i = 0; i < t->remark_count; i++) fprintf(out, "%s\n\n", t->remarks[i]);
}

static void write_origin(FILE *out) {
    const report_origin *o = &report_from;
    fprintf(out, "## Speed\nMade by `make bench` in %.0f seconds%s.\n\n", o->seconds,
            o->quick ? ", with `--quick`: only to try, not to quote" : "");
    if (o->partial) fputs("Only some of the sections were run.\n\n", out);
    fputs("| | |\n|---|---|\n", out);
    fprintf(out, "| date | %s |\n", o->date);
    fprintf(out, "| version | libfilter %s, revision %s |\n", filter_version(), o->revision);
    fprintf(out, "| machine | %s, %ld cores, %s |\n", o->cpu, o->cores, o->level);
    fprintf(out, "| kernel | %s |\n", o->kernel);
    fprintf(out, "| compiler | %s |\n", COMPILER);
    fprintf(out, "| Hyperscan | %s |\n", o->hyperscan);
    fprintf(out, "| load average, before and after | %.2f, %.2f |\n\n", o->load_before, o->load_after);
    fputs(
        "A figure is the median of its rounds, with the least and the most of them in brackets: `52.1 (50.3..53.9)`.\n"
        "Where the brackets are far apart, other programs were at work on the machine, or the text varies.\n"
        "\"times\" says how many times as fast, or as slow, one thing is as the other in the same round.\n"
        "Tables of one core take the CPU time of the thread, the others the time on the wall.\n"
        "MB are 10^6 bytes, KiB and MiB powers of two.\n\n",
        out);
    if (!report_goal_count) return;
    fprintf(out, "%zu of %zu goals are met%s\n", report_goal_count - report_miss_count, report_goal_count,
            report_miss_count ? "; missed:\n" : ".\n");
    for (size_t i = 0; i < report_miss_count; i++) fprintf(out, "- %s\n", report_misses[i].text);
    if (report_miss_count) fputs("\n", out);
}

bool report_write_markdown(const char *path) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return false;
    write_origin(out);
    for (size_t i = 0; i < report_table_count; i++) write_table(out, &report_tables[i]);
    bool ok = fclose(out) == 0 && results_file_write(path, "speed", text);
    free(text);
    return ok;
}
