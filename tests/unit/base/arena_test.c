/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "support.h"

#include <stdalign.h>

#define EVERYTHING (SIZE_MAX / 2)

static void memory_is_zeroed_even_where_it_was_used_before(void **state) {
    (void)state;
    static const unsigned char zero[1000];
    arena a;
    arena_init(&a);
    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = arena_alloc(&a, 10, 100);
        assert_memory_equal(bytes, zero, sizeof zero);
        memset(bytes, 0xEE, sizeof zero);
        arena_reset(&a, EVERYTHING);
    }
    arena_fini(&a);
}

static void every_allocation_is_aligned_and_apart_from_the_others(void **state) {
    (void)state;
    arena a;
    unsigned char *items[300];
    size_t sizes[300];
    arena_init(&a);
    for (size_t i = 0; i < 300; i++) {
        sizes[i] = support_random() % 700;
        items[i] = arena_alloc(&a, sizes[i], 1);
        assert_non_null(items[i]);
        assert_int_equal((uintptr_t)items[i] % alignof(max_align_t), 0);
        memset(items[i], (int)(i & 0xFF), sizes[i]);
    }
    for (size_t i = 0; i < 300; i++) {
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(items[i][k], i & 0xFF);
    }
    arena_fini(&a);
}

static void a_size_that_overflows_is_refused(void **state) {
    (void)state;
    static const struct {
        size_t count, size;
    } cases[] = {{SIZE_MAX, 1}, {1, SIZE_MAX}, {SIZE_MAX / 2, 4}, {(SIZE_MAX >> 32) + 1, (SIZE_MAX >> 32) + 1}};
    arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(arena_alloc(&a, cases[i].count, cases[i].size));
    }
    assert_null(arena_copy(&a, "x", SIZE_MAX));
    assert_int_equal(a.held, 0);
    arena_fini(&a);
}

static void an_arena_without_memory_answers_null(void **state) {
    (void)state;
    arena a = support_exhausted_arena();
    assert_null(arena_alloc(&a, 1, 1));
    assert_null(arena_copy(&a, "text", 4));
    assert_null(arena_printf(&a, "%d", 1));
    arena_fini(&a);
}

static void an_array_grows_where_it_stands_until_something_else_is_taken(void **state) {
    (void)state;
    arena a;
    unsigned *list = NULL;
    size_t capacity = 0;
    arena_init(&a);
    assert_true(arena_grow(&a, &list, &capacity, 16, sizeof *list));
    for (unsigned i = 0; i < 16; i++) list[i] = i;
    const unsigned *first = list;
    assert_true(arena_grow(&a, &list, &capacity, capacity + 1, sizeof *list));
    assert_ptr_equal(list, first);
    unsigned *other = arena_alloc(&a, 1, sizeof *other);
    assert_true((unsigned char *)other >= (unsigned char *)(list + capacity));
    assert_true(arena_grow(&a, &list, &capacity, capacity + 1, sizeof *list));
    assert_ptr_not_equal(list, first);
    memset(list + 16, 0xEE, (capacity - 16) * sizeof *list);
    assert_int_equal(*other, 0);
    for (unsigned i = 0; i < 16; i++) assert_int_equal(list[i], i);
    arena_fini(&a);
}

static void an_array_that_grows_keeps_its_elements(void **state) {
    (void)state;
    arena a;
    unsigned *list = NULL;
    size_t capacity = 0;
    arena_init(&a);
    for (unsigned i = 0; i < 10000; i++) {
        assert_true(arena_grow(&a, &list, &capacity, i + 1, sizeof *list));
        assert_true(capacity > i);
        list[i] = i;
    }
    for (unsigned i = 0; i < 10000; i++) assert_int_equal(list[i], i);
    arena_fini(&a);
}

static void an_array_that_cannot_grow_stays_as_it_was(void **state) {
    (void)state;
    unsigned items[2] = {1, 2}, *list = items;
    size_t capacity = 2;
    arena a = support_exhausted_arena();
    assert_true(arena_grow(&a, &list, &capacity, 2, sizeof *list)); /* there is room */
    assert_false(arena_grow(&a, &list, &capacity, 3, sizeof *list));
    assert_ptr_equal(list, items);
    assert_int_equal(capacity, 2);
    arena_init(&a);
    assert_false(arena_grow(&a, &list, &capacity, SIZE_MAX, sizeof *list));
    assert_ptr_equal(list, items);
    arena_fini(&a);
}

static void an_arena_that_is_warm_takes_no_more_memory(void **state) {
    (void)state;
    arena a;
    arena_init(&a);
    size_t held = 0;
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 100; i++) assert_non_null(arena_alloc(&a, 1000, 1));
        if (round > 1) assert_int_equal(a.held, held);
        held = a.held;
        arena_reset(&a, EVERYTHING);
        assert_int_equal(a.held, held);
    }
    arena_fini(&a);
    assert_int_equal(a.held, 0);
}

static void an_arena_keeps_no_more_than_it_is_told_after_a_reset(void **state) {
    (void)state;
    static const size_t limits[] = {0, 1000, 16384, 100000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        arena a;
        arena_init(&a);
        assert_non_null(arena_alloc(&a, 1 << 20, 1));
        arena_reset(&a, limits[i]);
        assert_true(a.held <= limits[i]);
        assert_non_null(arena_alloc(&a, 1, 1)); /* and it goes on working */
        arena_fini(&a);
    }
}

static void a_copy_ends_in_nul_and_holds_nul(void **state) {
    (void)state;
    arena a;
    arena_init(&a);
    assert_memory_equal(arena_copy(&a, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_copy(&a, NULL, 0), "");
    assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
    arena_fini(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_even_where_it_was_used_before),
        cmocka_unit_test(every_allocation_is_aligned_and_apart_from_the_others),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(an_arena_without_memory_answers_null),
        cmocka_unit_test(an_array_grows_where_it_stands_until_something_else_is_taken),
        cmocka_unit_test(an_array_that_grows_keeps_its_elements),
        cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_was),
        cmocka_unit_test(an_arena_that_is_warm_takes_no_more_memory),
        cmocka_unit_test(an_arena_keeps_no_more_than_it_is_told_after_a_reset),
        cmocka_unit_test(a_copy_ends_in_nul_and_holds_nul),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
