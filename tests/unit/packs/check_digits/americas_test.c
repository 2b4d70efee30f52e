/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"br_cnpj", "00.000.000/0000-00", false, "zeros"},
        {"br_cnpj", "12.ABC.345/01DE-35", true, "with letters, as the issuer prints it"},
        {"br_cnpj", "12.ABC.345/01DE-36", false, "last digit off by one"},
        {"br_cnpj", "12.ABC.345/01DE-3A", false, "check digits are digits"},
        {"br_cpf", "390.533.447-05", true, "as the issuer prints it"},
        {"br_cpf", "111.111.111-11", false, "one digit all through"},
        {"mx_curp", "BOXW310820HNERXN09", true, "as the issuer prints it"},
        {"mx_curp", "BOXW310820HNERXN08", false, "last digit off by one"},
        {"mx_curp", "BOXW311320HNERXN09", false, "no month 13"},
        {"ssn", "536-22-1234", true, "an issued area"},
        {"ssn", "666-22-1234", false, "area never issued"},
        {"ssn", "900-22-1234", false, "ITIN range"},
        {"ssn", "536-00-1234", false, "group 00"},
        {"ssn", "536-22-0000", false, "serial 0000"},
        {"ssn", "078-05-1120", false, "the wallet insert"},
        {"ssn", "111-11-1111", false, "one digit all through"},
        {"us_aba", "130000006", false, "no bank has the prefix 13"},
        {"us_dea", "AB1234563", true, "as the issuer prints it"},
        {"us_dea", "AB1234564", false, "last digit off by one"},
        {"us_npi", "1234567890", false, "last digit off"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_single_wrong_digit_is_seen(void **state) {
    (void)state;
    static const check_number numbers[] = {
        {"br_cnpj", "16.727.230/0001-97"},
        {"us_aba", "111000025"},
        {"us_npi", "1234567893"},
    };
    check_every_digit(numbers, sizeof numbers / sizeof *numbers);
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_americas);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_single_wrong_digit_is_seen),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("americas", tests, NULL, NULL);
}
