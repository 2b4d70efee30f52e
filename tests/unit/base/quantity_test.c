/* SPDX-License-Identifier: Apache-2.0 */
#include "base/quantity.h"
#include "support.h"

static void numbers_have_units_or_none(void **state) {
    (void)state;
    static const struct {
        const char *text;
        quantity_kind kind;
        double number; /* below 0: it is none */
    } cases[] = {
        {"0", QUANTITY_COUNT, 0},
        {"12", QUANTITY_COUNT, 12},
        {"1.5", QUANTITY_COUNT, -1},
        {"1.5", QUANTITY_NUMBER, 1.5},
        {"12 KiB", QUANTITY_COUNT, -1},
        {"0", QUANTITY_BYTES, 0},
        {"4096", QUANTITY_BYTES, 4096},
        {"64KiB", QUANTITY_BYTES, 65536},
        {"1.5 KiB", QUANTITY_BYTES, 1536},
        {"5MB", QUANTITY_BYTES, 5e6},
        {"0.3 KiB", QUANTITY_BYTES, -1}, /* no whole number of bytes */
        {"1TB", QUANTITY_BYTES, -1},
        {"0KiB", QUANTITY_BYTES, 0},
        {"10s", QUANTITY_MILLISECONDS, 10000},
        {"250ms", QUANTITY_MILLISECONDS, 250},
        {"2min", QUANTITY_MILLISECONDS, 120000},
        {"1h", QUANTITY_MILLISECONDS, 3600000},
        {"10sec", QUANTITY_MILLISECONDS, -1},
        {"", QUANTITY_NUMBER, -1},
        {"KiB", QUANTITY_BYTES, -1},
        {"1e999", QUANTITY_NUMBER, -1},
        {"inf", QUANTITY_NUMBER, -1},
        {"nan", QUANTITY_NUMBER, -1},
        {"0x10", QUANTITY_MILLISECONDS, -1}, /* only decimal numbers */
        {"0X1p4", QUANTITY_NUMBER, -1},
        {" 1", QUANTITY_COUNT, -1},
        {"", QUANTITY_COUNT, -1},
        {".", QUANTITY_NUMBER, -1},
        {".5", QUANTITY_NUMBER, 0.5},
        {"+1", QUANTITY_COUNT, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number = -1;
        bool ok = quantity_read(cases[i].text, cases[i].kind, &number);
        if (ok != (cases[i].number >= 0) || (ok && number != cases[i].number))
            fail_msg("'%s': %g", cases[i].text, number);
    }
}

static void a_range_is_written_in_whole_numbers(void **state) {
    (void)state;
    char range[QUANTITY_RANGE_MAX];
    assert_string_equal(quantity_range(range, QUANTITY_COUNT, 1, 67108864), "a whole number from 1 to 67108864");
    assert_string_equal(quantity_range(range, QUANTITY_NUMBER, 0, 0.5), "a number from 0 to 0.5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_units_or_none),
        cmocka_unit_test(a_range_is_written_in_whole_numbers),
    };
    return cmocka_run_group_tests_name("quantity", tests, NULL, NULL);
}
