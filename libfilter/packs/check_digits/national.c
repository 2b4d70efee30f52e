/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/national.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* ----------------------------------------------------------------------------------- helpers ---- */

/* The digits of a value, when there are exactly `count`. */
static bool digits_of(const char *value, size_t size, size_t count, char digits[CHARACTERS_MAX]) {
    return checksum_gather(value, size, false, digits) == count;
}

/* Sum of digits times weights; the weights are small numbers in a string, one a byte. */
static int weighted(const char *digits, const char *weights, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) sum += (digits[i] - '0') * weights[i];
    return sum;
}

/* The same, with the digits of each product added. */
static int weighted_cross(const char *digits, const char *weights, size_t count) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int product = (digits[i] - '0') * weights[i];
        sum += product / 10 + product % 10;
    }
    return sum;
}

static int digit(char c) {
    return c - '0';
}

static uint64_t number(const char *digits, size_t count) {
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++) n = n * 10 + (uint64_t)(digits[i] - '0');
    return n;
}

static bool is_day(int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* ISO/IEC 7064 mod 11,10: the last digit checks those before it. */
static bool mod_11_10(const char *digits, size_t count) {
    int product = 10;
    for (size_t i = 0; i + 1 < count; i++) {
        int sum = (digit(digits[i]) + product) % 10;
        product = (sum ? sum : 10) * 2 % 11;
    }
    return (11 - product) % 10 == digit(digits[count - 1]);
}

/* ------------------------------------------------------------------------------- Asia, Pacific ---- */

/* Australian Business Register, "Format of the ABN": one off the first digit, mod 89. */
bool checksum_au_abn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    return digits_of(value, size, 11, d) && d[0] != '0' && (weighted(d, weights, 11) - 10) % 89 == 0;
}

/* ASIC, "Australian Company Number digit check". */
bool checksum_au_acn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {8, 7, 6, 5, 4, 3, 2, 1};
    return digits_of(value, size, 9, d) && (10 - weighted(d, weights, 8) % 10) % 10 == digit(d[8]);
}

/* Australian Taxation Office, tax file number: mod 11. */
bool checksum_au_tfn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    return digits_of(value, size, 9, d) && weighted(d, weights, 9) % 11 == 0;
}

/* Services Australia, Medicare card: the ninth digit checks eight; the tenth counts issues. */
bool checksum_au_medicare(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 9, 1, 3, 7, 9};
    size_t count = checksum_gather(value, size, false, d);
    return (count == 10 || count == 11) && d[0] >= '2' && d[0] <= '6' && weighted(d, weights, 8) % 10 == digit(d[8]);
}

/* GB 11643-1999: ISO/IEC 7064 mod 11-2, and a date of birth. */
bool checksum_cn_ric(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    static const char weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (checksum_gather(value, size, true, c) != 18) return false;
    for (int i = 0; i < 17; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    if (!is_day((int)number(c + 10, 2), (int)number(c + 12, 2))) return false;
    return c[17] == "10X98765432"[weighted(c, weights, 17) % 11];
}

/* Ministry of Internal Affairs ordinance 85 of 2014, article 5. */
bool checksum_jp_my_number(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    if (!digits_of(value, size, 12, d)) return false;
    int rest = weighted(d, weights, 11) % 11;
    return (rest <= 1 ? 0 : 11 - rest) == digit(d[11]);
}

/* Korea, resident registration: the digit that numbers issued before October 2020 carry. */
bool checksum_kr_rrn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    return digits_of(value, size, 13, d) && (11 - weighted(d, weights, 12) % 11) % 10 == digit(d[12]);
}

/* Korea, National Tax Service, business registration. */
bool checksum_kr_brn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    if (!digits_of(value, size, 10, d)) return false;
    int sum = weighted(d, weights, 9) + digit(d[8]) * 5 / 10;
    return (10 - sum % 10) % 10 == digit(d[9]);
}

/* Singapore, NRIC and FIN: letter by mod 11; T and G add 4, M adds 3. */
bool checksum_sg_nric(const char *value, size_t size) {
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
bool checksum_sg_uen(const char *value, size_t size) {
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
bool checksum_th_tnin(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits_of(value, size, 13, d) && d[0] != '0' && (11 - weighted(d, weights, 12) % 11) % 10 == digit(d[12]);
}

/* Türkiye, law 5490 on population services: two check digits. */
bool checksum_tr_id(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    if (!digits_of(value, size, 11, d) || d[0] == '0') return false;
    int odd = 0, even = 0, all = 0;
    for (int i = 0; i < 9; i++) *(i % 2 ? &even : &odd) += digit(d[i]);
    for (int i = 0; i < 10; i++) all += digit(d[i]);
    return ((odd * 7 - even) % 10 + 10) % 10 == digit(d[9]) && all % 10 == digit(d[10]);
}

/* ----------------------------------------------------------------------------------- Americas ---- */

/* American Bankers Association, routing number: 3-7-1, mod 10, and prefixes in use. */
bool checksum_us_aba(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    if (!digits_of(value, size, 9, d)) return false;
    int prefix = (int)number(d, 2);
    bool known = prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) || prefix == 80;
    return known && number(d, 9) > 0 && weighted(d, weights, 9) % 10 == 0;
}

/* DEA, Practitioner's Manual: two letters, six digits, a check digit. */
bool checksum_us_dea(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 9 || !text_is_alpha(c[0])) return false;
    for (int i = 2; i < 9; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    int sum = digit(c[2]) + digit(c[4]) + digit(c[6]) + 2 * (digit(c[3]) + digit(c[5]) + digit(c[7]));
    return sum % 10 == digit(c[8]);
}

/* CMS, 45 CFR 162.406: Luhn with the prefix 80840. */
bool checksum_us_npi(const char *value, size_t size) {
    char d[CHARACTERS_MAX], prefixed[15];
    if (!digits_of(value, size, 10, d)) return false;
    memcpy(prefixed, "80840", 5);
    memcpy(prefixed + 5, d, 10);
    return checksum_luhn_digits(prefixed, 15);
}

static bool is_one_digit(const char *d, size_t count) {
    for (size_t i = 1; i < count; i++) {
        if (d[i] != d[0]) return false;
    }
    return true;
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
bool checksum_br_cpf(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits_of(value, size, 11, d) && !is_one_digit(d, 11) && brazilian(d, 11, weights);
}

/* Receita Federal do Brasil, Cadastro Nacional da Pessoa Jurídica, digits only. */
bool checksum_br_cnpj(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
    return digits_of(value, size, 14, d) && !is_one_digit(d, 14) && brazilian(d, 14, weights);
}

/* RENAPO, Instructivo normativo para la asignación de la CURP. */
bool checksum_mx_curp(const char *value, size_t size) {
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

/* ------------------------------------------------------------------------------------- Europe ---- */

/* Belgium, royal decree of 3 April 1984: mod 97; for births from 2000 on with a 2 before. */
bool checksum_be_nrn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    if (!digits_of(value, size, 11, d)) return false;
    uint64_t base = number(d, 9), check = number(d + 9, 2);
    return 97 - base % 97 == check || 97 - (2000000000U + base) % 97 == check;
}

/* Switzerland, AHV number: EAN-13 with the prefix 756. */
bool checksum_ch_ahv(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    return digits_of(value, size, 13, d) && memcmp(d, "756", 3) == 0 && weighted(d, weights, 13) % 10 == 0;
}

/* Germany, tax identification number (AO § 139b): mod 11,10, and no digit more than three times in ten. */
bool checksum_de_tax_id(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    int counts[10] = {0};
    if (!digits_of(value, size, 11, d) || d[0] == '0') return false;
    for (int i = 0; i < 10; i++) {
        if (++counts[digit(d[i])] > 3) return false;
    }
    return mod_11_10(d, 11);
}

/* Germany, VAT number: mod 11,10 over nine digits. */
bool checksum_de_vat(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    return digits_of(value, size, 9, d) && d[0] != '0' && mod_11_10(d, 9);
}

/* Germany, pension insurance number (VKVV § 4): the letter as two digits. */
bool checksum_de_pension(const char *value, size_t size) {
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
bool checksum_de_health(const char *value, size_t size) {
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
bool checksum_de_lanr(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {4, 9, 4, 9, 4, 9};
    return digits_of(value, size, 9, d) && (10 - weighted(d, weights, 6) % 10) % 10 == digit(d[6]);
}

/* Spain, Ministerio del Interior: letter by mod 23; X, Y, Z of an NIE are 0, 1, 2. */
bool checksum_es_nif(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    if (count < 8 || count > 9 || !text_is_alpha(c[count - 1])) return false;
    if (c[0] >= 'X' && c[0] <= 'Z') c[0] = (char)('0' + (c[0] - 'X'));
    for (size_t i = 0; i + 1 < count; i++) {
        if (!text_is_digit(c[i])) return false;
    }
    return c[count - 1] == "TRWAGMYFPDXBNJZSQVHLCKE"[number(c, count - 1) % 23];
}

/* Finland, decree 128/2010: mod 31 over date and individual number. */
bool checksum_fi_hetu(const char *value, size_t size) {
    char d[9];
    if (size != 11) return false;
    memcpy(d, value, 6);
    memcpy(d + 6, value + 7, 3);
    for (int i = 0; i < 9; i++) {
        if (!text_is_digit(d[i])) return false;
    }
    return is_day((int)number(d + 2, 2), (int)number(d, 2)) &&
           text_lower(value[10]) == text_lower("0123456789ABCDEFHJKLMNPRSTUVWXY"[number(d, 9) % 31]);
}

/* France, INSEE, NIR: key 97 − number mod 97; 2A and 2B of Corsica are 19 and 18. */
bool checksum_fr_nir(const char *value, size_t size) {
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

/* Italy, Ministerial decree of 23 December 1976: odd places by a table, even by value, mod 26. */
bool checksum_it_fiscal_code(const char *value, size_t size) {
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
bool checksum_nl_bsn(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    return digits_of(value, size, 9, d) && number(d, 9) > 0 && weighted(d, weights, 9) % 11 == 0;
}

/* Poland, law of 24 September 2010 on population records. */
bool checksum_pl_pesel(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
    return digits_of(value, size, 11, d) && is_day((int)number(d + 2, 2) % 20, (int)number(d + 4, 2)) &&
           (10 - weighted(d, weights, 10) % 10) % 10 == digit(d[10]);
}

/* Sweden, Skatteverket: Luhn over ten digits; 60 is added to the day of a coordination number. */
bool checksum_se_personnummer(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, false, d);
    if (count != 10 && count != 12) return false;
    const char *ten = d + count - 10;
    int day = (int)number(ten + 4, 2);
    return is_day((int)number(ten + 2, 2), day > 60 ? day - 60 : day) && checksum_luhn_digits(ten, 10);
}

/* NHS Data Dictionary, NHS number: mod 11; a check of 10 is never issued. */
bool checksum_uk_nhs(const char *value, size_t size) {
    char d[CHARACTERS_MAX];
    static const char weights[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    if (!digits_of(value, size, 10, d) || is_one_digit(d, 10)) return false;
    int check = 11 - weighted(d, weights, 9) % 11;
    return check != 10 && check % 11 == digit(d[9]);
}
