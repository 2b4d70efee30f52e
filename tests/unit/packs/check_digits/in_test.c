/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"epic", "ZZQ0001230", true, "seventh digit by Luhn"},
        {"epic", "ZZQ0001231", false, "not by Luhn"},
        {"epic", "ZZQ", false, "letters alone"},
        {"gstin", "29ABCPK1234F1Z1", true, "Karnataka"},
        {"gstin", "38AAACZ9876M2Z6", true, "Ladakh, state 38"},
        {"gstin", "97AAAPQ4321L1ZH", true, "other territory, 97"},
        {"gstin", "29ABCPK1234F1Z2", false, "check character off by one"},
        {"gstin", "40ABCPK1234F1Z1", false, "no state 40"},
        {"gstin", "29ABCPK1234F1Z", false, "fourteen characters"},
        {"gstin", "00ABCPK1234F1Z1", false, "no state 0"},
        {"gstin", "38ABCPK1234F1Z2", true, "the last state"},
        {"gstin", "39ABCPK1234F1Z0", false, "no state 39, and right by its check character"},
        {"gstin", "96ABCPK1234F1Z0", true, "foreign, 96"},
        {"gstin", "98ABCPK1234F1ZW", false, "no state 98"},
        {"gstin", "99ABCPK1234F1ZU", true, "centre, 99"},
        {"gstin", "00ABCPK1234F1ZL", false, "no state 0, and right by its check character"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("in", tests, NULL, NULL);
}
