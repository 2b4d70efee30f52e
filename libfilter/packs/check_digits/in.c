/* SPDX-License-Identifier: Apache-2.0 */
/* India. */
#include "packs/check_digits/digits.h"

static int two_digits(const char *c) {
    return (c[0] - '0') * 10 + (c[1] - '0');
}

/* GST Network, GSTIN format: state code, PAN, entity, Z, check character modulo 36 with factors 1
 * and 2 from the left, quotient and remainder of each product added. */
static bool gstin(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 15 || !text_is_digit(c[0]) || !text_is_digit(c[1])) return false;
    int state = two_digits(c);
    if (!(state >= 1 && state <= 38) && state != 96 && state != 97 && state != 99) return false;
    int sum = 0;
    for (int i = 0; i < 14; i++) {
        int v = value36(c[i]) * (1 + i % 2);
        sum += v / 36 + v % 36;
    }
    return value36(c[14]) == (36 - sum % 36) % 36;
}

/* Election Commission of India: the seventh digit of an EPIC number is the Luhn digit of the six
 * before it; not honoured by every state. */
static bool epic(const char *value, size_t size) {
    return size > 3 && check_luhn(value + 3, size - 3);
}

const checksum check_digits_in[] = {
    {"epic", epic, NULL},
    {"gstin", gstin, NULL},
    {NULL, NULL, NULL},
};
