/* SPDX-License-Identifier: Apache-2.0 */
#include "text/rewrite.h"
#include "support.h"

#define AROUND 256 /* bytes that are kept to both sides of a region */

static arena memory;
static text_buffer out;
static span_map map;

static rewriter begin(const char *text, size_t size) {
    arena_reset(&memory, 1 << 20);
    out = (text_buffer){.memory = &memory};
    map = (span_map){.memory = &memory};
    return (rewriter){text, size, &out, &map, 0, 0};
}

static void rewrite(rewriter *w, size_t start, size_t end, const char *bytes) {
    rewrite_begin(w, start);
    rewrite_put(w, bytes, strlen(bytes), start, end - start);
    rewrite_end(w, end);
}

static void a_region_is_replaced_and_the_text_around_it_stays(void **state) {
    (void)state;
    rewriter w = begin("one two three four", 18);
    rewrite(&w, 4, 7, "2");
    rewrite(&w, 14, 18, "4");
    assert_true(rewrite_finish(&w));
    assert_int_equal(out.size, 13);
    assert_memory_equal(out.data, "one 2 three 4", 13);
    span two = span_map_source(&map, (span){4, 5}), three = span_map_source(&map, (span){6, 11});
    assert_true(two.start == 4 && two.end == 7);
    assert_true(three.start == 8 && three.end == 13);
}

static void a_text_without_regions_gives_nothing(void **state) {
    (void)state;
    rewriter w = begin("plain", 5);
    assert_false(rewrite_finish(&w));
    assert_int_equal(out.size, 0);
}

static void regions_far_apart_are_joined_by_a_line_feed(void **state) {
    (void)state;
    static char text[2000];
    memset(text, 'a', sizeof text);
    rewriter w = begin(text, sizeof text);
    rewrite(&w, 500, 510, "X");
    rewrite(&w, 1500, 1510, "Y");
    assert_true(rewrite_finish(&w));
    assert_int_equal(out.size, 4 * AROUND + 3);
    assert_int_equal(out.data[AROUND], 'X');
    assert_int_equal(out.data[2 * AROUND + 1], '\n');
    assert_int_equal(out.data[3 * AROUND + 2], 'Y');
    assert_int_equal(span_map_source(&map, (span){0, 1}).start, 500 - AROUND);
    assert_int_equal(span_map_source(&map, (span){out.size - 1, out.size}).end, 1510 + AROUND);
}

static void a_character_is_not_cut_where_the_text_around_a_region_ends(void **state) {
    (void)state;
    static char text[3 * 500];
    for (size_t shift = 0; shift < 3; shift++) {
        for (size_t i = 0; i < sizeof text; i += 3) memcpy(text + i, "\xE4\xB8\xAD", 3);
        rewriter w = begin(text, sizeof text);
        rewrite(&w, 600 + 3 * shift, 603 + 3 * shift, "X");
        assert_true(rewrite_finish(&w));
        assert_int_equal(text_valid_prefix(out.data, out.size), out.size);
        assert_true(out.size >= 2 * AROUND + 1 && out.size <= 2 * AROUND + 7);
    }
}

/* Against a walk over the text that asks for each byte whether it is in a region or near one. */
static void what_is_far_from_every_region_is_left_out(void **state) {
    (void)state;
    static char text[6000], expected[8000];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('a' + i % 26);
    for (int round = 0; round < 200; round++) {
        rewriter w = begin(text, sizeof text);
        size_t size = 0, copied = 0, wanted = 0;
        for (size_t at = support_random() % 1500; at + 20 < sizeof text; at += 20 + support_random() % 1500) {
            size_t end = at + 1 + support_random() % 20;
            for (size_t i = copied; i < at; i++) {
                if (i < wanted || i + AROUND >= at) expected[size++] = text[i];
                else if (i == wanted && size) expected[size++] = '\n';
            }
            expected[size++] = '#';
            copied = end;
            wanted = end + AROUND;
            rewrite(&w, at, end, "#");
        }
        for (size_t i = copied; i < sizeof text && i < wanted; i++) expected[size++] = text[i];
        assert_int_equal(rewrite_finish(&w), size > 0);
        assert_int_equal(out.size, size);
        assert_memory_equal(out.data, expected, size);
        assert_int_equal(map.size, size);
    }
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_is_replaced_and_the_text_around_it_stays),
        cmocka_unit_test(a_text_without_regions_gives_nothing),
        cmocka_unit_test(regions_far_apart_are_joined_by_a_line_feed),
        cmocka_unit_test(a_character_is_not_cut_where_the_text_around_a_region_ends),
        cmocka_unit_test(what_is_far_from_every_region_is_left_out),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("rewrite", tests, NULL, teardown);
}
