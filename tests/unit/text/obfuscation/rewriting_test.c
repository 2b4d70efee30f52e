/* SPDX-License-Identifier: Apache-2.0 */
#include "text/obfuscation/traits.h"
#include "support.h"

static arena memory;
static text_buffer out;
static span_map map;
static size_t seen[64], seen_count;

static uint64_t digits_of(const masks *m) {
    return m->digits;
}

/* A digit n becomes #, and the next n - 1 bytes belong to it. */
static size_t take_digit(rewriter *w, const word_index *words, size_t at, size_t floor) {
    assert_null(words);
    assert_true(at >= floor && at < w->size);
    seen[seen_count++] = at;
    size_t end = at + (size_t)(w->text[at] - '0');
    rewrite_begin(w, at);
    put(w, '#', at, end - at);
    rewrite_end(w, end);
    return end;
}

static bool rewrite_digits(const char *text, size_t size, size_t budget) {
    decode_source s = {.text = text, .size = size};
    arena_reset(&memory, 1 << 20);
    out = (text_buffer){.memory = &memory};
    map = (span_map){.memory = &memory};
    seen_count = 0;
    return rewrite_places(&s, budget, &out, &map, digits_of, take_digit);
}

static void places_are_rewritten_from_left_to_right_and_none_inside_another(void **state) {
    (void)state;
    assert_true(rewrite_digits("a1b42cdef1", 10, 100));
    assert_int_equal(seen_count, 3); /* the 2 belongs to the 4 */
    assert_int_equal(seen[0], 1);
    assert_int_equal(seen[1], 3);
    assert_int_equal(seen[2], 9);
    assert_memory_equal(out.data, "a#b#ef#", 7);
    assert_int_equal(out.size, 7);
    span four = span_map_source(&map, (span){3, 4});
    assert_true(four.start == 3 && four.end == 7);
}

static void a_place_that_reaches_into_the_next_block_hides_what_is_there(void **state) {
    (void)state;
    char text[130];
    memset(text, 'a', sizeof text);
    text[60] = '9'; /* up to 69 */
    text[65] = '1';
    text[70] = '1';
    assert_true(rewrite_digits(text, sizeof text, 1000));
    assert_int_equal(seen_count, 2);
    assert_int_equal(seen[1], 70);
}

static void a_text_without_places_gives_nothing(void **state) {
    (void)state;
    assert_false(rewrite_digits("plain text", 10, 100));
    assert_false(rewrite_digits("", 0, 100));
    assert_int_equal(out.size, 0);
}

static void rewriting_stops_once_the_budget_is_used_up(void **state) {
    (void)state;
    assert_true(rewrite_digits("1 1 1 1 1 1", 11, 4));
    assert_int_equal(seen_count, 3);
    assert_true(rewrite_digits("1 1 1 1 1 1", 11, 0));
    assert_int_equal(seen_count, 1);
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_rewritten_from_left_to_right_and_none_inside_another),
        cmocka_unit_test(a_place_that_reaches_into_the_next_block_hides_what_is_there),
        cmocka_unit_test(a_text_without_places_gives_nothing),
        cmocka_unit_test(rewriting_stops_once_the_budget_is_used_up),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("rewriting", tests, NULL, teardown);
}
