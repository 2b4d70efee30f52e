/* SPDX-License-Identifier: Apache-2.0 */
#include "text/span_map.h"
#include "support.h"

static arena memory;

static span_map new_map(void) {
    arena_reset(&memory, 1 << 20);
    return (span_map){.memory = &memory};
}

static void a_span_grows_to_the_runs_it_touches(void **state) {
    (void)state;
    span_map map = new_map();
    span_map_add(&map, 5, 0, 5); /* 0…5: byte by byte */
    span_map_add(&map, 3, 5, 4); /* 5…8: four digits for three bytes */
    span_map_add(&map, 1, 9, 0); /* 8…9: put there */
    span_map_add(&map, 4, 9, 4); /* 9…13: byte by byte */
    static const struct {
        span derived, source;
        const char *why;
    } cases[] = {
        {{0, 5}, {0, 5}, "the whole of a run"},
        {{1, 3}, {1, 3}, "byte by byte"},
        {{6, 7}, {5, 9}, "a run of unlike sizes cannot be divided"},
        {{4, 6}, {4, 9}, "from the middle of one run into another"},
        {{7, 10}, {5, 10}, "and out of it again"},
        {{8, 9}, {9, 9}, "what was put there comes from nothing"},
        {{0, 13}, {0, 13}, "all"},
        {{3, 3}, {0, 0}, "an empty span comes from nowhere"},
        {{5, 2}, {0, 0}, "so does one that ends before it starts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span s = span_map_source(&map, cases[i].derived);
        if (s.start != cases[i].source.start || s.end != cases[i].source.end) {
            fail_msg("%s: %zu…%zu", cases[i].why, s.start, s.end);
        }
    }
}

static void an_empty_map_maps_to_nothing(void **state) {
    (void)state;
    span_map map = new_map();
    span s = span_map_source(&map, (span){0, 5});
    assert_true(s.start == 0 && s.end == 0);
    span_map_add(&map, 0, 7, 3); /* nothing of the derived text */
    assert_int_equal(map.count, 0);
}

static void runs_that_go_on_byte_by_byte_are_one(void **state) {
    (void)state;
    span_map map = new_map();
    for (size_t i = 0; i < 100; i++) span_map_add(&map, 1, i, 1);
    assert_int_equal(map.count, 1);
    span_map_add(&map, 1, 101, 1); /* a byte was left out */
    span_map_add(&map, 2, 102, 1);
    span_map_add(&map, 1, 103, 1);
    assert_int_equal(map.count, 4);
    assert_int_equal(map.size, 104);
}

/* Against a table that holds for each byte of the derived text the span that it comes from. */
static void a_span_comes_from_where_its_first_and_last_byte_come_from(void **state) {
    (void)state;
    for (int round = 0; round < 2000; round++) {
        span_map map = new_map();
        span bytes[200];
        size_t size = 0, from = 0;
        while (size < 150) {
            size_t out = 1 + support_random() % 9, in = support_random() % 2 ? out : support_random() % 9;
            from += support_random() % 3;
            span_map_add(&map, out, from, in);
            for (size_t i = 0; i < out; i++) {
                bytes[size++] = in == out ? (span){from + i, from + i + 1} : (span){from, from + in};
            }
            from += in;
        }
        assert_int_equal(map.size, size);
        for (int i = 0; i < 50; i++) {
            size_t start = support_random() % size, end = start + 1 + support_random() % (size - start);
            span s = span_map_source(&map, (span){start, end});
            assert_int_equal(s.start, bytes[start].start);
            assert_int_equal(s.end, bytes[end - 1].end);
        }
    }
}

static void a_text_turned_round_maps_to_the_piece_it_comes_from(void **state) {
    (void)state;
    span_map map = new_map();
    for (size_t i = 10; i-- > 0;) span_map_add(&map, 1, i, 1);
    for (size_t start = 0; start < 10; start++) {
        for (size_t end = start + 1; end <= 10; end++) {
            span s = span_map_source(&map, (span){start, end});
            assert_int_equal(s.start, 10 - end);
            assert_int_equal(s.end, 10 - start);
        }
    }
}

static void a_map_without_memory_says_so(void **state) {
    (void)state;
    arena none = support_exhausted_arena();
    span_map map = {.memory = &none};
    span_map_add(&map, 1, 0, 1);
    assert_true(map.failed);
    span_map_add(&map, 1, 1, 1); /* and stays so */
    assert_true(map.failed);
    assert_int_equal(map.count, 0);
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_grows_to_the_runs_it_touches),
        cmocka_unit_test(an_empty_map_maps_to_nothing),
        cmocka_unit_test(runs_that_go_on_byte_by_byte_are_one),
        cmocka_unit_test(a_span_comes_from_where_its_first_and_last_byte_come_from),
        cmocka_unit_test(a_text_turned_round_maps_to_the_piece_it_comes_from),
        cmocka_unit_test(a_map_without_memory_says_so),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("span_map", tests, NULL, teardown);
}
