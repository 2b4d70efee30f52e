/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wire_fail(wire_error *error, const char *code, const char *format, ...) {
    va_list args;
    if (error->code) return; /* the first reason is kept */
    va_start(args, format);
    error->code = code;
    error->has_place = false;
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    /* Names from outside may hold anything, and a cut may fall into a character: JSON would refuse it. */
    text_make_printable(error->message, strlen(error->message));
}

void wire_fail_from_filter(wire_error *error, const filter_error *from) {
    const char *code = "internal";
    switch (from->status) {
    case FILTER_ERROR_ARGUMENT: code = "bad_request"; break;
    case FILTER_ERROR_TEXT: code = "bad_text"; break;
    case FILTER_ERROR_TOO_LARGE: code = "too_large"; break;
    case FILTER_ERROR_UNKNOWN_POLICY: code = "unknown_policy"; break;
    case FILTER_ERROR_SEALED: code = "bad_mapping"; break;
    case FILTER_ERROR_DEADLINE: code = "deadline"; break;
    default: break;
    }
    wire_fail(error, code, "%s", from->message);
    if (from->status != FILTER_ERROR_TEXT) return;
    error->has_place = true;
    error->frame = from->segment;
    error->offset = from->offset;
}
