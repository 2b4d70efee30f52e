/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files: a folder of its own for a test, made and removed by cmocka's set-up and tear-down.
 */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <stddef.h>

/* For cmocka_unit_test_setup_teardown. */
int files_set_up(void **state);
int files_tear_down(void **state);

/* The path of something in the folder; "" is the folder itself. The memory is static and lasts for four calls. */
const char *files_path(const char *name);

/* Writes a file, or makes a folder, below the folder. Fails the test on an error. */
void files_write(const char *name, const void *data, size_t size);
void files_make_folder(const char *name);

#endif
