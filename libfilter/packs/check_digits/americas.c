/* SPDX-License-Identifier: Apache-2.0 */
/* North and South America. */
#include "packs/check_digits/digits.h"

#include <string.h>

/* American Bankers Association, routing number: 3-7-1, mod 10, and prefixes in use. */
static bool us_aba(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    if (!digits_of(value, size, 9, d)) return false;
    int prefix = (int)number(d, 2);
    bool known = prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) || prefix == 80;
    return known && number(d, 9) > 0 && weighted(d, weights, 9) % 10 == 0;
}

/* DEA, Practitioner's Manual: two letters, six digits, a check digit. */
static bool us_dea(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 9 || !text_is_alpha(c[0])) return false;
    for (int i = 2; i < 9; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    int sum = digit(c[2]) + digit(c[4]) + digit(c[6]) + 2 * (digit(c[3]) + digit(c[5]) + digit(c[7]));
    return sum % 10 == digit(c[8]);
}

/* CMS, 45 CFR 162.406: Luhn with the prefix 80840. */
static bool us_npi(const char *value, size_t size) {
    char d[CHARACTERS_MAX], prefixed[15];
    if (!digits_of(value, size, 10, d)) return false;
    memcpy(prefixed, "80840", 5);
    memcpy(prefixed + 5, d, 10);
    return checksum_luhn_digits(prefixed, 15);
}

static bool brazilian(const char *d, size_t count, const char *weights) {
    for (size_t checks = 2; checks > 0; checks--) {
        size_t before = count - checks;
        int rest = weighted(d, weights + checks - 1, before) % 11;
        if ((rest < 2 ? 0 : 11 - rest) != digit(d[before])) return false;
    }
    return true;
}

/* Receita Federal do Brasil, Cadastro de Pessoas Físicas. */
static bool br_cpf(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits_of(value, size, 11, d) && !is_one_digit(d, 11) && brazilian(d, 11, weights);
}

/* Receita Federal do Brasil, Cadastro Nacional da Pessoa Jurídica, Instrução Normativa 2.229 of 2024: twelve letters or
 * digits, each worth its ASCII code less 48, and two check digits. */
static bool br_cnpj(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    static const char weights[] = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
    return checksum_gather(value, size, true, c) == 14 && text_is_digit(c[12]) && text_is_digit(c[13]) &&
           !is_one_digit(c, 14) && brazilian(c, 14, weights);
}

/* RENAPO, Instructivo normativo para la asignación de la CURP. */
static bool mx_curp(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    int sum = 0;
    if (checksum_gather(value, size, true, c) != 18 || !text_is_digit(c[17])) return false;
    for (int i = 0; i < 17; i++) {
        int v = text_is_digit(c[i]) ? digit(c[i]) : c[i] - 'A' + 10;
        if (c[i] > 'N') v++; /* Ñ has the place after N */
        sum += v * (18 - i);
    }
    return is_day((int)number(c + 6, 2), (int)number(c + 8, 2)) && (10 - sum % 10) % 10 == digit(c[17]);
}

/* US Social Security Administration, "Social Security Number Randomization" and POMS RM 10201.035:
 * areas 000, 666 and 9xx, group 00 and serial 0000 are never issued. Numbers that were printed in
 * advertisements and one digit repeated belong to nobody either. */
static bool ssn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    if (checksum_gather(value, size, false, d) != 9 || d[0] == '9') return false;
    if (!memcmp(d, "000", 3) || !memcmp(d, "666", 3) || !memcmp(d + 3, "00", 2) || !memcmp(d + 5, "0000", 4)) {
        return false;
    }
    if (!memcmp(d, "078051120", 9) || !memcmp(d, "219099999", 9) || !memcmp(d, "123456789", 9)) return false;
    return strspn(d, (char[]){d[0], 0}) < 9;
}

const checksum check_digits_americas[] = {
    {"br_cnpj", br_cnpj, NULL}, {"br_cpf", br_cpf, NULL}, {"mx_curp", mx_curp, NULL}, {"ssn", ssn, NULL},
    {"us_aba", us_aba, NULL},   {"us_dea", us_dea, NULL}, {"us_npi", us_npi, NULL},   {NULL, NULL, NULL},
};
