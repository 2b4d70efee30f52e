/* SPDX-License-Identifier: Apache-2.0 */
/* Check sums of tokens, keys and coins. */
#include "packs/check_digits/digits.h"

#include <sodium.h>
#include <string.h>

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

/* GitHub, "After GitHub's new authentication token formats" (2021), and npm's tokens: the last six
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

static int bech32_value(char c) {
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const char *at = c ? strchr(alphabet, text_lower(c)) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* BIP-173 and BIP-350, SegWit addresses: a version up to 16 and a program of 2 to 40 bytes, of 20 or 32 in version 0,
 * whose spare bits are 0. `symbols` is what stands behind the 1, without the sum. */
static bool is_segwit(const char *symbols, size_t count) {
    int version = count ? bech32_value(symbols[0]) : -1;
    size_t bits = count ? (count - 1) * 5 : 0, spare = bits % 8, bytes = bits / 8;
    if (version < 0 || version > 16 || spare > 4 || bytes < 2 || bytes > 40) return false;
    if (version == 0 && bytes != 20 && bytes != 32) return false;
    return (bech32_value(symbols[count - 1]) & ((1 << spare) - 1)) == 0;
}

/* BIP-173 and BIP-350: the polynomial over human-readable part and data is 1 (bech32) or 0x2bc830a3. */
static bool bech32(const char *value, size_t size) {
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
            int known = bech32_value(value[i - human]);
            if (known < 0) return false;
            v = (uint32_t)known;
        }
        uint32_t top = check >> 25;
        check = (check & 0x1ffffff) << 5 ^ v;
        for (int k = 0; k < 5; k++) check ^= top >> k & 1 ? generator[k] : 0;
    }
    bool bitcoin = human == 2 && text_lower(value[0]) == 'b' && text_lower(value[1]) == 'c';
    if (bitcoin && !is_segwit(one + 1, size - human - 7)) return false;
    return check == 1 || check == 0x2bc830a3;
}

const checksum check_digits_tokens[] = {
    {"base58check", base58check, NULL}, {"bech32", bech32, NULL}, {"crc32_base62", crc32_base62, crc32_base62_complete},
    {"jwt", jwt, jwt_complete},         {NULL, NULL, NULL},
};
