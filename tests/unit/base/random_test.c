/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
#include "support.h"

#define DRAWS 3000

static void the_same_name_gives_the_same_numbers(void **state) {
    (void)state;
    random_source a, b;
    random_seed(&a, "name");
    random_seed(&b, "name");
    for (int i = 0; i < DRAWS; i++) assert_int_equal(random_below(&a, 1000000), random_below(&b, 1000000));
    random_seed(&a, "name"); /* anew, in the middle of its pool */
    random_seed(&b, "name");
    assert_int_equal(random_below(&a, 1000000), random_below(&b, 1000000));
}

static unsigned draws_in_common(random_source *a, random_source *b) {
    unsigned common = 0;
    for (int i = 0; i < DRAWS; i++) common += random_below(a, UINT32_MAX) == random_below(b, UINT32_MAX);
    return common;
}

static void another_name_gives_other_numbers(void **state) {
    (void)state;
    random_source a, b;
    random_seed(&a, "name");
    random_seed(&b, "nama");
    assert_true(draws_in_common(&a, &b) < 3);
}

static void no_name_gives_other_numbers_each_time(void **state) {
    (void)state;
    random_source a, b;
    random_seed(&a, NULL);
    random_seed(&b, NULL);
    assert_true(draws_in_common(&a, &b) < 3);
}

static void a_pool_that_is_used_up_is_not_given_out_again(void **state) {
    (void)state;
    random_source a;
    uint32_t first[64];
    random_seed(&a, "pool");
    for (size_t i = 0; i < 64; i++) first[i] = random_below(&a, UINT32_MAX);
    unsigned again = 0;
    for (size_t i = 0; i < 64; i++) again += random_below(&a, UINT32_MAX) == first[i];
    assert_true(again < 3);
}

static void every_number_below_the_limit_comes_and_no_other(void **state) {
    (void)state;
    random_source a;
    unsigned seen[10] = {0};
    random_seed(&a, "limit");
    for (int i = 0; i < DRAWS; i++) seen[random_below(&a, 10)]++;
    for (size_t i = 0; i < 10; i++) assert_in_range(seen[i], DRAWS / 10 * 3 / 4, DRAWS / 10 * 5 / 4);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(random_below(&a, 0), 0);
        assert_int_equal(random_below(&a, 1), 0);
    }
}

/* 2^32 is one and a third times this limit: a mere remainder would be below 2^30 in half of all draws. */
static void a_limit_that_does_not_divide_the_range_is_met_evenly(void **state) {
    (void)state;
    random_source a;
    unsigned low = 0;
    random_seed(&a, "even");
    for (int i = 0; i < DRAWS; i++) low += random_below(&a, UINT32_C(3) << 30) < UINT32_C(1) << 30;
    assert_in_range(low, DRAWS / 3 * 9 / 10, DRAWS / 3 * 11 / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_name_gives_the_same_numbers),
        cmocka_unit_test(another_name_gives_other_numbers),
        cmocka_unit_test(no_name_gives_other_numbers_each_time),
        cmocka_unit_test(a_pool_that_is_used_up_is_not_given_out_again),
        cmocka_unit_test(every_number_below_the_limit_comes_and_no_other),
        cmocka_unit_test(a_limit_that_does_not_divide_the_range_is_met_evenly),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
