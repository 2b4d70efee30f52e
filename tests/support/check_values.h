/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_values: values that a scheme of check digits must find right or wrong, for the tests of each region.
 */
#ifndef TESTS_CHECK_VALUES_H
#define TESTS_CHECK_VALUES_H

#include "packs/check_digits/digits.h"
#include "support.h"

/* Numbers that issuers and standards print as examples, or that were worked out by hand. */
typedef struct check_value {
    const char *name, *value;
    bool right;
    const char *why;
} check_value;

/* Fails the test at the first value of another kind than it should be. */
void check_values(const check_value *values, size_t count);

/* A right value of which every single wrong digit must be seen. (A scheme such as Luhn's over sums of digits does not
 * see all.) */
typedef struct check_number {
    const char *name, *value;
} check_number;

void check_every_digit(const check_number *numbers, size_t count);

/* Fails the test unless `table` is in alphabetical order, ends with an entry without a name, can be found by name, and
 * reads nothing outside of any bytes (the sanitizers watch). */
void check_table(const checksum *table);

#endif
