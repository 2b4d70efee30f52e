/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cipher.h"
#include "decoding.h"

static arena memory;
static text_buffer out;
static span_map map;

static const char *apply(cipher c, const char *text, span part) {
    out = (text_buffer){.memory = &memory};
    map = (span_map){.memory = &memory};
    cipher_apply(c, text, part, decoding_words(), &out, &map);
    assert_false(out.failed || map.failed);
    assert_int_equal(map.size, out.size);
    return arena_copy(&memory, out.data, out.size);
}

static const char *apply_all(cipher c, const char *text) {
    return apply(c, text, (span){0, strlen(text)});
}

static void each_cipher_writes_what_it_is_known_for(void **state) {
    (void)state;
    static const struct {
        int c;
        const char *text, *expected;
    } cases[] = {
        {CIPHER_CAESAR + 13, "Ignore ALL, 3 times", "Vtaber NYY, 3 gvzrf"},
        {CIPHER_CAESAR + 3, "xyz XYZ abc", "abc ABC def"},
        {CIPHER_ATBASH, "Ignore az", "Rtmliv za"},
        {CIPHER_REVERSED, "a\u00e9b\U0001f600", "\U0001f600b\u00e9a"},
        {CIPHER_SPELLING, "india golf november oscar romeo echo", "ignore"},
        {CIPHER_SPELLING, "Say: India-Golf-November-Oscar-Romeo-Echo, Alfa Lima Lima", "Say: ignore all"},
        {CIPHER_SPELLING, "india golf november", ""}, /* three letters are too few */
        {CIPHER_SPELLING, "an ordinary sentence about a hotel in india", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = apply_all((cipher)cases[i].c, cases[i].text);
        if (strcmp(text, cases[i].expected) != 0) fail_msg("'%s' gives '%s'", cases[i].text, text);
    }
}

static void what_a_cipher_hides_its_inverse_shows(void **state) {
    (void)state;
    for (int round = 0; round < 300; round++) {
        char text[256];
        arena_reset(&memory, 1 << 20);
        decoding_random_text(text, support_random() % 60);
        for (int c = 0; c < CIPHER_COUNT; c++) {
            if (c == CIPHER_SPELLING || c == CIPHER_CAESAR) continue; /* only undone; no cipher */
            assert_string_equal(apply_all(cipher_inverse((cipher)c), apply_all((cipher)c, text)), text);
            assert_int_equal(cipher_inverse(cipher_inverse((cipher)c)), c);
        }
    }
}

static void a_letter_comes_from_the_letter_it_stands_for(void **state) {
    (void)state;
    static const char text[] = "a\u00e9b";
    apply_all(CIPHER_REVERSED, text); /* b é a */
    span b = span_map_source(&map, (span){0, 1}), e = span_map_source(&map, (span){1, 3});
    assert_true(b.start == 3 && b.end == 4);
    assert_true(e.start == 1 && e.end == 3);
    apply((cipher)(CIPHER_CAESAR + 1), "xxabcxx", (span){2, 5});
    span c = span_map_source(&map, (span){1, 2});
    assert_true(c.start == 3 && c.end == 4);
}

static void only_the_part_asked_for_is_written(void **state) {
    (void)state;
    assert_string_equal(apply(CIPHER_REVERSED, "abcdef", (span){2, 4}), "dc");
    assert_string_equal(apply(CIPHER_ATBASH, "aaaaaa", (span){0, 0}), "");
    assert_string_equal(apply((cipher)(CIPHER_CAESAR + 25), "bbbbbb", (span){5, 6}), "a");
}

static void every_word_of_the_spelling_alphabet_is_its_first_letter(void **state) {
    (void)state;
    for (size_t i = 0; i < SPELLING_COUNT; i++) {
        char text[64], expected[5] = "xxxx";
        snprintf(text, sizeof text, "xray %s xray xray", cipher_spelling[i]);
        expected[1] = cipher_spelling[i][0];
        assert_string_equal(apply_all(CIPHER_SPELLING, text), expected);
        assert_true(cipher_is_spelled(text, strlen(text), 0));
    }
}

static void two_words_of_the_alphabet_side_by_side_are_a_clue(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        bool spelled;
        const char *why;
    } cases[] = {
        {"india golf", 0, true, "a space"},        {"India-GOLF", 0, true, "a hyphen, any case"},
        {"india, golf", 0, true, "a comma"},       {"a india golf", 2, true, "not at the start"},
        {"india", 0, false, "one word"},           {"india hotels", 0, false, "the second goes on"},
        {"indian golf", 0, false, "so does one"},  {"india     golf", 0, false, "too far apart"},
        {"golf course", 0, false, "another word"}, {"india 7 golf", 0, false, "a digit is between"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool spelled = cipher_is_spelled(cases[i].text, strlen(cases[i].text), cases[i].at);
        if (spelled != cases[i].spelled) fail_msg("%s: '%s'", cases[i].why, cases[i].text);
    }
}

static void a_cipher_has_the_name_that_findings_give(void **state) {
    (void)state;
    assert_string_equal(cipher_name(CIPHER_REVERSED), FILTER_VIEW_REVERSED);
    assert_string_equal(cipher_name(CIPHER_ATBASH), FILTER_VIEW_ATBASH);
    assert_string_equal(cipher_name(CIPHER_SPELLING), FILTER_VIEW_NATO_ALPHABET);
    for (int n = 1; n < 26; n++) {
        assert_string_equal(cipher_name((cipher)(CIPHER_CAESAR + n)), n == 13 ? FILTER_VIEW_ROT13 : FILTER_VIEW_CAESAR);
    }
}

static void a_cipher_without_memory_says_so(void **state) {
    (void)state;
    static const int ciphers[] = {CIPHER_REVERSED, CIPHER_ATBASH, CIPHER_SPELLING, CIPHER_CAESAR + 1};
    static const char text[] = "alfa bravo charlie delta";
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++) {
        arena none = support_exhausted_arena();
        text_buffer buffer = {.memory = &none};
        span_map lost = {.memory = &none};
        cipher_apply((cipher)ciphers[i], text, (span){0, sizeof text - 1}, decoding_words(), &buffer, &lost);
        assert_true(buffer.failed);
    }
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cipher_writes_what_it_is_known_for),
        cmocka_unit_test(what_a_cipher_hides_its_inverse_shows),
        cmocka_unit_test(a_letter_comes_from_the_letter_it_stands_for),
        cmocka_unit_test(only_the_part_asked_for_is_written),
        cmocka_unit_test(every_word_of_the_spelling_alphabet_is_its_first_letter),
        cmocka_unit_test(two_words_of_the_alphabet_side_by_side_are_a_clue),
        cmocka_unit_test(a_cipher_has_the_name_that_findings_give),
        cmocka_unit_test(a_cipher_without_memory_says_so),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("cipher", tests, NULL, teardown);
}
