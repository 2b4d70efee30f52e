/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/context.h"
#include "passes.h"
#include "packs.h"

#define NEAR 56 /* the engine looks 64 bytes around a value, where a word must lie whole */

static filter_engine *engine;

static const id_list *words(void) {
    return &engine->rules[0].context;
}

/* How many different words stand near the XX of a text. */
static size_t count_near(const char *text, size_t within) {
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    size_t at = (size_t)(strstr(text, "XX") - text);
    context_begin(p.scratch);
    size_t count = context_find(&p, (span){at, at + 2}, words(), within).count;
    pass_end(&p);
    return count;
}

static void different_words_near_a_value_are_counted_once(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t within, count;
        const char *why;
    } cases[] = {
        {"tel XX", 10, 1, "before"},
        {"XX tel", 10, 1, "after"},
        {"tel XX fax", 10, 2, "two, on both sides"},
        {"tel tel XX tel", 10, 1, "the same one again"},
        {"TEL XX", 10, 1, "in any case"},
        {"hotel XX telly", 10, 0, "inside other words"},
        {"phones XX", 10, 1, "a word that may go on"},
        {"tel ........ XX", 9, 0, "ten bytes away"},
        {"tel ........ XX", 10, 1, "at the bound"},
        {"XX ........ tel", 10, 1, "and after"},
        {"XX ........ tel", 9, 0, "one byte beyond"},
        {"email XX", 10, 0, "a word of another rule"},
        {"tel fax phone mobile cell XX", 60, 4, "more than four are as good as four"},
        {"XX", 10, 0, "nothing stands there"},
        {"{\"tel\":\"XX\",\"a\":\"1\"}", 10, 1, "its own name"},
        {"{\"tel\":\"1\",\"a\":\"XX\"}", 20, 0, "the name of another"},
        {"a,tel,b,c\n1,2,3,4\n1,XX,3,4\n", 1, 1, "the header of its column"},
        {"a,tel,b,c\n1,2,3,4\n1,2,XX,4\n", 60, 0, "the header of another column"},
        {"tel: see below XX", 30, 1, "a line without a number leaves the word to others"},
        {"myTelNo=XX", 10, 1, "a name of several words"},
        {"tel of 40417 is XX", 60, 1, "whose it is, and then the value"},
        {"tel of XX is 4041771", 60, 0, "who it is of"},
        {"tel XX is 4041771 in words", 60, 1, "the same in another form"},
        {"tel XX is 4 years old", 60, 1, "something is said of it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = count_near(cases[i].text, cases[i].within);
        if (count != cases[i].count) fail_msg("%s: %zu", cases[i].why, count);
    }
}

/* Words are found some way ahead and remembered: the answers are those of a search that remembers nothing. */
static void what_is_remembered_changes_no_answer(void **state) {
    (void)state;
    static const char *const pieces[] = {"tel ", "fax ", "x ", "....", "phones ", "email ", "\n"};
    for (int round = 0; round < 60; round++) {
        static char text[6000];
        text[0] = '\0';
        for (int i = 0; i < 800; i++) strcat(text, support_random() % 6 ? "....." : pieces[support_random() % 7]);
        const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
        context_begin(p.scratch);
        for (int i = 0; i < 12; i++) {
            size_t at = support_random() % (p.view->size - 2);
            span value = {at, at + 2};
            size_t remembered = context_find(&p, value, words(), NEAR).count;
            context_words kept = p.scratch->context;
            context_begin(p.scratch);
            p.scratch->context.items = NULL;
            p.scratch->context.capacity = 0;
            assert_int_equal(context_find(&p, value, words(), NEAR).count, remembered);
            p.scratch->context = kept;
        }
        pass_end(&p);
    }
}

static void a_part_has_a_word_that_touches_it(void **state) {
    (void)state;
    static const char text[] = "aaaa tel bbbb email";
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    context_begin(p.scratch);
    for (size_t start = 0; start < sizeof text - 1; start++) {
        for (size_t end = start + 1; end < sizeof text; end++) {
            /* What is searched is the part with some text after it: a word that begins before it is not seen. */
            bool has = context_has(&p, (span){start, end}, words());
            if (start <= 5 && end > 5) assert_true(has);
            if (start >= 8 || end <= 5) assert_false(has);
        }
    }
    assert_false(context_has(&p, (span){0, sizeof text - 1}, &(id_list){NULL, 0, 0}));
    pass_end(&p);
}

static void words_before_a_place_come_nearest_first(void **state) {
    (void)state;
    static const char text[] = "tel fax ....... phone XX tel";
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    size_t at = (size_t)(strstr(text, "XX") - text), nearest = 99;
    context_begin(p.scratch);
    assert_int_equal(context_words_before(&p, at, 64, &nearest), 3);
    assert_int_equal(p.scratch->context.items[nearest].end, at - 1);
    assert_int_equal(p.scratch->context.items[nearest - 1].start, 4);
    assert_int_equal(p.scratch->context.items[nearest - 2].start, 0);
    assert_int_equal(context_words_before(&p, at, 1, &nearest), 1); /* phone, a byte before */
    assert_int_equal(context_words_before(&p, at, 0, &nearest), 0);
    assert_int_equal(context_words_before(&p, 0, 64, &nearest), 0);
    pass_end(&p);
}

static void an_engine_without_words_counts_none(void **state) {
    (void)state;
    filter_engine *plain = support_engine_from("rules:\n" PACK_RULE("a", "format: 'abc1'"));
    const pass p = pass_begin(plain, "tel XX", FILTER_ROLE_USER);
    static uint32_t zero;
    const id_list list = {&zero, 1, 1};
    size_t nearest;
    context_begin(p.scratch);
    assert_int_equal(context_find(&p, (span){4, 6}, &list, 10).count, 0);
    assert_false(context_has(&p, (span){0, 6}, &list));
    assert_int_equal(context_words_before(&p, 4, 10, &nearest), 0);
    pass_end(&p);
    filter_engine_unref(plain);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from(
        "rules:\n" PACK_RULE("a", "format: 'abc1', context: {words: [tel, fax, 'phone*', mobile, cell]}")
            PACK_RULE("b", "format: 'abd1', context: {words: [email]}"));
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(different_words_near_a_value_are_counted_once),
        cmocka_unit_test(what_is_remembered_changes_no_answer),
        cmocka_unit_test(a_part_has_a_word_that_touches_it),
        cmocka_unit_test(words_before_a_place_come_nearest_first),
        cmocka_unit_test(an_engine_without_words_counts_none),
    };
    return cmocka_run_group_tests_name("context", tests, set_up, tear_down);
}
