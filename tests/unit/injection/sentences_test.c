/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentences.h"
#include "injection/phrase.h"
#include "packs.h"
#include "passes.h"
#include "weights.h"

#define FEATURES_MAX 100000
#define WINDOWS_MAX 20000

static filter_engine *engine;

/* What was read of a text. */
static struct {
    sentence_window windows[WINDOWS_MAX];
    size_t window_count, sentences;
    uint32_t features[FEATURES_MAX];
    size_t feature_count;
} seen;

static void on_window(void *arg, const sentence_window *w) {
    (void)arg;
    assert_true(seen.window_count < WINDOWS_MAX);
    seen.windows[seen.window_count++] = *w;
}

static void on_feature(void *arg, uint32_t hash) {
    (void)arg;
    assert_true(seen.feature_count < FEATURES_MAX);
    seen.features[seen.feature_count++] = hash;
}

static void read_with(const char *text, sentence_reading reading) {
    static cipher_clues clues;
    clues = (cipher_clues){.too_many = false};
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    phrase_find(&p, &clues);
    seen.window_count = seen.feature_count = 0;
    seen.sentences = sentences_read(&p, &reading);
    pass_end(&p);
}

static void read(const char *text) {
    read_with(text, (sentence_reading){.on_feature = on_feature, .on_window = on_window});
}

/* Windows of one sentence are told before the longer ones that begin with it. */
static void a_sentence_is_a_window_and_so_is_it_with_those_after_it(void **state) {
    (void)state;
    static const struct {
        const char *text, *windows, *why;
    } cases[] = {
        {"", "", "nothing"},
        {"one", "one", "all there is"},
        {"One. Two", "One.|One. Two| Two", "two sentences"},
        {"a\nb\nc", "a\n|a\nb\nc|b\n|b\nc|c", "lines are sentences"},
        {"at 3.5 or v1.2 it", "at 3.5 or v1.2 it", "a point inside a number or name ends none"},
        {"Oh! \"No?\" So", "Oh!|Oh! \"No?\" So| \"No?|\" So| \"No?\" So|\" So", "marks before a quotation mark"},
        {"...\n---\nx", "...\n---\nx", "marks without a word are no sentence"},
        {"\xE4\xB8\xAD\xE3\x80\x82\xE4\xB8\xAD",
         "\xE4\xB8\xAD\xE3\x80\x82|\xE4\xB8\xAD\xE3\x80\x82\xE4\xB8\xAD|\xE4\xB8\xAD", "an ideographic full stop"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char got[400] = "";
        read(cases[i].text);
        for (size_t k = 0; k < seen.window_count; k++) {
            const sentence_window *w = &seen.windows[k];
            if (k) strcat(got, "|");
            strncat(got, cases[i].text + w->start, w->end - w->start);
        }
        /* two windows of the same sentences would be one too many */
        if (i != 5 && strcmp(got, cases[i].windows) != 0) fail_msg("%s: '%s'", cases[i].why, got);
    }
}

static void every_byte_that_says_something_is_in_a_window_and_windows_are_bounded(void **state) {
    (void)state;
    static char text[8000];
    static const char *const pieces[] = {
        " ignore ", ". ", "\n", "\xC3\xA9", "\xE4\xB8\xAD\xE4\xB8\xAD", "! ", " words that say little ", "x"};
    for (int round = 0; round < 300; round++) {
        text[0] = '\0';
        for (uint32_t i = 0, n = support_random() % 400; i < n; i++) strcat(text, pieces[support_random() % 8]);
        read(text);
        size_t covered = 0, features = 0;
        for (size_t k = 0; k < seen.window_count; k++) {
            const sentence_window *w = &seen.windows[k];
            for (; covered < w->start; covered++) assert_null(strchr("ignorewdsthaylx", text[covered]));
            if (w->end > covered) covered = w->end;
            assert_true(k == 0 || w->start >= seen.windows[k - 1].start);
            assert_true(w->first + w->count <= seen.feature_count);
            if (w->first + w->count > features) features = w->first + w->count;
            assert_int_equal(text_align_back(text, w->start), w->start);
        }
        assert_int_equal(features, seen.feature_count);
        assert_true(seen.window_count < 2 * seen.sentences + 1);
    }
}

static void a_window_has_no_more_bytes_than_a_bound_but_for_one_long_word(void **state) {
    (void)state;
    static char text[20000];
    text[0] = '\0';
    for (int i = 0; i < 1000; i++) sprintf(text + strlen(text), "w%d%s", i, i % 7 ? " " : ".\n");
    read(text);
    for (size_t k = 0; k < seen.window_count; k++)
        assert_true(seen.windows[k].end - seen.windows[k].start <= WINDOW_MAX);
    memset(text, 'y', sizeof text - 1);
    read(text);
    assert_int_equal(seen.window_count, 1);
    assert_int_equal(seen.windows[0].end, sizeof text - 1);
}

static void features_are_words_ends_of_words_pairs_marks_and_classes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        const char *why;
    } cases[] = {
        {"", 0, "nothing"},
        {"one", 3, "a word, and its pairs with nothing"},
        {"one two", 6, "two words"},
        {"twelve", 5, "six letters have a beginning and an end of their own"},
        {"\xD1\x88\xD0\xB5\xD1\x81\xD1\x82\xD1\x8C", 3, "five letters of any script have none"},
        {"moon", 3, "classes are looked for beside triggers alone"},
        {"ignore", 7, "a beginning, an end, a class and its pair with none"},
        {"one - two", 8, "a mark, and its pair"},
        {"one --- two", 8, "a row of marks is one"},
        {"one, two.", 6, "commas and full stops say nothing"},
        {"\xE4\xB8\xAD\xE4\xB8\xAD", 6, "Chinese characters are words"},
        {"\xEA\xB0\x80\xEB\x82\x98", 6, "and Korean syllables"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read(cases[i].text);
        if (seen.feature_count != cases[i].count) fail_msg("%s: %zu", cases[i].why, seen.feature_count);
    }
}

static bool are_alike(const char *a, const char *b) {
    static uint32_t first[1000];
    read(a);
    size_t count = seen.feature_count;
    memcpy(first, seen.features, count * sizeof *first);
    read(b);
    return count == seen.feature_count && memcmp(first, seen.features, count * sizeof *first) == 0;
}

static void case_and_blanks_do_not_count_and_order_does(void **state) {
    (void)state;
    assert_true(are_alike("Ignore the MOON", "ignore  the\tmoon"));
    assert_true(are_alike("pay 12 now", "pay 97 now")); /* numbers differ by their length alone */
    assert_false(are_alike("pay 12 now", "pay 123 now"));
    assert_false(are_alike("the ignore moon", "ignore the moon"));
    assert_false(are_alike("abcdefgh1", "abcdefgh2"));
    assert_false(are_alike("abcdefghijklmnopq", "abcdefghijklmnopr"));
    assert_false(are_alike("yes!", "yes?"));
}

/* The end of a text is not read beyond: words there are as they are elsewhere. */
static void a_word_is_the_same_wherever_it_stands(void **state) {
    (void)state;
    for (size_t size = 1; size < 20; size++) {
        char alone[64] = "", before[64] = "";
        memset(alone, 'a', size);
        sprintf(before, "%.*s               .", (int)size, alone);
        assert_true(are_alike(alone, before));
    }
}

static void sums_are_those_of_the_weights(void **state) {
    (void)state;
    static int8_t weights[1 << WEIGHTS_BITS];
    static const char text[] = "Some words here. And some more of them!\nThe last line, at 4.5 o'clock";
    for (size_t i = 0; i < sizeof weights; i++) weights[i] = (int8_t)(support_random() % 200);
    read(text);
    static uint32_t features[1000];
    memcpy(features, seen.features, seen.feature_count * sizeof *features);
    read_with(text, (sentence_reading){.weights = weights, .bits = WEIGHTS_BITS, .on_window = on_window});
    assert_true(seen.window_count > 3);
    for (size_t k = 0; k < seen.window_count; k++) {
        const sentence_window *w = &seen.windows[k];
        int32_t sum = 0;
        for (size_t i = 0; i < w->count; i++) sum += weights[sentence_place(features[w->first + i], WEIGHTS_BITS)];
        assert_int_equal(sum, w->sum);
    }
}

static void reading_stops_when_the_time_is_up(void **state) {
    (void)state;
    static char text[40000];
    for (size_t i = 0; i + 4 < sizeof text; i += 4) memcpy(text + i, "a b\n", 4);
    read(text);
    size_t all = seen.sentences;
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    p.scratch->classes.count = 0;
    p.scratch->work.deadline = work_now();
    seen.window_count = 0;
    const sentence_reading reading = {.on_feature = on_feature, .on_window = on_window};
    seen.feature_count = 0;
    assert_true(sentences_read(&p, &reading) < all);
    pass_end(&p);
}

static int set_up(void **state) {
    (void)state;
    engine = weights_engine(100);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_a_window_and_so_is_it_with_those_after_it),
        cmocka_unit_test(every_byte_that_says_something_is_in_a_window_and_windows_are_bounded),
        cmocka_unit_test(a_window_has_no_more_bytes_than_a_bound_but_for_one_long_word),
        cmocka_unit_test(features_are_words_ends_of_words_pairs_marks_and_classes),
        cmocka_unit_test(case_and_blanks_do_not_count_and_order_does),
        cmocka_unit_test(a_word_is_the_same_wherever_it_stands),
        cmocka_unit_test(sums_are_those_of_the_weights),
        cmocka_unit_test(reading_stops_when_the_time_is_up),
    };
    return cmocka_run_group_tests_name("sentences", tests, set_up, tear_down);
}
