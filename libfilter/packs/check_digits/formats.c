/* SPDX-License-Identifier: Apache-2.0 */
/* Structures without a check digit: dates, addresses, numbers that nobody was given. */
#include "packs/check_digits/digits.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Not one character all through: 0000 0000 0000, ff:ff:ff:ff:ff:ff. */
static bool not_repeated(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    for (size_t i = 1; i < count; i++) {
        if (c[i] != c[0]) return true;
    }
    return count == 0;
}

/* UIDAI gives out no number that reads the same from both ends. */
static bool not_palindrome(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    for (size_t i = 0; i < count / 2; i++) {
        if (c[i] != c[count - 1 - i]) return true;
    }
    return false;
}

bool is_calendar_day(unsigned year, unsigned month, unsigned day) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

/* A day of the Gregorian calendar as three numbers: year first, day first or month first. With a
 * month's name only the numbers' ranges are looked at. */
static bool date(const char *value, size_t size) {
    unsigned n[3] = {0, 0, 0};
    size_t count = 0, digits = 0;
    bool named = false;
    for (size_t i = 0; i < size; i++) {
        named = named || text_is_alpha(value[i]);
        if (!text_is_digit(value[i])) continue;
        if (i == 0 || !text_is_digit(value[i - 1])) {
            if (++count > 3) return false;
            digits = 0;
        }
        if (++digits > 4) return false;
        n[count - 1] = n[count - 1] * 10 + (unsigned)(value[i] - '0');
    }
    if (named) return count == 2 && n[0] >= 1 && n[0] <= 31;
    if (count != 3) return false;
    if (n[0] > 31) return is_calendar_day(n[0], n[1], n[2]);
    unsigned year = n[2] < 100 ? 2000 + n[2] : n[2];
    return is_calendar_day(year, n[1], n[0]) || is_calendar_day(year, n[0], n[1]);
}

/* An address, perhaps with a zone (RFC 4007 section 11) and the length of a prefix (RFC 4632 section 3.1) behind it. */
static bool parses_as(int family, const char *value, size_t size) {
    char address[INET6_ADDRSTRLEN + 1];
    unsigned char out[16];
    for (size_t i = 0; i < size; i++) {
        if (value[i] == '/' || value[i] == '%') size = i;
    }
    if (size >= sizeof address) return false;
    memcpy(address, value, size);
    address[size] = '\0';
    return inet_pton(family, address, out) == 1;
}

/* RFC 4291 section 2.2; the unspecified and the loopback address are nobody's. */
static bool ipv6(const char *value, size_t size) {
    const char *suffix = memchr(value, '/', size);
    if ((suffix ? (size_t)(suffix - value) : size) <= 3) return false; /* "::", "::1" */
    return parses_as(AF_INET6, value, size);
}

/* Dotted quad; not 0.x.x.x (this network, RFC 1122) and not the broadcast address. */
static bool ipv4(const char *value, size_t size) {
    if (size > 1 && value[0] == '0' && value[1] == '.') return false;
    if (size == 15 && memcmp(value, "255.255.255.255", 15) == 0) return false;
    return parses_as(AF_INET, value, size);
}

/* ITU-T E.164 section 6: at most fifteen digits; shorter than eight is no number with a country code. */
static bool e164(const char *value, size_t size) {
    char digits[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, false, digits);
    return count >= 8 && count <= 15;
}

const checksum check_digits_formats[] = {
    {"date", date, NULL},
    {"e164", e164, NULL},
    {"ipv4", ipv4, NULL},
    {"ipv6", ipv6, NULL},
    {"not_palindrome", not_palindrome, NULL},
    {"not_repeated", not_repeated, NULL},
    {NULL, NULL, NULL},
};
