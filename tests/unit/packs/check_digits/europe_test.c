/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"de_health", "A000500015", true, "as the issuer prints it"},
        {"de_id_card", "L01X00T47", true, "without the check digit"},
        {"de_lanr", "123456601", true, "4-9 weights by hand"},
        {"de_pension", "15 070649 C 103", true, "as the issuer prints it"},
        {"de_tax_id", "11113333339", false, "a digit more than three times"},
        {"de_vat", "DE036695976", false, "it begins with 0"},
        {"es_nif", "54362315Z", false, "another letter"},
        {"fi_hetu", "131352-308T", false, "no month 13"},
        {"fi_hetu", "310252-308Y", false, "no 31 February"},
        {"fi_hetu", "290200A1239", true, "a leap year"},
        {"fi_hetu", "290200-1239", false, "1900 was none"},
        {"es_nif", "B64717838", true, "a company"},
        {"es_nif", "B64717839", false, "another digit"},
        {"es_nif", "K0867756N", true, "a Spaniard under 14"},
        {"es_nif", "P6471783H", true, "a letter for the digit 8"},
        {"es_nif", "P64717838", false, "a town has a letter"},
        {"fr_tva", "FR40303265045", true, "a key of two digits"},
        {"fr_tva", "FR41303265045", false, "another key"},
        {"fr_tva", "FRK7399859412", true, "a key with a letter"},
        {"fr_tva", "FRK7399859413", false, "no SIREN"},
        {"fr_nir", "2 95 10 2A 126 111 83", false, "another key"},
        {"it_fiscal_code", "RCCMNL83S18D969H", true, "as the issuer prints it"},
        {"it_fiscal_code", "RCCMNL83S18D969I", false, "another letter"},
        {"nl_bsn", "000000000", false, "zeros"},
        {"pl_pesel", "44051401358", false, "last digit off by one"},
        {"se_personnummer", "19880320-0016", true, "with the century"},
        {"se_personnummer", "881320-0016", false, "no month 13"},
        {"uk_nhs", "1111111111", false, "one digit all through"},
        {"be_nrn", "15.07.30-033.42", true, "born in 2015: with a 2 before"},
        {"be_nrn", "15.07.30-033.43", false, "off by one"},
        {"de_tax_id", "11123456786", true, "a digit three times"},
        {"de_tax_id", "11112345678", false, "a digit four times, and right by mod 11,10"},
        {"se_personnummer", "880363-0014", true, "a coordination number: day 3 and 60"},
        {"se_personnummer", "880332-0012", false, "no day 32"},
        {"se_personnummer", "880230-0015", false, "no 30 February"},
        {"fr_nir", "2 95 10 2A 126 111 22", true, "the south of Corsica"},
        {"fr_nir", "2 95 10 2B 126 111 49", true, "the north"},
        {"ch_ahv", "757.9217.0769.84", false, "another country, and right by EAN-13"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_single_wrong_digit_is_seen(void **state) {
    (void)state;
    static const check_number numbers[] = {
        {"be_nrn", "85.07.30-033.28"}, {"ch_ahv", "756.9217.0769.85"}, {"de_tax_id", "36 574 261 809"},
        {"de_id_card", "L01X00T471"},  {"de_vat", "DE136695976"},      {"es_nif", "54362315K"},
        {"es_nif", "X2482300W"},       {"fi_hetu", "131052-308T"},     {"fr_nir", "2 95 10 99 126 111 93"},
        {"nl_bsn", "111222333"},       {"pl_pesel", "44051401359"},    {"se_personnummer", "880320-0016"},
        {"uk_nhs", "943 476 5870"},
    };
    check_every_digit(numbers, sizeof numbers / sizeof *numbers);
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_europe);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_single_wrong_digit_is_seen),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("europe", tests, NULL, NULL);
}
