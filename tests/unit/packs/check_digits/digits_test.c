/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/digits.h"
#include "support.h"

static void characters_are_gathered_in_upper_case_and_no_more_than_fit(void **state) {
    (void)state;
    char out[CHARACTERS_MAX], value[CHARACTERS_MAX + 2];
    assert_int_equal(checksum_gather("a1-b 2é", 8, true, out), 4);
    assert_memory_equal(out, "A1B2", 4);
    assert_int_equal(checksum_gather("a1-b 2é", 8, false, out), 2);
    assert_memory_equal(out, "12", 2);
    memset(value, '7', sizeof value);
    assert_int_equal(checksum_gather(value, CHARACTERS_MAX, false, out), CHARACTERS_MAX);
    assert_int_equal(checksum_gather(value, CHARACTERS_MAX + 1, false, out), 0);
    assert_int_equal(checksum_gather("", 0, true, out), 0);
}

static void digits_count_exactly(void **state) {
    (void)state;
    char out[CHARACTERS_MAX];
    assert_true(digits_of("1-2-3", 5, 3, out));
    assert_false(digits_of("1-2-3", 5, 2, out));
    assert_false(digits_of("1-2-3", 5, 4, out));
    assert_true(digits_of("1a2", 3, 2, out)); /* letters do not count */
}

static void sums_weigh_each_digit(void **state) {
    (void)state;
    assert_int_equal(weighted("123", "\1\2\3", 3), 14);
    assert_int_equal(weighted("99", "\7\3", 2), 90);
    assert_int_equal(weighted("12", (const char[]){-1, 2}, 2), 3);
    assert_int_equal(weighted_cross("99", "\2\1", 2), 18); /* 18 is 1 + 8 */
    assert_int_equal(weighted("", "", 0), 0);
    assert_true(number("00123", 5) == 123 && number("", 0) == 0);
    assert_true(number("99999999999999999", 17) == UINT64_C(99999999999999999));
}

static void letters_count_from_ten_on(void **state) {
    (void)state;
    assert_int_equal(value36('0'), 0);
    assert_int_equal(value36('9'), 9);
    assert_int_equal(value36('A'), 10);
    assert_int_equal(value36('Z'), 35);
    assert_int_equal(digit('7'), 7);
}

static void a_day_is_from_1_to_31_of_months_1_to_12(void **state) {
    (void)state;
    for (int month = -1; month < 15; month++) {
        for (int day = -1; day < 34; day++) {
            assert_int_equal(is_day(month, day), month >= 1 && month <= 12 && day >= 1 && day <= 31);
        }
    }
}

static void one_digit_all_through_is_told(void **state) {
    (void)state;
    assert_true(is_one_digit("7777", 4));
    assert_false(is_one_digit("7778", 4));
    assert_false(is_one_digit("8777", 4));
    assert_false(is_one_digit("7877", 4));
    assert_true(is_one_digit("7778", 3));
    assert_true(is_one_digit("7", 1));
}

/* A right number of each kind has one check digit; the other nine are wrong. */
static void one_of_ten_check_digits_is_right(void **state) {
    (void)state;
    for (int round = 0; round < 1000; round++) {
        char d[17];
        size_t count = 2 + support_random() % 14;
        unsigned luhn = 0, mod = 0, icao = 0;
        for (size_t i = 0; i < count; i++) d[i] = (char)('0' + support_random() % 10);
        for (char check = '0'; check <= '9'; check++) {
            d[count] = check;
            luhn += checksum_luhn_digits(d, count + 1);
            mod += mod_11_10(d, count + 1);
            icao += icao_check(d, count, check);
        }
        assert_true(luhn == 1 && mod == 1 && icao == 1);
    }
}

static void published_numbers_are_right(void **state) {
    (void)state;
    assert_true(mod_11_10("07945", 5)); /* ISO/IEC 7064, annex: 0794 with its check digit */
    assert_true(checksum_luhn_digits("79927398713", 11));
    assert_false(checksum_luhn_digits("0", 1)); /* a digit cannot check itself */
    assert_false(checksum_luhn_digits("", 0));
    assert_true(check_luhn("4111-1111-1111-1111", 19));
    assert_true(icao_check("740812", 6, '2')); /* Doc 9303 part 3, section 4.9 */
    assert_true(icao_check("<<<<", 4, '<')); /* a field that is not used */
    assert_false(icao_check("740812", 6, '<'));
    assert_false(icao_check("74 812", 6, '2'));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_gathered_in_upper_case_and_no_more_than_fit),
        cmocka_unit_test(digits_count_exactly),
        cmocka_unit_test(sums_weigh_each_digit),
        cmocka_unit_test(letters_count_from_ten_on),
        cmocka_unit_test(a_day_is_from_1_to_31_of_months_1_to_12),
        cmocka_unit_test(one_digit_all_through_is_told),
        cmocka_unit_test(one_of_ten_check_digits_is_right),
        cmocka_unit_test(published_numbers_are_right),
    };
    return cmocka_run_group_tests_name("digits", tests, NULL, NULL);
}
