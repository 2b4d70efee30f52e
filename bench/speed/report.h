/* SPDX-License-Identifier: Apache-2.0 */
/* report: the tables that report.c gathers, for report_print.c and report_files.c, which write them out. */
#ifndef BENCH_SPEED_REPORT_H
#define BENCH_SPEED_REPORT_H

#include "bench.h"

#define TABLES_MAX 32
#define ROWS_MAX 40
#define COLUMNS_MAX 12
#define REMARKS_MAX 24
#define GOALS_MAX 64

typedef struct report_cell {
    figure f;
    bool set, reference;
} report_cell;

typedef struct report_column {
    char name[48];
    const char *unit;
} report_column;

typedef struct report_table_data {
    char id[40], only[40], title[120], note[400];
    char rows[ROWS_MAX][100];
    report_column columns[COLUMNS_MAX];
    report_cell cells[ROWS_MAX][COLUMNS_MAX];
    char remarks[REMARKS_MAX][200];
    size_t row_count, column_count, remark_count;
    bool printed;
} report_table_data;

/* Where the figures come from. */
typedef struct report_origin {
    char cpu[128], kernel[128], level[24], date[32], revision[80], hyperscan[40];
    long cores;
    double load_before, load_after; /* of a minute, as the kernel reckons it */
    double seconds; /* that all took */
    bool quick, partial;
} report_origin;

typedef struct report_miss {
    char text[320];
} report_miss;

extern report_table_data report_tables[TABLES_MAX];
extern size_t report_table_count;
extern report_origin report_from;
extern report_miss report_misses[GOALS_MAX];
extern size_t report_miss_count, report_goal_count;

/* Three digits that matter: "0.87", "13.7", "124,800". */
void report_number(char out[32], double value);

/* The name of a column with its unit, unless the name tells it: "time, us", "MB/s". */
void report_head(char out[80], const report_column *column);

/* "more" or "less" is better, or "" where neither is. */
const char *report_better(const char *unit);

#endif
