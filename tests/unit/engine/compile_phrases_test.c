/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"
#include "packs.h"
#include "text/cipher.h"

#define CLASSES "word_classes: {a: [alpha words], b: [beta], c: [gamma], d: ['中', 'привет', '한국', 'ab*']}\n"
#define RULES CLASSES "trigger_classes: [b]\nindicator_words: [system]\nrules:\n"

static filter_engine *engine_of(const char *text) {
    filter_engine *engine = support_engine_from(text);
    assert_non_null(engine);
    return engine;
}

static bool has_use(const filter_engine *e, const char *class, uint32_t use) {
    const word_class *c = pack_find_class(&e->set, class, strlen(class));
    const id_list *uses = &e->uses[c - e->set.classes];
    for (size_t i = 0; i < uses->count; i++) {
        if (uses->items[i] == use) return true;
    }
    return false;
}

static void a_phrase_has_a_place_for_each_word_and_classes_that_fill_it(void **state) {
    (void)state;
    filter_engine *e = engine_of(RULES PACK_RULE("r", "phrase: ['a b', 'c|b a c'], max_span: 40, unordered: true"));
    assert_int_equal(e->phrase_count, 2);
    assert_int_equal(e->phrases[0].count, 2);
    assert_int_equal(e->phrases[1].count, 3);
    assert_int_equal(e->phrases[1].within, 40);
    assert_true(e->phrases[1].unordered);
    assert_true(has_use(e, "a", 0) && has_use(e, "b", 1));
    assert_true(has_use(e, "c", PHRASE_MAX) && has_use(e, "b", PHRASE_MAX)); /* either of them comes first */
    assert_true(has_use(e, "a", PHRASE_MAX + 1) && has_use(e, "c", PHRASE_MAX + 2));
    assert_false(has_use(e, "c", 0));
    filter_engine_unref(e);
}

static void six_classes_fit_in_a_phrase_and_each_must_have_words(void **state) {
    (void)state;
    filter_engine *e = engine_of(RULES PACK_RULE("r", "phrase: ['a b c a b c']"));
    assert_int_equal(e->phrases[0].count, PHRASE_MAX);
    filter_engine_unref(e);
    assert_null(support_engine_from(RULES PACK_RULE("r", "phrase: ['a b c a b c a']")));
    assert_null(support_engine_from(RULES PACK_RULE("r", "phrase: ['a nobody']")));
    assert_null(support_engine_from(RULES PACK_RULE("r", "phrase: ['a|nobody']")));
}

static void words_in_ascii_go_to_the_lexicon_and_others_to_the_matcher(void **state) {
    (void)state;
    filter_engine *e = engine_of(RULES PACK_RULE("r", "phrase: ['a b']"));
    assert_int_equal(e->sources[DATABASE_CLASS_WORDS].count, 4);
    static const struct {
        const char *why;
        bool before, after;
    } expected[] = {{"Chinese is written without spaces", false, false},
                    {"Russian parts its words", true, true},
                    {"particles grow on Korean words", true, false},
                    {"two letters that may go on", true, false}};
    for (size_t i = 0; i < 4; i++) {
        const engine_class_word *word = &e->class_words[i];
        if (word->whole_before != expected[i].before || word->whole_after != expected[i].after) {
            fail_msg("%s", expected[i].why);
        }
        assert_int_equal(word->classes.count, 1);
    }
    for (size_t i = 0; i < 3; i++) assert_true(e->lexicon_classes.items[i] < e->set.class_count);
    filter_engine_unref(e);
}

static size_t clues_of(const filter_engine *e, cipher c) {
    size_t count = 0;
    for (size_t i = 0; i < e->lexicon_classes.count; i++)
        count += e->lexicon_classes.items[i] == LEXICON_CIPHER + (uint32_t)c;
    return count;
}

static void an_indicator_word_is_a_clue_of_every_cipher(void **state) {
    (void)state;
    filter_engine *e = engine_of(RULES PACK_RULE("r", "phrase: ['a b']"));
    for (int n = 1; n < 26; n++) assert_int_equal(clues_of(e, (cipher)(CIPHER_CAESAR + n)), 1);
    assert_int_equal(clues_of(e, CIPHER_ATBASH), 1);
    assert_int_equal(clues_of(e, CIPHER_SPELLING), SPELLING_COUNT);
    assert_int_equal(clues_of(e, CIPHER_REVERSED), 0); /* the trigger `beta` is too short to show it */
    filter_engine_unref(e);
    e = engine_of("word_classes: {b: [ignore]}\ntrigger_classes: [b]\nrules:\n" PACK_RULE("r", "phrase: [b]"));
    assert_int_equal(clues_of(e, CIPHER_REVERSED), 1);
    filter_engine_unref(e);
}

static void every_word_in_letters_is_in_the_word_index(void **state) {
    (void)state;
    filter_engine *e =
        engine_of("word_classes: {a: [alpha words, abc1def, system]}\nindicator_words: [system]\nrules:\n" PACK_RULE(
            "r", "phrase: [a]"));
    assert_non_null(word_index_find(&e->word_index, "alpha", 5));
    assert_non_null(word_index_find(&e->word_index, "words", 5));
    assert_null(word_index_find(&e->word_index, "abc", 3)); /* a part of abc1def */
    assert_true(word_index_find(&e->word_index, "system", 6)->is_indicator);
    assert_false(word_index_find(&e->word_index, "alpha", 5)->is_indicator);
    filter_engine_unref(e);
}

static void a_pack_without_words_has_no_clues(void **state) {
    (void)state;
    filter_engine *e = engine_of("rules:\n" PACK_RULE("r", "format: 'abc\\d'"));
    assert_int_equal(e->lexicon_classes.count, 0);
    assert_int_equal(e->lexicon.count, 0);
    filter_engine_unref(e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phrase_has_a_place_for_each_word_and_classes_that_fill_it),
        cmocka_unit_test(six_classes_fit_in_a_phrase_and_each_must_have_words),
        cmocka_unit_test(words_in_ascii_go_to_the_lexicon_and_others_to_the_matcher),
        cmocka_unit_test(an_indicator_word_is_a_clue_of_every_cipher),
        cmocka_unit_test(every_word_in_letters_is_in_the_word_index),
        cmocka_unit_test(a_pack_without_words_has_no_clues),
    };
    return cmocka_run_group_tests_name("compile_phrases", tests, NULL, NULL);
}
