/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void error_set(filter_error *error, filter_status status, const char *format, ...) {
    if (!error) return;
    va_list args;
    va_start(args, format);
    *error = (filter_error){.status = status};
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    /* It may quote, and cut, words of a pack or a request. */
    text_make_printable(error->message, strlen(error->message));
}
