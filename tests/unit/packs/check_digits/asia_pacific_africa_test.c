/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"au_abn", "51 824 753 557", false, "last digit off by one"},
        {"au_acn", "004 085 616", true, "as the issuer prints it"},
        {"au_medicare", "2123 45670 1", true, "as the issuer prints it"},
        {"au_medicare", "7123 45670 1", false, "it begins with 2 to 6"},
        {"cn_ric", "11010519491331002X", false, "no month 13"},
        {"jp_my_number", "1234 5678 9018", true, "as the issuer prints it"},
        {"kr_brn", "116-82-00276", true, "as the issuer prints it"},
        {"kr_rrn", "971013-9019902", true, "the digit before October 2020"},
        {"sg_nric", "S1234567E", false, "another letter"},
        {"sg_nric", "A1234567D", false, "no series A"},
        {"sg_uen", "00192200M", true, "a business"},
        {"sg_uen", "197401143C", true, "a company"},
        {"sg_uen", "197401143D", false, "another letter"},
        {"th_tnin", "1-2345-45678-78-1", true, "as the issuer prints it"},
        {"th_tnin", "0-2345-45678-78-1", false, "it begins with 0"},
        {"tr_id", "07291716060", false, "it begins with 0"},
        {"tr_id", "17291716061", false, "last digit off by one"},
        {"au_medicare", "7123 45675 1", false, "no card begins with 7"},
        {"sg_nric", "T1234567J", true, "born from 2000 on"},
        {"sg_nric", "F1234567N", true, "a foreigner"},
        {"sg_nric", "G1234567X", true, "from 2000 on"},
        {"sg_nric", "M1234567K", true, "from 2022 on"},
        {"sg_uen", "T08GB0001G", true, "another entity"},
        {"sg_uen", "T08GB0001H", false, "another letter"},
        {"jp_my_number", "123456000040", true, "a rest of one"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_single_wrong_digit_is_seen(void **state) {
    (void)state;
    static const check_number numbers[] = {
        {"au_abn", "51 824 753 556"}, {"au_tfn", "123 456 782"}, {"cn_ric", "11010519491231002X"},
        {"sg_nric", "S1234567D"},     {"tr_id", "17291716060"},
    };
    check_every_digit(numbers, sizeof numbers / sizeof *numbers);
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_asia_pacific_africa);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_single_wrong_digit_is_seen),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("asia_pacific_africa", tests, NULL, NULL);
}
