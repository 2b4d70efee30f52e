/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/marks.h"
#include "support.h"

static bool is_mark(const char *text, size_t at) {
    return strchr("\t\n\"'(),:;<=[\\]`{|}", text[at]) || (text[at] == '-' && at > 0 && text[at - 1] == ' ');
}

static void each_mark_is_found_and_nothing_else(void **state) {
    (void)state;
    static const char bytes[] =
        "\t\n\"'(),:;<=[\\]`{|}-->?@;9/*&%#!~z \x80\xff   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (int round = 0; round < 3000; round++) {
        char text[300];
        size_t size = support_random() % sizeof text;
        for (size_t i = 0; i < size; i++) text[i] = bytes[support_random() % (sizeof bytes - 1)];
        marks m;
        arena memory;
        arena_init(&memory);
        assert_true(marks_find(&m, &memory, text, size));
        for (int ask = 0; ask < 20; ask++) { /* from anywhere, also back */
            size_t from = support_random() % (size + 2), expected = from;
            while (expected < size && !is_mark(text, expected)) expected++;
            if (expected > size) expected = size;
            assert_int_equal(marks_next(&m, from), expected);
        }
        arena_fini(&memory);
    }
}

static void each_machine_finds_the_same(void **state) {
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[4 * MARKS_BLOCK];
        uint64_t plain[4] = {0};
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = (char)support_random();
            if (text[i] == '-' && i % MARKS_BLOCK == 0) text[i] = ' ';
        }
        marks m;
        arena memory;
        arena_init(&memory);
        assert_true(marks_find(&m, &memory, text, sizeof text));
        marks_find_plain(text, 4, plain);
        assert_memory_equal(m.bits, plain, sizeof plain);
        arena_fini(&memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mark_is_found_and_nothing_else),
        cmocka_unit_test(each_machine_finds_the_same),
    };
    return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
