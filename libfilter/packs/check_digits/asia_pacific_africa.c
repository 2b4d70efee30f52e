/* SPDX-License-Identifier: Apache-2.0 */
/* Asia beside India, the Pacific, Africa, Turkey. */
#include "packs/check_digits/digits.h"

#include <string.h>

/* Australian Business Register, "Format of the ABN": one off the first digit, mod 89. */
static bool au_abn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    return digits_of(value, size, 11, d) && d[0] != '0' && (weighted(d, weights, 11) - 10) % 89 == 0;
}

/* ASIC, "Australian Company Number digit check". */
static bool au_acn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {8, 7, 6, 5, 4, 3, 2, 1};
    return digits_of(value, size, 9, d) && (10 - weighted(d, weights, 8) % 10) % 10 == digit(d[8]);
}

/* Australian Taxation Office, tax file number: mod 11. */
static bool au_tfn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    return digits_of(value, size, 9, d) && weighted(d, weights, 9) % 11 == 0;
}

/* Services Australia, Medicare card: the ninth digit checks eight; the tenth counts issues. */
static bool au_medicare(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 9, 1, 3, 7, 9};
    size_t count = checksum_gather(value, size, false, d);
    return (count == 10 || count == 11) && d[0] >= '2' && d[0] <= '6' && weighted(d, weights, 8) % 10 == digit(d[8]);
}

/* GB 11643-1999: ISO/IEC 7064 mod 11-2, and a date of birth. */
static bool cn_ric(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    static const char weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (checksum_gather(value, size, true, c) != 18) return false;
    for (int i = 0; i < 17; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    if (!is_calendar_day((unsigned)number(c + 6, 4), (unsigned)number(c + 10, 2), (unsigned)number(c + 12, 2))) {
        return false;
    }
    return c[17] == "10X98765432"[weighted(c, weights, 17) % 11];
}

/* Ministry of Internal Affairs ordinance 85 of 2014, article 5. */
static bool jp_my_number(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    if (!digits_of(value, size, 12, d)) return false;
    int rest = weighted(d, weights, 11) % 11;
    return (rest <= 1 ? 0 : 11 - rest) == digit(d[11]);
}

/* Korea, resident registration: the digit that numbers issued before October 2020 carry. */
static bool kr_rrn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    return digits_of(value, size, 13, d) && (11 - weighted(d, weights, 12) % 11) % 10 == digit(d[12]);
}

/* Korea, National Tax Service, business registration. */
static bool kr_brn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    if (!digits_of(value, size, 10, d)) return false;
    int sum = weighted(d, weights, 9) + digit(d[8]) * 5 / 10;
    return (10 - sum % 10) % 10 == digit(d[9]);
}

/* Philippines, Bureau of Internal Revenue, by observation: weights 9 to 2, the rest mod 11 is the ninth digit; a branch
 * follows. */
static bool ph_tin(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {9, 8, 7, 6, 5, 4, 3, 2};
    size_t count = checksum_gather(value, size, false, d);
    if (count != 9 && (count < 12 || count > 14)) return false;
    return number(d, 9) > 0 && weighted(d, weights, 8) % 11 == digit(d[8]);
}

/* Singapore, NRIC and FIN: letter by mod 11; T and G add 4, M adds 3. */
static bool sg_nric(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    static const char weights[] = {2, 7, 6, 5, 4, 3, 2};
    if (checksum_gather(value, size, true, c) != 9) return false;
    for (int i = 1; i < 8; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    int rest = (weighted(c + 1, weights, 7) + (c[0] == 'T' || c[0] == 'G' ? 4 : c[0] == 'M' ? 3 : 0)) % 11;
    switch (c[0]) {
    case 'S':
    case 'T': return c[8] == "JZIHGFEDCBA"[rest];
    case 'F':
    case 'G': return c[8] == "XWUTRQPNMLK"[rest];
    case 'M': return c[8] == "KLJNPQRTUWX"[10 - rest];
    default: return false;
    }
}

/* Singapore, unique entity number (ACRA): businesses nnnnnnnnX, companies yyyynnnnnX, others TyyPQnnnnX. */
static bool sg_uen(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    static const char business[] = {10, 4, 9, 3, 8, 2, 7, 1}, company[] = {10, 8, 6, 4, 9, 7, 5, 3, 1};
    static const char other[] = {4, 3, 5, 3, 10, 2, 2, 5, 7}, letters[] = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    size_t count = checksum_gather(value, size, true, c), digits = 0;
    while (digits < count && text_is_digit(c[digits])) digits++;
    if (count == 9 && digits == 8) return c[8] == "XMKECAWLJDB"[weighted(c, business, 8) % 11];
    if (count == 10 && digits == 9) return c[9] == "ZKCMDNERGWH"[weighted(c, company, 9) % 11];
    if (count != 10 || digits != 0) return false;
    int sum = -5;
    for (int i = 0; i < 9; i++) {
        const char *at = strchr(letters, c[i]);
        if (!at) return false;
        sum += (int)(at - letters) * other[i];
    }
    return c[9] == letters[(sum + 11) % 11];
}

/* Thailand, Department of Provincial Administration: mod 11 with weights 13 to 2. */
static bool th_tnin(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits_of(value, size, 13, d) && d[0] != '0' && (11 - weighted(d, weights, 12) % 11) % 10 == digit(d[12]);
}

/* Türkiye, law 5490 on population services: two check digits. */
static bool tr_id(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    if (!digits_of(value, size, 11, d) || d[0] == '0') return false;
    int odd = 0, even = 0, all = 0;
    for (int i = 0; i < 9; i++) *(i % 2 ? &even : &odd) += digit(d[i]);
    for (int i = 0; i < 10; i++) all += digit(d[i]);
    return ((odd * 7 - even) % 10 + 10) % 10 == digit(d[9]) && all % 10 == digit(d[10]);
}

const checksum check_digits_asia_pacific_africa[] = {
    {"au_abn", au_abn, NULL},   {"au_acn", au_acn, NULL}, {"au_medicare", au_medicare, NULL},
    {"au_tfn", au_tfn, NULL},   {"cn_ric", cn_ric, NULL}, {"jp_my_number", jp_my_number, NULL},
    {"kr_brn", kr_brn, NULL},   {"kr_rrn", kr_rrn, NULL}, {"ph_tin", ph_tin, NULL},
    {"sg_nric", sg_nric, NULL}, {"sg_uen", sg_uen, NULL}, {"th_tnin", th_tnin, NULL},
    {"tr_id", tr_id, NULL},     {NULL, NULL, NULL},
};
