/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan: a view becomes hits: places where an expression of some rule ends.
 */
#ifndef FILTER_VALUES_SCAN_H
#define FILTER_VALUES_SCAN_H

#include "pass/pass.h"

/* Scans one view for the categories given; hits are in s->hits, each database in order of end.
 * False when there were too many hits to keep: the view was then not read in full. */
bool scan_view(const pass *p);

/* The part of a text from `from` on that holds digits close to each other, with the text around
 * them that a value could take in: *window. False when there is none. For scan.c and its test. */
bool scan_next_window(const char *text, size_t size, size_t from, const engine_window *wanted, span *window);

/* The next run of token characters (letters, digits, _ - + /) from `from` on that a secret can be: long enough, with
 * a letter and a digit. False when there is none. */
bool scan_next_run(const char *text, size_t size, size_t from, span *run);

#endif
