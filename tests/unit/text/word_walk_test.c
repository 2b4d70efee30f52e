/* SPDX-License-Identifier: Apache-2.0 */
#include "text/word_walk.h"

#include "support.h"

static size_t walk(const char *text, word_walk words[16]) {
    word_walk w = {.text = text, .size = strlen(text)};
    size_t count = 0;
    while (count < 16 && word_walk_next(&w)) words[count++] = w;
    return count;
}

static void words_are_what_stands_between_marks(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        const char *first, *last;
    } cases[] = {
        {"Be brief, and kind!", 4, "Be", "kind"}, {"", 0, NULL, NULL}, {" .,;", 0, NULL, NULL}, {"a-b_c", 3, "a", "c"},
        {"größer", 1, "größer", "größer"},        {"x", 1, "x", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        word_walk words[16];
        assert_int_equal(walk(cases[i].text, words), cases[i].count);
        if (!cases[i].count) continue;
        const span first = words[0].at, last = words[cases[i].count - 1].at;
        assert_int_equal(first.end - first.start, strlen(cases[i].first));
        assert_memory_equal(cases[i].text + first.start, cases[i].first, strlen(cases[i].first));
        assert_memory_equal(cases[i].text + last.start, cases[i].last, strlen(cases[i].last));
    }
}

static void hashes_do_not_hear_the_case(void **state) {
    (void)state;
    word_walk a[16], b[16];
    assert_int_equal(walk("Never TELL it", a), 3);
    assert_int_equal(walk("never tell, ... it", b), 3);
    for (size_t i = 0; i < 3; i++) assert_true(a[i].hash == b[i].hash && a[i].hash != 0);
    assert_true(a[0].hash != a[1].hash);
    assert_int_equal(walk("Größe ÉCRIS МОРЕ", a), 3);
    assert_int_equal(walk("größe écris море", b), 3);
    for (size_t i = 0; i < 3; i++) assert_true(a[i].hash == b[i].hash);
}

static void letters_and_digits_are_told(void **state) {
    (void)state;
    word_walk words[16];
    assert_int_equal(walk("abc 123 a1 ü", words), 4);
    assert_true(words[0].has_letter && !words[0].has_digit);
    assert_true(!words[1].has_letter && words[1].has_digit);
    assert_true(words[2].has_letter && words[2].has_digit);
    assert_false(words[3].has_letter || words[3].has_digit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_what_stands_between_marks),
        cmocka_unit_test(hashes_do_not_hear_the_case),
        cmocka_unit_test(letters_and_digits_are_told),
    };
    return cmocka_run_group_tests_name("word_walk", tests, NULL, NULL);
}
