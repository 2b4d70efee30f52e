/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

static pack_report report;

static const ruleset *read_words(const char *keys) {
    static char text[2048];
    snprintf(text, sizeof text, PACK_HEAD "%s\n", keys);
    return packs_read_text(text, &report);
}

static const word_class *class_of(const ruleset *set, const char *name) {
    return pack_find_class(set, name, strlen(name));
}

static void words_of_all_languages_are_in_one_class_and_once(void **state) {
    (void)state;
    const ruleset *set = read_words("word_classes: {stop: {en: [halt, stop], de: [halt, anhalten]}, go: [go]}");
    assert_int_equal(report.count, 0);
    const word_class *stop = class_of(set, "stop");
    assert_int_equal(set->class_count, 2);
    assert_int_equal(stop->count, 3);
    assert_string_equal(stop->words[0], "halt");
    assert_string_equal(stop->words[2], "anhalten");
    assert_int_equal(stop->nodes[2]->line, 2);
    assert_string_equal(stop->files[2], "p.yaml");
    assert_null(class_of(set, "sto"));
}

static void words_are_folded_as_the_text_is(void **state) {
    (void)state;
    const ruleset *set = read_words("word_classes: {a: [ПРИВЕТ, привет, ｓｔｏｐ, stop]}");
    const word_class *a = class_of(set, "a");
    assert_int_equal(a->count, 2);
    assert_string_equal(a->words[0], "привет");
    assert_string_equal(a->words[1], "stop");
}

static void a_second_pack_adds_to_a_class(void **state) {
    (void)state;
    ruleset *set = packs_read_text(PACK_HEAD "word_classes: {a: [one, two]}\n", &report);
    diagnostics d = {.fn = pack_report_add, .arg = &report, .file = "q.yaml", .rule = ""};
    static const char more[] = "{a: [two, three], b: [four]}";
    pack_read_words(set, yaml_parse(set->memory, more, sizeof more - 1, &d), &d);
    assert_int_equal(set->class_count, 2);
    assert_int_equal(class_of(set, "a")->count, 3);
    assert_string_equal(class_of(set, "a")->files[2], "q.yaml");
}

static void a_trigger_class_is_one_that_has_words(void **state) {
    (void)state;
    const ruleset *set = read_words("word_classes: {a: [one], b: [two]}\ntrigger_classes: [b]");
    assert_int_equal(report.count, 0);
    assert_false(class_of(set, "a")->is_trigger);
    assert_true(class_of(set, "b")->is_trigger);
}

static void a_word_that_could_never_be_found_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *keys, *says;
    } cases[] = {
        {"word_classes: [a]", "'word_classes' must be a map from class to words"},
        {"word_classes: {a: word}", "words must be a list, or a map from language to list"},
        {"word_classes: {a: {en: word}}", "words must be a list, or a map from language to list"},
        {"word_classes: {a: [x]}", "a word has at least two bytes"},
        {"word_classes: {a: ['*']}", "a word has at least two bytes"},
        {"word_classes: {a: [[b]]}", "a word has at least two bytes"},
        {"word_classes: {a: [' b']}", "a word begins with a letter or a digit"},
        {"word_classes: {a: ['-bc']}", "a word begins with a letter or a digit"},
        {"word_classes: {A: [bc]}", "a class is named with a-z, 0-9 and '-'"},
        {"word_classes: {'': [bc]}", "a class is named with a-z, 0-9 and '-'"},
        {"trigger_classes: [a]", "'trigger_classes' names the class 'a', which has no words"},
        {"indicator_words: [abcde]", "'indicator_words' has words of at least six letters a-z, not 'abcde'"},
        {"indicator_words: [Ignore]", "'indicator_words' has words of at least six letters a-z, not 'Ignore'"},
        {"indicator_words: [ignore it]", "'indicator_words' has words of at least six letters a-z, not 'ignore it'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)read_words(cases[i].keys);
        if (!pack_report_has(&report, cases[i].says)) fail_msg("%s: '%s'", cases[i].keys, report.lines[0]);
    }
}

static void right_words_beside_a_wrong_one_are_kept(void **state) {
    (void)state;
    const ruleset *set = read_words("word_classes: {a: [x, right, '-'], B: [no], c: [more]}\n"
                                    "indicator_words: [short, system]");
    assert_int_equal(report.count, 4);
    assert_int_equal(class_of(set, "a")->count, 1);
    assert_int_equal(class_of(set, "c")->count, 1);
    assert_int_equal(set->indicator_word_count, 1);
    assert_string_equal(set->indicator_words[0], "system");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_all_languages_are_in_one_class_and_once),
        cmocka_unit_test(words_are_folded_as_the_text_is),
        cmocka_unit_test(a_second_pack_adds_to_a_class),
        cmocka_unit_test(a_trigger_class_is_one_that_has_words),
        cmocka_unit_test(a_word_that_could_never_be_found_is_refused),
        cmocka_unit_test(right_words_beside_a_wrong_one_are_kept),
    };
    return cmocka_run_group_tests_name("word_classes", tests, NULL, NULL);
}
