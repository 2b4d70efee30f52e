/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output: what a function prints, and what it leaves open.
 *
 *     output_begin();
 *     int status = ctl_scan(2, argv);
 *     const output *said = output_end();
 *
 * Between both calls nothing may fail the test: cmocka's message would be caught, too.
 */
#ifndef TESTS_OUTPUT_H
#define TESTS_OUTPUT_H

#include <stddef.h>

typedef struct output {
    char out[65536], err[16384]; /* standard output and error, each ends in NUL */
} output;

void output_begin(void);

/* The memory is static and lasts until the next call. */
const output *output_end(void);

/* How many file descriptors this process has open. */
size_t output_open_files(void);

#endif
