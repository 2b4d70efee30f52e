/* SPDX-License-Identifier: Apache-2.0 */
#include "base/search.h"
#include "support.h"

static bool is_less(const void *items, size_t i, size_t key) {
    return ((const size_t *)items)[i] < key;
}

static void the_first_item_that_is_not_before_the_key_is_found(void **state) {
    (void)state;
    for (int round = 0; round < 5000; round++) {
        size_t items[40], count = support_random() % 40, last = 0, key = support_random() % 50, expected = 0;
        for (size_t i = 0; i < count; i++) items[i] = last += support_random() % 3;
        while (expected < count && items[expected] < key) expected++;
        assert_int_equal(search_first(items, count, is_less, key), expected);
    }
}

static void nothing_is_looked_at_where_there_is_nothing(void **state) {
    (void)state;
    assert_int_equal(search_first(NULL, 0, is_less, 7), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_item_that_is_not_before_the_key_is_found),
        cmocka_unit_test(nothing_is_looked_at_where_there_is_nothing),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
