/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/check_digits.h"
#include "packs/check_digits/digits.h"
#include "support.h"

static void every_scheme_of_every_file_is_in_the_table(void **state) {
    (void)state;
    static const checksum *const files[] = {check_digits_general,
                                            check_digits_formats,
                                            check_digits_tokens,
                                            check_digits_in,
                                            check_digits_europe,
                                            check_digits_americas,
                                            check_digits_asia_pacific_africa};
    size_t count = 0, total = 0;
    while (checksum_at(total)) total++;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (const checksum *c = files[i]; c->name; c++, count++) assert_ptr_equal(checksum_find(c->name), c);
    }
    assert_int_equal(count, total);
}

static void a_name_stands_for_one_scheme(void **state) {
    (void)state;
    const checksum *c;
    for (size_t i = 0; (c = checksum_at(i)) != NULL; i++) assert_ptr_equal(checksum_find(c->name), c);
}

static void a_name_that_is_none_finds_nothing(void **state) {
    (void)state;
    static const char *const names[] = {"", "luh", "luhnn", "LUHN", " luhn"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) assert_null(checksum_find(names[i]));
    assert_null(checksum_at(SIZE_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scheme_of_every_file_is_in_the_table),
        cmocka_unit_test(a_name_stands_for_one_scheme),
        cmocka_unit_test(a_name_that_is_none_finds_nothing),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
