/* SPDX-License-Identifier: Apache-2.0 */
/*
 * results_file: a Markdown file of which several programs each write a part of their own.
 *
 *     # Results
 *     <!-- begin speed -->
 *     …                          what results_file_write(path, "speed", …) puts there
 *     <!-- end speed -->
 *
 * The parts of others, and what people write outside the parts, stay as they are.
 */
#ifndef BENCH_RESULTS_FILE_H
#define BENCH_RESULTS_FILE_H

#include <stdbool.h>

/* Replaces the part named `part`, or appends it where the file has none; a file that is absent is begun with a title.
 * The file is replaced in one step. False, with errno set, where that fails. */
bool results_file_write(const char *path, const char *part, const char *text);

#endif
