/* SPDX-License-Identifier: Apache-2.0 */
/* Europe. */
#include "packs/check_digits/digits.h"

#include <string.h>

/* Belgium, royal decree of 3 April 1984: mod 97; for births from 2000 on with a 2 before. */
static bool be_nrn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    if (!digits_of(value, size, 11, d)) return false;
    uint64_t base = number(d, 9), check = number(d + 9, 2);
    return 97 - base % 97 == check || 97 - (2000000000U + base) % 97 == check;
}

/* Switzerland, AHV number: EAN-13 with the prefix 756. */
static bool ch_ahv(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    return digits_of(value, size, 13, d) && memcmp(d, "756", 3) == 0 && weighted(d, weights, 13) % 10 == 0;
}

/* Germany, tax identification number (AO § 139b): mod 11,10, and no digit more than three times in ten. */
static bool de_tax_id(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    int counts[10] = {0};
    if (!digits_of(value, size, 11, d) || d[0] == '0') return false;
    for (int i = 0; i < 10; i++) {
        if (++counts[digit(d[i])] > 3) return false;
    }
    return mod_11_10(d, 11);
}

/* Germany, VAT number: mod 11,10 over nine digits. */
static bool de_vat(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    return digits_of(value, size, 9, d) && d[0] != '0' && mod_11_10(d, 9);
}

/* Germany, pension insurance number (VKVV § 4): the letter as two digits. */
static bool de_pension(const char *value, size_t size) {
    char c[CHARACTERS_MAX], d[13];
    static const char weights[] = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
    if (checksum_gather(value, size, true, c) != 12 || !text_is_alpha(c[8])) return false;
    for (int i = 0; i < 12; i++) {
        if (i != 8 && !text_is_digit(c[i])) return false;
    }
    int letter = c[8] - 'A' + 1;
    memcpy(d, c, 8);
    d[8] = (char)('0' + letter / 10);
    d[9] = (char)('0' + letter % 10);
    memcpy(d + 10, c + 9, 3);
    int day = (int)number(c + 2, 2), month = (int)number(c + 4, 2);
    return month <= 12 && day <= 81 && weighted_cross(d, weights, 12) % 10 == digit(d[12]);
}

/* Germany, health insurance number (SGB V § 290): the letter as two digits, weights 1 and 2. */
static bool de_health(const char *value, size_t size) {
    char c[CHARACTERS_MAX], d[11];
    static const char weights[] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    if (checksum_gather(value, size, true, c) != 10 || !text_is_alpha(c[0])) return false;
    int letter = c[0] - 'A' + 1;
    d[0] = (char)('0' + letter / 10);
    d[1] = (char)('0' + letter % 10);
    for (int i = 1; i < 10; i++) {
        if (!text_is_digit(c[i])) return false;
        d[i + 1] = c[i];
    }
    return weighted_cross(d, weights, 10) % 10 == digit(d[10]);
}

/* Germany, physician number (KBV, Arztnummern): 4-9 weights over six digits. */
static bool de_lanr(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {4, 9, 4, 9, 4, 9};
    return digits_of(value, size, 9, d) && (10 - weighted(d, weights, 6) % 10) % 10 == digit(d[6]);
}

/* Spain, Orden EHA/451/2008: a letter for the kind of body, seven digits, and their Luhn digit or its letter. */
static bool is_spanish_body(const char *c, size_t count) {
    if (count != 9 || !strchr("ABCDEFGHJNPQRSUVW", c[0])) return false;
    char digits[9] = "";
    for (int i = 1; i < 8; i++) {
        if (!text_is_digit(c[i])) return false;
        digits[i - 1] = c[i];
    }
    bool is_letter = text_is_alpha(c[8]);
    if (is_letter ? c[8] > 'J' || strchr("ABEH", c[0]) : strchr("PQS", c[0]) != NULL) return false;
    digits[7] = is_letter ? "1234567890"[c[8] - 'A'] : c[8];
    return checksum_luhn_digits(digits, 8);
}

/* Spain, Ministerio del Interior: letter by mod 23; X, Y, Z of an NIE are 0, 1, 2; K, L, M of other persons count
 * nothing. Or the number of a body. */
static bool es_nif(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    if (is_spanish_body(c, count)) return true;
    if (count < 8 || count > 9 || !text_is_alpha(c[count - 1])) return false;
    if (c[0] >= 'X' && c[0] <= 'Z') c[0] = (char)('0' + (c[0] - 'X'));
    if (count == 9 && c[0] >= 'K' && c[0] <= 'M') c[0] = '0';
    for (size_t i = 0; i + 1 < count; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    return c[count - 1] == "TRWAGMYFPDXBNJZSQVHLCKE"[number(c, count - 1) % 23];
}

/* Finland, decree 128/2010: mod 31 over date and individual number. */
static bool fi_hetu(const char *value, size_t size) {
    char d[9];
    if (size != 11) return false;
    memcpy(d, value, 6);
    memcpy(d + 6, value + 7, 3);
    for (int i = 0; i < 9; i++) {
        if (!text_is_digit(d[i])) return false;
    }
    unsigned century = strchr("ABCDEFabcdef", value[6]) ? 2000 : value[6] == '+' ? 1800 : 1900;
    return is_calendar_day(century + (unsigned)number(d + 4, 2), (unsigned)number(d + 2, 2), (unsigned)number(d, 2)) &&
           text_lower(value[10]) == text_lower("0123456789ABCDEFHJKLMNPRSTUVWXY"[number(d, 9) % 31]);
}

/* France, INSEE, NIR: key 97 − number mod 97; 2A and 2B of Corsica are 19 and 18. */
static bool fr_nir(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 15) return false;
    if (c[5] == '2' && (c[6] == 'A' || c[6] == 'B')) {
        c[5] = '1';
        c[6] = c[6] == 'A' ? '9' : '8';
    }
    for (int i = 0; i < 15; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    return 97 - number(c, 13) % 97 == number(c + 13, 2);
}

/* France, Code général des impôts, annexe III, article 169 bis: the SIREN with its Luhn digit, and before it a key: two
 * digits that are (12 + 3 × SIREN) mod 97, or of newer ones two characters. */
static bool fr_tva(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 13 || memcmp(c, "FR", 2) != 0) return false;
    for (int i = 4; i < 13; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    if (!checksum_luhn_digits(c + 4, 9) || number(c + 4, 9) == 0) return false;
    if (!text_is_digit(c[2]) || !text_is_digit(c[3])) return true;
    return (12 + 3 * (number(c + 4, 9) % 97)) % 97 == number(c + 2, 2);
}

/* Italy, Ministerial decree of 23 December 1976: odd places by a table, even by value, mod 26. */
static bool it_fiscal_code(const char *value, size_t size) {
    static const char odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                               20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    char c[CHARACTERS_MAX];
    int sum = 0;
    if (checksum_gather(value, size, true, c) != 16 || !text_is_alpha(c[15])) return false;
    for (int i = 0; i < 15; i++) {
        int v = text_is_digit(c[i]) ? digit(c[i]) : c[i] - 'A';
        sum += i % 2 ? v : odd[v];
    }
    return c[15] == 'A' + sum % 26;
}

/* Netherlands, BSN: the eleven test, the last digit negative. */
static bool nl_bsn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    return digits_of(value, size, 9, d) && number(d, 9) > 0 && weighted(d, weights, 9) % 11 == 0;
}

/* Poland, law of 24 September 2010 on population records. */
static bool pl_pesel(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
    return digits_of(value, size, 11, d) && is_day((int)number(d + 2, 2) % 20, (int)number(d + 4, 2)) &&
           (10 - weighted(d, weights, 10) % 10) % 10 == digit(d[10]);
}

/* Sweden, Skatteverket: Luhn over ten digits; 60 is added to the day of a coordination number. */
static bool se_personnummer(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, false, d);
    if (count != 10 && count != 12) return false;
    const char *ten = d + count - 10;
    unsigned day = (unsigned)number(ten + 4, 2), year = (unsigned)number(d, count - 8);
    return is_calendar_day(count == 12 ? year : year + 2000, (unsigned)number(ten + 2, 2), day > 60 ? day - 60 : day) &&
           checksum_luhn_digits(ten, 10);
}

/* NHS Data Dictionary, NHS number: mod 11; a check of 10 is never issued. */
static bool uk_nhs(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    if (!digits_of(value, size, 10, d) || is_one_digit(d, 10)) return false;
    int check = 11 - weighted(d, weights, 9) % 11;
    return check != 10 && check % 11 == digit(d[9]);
}

/* Germany, Personalausweisverordnung annex 3 with ICAO Doc 9303: the tenth character checks nine, or is left out. */
static bool de_id_card(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    return count == 9 || (count == 10 && icao_check(c, 9, c[9]));
}

const checksum check_digits_europe[] = {
    {"be_nrn", be_nrn, NULL},
    {"ch_ahv", ch_ahv, NULL},
    {"de_health", de_health, NULL},
    {"de_id_card", de_id_card, NULL},
    {"de_lanr", de_lanr, NULL},
    {"de_pension", de_pension, NULL},
    {"de_tax_id", de_tax_id, NULL},
    {"de_vat", de_vat, NULL},
    {"es_nif", es_nif, NULL},
    {"fi_hetu", fi_hetu, NULL},
    {"fr_nir", fr_nir, NULL},
    {"fr_tva", fr_tva, NULL},
    {"it_fiscal_code", it_fiscal_code, NULL},
    {"nl_bsn", nl_bsn, NULL},
    {"pl_pesel", pl_pesel, NULL},
    {"se_personnummer", se_personnummer, NULL},
    {"uk_nhs", uk_nhs, NULL},
    {NULL, NULL, NULL},
};
