/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/digits.h"

size_t checksum_gather(const char *value, size_t size, bool letters, char out[CHARACTERS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        char c = value[i];
        if (!text_is_digit(c) && !(letters && text_is_alpha(c))) continue;
        if (count == CHARACTERS_MAX) return 0;
        out[count++] = text_upper(c);
    }
    return count;
}

int value36(char c) {
    return text_is_digit(c) ? c - '0' : c - 'A' + 10;
}

/* ISO/IEC 7812-1 annex B: double every second digit from the right, add the digits, mod 10. */
bool checksum_luhn_digits(const char *digits, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        if (i % 2) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return count > 1 && sum % 10 == 0;
}

/* ICAO Doc 9303 part 3, section 4.9: weights 7, 3, 1; letters from 10 on, the filler is 0. */
bool icao_check(const char *c, size_t count, char check) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int v = c[i] == '<' ? 0 : value36(text_upper(c[i]));
        if (v < 0) return false;
        sum += v * "\7\3\1"[i % 3];
    }
    return check == '0' + sum % 10 || (check == '<' && sum == 0);
}

/* The digits of a value, when there are exactly `count`. */
bool digits_of(const char *value, size_t size, size_t count, char digits[CHARACTERS_MAX]) {
    return checksum_gather(value, size, false, digits) == count;
}

/* Sum of digits times weights; the weights are small numbers in a string, one a byte. */
int weighted(const char *digits, const char *weights, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) sum += (digits[i] - '0') * weights[i];
    return sum;
}

/* The same, with the digits of each product added. */
int weighted_cross(const char *digits, const char *weights, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int product = (digits[i] - '0') * weights[i];
        sum += product / 10 + product % 10;
    }
    return sum;
}

bool is_day(int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* ISO/IEC 7064 mod 11,10: the last digit checks those before it. */
bool mod_11_10(const char *digits, size_t count) {
    int product = 10;
    for (size_t i = 0; i + 1 < count; i++) {
        int sum = (digit(digits[i]) + product) % 10;
        product = (sum ? sum : 10) * 2 % 11;
    }
    return (11 - product) % 10 == digit(digits[count - 1]);
}

bool is_one_digit(const char *d, size_t count) {
    for (size_t i = 1; i < count; i++) {
        if (d[i] != d[0]) return false;
    }
    return true;
}
