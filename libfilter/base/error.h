/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error: filling a filter_error.
 */
#ifndef FILTER_BASE_ERROR_H
#define FILTER_BASE_ERROR_H

#include "filter.h"

/* Sets status and message of an error; NULL is allowed, and nothing is done. The message is UTF-8: what was cut of a
 * character is a question mark. */
void error_set(filter_error *error, filter_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
