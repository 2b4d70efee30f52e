/* SPDX-License-Identifier: Apache-2.0 */
#include "check_values.h"

static void values_that_are_published_are_right_and_those_beside_them_wrong(void **state) {
    (void)state;
    static const check_value values[] = {
        {"date", "29/02/2024", true, "leap day"},
        {"date", "29/02/2023", false, "no leap day"},
        {"date", "1900-02-29", false, "1900 was no leap year"},
        {"date", "12-31-1999", true, "month first"},
        {"date", "31-12-1999", true, "day first"},
        {"date", "32-12-1999", false, "no day 32"},
        {"date", "12 January 2024", true, "a month's name"},
        {"date", "32 January 2024", false, "no day 32"},
        {"date", "2024", false, "one number"},
        {"date", "1/2/3/4", false, "four numbers"},
        {"date", "31/12/99", true, "a year of two digits"},
        {"date", "29/02/2000", true, "2000 was a leap year"},
        {"date", "12345/1/1", false, "five digits"},
        {"e164", "+49 30 1234567", true, "eleven digits"},
        {"e164", "1234567", false, "seven"},
        {"e164", "12345678", true, "eight"},
        {"e164", "1234567890123456", false, "sixteen"},
        {"e164", "123456789012345", true, "fifteen"},
        {"ipv4", "203.0.113.7", true, "an address"},
        {"ipv4", "203.0.113.256", false, "above 255"},
        {"ipv4", "0.1.2.3", false, "this network"},
        {"ipv4", "255.255.255.255", false, "the broadcast address"},
        {"ipv4", "1.2.3", false, "three numbers"},
        {"ipv4", "198.51.100.0/24", true, "a network"},
        {"ipv4", "198.51.100/24", false, "three numbers of a network"},
        {"ipv6", "2001:db8::1", true, "an address"},
        {"ipv6", "2001:db8::/32", true, "a network"},
        {"ipv6", "fe80::1%eth0", true, "an address with its zone"},
        {"ipv6", "::ffff:192.0.2.1", true, "IPv4 in IPv6"},
        {"ipv6", "::1/128", false, "the loopback address as a network"},
        {"ipv6", "2001:db8::1::2", false, "two gaps"},
        {"ipv6", "::1", false, "the loopback address"},
        {"ipv6", "::", false, "the unspecified address"},
        {"ipv6", "::2", false, "too short to be told from prose"},
        {"ipv6", "fe80::1", true, "a short one"},
        {"not_palindrome", "2345 6776 5432", false, "reads the same backwards"},
        {"not_palindrome", "2345 6776 5433", true, "does not"},
        {"not_palindrome", "7", false, "one digit"},
        {"not_repeated", "0000 0000 0000", false, "one digit all through"},
        {"not_repeated", "0000 0000 0001", true, "not quite"},
        {"not_repeated", "", true, "nothing repeats nothing"},
    };
    check_values(values, sizeof values / sizeof *values);
}

static void every_scheme_is_found_by_name_and_takes_any_bytes(void **state) {
    (void)state;
    check_table(check_digits_formats);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_are_published_are_right_and_those_beside_them_wrong),
        cmocka_unit_test(every_scheme_is_found_by_name_and_takes_any_bytes),
    };
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
