/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/occurrence.h"

#include "base/hash.h"
#include "support.h"

static void what_was_added_is_found_and_nothing_else(void **state) {
    (void)state;
    arena memory;
    occurrences o = {NULL, 0};
    arena_init(&memory);
    assert_null(occurrences_find(&o, 7)); /* an empty one */
    assert_true(occurrences_init(&o, &memory, 1000));
    for (uint64_t i = 1; i <= 1000; i++) assert_non_null(occurrences_add(&o, i * i));
    for (uint64_t i = 1; i <= 1000; i++) assert_true(occurrences_find(&o, i * i)->hash == i * i);
    assert_null(occurrences_find(&o, 3));
    assert_ptr_equal(occurrences_add(&o, 4), occurrences_find(&o, 4));
    arena_fini(&memory);
}

static void segments_are_noted_and_the_first_that_may_plant(void **state) {
    (void)state;
    arena memory;
    occurrences o;
    arena_init(&memory);
    assert_true(occurrences_init(&o, &memory, 4));
    assert_true(occurrences_add(&o, 5)->first == SIZE_MAX);
    occurrences_see(&o, 5, 1, occurrence_bit(1, WRITTEN_BY_USER), false);
    occurrences_see(&o, 5, 70, occurrence_bit(70, WRITTEN_BY_OTHERS), true);
    occurrences_see(&o, 5, 9, occurrence_bit(9, WRITTEN_BY_OTHERS), true);
    occurrences_see(&o, 6, 9, 1, true); /* was not added */
    const occurrence *found = occurrences_find(&o, 5);
    assert_true(found->segments == (UINT64_C(1) << 1 | UINT64_C(1) << (42 + 7) | UINT64_C(1) << (42 + 9)));
    assert_int_equal(found->first, 9);
    assert_null(occurrences_find(&o, 6));
    arena_fini(&memory);
}

/* Hashes that fall on one slot are refused from some number on, and cost no more than that. */
static void collisions_are_bounded(void **state) {
    (void)state;
    arena memory;
    occurrences o;
    arena_init(&memory);
    assert_true(occurrences_init(&o, &memory, 1 << 12));
    size_t kept = 0;
    const uint64_t inverse = UINT64_C(0xF1DE83E19937733D); /* of HASH_GOLDEN modulo 2^64 */
    assert_true(inverse * HASH_GOLDEN == 1);
    for (uint64_t i = 1; i < 1000; i++) kept += occurrences_add(&o, i * inverse) != NULL;
    assert_int_equal(kept, 64);
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_and_nothing_else),
        cmocka_unit_test(segments_are_noted_and_the_first_that_may_plant),
        cmocka_unit_test(collisions_are_bounded),
    };
    return cmocka_run_group_tests_name("occurrence", tests, NULL, NULL);
}
