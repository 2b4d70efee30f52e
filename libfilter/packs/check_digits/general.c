/* SPDX-License-Identifier: Apache-2.0 */
/* Schemes of no one country: cards, accounts, securities, vehicles, travel documents, and the algorithms that others
 * use. */
#include "packs/check_digits/digits.h"

#include <string.h>

bool check_luhn(const char *value, size_t size) {
    char digits[CHARACTERS_MAX];
    return checksum_luhn_digits(digits, checksum_gather(value, size, false, digits));
}

/* J. Verhoeff, Error Detecting Decimal Codes (1969): products in the dihedral group D5 of digits
 * that were permuted by their position. The check digit is the last one. */
static bool verhoeff(const char *value, size_t size) {
    static const char product[10][11] = {"0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
                                         "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"};
    static const char permuted[8][11] = {"0123456789", "1576283094", "5803796142", "8916043527",
                                         "9453126870", "4286573901", "2793806415", "7046913258"};
    char digits[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, false, digits);
    int check = 0;
    for (size_t i = 0; i < count; i++) {
        check = product[check][permuted[i % 8][digits[count - 1 - i] - '0'] - '0'] - '0';
    }
    return count > 1 && check == 0;
}

/* ISO/IEC 7064 mod 97-10, as ISO 13616 reads an IBAN: from the fifth character on, then the first four. */
static unsigned mod97(const char *c, size_t count) {
    unsigned remainder = 0;
    for (size_t i = 0; i < count; i++) {
        int v = value36(c[(i + 4) % count]);
        remainder = (remainder * (v > 9 ? 100 : 10) + (unsigned)v) % 97;
    }
    return remainder;
}

/* ISO 13616: length by country (SWIFT, IBAN Registry), then the check digits. */
static bool iban(const char *value, size_t size) {
    static const char lengths[] =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18"
        "FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27"
        "MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27"
        "SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    if (count < 15 || !text_is_alpha(c[0]) || !text_is_alpha(c[1])) return false;
    size_t expected = 0;
    for (const char *s = lengths; *s && !expected; s += 4) {
        if (s[0] == c[0] && s[1] == c[1]) expected = (size_t)((s[2] - '0') * 10 + (s[3] - '0'));
    }
    return count == expected && mod97(c, count) == 1;
}

static void iban_complete(char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (size < 15) return;
    memcpy(value + 2, "00", 2);
    unsigned check = 98 - mod97(c, checksum_gather(value, size, true, c));
    value[2] = (char)('0' + check / 10);
    value[3] = (char)('0' + check % 10);
}

/* ISO 6166: letters as two digits, then Luhn. */
static bool isin(const char *value, size_t size) {
    char c[CHARACTERS_MAX], digits[2 * 12];
    size_t count = 0;
    if (checksum_gather(value, size, true, c) != 12) return false;
    for (int i = 0; i < 12; i++) {
        int v = value36(c[i]);
        if (v > 9) digits[count++] = (char)('0' + v / 10);
        digits[count++] = (char)('0' + v % 10);
    }
    return checksum_luhn_digits(digits, count);
}

/* The line of a machine-readable zone that has the numbers: ICAO Doc 9303 part 4 (passports, 44 characters), part 5
 * (cards, the second of three lines of 30, and the first) and part 6 (36 characters). */
static bool icao_mrz(const char *value, size_t size) {
    if (size == 30 && text_is_alpha(value[0])) return icao_check(value + 5, 9, value[14]);
    if (size == 30) return icao_check(value, 6, value[6]) && icao_check(value + 8, 6, value[14]);
    return (size == 44 || size == 36) && icao_check(value, 9, value[9]) && icao_check(value + 13, 6, value[19]) &&
           icao_check(value + 21, 6, value[27]);
}

/* 49 CFR 565.15: the ninth character checks a vehicle identification number, in North America and China. */
static bool vin(const char *value, size_t size) {
    static const char values[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"; /* place modulo 10 is the value */
    static const int weights[] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    char c[CHARACTERS_MAX];
    int sum = 0;
    if (checksum_gather(value, size, true, c) != 17) return false;
    for (int i = 0; i < 17; i++) {
        const char *at = strchr(values, c[i]);
        if (!at || c[i] == '.') return false;
        sum += (int)((at - values) % 10) * weights[i];
    }
    return c[8] == "0123456789X"[sum % 11];
}

const checksum check_digits_general[] = {
    {"iban", iban, iban_complete}, {"icao_mrz", icao_mrz, NULL}, {"isin", isin, NULL}, {"luhn", check_luhn, NULL},
    {"verhoeff", verhoeff, NULL},  {"vin", vin, NULL},           {NULL, NULL, NULL},
};
