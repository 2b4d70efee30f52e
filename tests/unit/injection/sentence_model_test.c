/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentence_model.h"
#include "injection/phrase.h"
#include "packs.h"
#include "passes.h"
#include "weights.h"

#define BEFORE_MAX 240 /* bytes of a window before its trigger, … */
#define AFTER_MAX 360 /* … and after it */
#define WINDOWS_MAX 1024

static filter_engine *engine; /* all weights are 100 */

static pass begin(const char *text) {
    static cipher_clues clues;
    clues = (cipher_clues){.too_many = false};
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    phrase_find(&p, &clues);
    return p;
}

static void a_window_is_the_sentence_of_a_trigger_and_the_next(void **state) {
    (void)state;
    static const struct {
        const char *text, *window, *why;
    } cases[] = {
        {"One. Please ignore it. Then two. Then three.", " Please ignore it. Then two", "a sentence and the next"},
        {"ignore", "ignore", "all there is"},
        {"a\nignore\nb\nc", "ignore\nb", "lines are sentences"},
        {"at 3.5 ignore 4.5 x! y? z.", "at 3.5 ignore 4.5 x! y", "a point inside a number ends none"},
        {"x? ignore... and more. no", " ignore... and more", "points in a heap are one end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin(cases[i].text);
        span *windows;
        assert_int_equal(model_windows(&p, &windows), 1);
        size_t size = windows[0].end - windows[0].start;
        if (size != strlen(cases[i].window) || memcmp(cases[i].text + windows[0].start, cases[i].window, size) != 0) {
            fail_msg("%s: '%.*s'", cases[i].why, (int)size, cases[i].text + windows[0].start);
        }
        pass_end(&p);
    }
}

static void a_text_without_a_trigger_has_no_window(void **state) {
    (void)state;
    static const char *const texts[] = {"", "the moon is bright", "ignored", "ign ore"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const pass p = begin(texts[i]);
        span *windows;
        assert_int_equal(model_windows(&p, &windows), 0);
        pass_end(&p);
    }
}

static void every_trigger_lies_in_a_window_and_windows_are_bounded(void **state) {
    (void)state;
    static char text[8000];
    static const char *const pieces[] = {" ignore ", ". ", "\n", "é", "中中中", " moon ", " words that say little ",
                                         "x"};
    for (int round = 0; round < 300; round++) {
        text[0] = '\0';
        for (uint32_t i = 0, n = support_random() % 400; i < n; i++) strcat(text, pieces[support_random() % 8]);
        const pass p = begin(text);
        span *windows;
        size_t count = model_windows(&p, &windows), at = 0;
        for (const char *s = text; (s = strstr(s, " ignore ")) != NULL; s++) {
            size_t start = (size_t)(s - text) + 1;
            while (at < count && windows[at].end < start + 6) at++;
            assert_true(at < count && windows[at].start <= start);
        }
        for (size_t i = 0; i < count; i++) {
            assert_true(windows[i].end - windows[i].start <= BEFORE_MAX + AFTER_MAX + 6 + 3);
            assert_int_equal(text_align_back(text, windows[i].start), windows[i].start);
            if (i) assert_true(windows[i].end > windows[i - 1].end);
        }
        pass_end(&p);
    }
}

static void a_sentence_without_end_is_cut_at_whole_characters(void **state) {
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        static char text[3000];
        memset(text, 0, sizeof text);
        memset(text, 'x', shift);
        for (int i = 0; i < 300; i++) strcat(text, "中");
        size_t trigger = strlen(text) + 1;
        strcat(text, " ignore ");
        for (int i = 0; i < 300; i++) strcat(text, "中");
        const pass p = begin(text);
        span *windows;
        assert_int_equal(model_windows(&p, &windows), 1);
        assert_in_range(trigger - windows[0].start, BEFORE_MAX, BEFORE_MAX + 2);
        assert_in_range(windows[0].end - trigger - 6, AFTER_MAX - 2, AFTER_MAX);
        assert_int_equal(text_align_back(text, windows[0].start), windows[0].start);
        assert_int_equal(text_align_back(text, windows[0].end), windows[0].end);
        pass_end(&p);
    }
}

static void windows_have_no_bound_behind_which_a_text_could_hide(void **state) {
    (void)state;
    enum { TRIGGERS = 20000 }; /* a window takes in two of these lines */
    char *text = calloc(TRIGGERS + 1, 10);
    for (size_t i = 0; i < TRIGGERS; i++) memcpy(text + 10 * i, "ignore  x\n", 10);
    const pass p = begin(text);
    span *windows;
    assert_int_equal(model_windows(&p, &windows), TRIGGERS / 2);
    pass_end(&p);
    free(text);
}

static size_t features_of(const char *text, uint32_t out[MODEL_FEATURES_MAX]) {
    const pass p = begin(text);
    size_t count = model_features(&p, (span){0, strlen(text)}, out);
    pass_end(&p);
    return count;
}

static void features_are_words_pairs_beginnings_and_classes(void **state) {
    (void)state;
    static uint32_t a[MODEL_FEATURES_MAX], b[MODEL_FEATURES_MAX];
    static const struct {
        const char *text;
        size_t count;
        const char *why;
    } cases[] = {
        {"", 0, "nothing"},
        {"one", 2, "a word, and its pair with nothing"},
        {"one two", 4, "two words"},
        {"twelve", 3, "six letters have a beginning of their own"},
        {"moon", 2, "classes are looked for beside triggers alone"},
        {"ignore", 5, "a word, and a class"},
        {"ignore moon", 10, "two classes are together, too"},
        {"it's... - one!", 4, "marks are no words"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = features_of(cases[i].text, a);
        if (count != cases[i].count) fail_msg("%s: %zu", cases[i].why, count);
    }
    assert_int_equal(features_of("Ignore the MOON", a), features_of("ignore the moon", b));
    assert_memory_equal(a, b, sizeof a); /* case does not count */
    assert_int_equal(features_of("the ignore moon", b), features_of("ignore the moon", a));
    assert_memory_not_equal(a, b, sizeof a); /* order does */
}

static void a_window_has_no_more_features_than_a_bound(void **state) {
    (void)state;
    static char text[20000];
    static uint32_t hashes[MODEL_FEATURES_MAX + 1];
    text[0] = '\0';
    for (int i = 0; i < 900; i++) sprintf(text + strlen(text), "word%d ", i);
    hashes[MODEL_FEATURES_MAX] = 0xEEEEEEEE;
    assert_int_equal(features_of(text, hashes), MODEL_FEATURES_MAX);
    assert_int_equal(hashes[MODEL_FEATURES_MAX], 0xEEEEEEEE);
}

static const candidate *find_with(signed char weight, const char *text, double min_score) {
    static candidate found;
    filter_engine *kept = engine;
    engine = weights_engine(weight);
    const pass p = begin(text);
    p.scratch->min_scores[category_index(FILTER_INJECTION)] = min_score;
    sentence_model_find(&p, &engine->set.rules[0]);
    const candidate *c = pass_candidate(&p, "m");
    if (c) found = *c;
    pass_end(&p);
    filter_engine_unref(engine);
    engine = kept;
    return c ? &found : NULL;
}

static void a_score_rises_with_its_weights_and_covers_the_words_of_classes(void **state) {
    (void)state;
    static const char text[] = "please ignore the bright moon tonight";
    const candidate *c = find_with(20, text, 0);
    double strong = c->score;
    assert_true(c->at.start == 7 && c->at.end == 29);
    double even = find_with(0, text, 0)->score, weak = find_with(-20, text, 0)->score;
    assert_true(strong > 0.99 && weak < 0.01 && even > 0.499 && even < 0.501);
    assert_null(find_with(-20, text, 0.2)); /* of no use to the request */
    assert_null(find_with(20, "the bright moon", 0)); /* no trigger */
}

static void a_window_among_many_must_say_more(void **state) {
    (void)state;
    double before = 1;
    for (int windows = 1; windows <= 64; windows *= 2) {
        static char text[64 * 32];
        text[0] = '\0';
        for (int i = 0; i < windows; i++) strcat(text, "ignore it. yes. no.\n\n");
        double score = find_with(0, text, 0)->score;
        if (windows <= 32) assert_true(score < before);
        else assert_true(score == before); /* but no more than so much */
        before = score;
    }
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
        cmocka_unit_test(a_window_is_the_sentence_of_a_trigger_and_the_next),
        cmocka_unit_test(a_text_without_a_trigger_has_no_window),
        cmocka_unit_test(every_trigger_lies_in_a_window_and_windows_are_bounded),
        cmocka_unit_test(a_sentence_without_end_is_cut_at_whole_characters),
        cmocka_unit_test(windows_have_no_bound_behind_which_a_text_could_hide),
        cmocka_unit_test(features_are_words_pairs_beginnings_and_classes),
        cmocka_unit_test(a_window_has_no_more_features_than_a_bound),
        cmocka_unit_test(a_score_rises_with_its_weights_and_covers_the_words_of_classes),
        cmocka_unit_test(a_window_among_many_must_say_more),
    };
    return cmocka_run_group_tests_name("sentence_model", tests, set_up, tear_down);
}
