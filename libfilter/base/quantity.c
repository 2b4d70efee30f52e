/* SPDX-License-Identifier: Apache-2.0 */
#include "base/quantity.h"

#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit {
    const char *name;
    double factor;
} unit;

static const unit byte_units[] = {{"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"kB", 1e3},
                                  {"KB", 1e3},   {"MB", 1e6},      {"GB", 1e9},         {NULL, 0}};
static const unit time_units[] = {{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {NULL, 0}};
static const unit no_units[] = {{NULL, 0}};

static double unit_factor(const char *name, const unit *units) {
    while (*name == ' ') name++;
    for (; units->name; units++) {
        if (strcmp(name, units->name) == 0) return units->factor;
    }
    return 0;
}

/* strtod(3) also takes hexadecimal numbers, infinity and blanks. */
static bool is_decimal(const char *text) {
    const char *digits = text + (*text == '-' || *text == '+');
    bool is_hexadecimal = digits[0] == '0' && text_lower(digits[1]) == 'x';
    return !is_hexadecimal && text_is_digit(digits[*digits == '.']);
}

bool quantity_read(const char *text, quantity_kind kind, double *number) {
    const unit *units = kind == QUANTITY_BYTES ? byte_units : kind == QUANTITY_MILLISECONDS ? time_units : no_units;
    char *end;
    if (!is_decimal(text)) return false;
    errno = 0;
    *number = strtod(text, &end);
    double factor = *end ? unit_factor(end, units) : 1;
    if (end == text || factor == 0 || errno) return false;
    *number *= factor;
    return isfinite(*number) && (kind == QUANTITY_NUMBER || *number == floor(*number));
}

/* A number as people write it: whole ones whole, however large. */
static const char *plain(double number, char out[32]) {
    snprintf(out, 32, number == floor(number) ? "%.0f" : "%g", number);
    return out;
}

const char *quantity_range(char out[QUANTITY_RANGE_MAX], quantity_kind kind, double min, double max) {
    static const char *const what[] = {
        [QUANTITY_NUMBER] = "a number",
        [QUANTITY_COUNT] = "a whole number",
        [QUANTITY_BYTES] = "a number of bytes, such as 4096 or 32MiB,",
        [QUANTITY_MILLISECONDS] = "a number of milliseconds, or a time such as 10s,",
    };
    char least[32], most[32];
    snprintf(out, QUANTITY_RANGE_MAX, "%s from %s to %s", what[kind], plain(min, least), plain(max, most));
    return out;
}
