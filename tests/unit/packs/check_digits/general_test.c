/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"iban", "DE89 3704 0044 0532 0130 00", true, "the registry's German example"},
        {"iban", "GB29NWBK60161331926819", true, "the registry's British example"},
        {"iban", "GB28NWBK60161331926819", false, "check digits off by one"},
        {"iban", "DE8937040044053201300", false, "one digit short"},
        {"iban", "XX89370400440532013000", false, "no country"},
        {"iban", "no93 8601 11 17947", true, "small letters, in other groups"},
        {"iban", "DE89A70400440532013007", false, "a letter where Germany has digits"},
        {"icao_mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", true, "the passport of Doc 9303 part 4"},
        {"icao_mrz", "L898902C37UTO7408122F1204159ZE184226B<<<<<10", false, "its number with another digit"},
        {"icao_mrz", "D231458907UTO7408122F1204159<<<<<<<6", true, "36 characters, part 6"},
        {"icao_mrz", "I<UTOD231458907<<<<<<<<<<<<<<<", true, "the first line of a card, part 5"},
        {"icao_mrz", "7408122F1204159UTO<<<<<<<<<<<6", true, "its second line"},
        {"icao_mrz", "7408122F1204158UTO<<<<<<<<<<<6", false, "another day"},
        {"icao_mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<1", false, "43 characters"},
        {"isin", "US0378331006", false, "last digit off by one"},
        {"isin", "US037833100", false, "eleven characters"},
        {"luhn", "4111 1111 1111 1111", true, "the test card of every network"},
        {"luhn", "4111 1111 1111 1112", false, "last digit off by one"},
        {"luhn", "79927398713", true, "the example of ISO/IEC 7812's commentators"},
        {"luhn", "7", false, "one digit cannot check itself"},
        {"luhn", "0", false, "one digit cannot check itself"},
        {"luhn", "", false, "nothing"},
        {"verhoeff", "2363", true, "Verhoeff's example 236 with its digit 3"},
        {"verhoeff", "5432 1098 7652", true, "an Aadhaar-shaped number"},
        {"verhoeff", "5432 1098 7625", false, "neighbours exchanged"},
        {"verhoeff", "3", false, "one digit cannot check itself"},
        {"vin", "1M8GDM9AXKP042789", false, "last digit off by one"},
        {"vin", "1M8GDM9AXKP04278I", false, "I is not used"},
        {"vin", "11111111111111111", true, "the straight-ones number"},
        {"iban", "DE5137040044053201300", false, "one digit short, and right by mod 97"},
        {"isin", "US03783310050", false, "thirteen characters"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_single_wrong_digit_is_seen(void **state) {
    (void)state;
    static const check_number numbers[] = {
        {"isin", "US0378331005"},
        {"vin", "1M8GDM9AXKP042788"},
    };
    check_every_digit(numbers, sizeof numbers / sizeof *numbers);
}

static void a_value_that_is_completed_is_right(void **state) {
    (void)state;
    const checksum *c = checksum_find("iban");
    char value[] = "DE00370400440532013000";
    const size_t size = sizeof value - 1;
    c->complete(value, size);
    assert_true(c->verify(value, size));
    value[size - 1] = value[size - 1] == '7' ? '8' : '7';
    assert_false(c->verify(value, size));
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_general);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_single_wrong_digit_is_seen),
        cmocka_unit_test(a_value_that_is_completed_is_right),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("general", tests, NULL, NULL);
}
