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

/* SWIFT, IBAN Registry (release 101): what stands behind the check digits of each country, as so many digits (n),
 * capital letters (a) or either (c). */
static const char iban_structures[] =
    "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n "
    "CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n "
    "GI4a15c GL14n GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c "
    "KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n "
    "MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c "
    "SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n "
    "VG4a16n XK16n YE4a4n18c ";

/* Is `c` of the kind that a structure asks for? */
static bool iban_has_kind(char c, char kind) {
    return kind == 'c' || (kind == 'n' ? text_is_digit(c) : text_is_alpha(c));
}

/* The next country in the table from `at` on: its letters are country[0..1], its structure follows them. NULL past the
 * last one. `size` is the length of the whole number. */
static const char *iban_next(const char *at, const char **after, size_t *size) {
    if (!*at) return NULL;
    const char *s = at + 2;
    *size = 4;
    while (*s != ' ') {
        size_t count = 0;
        while (text_is_digit(*s)) count = count * 10 + (size_t)digit(*s++);
        *size += count;
        s++; /* the kind */
    }
    *after = s + 1;
    return at;
}

/* The kind of the character at `place` of a number, counted from 0, by the structure behind a country's letters. */
static char iban_kind(const char *structure, size_t place) {
    size_t end = 4;
    while (*structure != ' ') {
        size_t count = 0;
        while (text_is_digit(*structure)) count = count * 10 + (size_t)digit(*structure++);
        end += count;
        if (place < end) return *structure;
        structure++;
    }
    return 'c';
}

/* ISO 13616: the country's structure, then the check digits. */
static bool iban(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c), expected = 0;
    const char *country = iban_structures, *after = iban_structures;
    if (count < 15 || !text_is_digit(c[2]) || !text_is_digit(c[3])) return false;
    while ((country = iban_next(after, &after, &expected)) != NULL) {
        if (country[0] == c[0] && country[1] == c[1]) break;
    }
    if (!country || count != expected) return false;
    for (size_t i = 4; i < count; i++) {
        if (!iban_has_kind(c[i], iban_kind(country + 2, i))) return false;
    }
    return mod97(c, count) == 1;
}

/* A country whose numbers are so long, its structure, and the check digits. */
static void iban_complete(char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c), expected = 0, place = 0;
    const char *country = NULL, *chosen = NULL, *after = iban_structures;
    if (count < 15) return;
    while ((country = iban_next(after, &after, &expected)) != NULL) {
        /* The first letters decide which one it is. */
        if (expected == count && (!chosen || country[0] <= c[0])) chosen = country;
    }
    if (!chosen) return;
    bool small = value[0] >= 'a';
    for (size_t i = 0; i < size; i++) {
        if (!text_is_digit(value[i]) && !text_is_alpha(value[i])) continue;
        char kind = place < 2 ? 'a' : place < 4 ? 'n' : iban_kind(chosen + 2, place);
        char made = place < 2 ? chosen[place] : place < 4 ? '0' : c[place];
        if (kind == 'n' && !text_is_digit(made)) made = (char)('0' + made % 10);
        if (kind == 'a' && !text_is_alpha(made)) made = (char)('A' + digit(made));
        value[i] = small ? text_lower(made) : made;
        c[place++] = made;
    }
    unsigned check = 98 - mod97(c, count);
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
