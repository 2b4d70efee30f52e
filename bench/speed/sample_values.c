/* SPDX-License-Identifier: Apache-2.0 */
/* Values of personal data with valid check digits, and groups of digits without any. All are made up. */
#include "sample.h"

#include <stdio.h>
#include <string.h>

static void add_digits(sample_writer *w, char *out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (char)('0' + sample_random(w, 10));
    out[count] = '\0';
}

/* ISO/IEC 7812-1, annex B. */
static char luhn_digit(const char *digits) {
    int sum = 0;
    size_t size = strlen(digits);
    for (size_t i = 0; i < size; i++) {
        int digit = digits[size - 1 - i] - '0';
        if (i % 2 == 0) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

/* The dihedral group of ten elements, which Verhoeff's check digit counts in. */
static int dihedral(int a, int b) {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
    return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
}

static char verhoeff_digit(const char *digits) {
    static const int once[] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    size_t size = strlen(digits);
    int sum = 0;
    for (size_t i = 0; i < size; i++) {
        int digit = digits[size - 1 - i] - '0';
        for (size_t times = 0; times < (i + 1) % 8; times++) digit = once[digit];
        sum = dihedral(sum, digit);
    }
    return (char)('0' + (sum < 5 ? (5 - sum) % 5 : sum));
}

/* ISO 13616: the check digits of a German IBAN whose account is `account`. */
static unsigned iban_check(const char *account) {
    unsigned rest = 0;
    for (const char *at = account; *at; at++) rest = (rest * 10 + (unsigned)(*at - '0')) % 97;
    for (const char *at = "131400"; *at; at++) rest = (rest * 10 + (unsigned)(*at - '0')) % 97;
    return 98 - rest;
}

static void card(sample_writer *w, char *out, size_t capacity) {
    char digits[20];
    digits[0] = '4';
    add_digits(w, digits + 1, 14);
    digits[15] = luhn_digit(digits);
    snprintf(out, capacity, "%.4s %.4s %.4s %.4s", digits, digits + 4, digits + 8, digits + 12);
}

static void aadhaar(sample_writer *w, char *out, size_t capacity) {
    char digits[16];
    digits[0] = (char)('2' + sample_random(w, 8));
    add_digits(w, digits + 1, 10);
    digits[11] = verhoeff_digit(digits);
    snprintf(out, capacity, "%.4s %.4s %.4s", digits, digits + 4, digits + 8);
}

static void iban(sample_writer *w, char *out, size_t capacity) {
    char account[20];
    add_digits(w, account, 18);
    snprintf(out, capacity, "DE%02u%s", iban_check(account), account);
}

static void pan(sample_writer *w, char *out, size_t capacity) {
    char letters[6], digits[8];
    for (size_t i = 0; i < 5; i++) letters[i] = (char)('A' + sample_random(w, 26));
    letters[3] = 'P';
    letters[5] = '\0';
    add_digits(w, digits, 4);
    snprintf(out, capacity, "PAN %s%s%c", letters, digits, (int)('A' + sample_random(w, 26)));
}

static void mail(sample_writer *w, char *out, size_t capacity) {
    static const char *const names[] = {"asha", "tom", "elena", "rahul", "chloe", "jonas", "aiko", "luis", "sara"};
    static const char *const families[] = {"rao", "okafor", "petrov", "nair", "martin", "weber", "tanaka", "cohen"};
    snprintf(out, capacity, "%s.%s%u@example.org", SAMPLE_PICK(w, names), SAMPLE_PICK(w, families),
             sample_random(w, 99));
}

static void telephone(sample_writer *w, char *out, size_t capacity) {
    char digits[12];
    add_digits(w, digits, 9);
    snprintf(out, capacity, "+91 9%.4s %.5s", digits, digits + 4);
}

static void us_ssn(sample_writer *w, char *out, size_t capacity) {
    snprintf(out, capacity, "SSN %03u-%02u-%04u", 100 + sample_random(w, 560), 10 + sample_random(w, 89),
             1000 + sample_random(w, 8999));
}

static void address(sample_writer *w, char *out, size_t capacity) {
    snprintf(out, capacity, "203.0.113.%u", 1 + sample_random(w, 254));
}

void sample_personal_value(sample_writer *w, char *out, size_t capacity) {
    typedef void value_fn(sample_writer *, char *, size_t);
    static value_fn *const values[] = {card, aadhaar, iban, pan, mail, mail, telephone, us_ssn, address};
    SAMPLE_PICK(w, values)(w, out, capacity);
}

void sample_digits(sample_writer *w) {
    static const size_t groups[][6] = {{4, 4, 4, 4}, {4, 4, 4}, {3, 3, 4}, {2, 3, 5, 2}, {5, 5},          {3, 2, 4},
                                       {10},         {16},      {12, 4},   {6, 6, 3},    {2, 2, 2, 2, 2}, {8, 8}};
    const size_t *shape = SAMPLE_PICK(w, groups);
    const char *separator = sample_chance(w, 75) ? " " : "-";
    char digits[24];
    for (size_t i = 0; i < 6 && shape[i]; i++) {
        add_digits(w, digits, shape[i]);
        if (i) sample_add(w, separator);
        sample_add(w, digits);
    }
    sample_add(w, sample_chance(w, 25) ? "\n" : " ");
}
