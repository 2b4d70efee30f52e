/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false, "last character off by one"},
        {"base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Div0Na", false, "0 is not in the alphabet"},
        {"bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true, "as the issuer prints it"},
        {"bech32", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true, "capitals"},
        {"bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false, "last character off by one"},
        {"bech32", "bc1pqypqxpq", false, "no sum at all"},
        {"bech32", "bc1ppzry7g5z8k", false, "a program of 20 bits"},
        {"bech32", "BC1SW50QGDZ25J", true, "version 16, a program of two bytes"},
        {"crc32_base62", "ghp_short", false, "nine characters"},
        {"jwt", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", true, "{\"alg\":\"HS256\"}"},
        {"jwt", "eyJmb28iOiJiYXIifQ.e30.c2lnbmF0dXJl", false, "{\"foo\":\"bar\"}"},
        {"jwt", "eyJhbGciOiJIUzI1NiJ9", false, "no dot"},
        {"jwt", ".e30.x", false, "no header"},
        {"bech32", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true, "by the sum of BIP-350"},
        {"crc32_base62", "1234567893jZRME", true, "the check value of CRC-32, cbf43926"},
        {"crc32_base62", "x_1234567893jZRME", true, "what stands before the underscore does not count"},
        {"crc32_base62", "1234567893jZRMF", false, "last character off by one"},
        {"crc32_base62", "abcde2RbxDB", false, "eleven characters"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_single_wrong_digit_is_seen(void **state) {
    (void)state;
    static const check_number numbers[] = {
        {"base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
    };
    check_every_digit(numbers, sizeof numbers / sizeof *numbers);
}

static void a_value_that_is_completed_is_right(void **state) {
    (void)state;
    const checksum *c = checksum_find("crc32_base62");
    char value[] = "ghp_0123456789abcdefghijABCDEFGHIJ000000";
    const size_t size = sizeof value - 1;
    c->complete(value, size);
    assert_true(c->verify(value, size));
    value[size - 1] = value[size - 1] == '7' ? '8' : '7';
    assert_false(c->verify(value, size));
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_tokens);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_single_wrong_digit_is_seen),
        cmocka_unit_test(a_value_that_is_completed_is_right),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
