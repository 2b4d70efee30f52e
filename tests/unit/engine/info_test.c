/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"
#include "packs.h"

#define EXAMPLES "examples: {match: [a, b], no_match: [c]}"
#define RULES                                                                                                          \
    "word_classes: {a: [one]}\nmodel_families: [{id: f, tokens: ['<s>']}]\nrules:\n"                                   \
    "  - {id: r.one, title: One, category: secret, entity_type: KEY, severity: high, score: 0.25, references: [x, "    \
    "y], "                                                                                                             \
    "format: ['abc\\d', 'abd\\d'], checksum: {name: luhn}, context: {words: [v, w, z]}, " EXAMPLES "}\n"               \
    "  - {id: r.two, title: Two, category: pii, entity_type: NUMBER, score: 1, format: '\\d{6}', " EXAMPLES "}\n"      \
    "  - {id: r.three, title: T, category: pii, entity_type: X, score: 1, format: '[a-z]{16}', keywords: [k], "        \
    "examples: {match: []}}\n"                                                                                         \
    "  - {id: r.four, title: T, category: pii, entity_type: X, score: 1, pattern: 'ab', examples: {match: []}}\n"      \
    "  - {id: r.five, title: T, category: injection, entity_type: X, score: 1, phrase: a, examples: {match: []}}\n"    \
    "  - {id: r.six, title: T, category: injection, entity_type: X, score: 1, detect: {many_shot: {min_turns: 2}}, "   \
    "examples: {match: []}}\n"

static filter_engine *engine;

static void a_rule_is_told_as_it_was_written(void **state) {
    (void)state;
    filter_rule_info info;
    assert_int_equal(filter_engine_rule_count(engine), 6);
    assert_true(filter_engine_rule(engine, 0, &info));
    assert_string_equal(info.id, "r.one");
    assert_string_equal(info.title, "One");
    assert_string_equal(info.pack, "test");
    assert_string_equal(info.file, "test.yaml");
    assert_int_equal(info.line, 6);
    assert_string_equal(info.entity_type, "KEY");
    assert_int_equal(info.category, FILTER_SECRET);
    assert_string_equal(info.severity, "high");
    assert_true(info.score == 0.25);
    assert_string_equal(info.checksum, "luhn");
    assert_int_equal(info.pattern_count, 2);
    assert_string_equal(info.patterns[1], "abd\\d");
    assert_int_equal(info.reference_count, 2);
    assert_string_equal(info.references[1], "y");
    assert_int_equal(info.example_count, 3);
    assert_int_equal(info.context_count, 3);
    assert_true(filter_engine_rule(engine, 1, &info));
    assert_string_equal(info.checksum, "");
    assert_int_equal(info.pattern_count, 1);
    assert_int_equal(info.reference_count, 0);
}

static void a_rule_says_what_is_looked_for_first(void **state) {
    (void)state;
    static const char *const finders[] = {"prefix", "digits", "keyword", "regex", "phrase", "many_shot"};
    for (size_t i = 0; i < 6; i++) {
        filter_rule_info info;
        assert_true(filter_engine_rule(engine, i, &info));
        assert_string_equal(info.finder, finders[i]);
        assert_true(strlen(info.found_by) > 10);
        assert_int_equal(info.pattern_count, i == 0 ? 2 : i < 5);
    }
}

static void there_is_nothing_past_the_last_one(void **state) {
    (void)state;
    filter_rule_info info = {.id = "untouched"};
    assert_false(filter_engine_rule(engine, 6, &info));
    assert_false(filter_engine_rule(engine, SIZE_MAX, &info));
    assert_string_equal(info.id, "untouched");
    assert_string_equal(filter_engine_policy(engine, 0), "default");
    assert_null(filter_engine_policy(engine, 1));
    assert_null(filter_engine_policy(engine, SIZE_MAX));
}

static void names_are_known_whole_and_in_their_case(void **state) {
    (void)state;
    assert_true(filter_engine_has_entity(engine, "KEY") && filter_engine_has_entity(engine, "X"));
    assert_false(filter_engine_has_entity(engine, "KE") || filter_engine_has_entity(engine, "key"));
    assert_true(filter_engine_has_family(engine, "f") && filter_engine_has_family(engine, "generic"));
    assert_false(filter_engine_has_family(engine, "F") || filter_engine_has_family(engine, ""));
}

static void an_engine_tells_its_packs_and_its_size(void **state) {
    (void)state;
    assert_string_equal(filter_engine_pack_version(engine), "test 1.0.0");
    assert_int_equal(strlen(filter_engine_pack_digest(engine)), 64);
    assert_int_equal(strspn(filter_engine_pack_digest(engine), "0123456789abcdef"), 64);
    filter_engine *empty = support_engine_from("");
    assert_true(filter_engine_size(engine) > filter_engine_size(empty));
    assert_string_not_equal(filter_engine_pack_digest(engine), filter_engine_pack_digest(empty));
    filter_engine_unref(empty);
}

/* An engine without expressions of PCRE2, so that nothing else counts. */
static void an_engine_counts_its_databases(void **state) {
    (void)state;
    filter_engine *e = support_engine_from("word_classes: {a: ['中']}\n");
    size_t databases = 0;
    for (int i = 0; i < DATABASE_COUNT; i++) databases += database_size(e->databases[i]);
    assert_true(databases > 0);
    assert_int_equal(filter_engine_size(e), sizeof *e + e->memory.held + databases);
    filter_engine_unref(e);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from(RULES);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_is_told_as_it_was_written),
        cmocka_unit_test(a_rule_says_what_is_looked_for_first),
        cmocka_unit_test(there_is_nothing_past_the_last_one),
        cmocka_unit_test(names_are_known_whole_and_in_their_case),
        cmocka_unit_test(an_engine_tells_its_packs_and_its_size),
        cmocka_unit_test(an_engine_counts_its_databases),
    };
    return cmocka_run_group_tests_name("info", tests, set_up, tear_down);
}
