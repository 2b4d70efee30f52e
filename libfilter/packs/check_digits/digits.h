/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digits: what the schemes of this folder share, and the table of each file.
 *
 * Each function gets the value as it stands in the text. The source of each scheme is named at its definition.
 */
#ifndef FILTER_PACKS_CHECK_DIGITS_DIGITS_H
#define FILTER_PACKS_CHECK_DIGITS_DIGITS_H

#include "base/utf8.h"
#include "packs/check_digits/check_digits.h"

#include <stdint.h>

/* The schemes of each file; the last one has no name. */
extern const checksum check_digits_general[], check_digits_formats[], check_digits_tokens[], check_digits_in[],
    check_digits_europe[], check_digits_americas[], check_digits_asia_pacific_africa[];

/* Longest identifier whose characters are gathered before they are checked. */
#define CHARACTERS_MAX 64

/* Letters and digits of a value, upper case, without separators; 0 when there are too many. */
size_t checksum_gather(const char *value, size_t size, bool letters, char out[CHARACTERS_MAX]);

/* The digits of a value, when there are exactly `count`. */
bool digits_of(const char *value, size_t size, size_t count, char digits[CHARACTERS_MAX]);

static inline int digit(char c) {
    return c - '0';
}

/* Digits count as they are, letters from 10 on. */
int value36(char c);

/* The number that some digits make. */
static inline uint64_t number(const char *digits, size_t count) {
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++) n = n * 10 + (uint64_t)digit(digits[i]);
    return n;
}

/* Sum of digits times weights; the weights are small numbers in a string, one a byte. */
int weighted(const char *digits, const char *weights, size_t count);

/* The same, with the digits of each product added. */
int weighted_cross(const char *digits, const char *weights, size_t count);

bool is_day(int month, int day);

/* A day of the Gregorian calendar; of a year with two digits 29 February is one when the year 2000 + n has it. */
bool is_calendar_day(unsigned year, unsigned month, unsigned day);

bool is_one_digit(const char *d, size_t count);

/* ISO/IEC 7064 mod 11,10: the last digit checks those before it. */
bool mod_11_10(const char *digits, size_t count);

/* ISO/IEC 7812-1 over digits without separators, and over a value. */
bool checksum_luhn_digits(const char *digits, size_t count);
bool check_luhn(const char *value, size_t size);

/* ICAO Doc 9303 part 3, section 4.9. */
bool icao_check(const char *c, size_t count, char check);

#endif
