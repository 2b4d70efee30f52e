/* SPDX-License-Identifier: Apache-2.0 */
/*
 * allocations: lets allocations of the calling thread fail, in whatever library they are made: one of them, or one and
 * all that follow. malloc and its kin are defined in the test program, and call the real ones, of libc or a sanitizer.
 *
 *     for (size_t at = 1; ; at++) {
 *         allocations_fail(at, false);
 *         … what is tested …
 *         if (allocations_end() < at) break;      none failed: all have been tried
 *     }
 */
#ifndef TESTS_FAULTS_ALLOCATIONS_H
#define TESTS_FAULTS_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the allocation number `at`, counted from 1, finds no memory; `from_there`: nor do those after it. */
void allocations_fail(size_t at, bool from_there);

/* All find memory again. How many allocations there were since allocations_fail. */
size_t allocations_end(void);

#endif
