/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each check digit against a second implementation, written here from another formulation than the library's: 10,000
 * random numbers that are right, and each of them again with one digit changed.
 */
#include "packs/check_digits/check_digits.h"
#include "base/random.h"
#include "support.h"

#include <sodium.h>

enum { ROUNDS = 10000, VALUE_MAX = 96 };

/* -------------------------------------------------------------------------------- linear sums ---- */

/* The weighted sum of the characters before, by its remainder, selects the check character ('-': no such number is
 * issued). In a form # is any digit and @ the check character. */
typedef struct linear_scheme {
    const char *name, *form;
    int weights[20], modulus;
    const char *check;
} linear_scheme;

static const linear_scheme linear_schemes[] = {
    {"au_acn", "########@", {8, 7, 6, 5, 4, 3, 2, 1}, 10, "0987654321"},
    {"au_medicare", "2#######@#", {1, 3, 7, 9, 1, 3, 7, 9}, 10, "0123456789"},
    {"au_tfn", "########@", {1, 4, 3, 7, 5, 8, 6, 9}, 11, "0123456789-"},
    {"ch_ahv", "756#########@", {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3}, 10, "0987654321"},
    {"cn_ric", "######19##0712###@", {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 11, "10X98765432"},
    {"de_lanr", "######@##", {4, 9, 4, 9, 4, 9}, 10, "0987654321"},
    {"es_nif", "########@", {14, 6, 19, 18, 11, 8, 10, 1}, 23, "TRWAGMYFPDXBNJZSQVHLCKE"},
    {"fi_hetu", "1207##-###@", {14, 20, 2, 25, 18, 8, 7, 10, 1}, 31, "0123456789ABCDEFHJKLMNPRSTUVWXY"},
    {"jp_my_number", "###########@", {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}, 11, "00987654321"},
    {"kr_rrn", "######1#####@", {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5}, 11, "10987654321"},
    {"nl_bsn", "1#######@", {9, 8, 7, 6, 5, 4, 3, 2}, 11, "0123456789-"},
    {"ph_tin", "3#######@", {2, 3, 4, 5, 6, 7, 8, 9}, 11, "0-987654321"},
    {"pl_pesel", "##0712####@", {1, 3, 7, 9, 1, 3, 7, 9, 1, 3}, 10, "0987654321"},
    {"sg_nric", "S#######@", {0, 2, 7, 6, 5, 4, 3, 2}, 11, "JZIHGFEDCBA"},
    {"sg_uen", "########@", {10, 4, 9, 3, 8, 2, 7, 1}, 11, "XMKECAWLJDB"},
    {"th_tnin", "3###########@", {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}, 11, "10987654321"},
    {"uk_nhs", "#########@", {10, 9, 8, 7, 6, 5, 4, 3, 2}, 11, "0-987654321"},
    {"us_aba", "02######@", {3, 7, 1, 3, 7, 1, 3, 7}, 10, "0987654321"},
};

static char linear_check(const linear_scheme *scheme, const char *value) {
    long sum = 0;
    int place = 0;
    for (size_t i = 0; scheme->form[i] != '@'; i++) {
        if (scheme->form[i] == '-') continue;
        sum += (value[i] >= '0' && value[i] <= '9' ? value[i] - '0' : 0) * scheme->weights[place++];
    }
    return scheme->check[sum % scheme->modulus];
}

/* ------------------------------------------------------------------- rules of their own for each ---- */

/* The value of a letter or digit in base 36; of anything else 0. */
static int base36(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 0;
}

static int digit_sum(int n) {
    return n < 10 ? n : digit_sum(n / 10) + n % 10;
}

/* Writes 0 … 99 behind a numeral, with at least `least` digits. */
static void append_number(char *numeral, int n, int least) {
    size_t size = strlen(numeral);
    if (n > 9 || least > 1) numeral[size++] = (char)('0' + n / 10 % 10);
    numeral[size++] = (char)('0' + n % 10);
    numeral[size] = '\0';
}

/* The remainder of a decimal numeral by long division; what is no digit is passed over. */
static int remainder_of(const char *numeral, size_t size, int modulus) {
    int rest = 0;
    for (size_t i = 0; i < size; i++) {
        if (numeral[i] >= '0' && numeral[i] <= '9') rest = (rest * 10 + numeral[i] - '0') % modulus;
    }
    return rest;
}

/* Luhn, digit by digit from the left, with the parity worked out first. */
static bool luhn(const char *digits) {
    size_t size = strlen(digits);
    int sum = 0;
    for (size_t i = 0; i < size; i++) {
        int d = digits[i] - '0';
        if ((size - i) % 2 == 0) d = d * 2 / 10 + d * 2 % 10;
        sum += d;
    }
    return sum % 10 == 0;
}

/* Verhoeff: the group as the symmetries of a pentagon, not as a table. */
static int pentagon(int a, int b) {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b - 5) % 5;
    return b < 5 ? 5 + (a - 5 - b + 5) % 5 : (a - b + 5) % 5;
}

static bool verhoeff(const char *digits) {
    static const int sigma[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    size_t size = strlen(digits);
    int check = 0;
    for (size_t i = 0; i < size; i++) {
        int d = digits[size - 1 - i] - '0';
        for (size_t k = 0; k < i % 8; k++) d = sigma[d];
        check = pentagon(check, d);
    }
    return check == 0;
}

/* With the one that the Register subtracts put on the other side: 89 divides the sum less the first weight. */
static bool au_abn(const char *v) {
    int sum = 10 * (v[0] - '0') - 10;
    for (int i = 1; i < 11; i++) sum += (2 * i - 1) * (v[i] - '0');
    return v[0] != '0' && sum % 89 == 0;
}

static bool be_nrn(const char *v) {
    int check = remainder_of(v + 9, 2, 1000), before = remainder_of(v, 9, 97);
    int since_2000 = (before + 2000000000 % 97) % 97;
    return check >= 1 && check <= 97 && ((before + check) % 97 == 0 || (since_2000 + check) % 97 == 0);
}

/* Both digits by rising weights, mod 11, then mod 10. */
static bool rising(const char *v, size_t count, int least, int most) {
    for (size_t place = count - 2; place < count; place++) {
        int sum = 0, weight = most;
        for (size_t i = place; i-- > 0; weight = weight == least ? most : weight - 1) sum += (v[i] - '0') * weight;
        if (sum % 11 % 10 != v[place] - '0') return false;
    }
    return true;
}

static bool br_cpf(const char *v) {
    return rising(v, 11, 0, 9);
}

static bool br_cnpj(const char *v) {
    return rising(v, 14, 2, 9);
}

/* Sum of the digits of the products, the letter at `letter` as two digits. */
static bool german(const char *v, size_t letter, const int *weights) {
    char digits[24] = "";
    for (size_t i = 0; v[i]; i++) {
        if (i == letter) append_number(digits, v[i] - '@', 2);
        else append_number(digits, v[i] - '0', 1);
    }
    int sum = 0;
    size_t last = strlen(digits) - 1;
    for (size_t i = 0; i < last; i++) sum += digit_sum((digits[i] - '0') * weights[i]);
    return sum % 10 == digits[last] - '0';
}

static bool de_health(const char *v) {
    return german(v, 0, (const int[]){1, 2, 1, 2, 1, 2, 1, 2, 1, 2});
}

static bool icao_field(const char *v, int from, int size);

static bool de_id_card(const char *v) {
    return icao_field(v, 0, 9);
}

static bool de_pension(const char *v) {
    return german(v, 8, (const int[]){2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1});
}

/* ISO/IEC 7064's recursion, the check digit included: the end is 1. */
static bool mod_11_10(const char *v) {
    int p = 10;
    for (; v[1]; v++) p = ((*v - '0' + p - 1) % 10 + 1) * 2 % 11;
    return (p + *v - '0') % 10 == 1;
}

/* And of the first ten digits none more than three times. */
static bool de_tax_id(const char *v) {
    for (char d = '0'; d <= '9'; d++) {
        int times = 0;
        for (int i = 0; i < 10; i++) times += v[i] == d;
        if (times > 3) return false;
    }
    return mod_11_10(v);
}

/* The letters of the decree in the order of the digit that fills the sum up to ten. */
static bool es_body(const char *v) {
    int sum = 0;
    for (int i = 1; i < 8; i++) sum += digit_sum((v[i] - '0') * (1 + i % 2));
    int check = (10 - sum % 10) % 10;
    return v[8] == (v[0] == 'Q' ? "JABCDEFGHI"[check] : '0' + check);
}

/* The key times 8 is what the SIREN and its 100-fold leave: 3 × 8 ≡ 24, 12 × 8 ≡ 96 (mod 97). */
static bool fr_tva(const char *v) {
    char siren[10];
    snprintf(siren, sizeof siren, "%.9s", v + 4);
    int key = remainder_of(v + 2, 2, 1000);
    return luhn(siren) && key < 97 && key * 8 % 97 == (96 + 24 * remainder_of(siren, 9, 97)) % 97;
}

static bool epic(const char *v) {
    return luhn(v + 3);
}

/* 2A and 2B of Corsica: as 20 less one or two million, as INSEE tells it. */
static bool fr_nir(const char *v) {
    char plain[16];
    snprintf(plain, sizeof plain, "%s", v);
    int less = v[6] == 'A' ? 1000000 : v[6] == 'B' ? 2000000 : 0;
    if (less) plain[6] = '0';
    int number = ((remainder_of(plain, 13, 97) - less) % 97 + 97) % 97;
    int key = remainder_of(v + 13, 2, 1000);
    return key >= 1 && key <= 97 && (number + key) % 97 == 0;
}

/* From the right: factor 2 first, then in turns. */
static bool gstin(const char *v) {
    int sum = base36(v[14]), factor = 2;
    for (int i = 13; i >= 0; i--, factor = 3 - factor) {
        int product = base36(v[i]) * factor;
        sum += product % 36 + (product >= 36);
    }
    return sum % 36 == 0;
}

/* The account first, then country and check digits, letters as two digits: one numeral, of which 97 leaves 1. */
static bool iban(const char *v) {
    char numeral[VALUE_MAX] = "";
    size_t size = strlen(v);
    for (size_t i = 0; i < size; i++) {
        append_number(numeral, base36(v[(i + 4) % size]), 1);
    }
    return remainder_of(numeral, strlen(numeral), 97) == 1;
}

/* Weights 7, 3, 1 from the left; a filler is nothing. */
static bool icao_field(const char *v, int from, int size) {
    int sum = 0;
    for (int i = 0; i < size; i++) sum += base36(v[from + i]) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
    return sum % 10 == v[from + size] - '0';
}

static bool icao_mrz(const char *v) {
    return icao_field(v, 0, 9) && icao_field(v, 13, 6) && icao_field(v, 21, 6);
}

static bool isin(const char *v) {
    char digits[32] = "";
    for (; *v; v++) append_number(digits, base36(*v), 1);
    return luhn(digits);
}

/* The decree's table, the letters of odd places in the order of their values. */
static bool it_fiscal_code(const char *v) {
    static const char by_odd_value[] = "BAKPLCQDREVOSFTGUHMINJWZYX";
    int sum = 0;
    for (int i = 0; i < 15; i++) {
        int n = v[i] <= '9' ? v[i] - '0' : v[i] - 'A';
        sum += i % 2 ? n : (int)(strchr(by_odd_value, 'A' + n) - by_odd_value);
    }
    return v[15] - 'A' == sum % 26;
}

/* The product of the ninth digit and five counts with its tens. */
static bool kr_brn(const char *v) {
    static const int weights[] = {1, 3, 7, 1, 3, 7, 1, 3}, ninth[] = {0, 5, 11, 16, 22, 27, 33, 38, 44, 49};
    int sum = ninth[v[8] - '0'] + v[9] - '0';
    for (int i = 0; i < 8; i++) sum += (v[i] - '0') * weights[i];
    return sum % 10 == 0;
}

static bool mx_curp(const char *v) {
    static const char values[] = "0123456789ABCDEFGHIJKLMN~OPQRSTUVWXYZ"; /* ~ is Ñ */
    int sum = v[17] - '0';
    for (int i = 0; i < 17; i++) sum += (int)(strchr(values, v[i]) - values) * (18 - i);
    return sum % 10 == 0;
}

static bool se_personnummer(const char *v) {
    char ten[11];
    snprintf(ten, sizeof ten, "%.6s%.4s", v, v + 7);
    return luhn(ten);
}

/* The eleventh digit: eight times the digits of odd places. */
static bool tr_id(const char *v) {
    int odd = 0, even = 0;
    for (int i = 0; i < 9; i++) *(i % 2 ? &even : &odd) += v[i] - '0';
    return (odd * 7 + even * 9) % 10 == v[9] - '0' && odd * 8 % 10 == v[10] - '0';
}

static bool us_dea(const char *v) {
    int sum = 0;
    for (int i = 2; i < 8; i++) sum += (v[i] - '0') * (1 + i % 2);
    return sum % 10 == v[8] - '0';
}

/* CMS's short cut: 24 for the prefix 80840. */
static bool us_npi(const char *v) {
    int sum = 24;
    for (int i = 0; i < 10; i++) sum += digit_sum((v[i] - '0') * (2 - i % 2));
    return sum % 10 == 0;
}

static bool vin(const char *v) {
    static const char values[] = "A1B2C3D4E5F6G7H8J1K2L3M4N5P7R9S2T3U4V5W6X7Y8Z9";
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        int n = i == 8 ? 0 : v[i] <= '9' ? v[i] - '0' : strchr(values, v[i])[1] - '0';
        sum += n * (i == 7 ? 10 : i < 7 ? 8 - i : 18 - i);
    }
    return v[8] == (sum % 11 == 10 ? 'X' : '0' + sum % 11);
}

/* The check digits are found by trying. In a form # is any digit, % a letter, & either and @ a check digit or, where
 * the scheme has them, a check letter; the rest stands for itself. `always`: the scheme sees any one wrong digit. */
typedef struct other_scheme {
    const char *name, *form;
    bool (*valid)(const char *value);
    bool always;
} other_scheme;

static const other_scheme schemes[] = {
    {"au_abn", "@@#########", au_abn, true},
    {"be_nrn", "850712###@@", be_nrn, false},
    {"br_cnpj", "########0001@@", br_cnpj, false},
    {"br_cnpj", "##&&&&&&&&##@@", br_cnpj, false},
    {"br_cpf", "#########@@", br_cpf, false},
    {"de_health", "%########@", de_health, false},
    {"de_id_card", "L##X##T##@", de_id_card, true},
    {"de_pension", "15070649%##@", de_pension, false},
    {"de_tax_id", "1#########@", de_tax_id, true},
    {"de_vat", "1#######@", mod_11_10, true},
    {"epic", "%%%######@", epic, true},
    {"fr_nir", "2951099######@@", fr_nir, true},
    {"fr_nir", "295102A######@@", fr_nir, true},
    {"fr_nir", "295102B######@@", fr_nir, true},
    {"fr_tva", "FR@@########@", fr_tva, true},
    {"es_nif", "B#######@", es_body, true},
    {"es_nif", "Q#######@", es_body, true},
    {"gstin", "27%%%%%####%1Z@", gstin, true},
    {"iban", "DE@@##################", iban, true},
    {"iban", "GB@@%%%%##############", iban, true},
    {"iban", "MT@@%%%%#####&&&&&&&&&&&&&&&&&&", iban, true},
    {"icao_mrz", "%########@UTO######@F######@<<<<<<<<<<<<<<06", icao_mrz, true},
    {"isin", "US&&&####&&@", isin, false},
    {"it_fiscal_code", "%%%%%%##%##%###@", it_fiscal_code, true},
    {"kr_brn", "#########@", kr_brn, false},
    {"luhn", "###############@", luhn, true},
    {"mx_curp", "%%%%850712H%%%%%#@", mx_curp, false},
    {"se_personnummer", "850712-###@", se_personnummer, true},
    {"tr_id", "1########@@", tr_id, true},
    {"us_dea", "%%######@", us_dea, false},
    {"us_npi", "1########@", us_npi, true},
    {"verhoeff", "###########@", verhoeff, true},
    {"vin", "1M8GDM9A@KP######", vin, false},
};

/* ---------------------------------------------------------------------------------- trying them ---- */

static bool is_repdigit(const char *value) {
    return strspn(value, (char[]){value[0], 0}) == strlen(value);
}

static void fill(random_source *source, const char *form, char value[VALUE_MAX]) {
    static const char any[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t size = strlen(form);
    for (size_t i = 0; i < size; i++) {
        switch (form[i]) {
        case '#': value[i] = any[random_below(source, 10)]; break;
        case '%': value[i] = any[10 + random_below(source, 26)]; break;
        case '&': value[i] = any[random_below(source, 36)]; break;
        default: value[i] = form[i];
        }
    }
    value[size] = '\0';
}

/* Tries every check digit, then every check letter; false: there is none for these digits. */
static bool complete(const other_scheme *s, char value[VALUE_MAX]) {
    static const char digits[] = "0123456789", all[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t at[4], count = 0, size = strlen(s->form);
    for (size_t i = 0; i < size; i++) {
        if (s->form[i] == '@') at[count++] = i;
    }
    const char *set = count == 1 ? all : digits;
    size_t base = strlen(set), combinations = 1;
    for (size_t i = 0; i < count; i++) combinations *= base;
    for (size_t n = 0; n < combinations; n++) {
        for (size_t i = 0, rest = n; i < count; i++, rest /= base) value[at[i]] = set[rest % base];
        if (s->valid(value)) return true;
    }
    return false;
}

/* One digit of those that the form leaves open becomes another. */
static void spoil(random_source *source, const char *form, char *value) {
    size_t size = strlen(form), at;
    assert_non_null(strchr(form, '#'));
    do at = random_below(source, (uint32_t)size);
    while (form[at] != '#');
    value[at] = (char)('0' + (value[at] - '0' + 1 + (int)random_below(source, 9)) % 10);
}

static void weighted_sums_agree_with_a_second_implementation(void **state) {
    (void)state;
    random_source source;
    random_seed(&source, "linear sums");
    for (size_t k = 0; k < sizeof linear_schemes / sizeof *linear_schemes; k++) {
        const linear_scheme *scheme = &linear_schemes[k];
        const checksum *c = checksum_find(scheme->name);
        size_t size = strlen(scheme->form), at = strcspn(scheme->form, "@");
        assert_non_null(c);
        for (int round = 0; round < ROUNDS;) {
            char value[VALUE_MAX];
            fill(&source, scheme->form, value);
            value[at] = linear_check(scheme, value);
            if (value[at] == '-' || is_repdigit(value)) continue;
            round++;
            if (!c->verify(value, size)) fail_msg("%s: %s is valid", scheme->name, value);
            spoil(&source, scheme->form, value);
            bool valid = linear_check(scheme, value) == value[at];
            if (c->verify(value, size) != valid)
                fail_msg("%s: %s is %s", scheme->name, value, valid ? "valid" : "wrong");
        }
    }
}

static void other_sums_agree_with_a_second_implementation(void **state) {
    (void)state;
    random_source source;
    random_seed(&source, "sums of other kinds");
    for (size_t k = 0; k < sizeof schemes / sizeof *schemes; k++) {
        const other_scheme *s = &schemes[k];
        const checksum *c = checksum_find(s->name);
        assert_non_null(c);
        for (int round = 0; round < ROUNDS;) {
            char value[VALUE_MAX];
            fill(&source, s->form, value);
            if (!complete(s, value) || is_repdigit(value)) continue;
            round++;
            if (!c->verify(value, strlen(value))) fail_msg("%s: %s is valid", s->name, value);
            spoil(&source, s->form, value);
            bool valid = s->valid(value);
            if (valid && s->always) fail_msg("%s: %s has one wrong digit and must not be valid", s->name, value);
            if (c->verify(value, strlen(value)) != valid)
                fail_msg("%s: %s is %s", s->name, value, valid ? "valid" : "wrong");
        }
    }
}

/* ------------------------------------------------------------------------- hashes and polynomials ---- */

/* Base58 by dividing the number, as an encoder does it; the library multiplies. */
static void make_base58check(random_source *source, char *out) {
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    unsigned char bytes[25] = {0}, hash[32];
    char reversed[40];
    size_t count = 0, zeros = 0;
    for (int i = 1; i < 21; i++) bytes[i] = (unsigned char)random_below(source, 256);
    if (random_below(source, 2)) bytes[0] = 5; /* pay to script */
    crypto_hash_sha256(hash, bytes, 21);
    crypto_hash_sha256(hash, hash, 32);
    memcpy(bytes + 21, hash, 4);
    while (bytes[zeros] == 0) zeros++;
    for (bool left = true; left;) {
        unsigned rest = 0;
        left = false;
        for (int i = 0; i < 25; i++) {
            unsigned n = rest * 256 + bytes[i];
            bytes[i] = (unsigned char)(n / 58);
            rest = n % 58;
            left = left || bytes[i];
        }
        reversed[count++] = alphabet[rest];
    }
    while (zeros--) reversed[count++] = alphabet[0];
    for (size_t i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    out[count] = '\0';
}

/* GF(32) of BIP-173: a⁵ = a³ + 1. */
static int field_product(int a, int b) {
    int product = 0;
    for (; b; b >>= 1, a = a & 16 ? (a << 1 & 31) ^ 9 : a << 1) product ^= b & 1 ? a : 0;
    return product;
}

/* BIP-173 by long division in GF(32): what x⁶ + 29x⁵ + 22x⁴ + 20x³ + 21x² + 29x + 18 leaves of the message,
 * with a 1 before it, is made the constant: 1, or BIP-350's. */
static void make_bech32(random_source *source, char *out) {
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static const int divisor[] = {1, 29, 22, 20, 21, 29, 18};
    static const int constants[2][6] = {{0, 0, 0, 0, 0, 1}, {21, 28, 16, 12, 5, 3}};
    /* 1; "bc" in high and low bits; version and 32 symbols; six to be found */
    int message[1 + 5 + 33 + 6] = {1, 'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31}, rest[45];
    bool taproot = random_below(source, 2);
    for (int i = 6; i < 39; i++) message[i] = (int)random_below(source, 32);
    message[6] = taproot;
    memcpy(rest, message, sizeof rest);
    for (int i = 0; i + 6 < 45; i++) {
        for (int k = 6, lead = rest[i]; k >= 0; k--) rest[i + k] ^= field_product(lead, divisor[k]);
    }
    strcpy(out, "bc1");
    for (int i = 6; i < 45; i++) {
        if (i >= 39) message[i] = rest[i] ^ constants[taproot][i - 39];
        out[3 + i - 6] = alphabet[message[i]];
    }
    out[3 + 39] = '\0';
}

/* CRC-32 with the high bit first, over mirrored bytes, and mirrored again; the library works on the low bit. */
static uint32_t mirror(uint32_t value, int bits) {
    uint32_t out = 0;
    for (int i = 0; i < bits; i++) out |= (value >> i & 1) << (bits - 1 - i);
    return out;
}

static void make_crc32_base62(random_source *source, char *out) {
    static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t crc = 0xFFFFFFFF;
    strcpy(out, "ghp_");
    for (int i = 4; i < 34; i++) {
        out[i] = base62[random_below(source, 62)];
        crc ^= mirror((unsigned char)out[i], 8) << 24;
        for (int bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
    }
    crc = ~mirror(crc, 32);
    uint32_t place = 62 * 62 * 62 * 62 * 62U;
    for (int i = 34; i < 40; i++, place /= 62) out[i] = base62[crc / place % 62];
    out[40] = '\0';
}

static void hashes_and_polynomials_agree_with_a_second_implementation(void **state) {
    (void)state;
    static const struct {
        const char *name;
        void (*make)(random_source *source, char *out);
        size_t prefix;
    } kinds[] = {
        {"base58check", make_base58check, 1}, {"bech32", make_bech32, 4}, {"crc32_base62", make_crc32_base62, 4}};
    random_source source;
    random_seed(&source, "hashes and polynomials");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const checksum *c = checksum_find(kinds[k].name);
        assert_non_null(c);
        for (int round = 0; round < ROUNDS; round++) {
            char value[VALUE_MAX], other[VALUE_MAX];
            kinds[k].make(&source, value);
            kinds[k].make(&source, other);
            size_t size = strlen(value),
                   at = kinds[k].prefix + random_below(&source, (uint32_t)(size - kinds[k].prefix));
            if (!c->verify(value, size)) fail_msg("%s: %s is valid", kinds[k].name, value);
            if (at >= strlen(other) || value[at] == other[at]) continue;
            value[at] = other[at]; /* of the alphabet, and another */
            if (c->verify(value, size)) fail_msg("%s: %s has one wrong character", kinds[k].name, value);
        }
    }
}

/* A check that is in the library and not here is forgotten. */
static void every_scheme_has_a_second_implementation_or_no_check_digit(void **state) {
    (void)state;
    static const char *const no_check_digits[] = {"date",        "e164",           "ipv4",         "ipv6",
                                                  "jwt",         "not_palindrome", "not_repeated", "ssn",
                                                  "base58check", "bech32",         "crc32_base62" /* above */};
    const checksum *c;
    for (size_t index = 0; (c = checksum_at(index)) != NULL; index++) {
        bool known = false;
        for (size_t i = 0; i < sizeof linear_schemes / sizeof *linear_schemes; i++)
            known |= !strcmp(linear_schemes[i].name, c->name);
        for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) known |= !strcmp(schemes[i].name, c->name);
        for (size_t i = 0; i < sizeof no_check_digits / sizeof *no_check_digits; i++)
            known |= !strcmp(no_check_digits[i], c->name);
        if (!known) fail_msg("%s has no second implementation here", c->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weighted_sums_agree_with_a_second_implementation),
        cmocka_unit_test(other_sums_agree_with_a_second_implementation),
        cmocka_unit_test(hashes_and_polynomials_agree_with_a_second_implementation),
        cmocka_unit_test(every_scheme_has_a_second_implementation_or_no_check_digit),
    };
    return cmocka_run_group_tests_name("check digits", tests, NULL, NULL);
}
