/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/check_digits.h"

#include "packs/check_digits/national.h"
#include "base/utf8.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>

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

static int value36(char c) {
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

static bool luhn(const char *value, size_t size) {
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

static int two_digits(const char *c) {
    return (c[0] - '0') * 10 + (c[1] - '0');
}

/* GST Network, GSTIN format: state code, PAN, entity, Z, check character modulo 36 with factors 1
 * and 2 from the left, quotient and remainder of each product added. */
static bool gstin(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    if (checksum_gather(value, size, true, c) != 15 || !text_is_digit(c[0]) || !text_is_digit(c[1])) return false;
    int state = two_digits(c);
    if (!(state >= 1 && state <= 38) && state != 96 && state != 97 && state != 99) return false;
    int sum = 0;
    for (int i = 0; i < 14; i++) {
        int v = value36(c[i]) * (1 + i % 2);
        sum += v / 36 + v % 36;
    }
    return value36(c[14]) == (36 - sum % 36) % 36;
}

/* Election Commission of India: the seventh digit of an EPIC number is the Luhn digit of the six
 * before it; not honoured by every state. */
static bool epic(const char *value, size_t size) {
    return size > 3 && luhn(value + 3, size - 3);
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

static bool is_calendar_day(unsigned year, unsigned month, unsigned day) {
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

static bool parses_as(int family, const char *value, size_t size) {
    char address[INET6_ADDRSTRLEN + 1];
    unsigned char out[16];
    if (size >= sizeof address) return false;
    memcpy(address, value, size);
    address[size] = '\0';
    return inet_pton(family, address, out) == 1;
}

/* RFC 4291 section 2.2; the unspecified and the loopback address are nobody's. */
static bool ipv6(const char *value, size_t size) {
    if (size <= 3) return false; /* "::", "::1" */
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

/* RFC 7515 section 4: the header, Base64url before the first dot, is a JSON object with `alg`. */
static bool jwt(const char *value, size_t size) {
    char header[1024];
    size_t header_size;
    const char *dot = memchr(value, '.', size);
    if (!dot || sodium_base642bin((unsigned char *)header, sizeof header, value, (size_t)(dot - value), NULL,
                                  &header_size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return false;
    }
    return header_size > 8 && header[0] == '{' && header[header_size - 1] == '}' &&
           text_find(header, header_size, "\"alg\"", 5) != NULL;
}

/* CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320). */
static uint32_t crc32(const char *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFU;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
    }
    return ~crc;
}

static void crc32_base62_digits(const char *value, size_t size, char out[6]) {
    static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *underscore = memrchr(value, '_', size - 6); /* a check digit is none */
    const char *body = underscore ? underscore + 1 : value;
    uint32_t crc = crc32(body, (size_t)(value + size - 6 - body));
    for (int i = 5; i >= 0; i--, crc /= 62) out[i] = base62[crc % 62];
}

/* GitHub, "Behind GitHub's new authentication token formats" (2021), and npm's tokens: the last six
 * characters are the CRC-32 of what stands between the last underscore and them, in Base62. */
static bool crc32_base62(const char *value, size_t size) {
    char expected[6];
    if (size < 12) return false;
    crc32_base62_digits(value, size, expected);
    return memcmp(expected, value + size - 6, 6) == 0;
}

static void crc32_base62_complete(char *value, size_t size) {
    char digits[6];
    if (size < 12) return;
    crc32_base62_digits(value, size, digits);
    memcpy(value + size - 6, digits, 6);
}

/* A header as long as the one that stands there; lengths that Base64 cannot have stay wrong. */
static void jwt_complete(char *value, size_t size) {
    char json[768], encoded[1100];
    const char *dot = memchr(value, '.', size);
    size_t digits = dot ? (size_t)(dot - value) : 0, bytes = digits * 3 / 4;
    if (bytes < 16 || bytes > sizeof json) return;
    memset(json, ' ', bytes);
    memcpy(json, "{\"alg\":\"HS256\"", 14);
    json[bytes - 1] = '}';
    sodium_bin2base64(encoded, sizeof encoded, (const unsigned char *)json, bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (strlen(encoded) == digits) memcpy(value, encoded, digits);
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

/* ICAO Doc 9303 part 3, section 4.9: weights 7, 3, 1; letters from 10 on, the filler is 0. */
static bool icao_check(const char *c, size_t count, char check) {
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int v = c[i] == '<' ? 0 : value36(text_upper(c[i]));
        if (v < 0) return false;
        sum += v * "\7\3\1"[i % 3];
    }
    return check == '0' + sum % 10 || (check == '<' && sum == 0);
}

/* The line of a machine-readable zone that has the numbers: ICAO Doc 9303 part 4 (passports, 44 characters), part 5
 * (cards, the second of three lines of 30, and the first) and part 6 (36 characters). */
static bool icao_mrz(const char *value, size_t size) {
    if (size == 30 && text_is_alpha(value[0])) return icao_check(value + 5, 9, value[14]);
    if (size == 30) return icao_check(value, 6, value[6]) && icao_check(value + 8, 6, value[14]);
    return (size == 44 || size == 36) && icao_check(value, 9, value[9]) && icao_check(value + 13, 6, value[19]) &&
           icao_check(value + 21, 6, value[27]);
}

/* Germany, Personalausweisverordnung annex 3 with ICAO Doc 9303: the tenth character checks nine; nine stand without. */
static bool de_id_card(const char *value, size_t size) {
    char c[CHARACTERS_MAX];
    size_t count = checksum_gather(value, size, true, c);
    return count == 9 || (count == 10 && icao_check(c, 9, c[9]));
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

/* Bitcoin, Base58Check: 21 bytes and the first four of their double SHA-256. */
static bool base58check(const char *value, size_t size) {
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    unsigned char bytes[25] = {0}, hash[crypto_hash_sha256_BYTES];
    if (size < 26 || size > 35) return false;
    for (size_t i = 0; i < size; i++) {
        const char *at = strchr(alphabet, value[i]);
        if (!at || !value[i]) return false;
        unsigned carry = (unsigned)(at - alphabet);
        for (int k = 24; k >= 0; k--, carry >>= 8) {
            carry += bytes[k] * 58U;
            bytes[k] = (unsigned char)carry;
        }
        if (carry) return false;
    }
    crypto_hash_sha256(hash, bytes, 21);
    crypto_hash_sha256(hash, hash, sizeof hash);
    return memcmp(hash, bytes + 21, 4) == 0;
}

/* BIP-173 and BIP-350: the polynomial over human-readable part and data is 1 (bech32) or 0x2bc830a3. */
static bool bech32(const char *value, size_t size) {
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const char *one = memrchr(value, '1', size);
    uint32_t check = 1;
    if (!one || size > 90 || value + size - one < 7) return false;
    size_t human = (size_t)(one - value), total = 2 * human + 1 + (size - human - 1);
    for (size_t i = 0; i < total; i++) {
        uint32_t v;
        if (i < human) v = (unsigned char)text_lower(value[i]) >> 5;
        else if (i == human) v = 0;
        else if (i <= 2 * human) v = (unsigned char)text_lower(value[i - human - 1]) & 31;
        else {
            char c = text_lower(value[i - human]);
            const char *at = c ? strchr(alphabet, c) : NULL;
            if (!at) return false;
            v = (uint32_t)(at - alphabet);
        }
        uint32_t top = check >> 25;
        check = (check & 0x1ffffff) << 5 ^ v;
        for (int k = 0; k < 5; k++) check ^= top >> k & 1 ? generator[k] : 0;
    }
    return check == 1 || check == 0x2bc830a3;
}

static const checksum checksums[] = {
    {"au_abn", checksum_au_abn, NULL},
    {"au_acn", checksum_au_acn, NULL},
    {"au_medicare", checksum_au_medicare, NULL},
    {"au_tfn", checksum_au_tfn, NULL},
    {"base58check", base58check, NULL},
    {"be_nrn", checksum_be_nrn, NULL},
    {"bech32", bech32, NULL},
    {"br_cnpj", checksum_br_cnpj, NULL},
    {"br_cpf", checksum_br_cpf, NULL},
    {"ch_ahv", checksum_ch_ahv, NULL},
    {"cn_ric", checksum_cn_ric, NULL},
    {"crc32_base62", crc32_base62, crc32_base62_complete},
    {"date", date, NULL},
    {"de_health", checksum_de_health, NULL},
    {"de_id_card", de_id_card, NULL},
    {"de_lanr", checksum_de_lanr, NULL},
    {"de_pension", checksum_de_pension, NULL},
    {"de_tax_id", checksum_de_tax_id, NULL},
    {"de_vat", checksum_de_vat, NULL},
    {"e164", e164, NULL},
    {"epic", epic, NULL},
    {"es_nif", checksum_es_nif, NULL},
    {"fi_hetu", checksum_fi_hetu, NULL},
    {"fr_nir", checksum_fr_nir, NULL},
    {"gstin", gstin, NULL},
    {"iban", iban, iban_complete},
    {"icao_mrz", icao_mrz, NULL},
    {"ipv4", ipv4, NULL},
    {"ipv6", ipv6, NULL},
    {"isin", isin, NULL},
    {"it_fiscal_code", checksum_it_fiscal_code, NULL},
    {"jp_my_number", checksum_jp_my_number, NULL},
    {"jwt", jwt, jwt_complete},
    {"kr_brn", checksum_kr_brn, NULL},
    {"kr_rrn", checksum_kr_rrn, NULL},
    {"luhn", luhn, NULL},
    {"mx_curp", checksum_mx_curp, NULL},
    {"nl_bsn", checksum_nl_bsn, NULL},
    {"not_palindrome", not_palindrome, NULL},
    {"not_repeated", not_repeated, NULL},
    {"pl_pesel", checksum_pl_pesel, NULL},
    {"se_personnummer", checksum_se_personnummer, NULL},
    {"sg_nric", checksum_sg_nric, NULL},
    {"sg_uen", checksum_sg_uen, NULL},
    {"ssn", ssn, NULL},
    {"th_tnin", checksum_th_tnin, NULL},
    {"tr_id", checksum_tr_id, NULL},
    {"uk_nhs", checksum_uk_nhs, NULL},
    {"us_aba", checksum_us_aba, NULL},
    {"us_dea", checksum_us_dea, NULL},
    {"us_npi", checksum_us_npi, NULL},
    {"verhoeff", verhoeff, NULL},
    {"vin", vin, NULL},
};

const checksum *checksum_at(size_t index) {
    return index < sizeof checksums / sizeof *checksums ? &checksums[index] : NULL;
}

const checksum *checksum_find(const char *name) {
    for (size_t i = 0; i < sizeof checksums / sizeof *checksums; i++) {
        if (strcmp(checksums[i].name, name) == 0) return &checksums[i];
    }
    return NULL;
}
