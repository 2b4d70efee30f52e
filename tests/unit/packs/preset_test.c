/* SPDX-License-Identifier: Apache-2.0 */
/* A rule takes the keys of a preset, wherever it is written, and a mistake is reported where it stands. */
#include "packs.h"

#define HEAD PACK_HEAD
#define POLICY PACK_POLICY
#define RULE(id, body) "  - {id: " id ", title: t, entity_type: X, references: [r], " body "}\n"
#define OWN "preset: p, score: 0.9, format: '4321'"
#define EXAMPLES "examples: {match: ['1234 here']}"

/* Loads two packs, a.yaml and b.yaml. */
static filter_engine *load_with(const char *a, const char *b, bool skip_examples, pack_report *r) {
    filter_error error;
    const filter_source sources[] = {{"a.yaml", a, strlen(a)}, {"b.yaml", b, strlen(b)}};
    return packs_load(sources, 2, skip_examples, r, &error);
}

static filter_engine *load(const char *a, const char *b, pack_report *r) {
    return load_with(a, b, false, r);
}

static void a_rule_takes_keys_from_itself_then_the_preset_then_the_defaults(void **state) {
    (void)state;
    pack_report r;
    /* The preset is in a pack that is read later. */
    filter_engine *engine = load_with(
        HEAD POLICY "defaults: {category: pii, score: 0.1, severity: low, format: '1234'}\nrules:\n" RULE("own", OWN)
            RULE("preset", "preset: p") RULE("defaults", "category: injection, score: 0.7, " EXAMPLES),
        HEAD "presets: {p: {category: secret, score: 0.8, " EXAMPLES "}}\n", true, &r);
    if (!engine) fail_msg("%s", r.lines[0]);
    static const struct {
        double score;
        filter_category category;
    } expected[] = {{0.9, FILTER_SECRET}, {0.8, FILTER_SECRET}, {0.7, FILTER_INJECTION}};
    filter_rule_info info;
    for (size_t i = 0; filter_engine_rule(engine, i, &info); i++) {
        assert_true(info.score == expected[i].score && info.category == expected[i].category);
        assert_string_equal(info.patterns[0], i ? "1234" : "4321");
        assert_string_equal(info.severity, "low");
    }
    filter_engine_unref(engine);
}

static void defaults_may_name_a_preset_for_all_rules_of_a_pack(void **state) {
    (void)state;
    pack_report r;
    filter_engine *engine = load(HEAD POLICY "defaults: {preset: p}\nrules:\n" RULE("a", EXAMPLES),
                                 HEAD "presets: {p: {category: secret, score: 0.8, format: '1234'}}\n", &r);
    if (!engine) fail_msg("%s", r.lines[0]);
    filter_engine_unref(engine);
}

static void a_mistake_is_reported_once_and_where_it_stands(void **state) {
    (void)state;
    static const struct {
        const char *rules, *presets, *says;
    } cases[] = {
        {"preset: keyword-secert", "{keyword-secret: {score: 0.8}}",
         "a.yaml:4:64: a: unknown preset 'keyword-secert'; did you mean 'keyword-secret'? One of: keyword-secret"},
        {"preset: p", "{}", "a.yaml:4:64: a: a rule takes a preset, and no loaded pack has 'presets'"},
        {"preset: [p]", "{p: {score: 0.8}}", "a.yaml:4:64: a: 'preset' must be a text"},
        {"preset: p", "{p: {scroe: 0.8}}", "b.yaml:2:15: : a preset: unknown key 'scroe'; did you mean 'score'?"},
        {"preset: p", "{p: {score: 8}}", "b.yaml:2:22: : 'score' must be a number from 0 to 1"},
        {"preset: p", "{p: {context: {within: 9}}}", "b.yaml:2:24: : context needs 'words'"},
        {"preset: p", "{p: {checksum: {name: lune}}}", "b.yaml:2:"},
        {"preset: p", "{p: {id: x}}", "b.yaml:2:15: : a preset: unknown key 'id'"},
        {"preset: p", "{p: {preset: q}, q: {score: 1}}", "b.yaml:2:15: : a preset: unknown key 'preset'"},
        {"preset: p", "{p: {examples: {match: ['none']}}}",
         "a.yaml:4:64: a: example must match, and nothing is found in 'none'"},
        {"preset: p", "{p: {detect: {many_shot: {min_turns: 6}}}}", "b.yaml:2:15: : a preset: unknown key 'detect'"},
        {"preset: p", "{p: 7}", "b.yaml:2:14: : a preset must be a map of keys and values"},
        {"preset: p", "[p]", "b.yaml:2:10: : 'presets' must be a map"},
        {"severity: low", "{P: {score: 1}}", "b.yaml:2:11: : a preset is named like a rule's id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char a[600], b[600];
        pack_report r;
        snprintf(a, sizeof a, HEAD POLICY "rules:\n" RULE("a", "%s, category: pii, score: 0.9, format: '1234', %s"),
                 cases[i].rules, strstr(cases[i].presets, "examples") ? "" : EXAMPLES);
        snprintf(b, sizeof b, HEAD "presets: %s\n", cases[i].presets);
        assert_null(load(a, b, &r));
        if (!strstr(r.lines[0], cases[i].says))
            fail_msg("case %zu should say '%s', says '%s'", i, cases[i].says, r.lines[0]);
    }
}

/* What is wrong with a format is seen once a rule has it; the rule is in another file than the preset. */
static void a_format_of_a_preset_is_shown_at_the_rule_that_takes_it(void **state) {
    (void)state;
    pack_report r;
    assert_null(load(HEAD POLICY "rules:\n" RULE("a", "preset: p, category: pii, score: 0.9, " EXAMPLES),
                     HEAD "\n\n\n\npresets: {p: {format: 'a*'}}\n", &r));
    if (strncmp(r.lines[0], "a.yaml:4:", 9) != 0) fail_msg("says '%s'", r.lines[0]);
}

static void a_preset_is_named_once_in_all_packs(void **state) {
    (void)state;
    pack_report r;
    static const char preset[] = "presets: {p: {score: 0.8}}\n";
    char a[300], b[300];
    snprintf(a, sizeof a, HEAD POLICY "%s", preset);
    snprintf(b, sizeof b, HEAD "%s", preset);
    assert_null(load(a, b, &r));
    assert_string_equal(r.lines[0], "b.yaml:2:11: : preset 'p' is also in a.yaml:3; rename one");
}

static void trigger_classes_may_name_classes_of_packs_that_are_read_later(void **state) {
    (void)state;
    pack_report r;
    filter_engine *engine =
        load(HEAD POLICY "trigger_classes: [override]\n", HEAD "word_classes: {override: [ignore]}\n", &r);
    if (!engine) fail_msg("%s", r.lines[0]);
    filter_engine_unref(engine);
    assert_null(load(HEAD POLICY "trigger_classes: [nobody]\n", HEAD "word_classes: {override: [ignore]}\n", &r));
    assert_string_equal(r.lines[0], "a.yaml:3:18: : 'trigger_classes' names the class 'nobody', which has no words");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_takes_keys_from_itself_then_the_preset_then_the_defaults),
        cmocka_unit_test(defaults_may_name_a_preset_for_all_rules_of_a_pack),
        cmocka_unit_test(a_mistake_is_reported_once_and_where_it_stands),
        cmocka_unit_test(a_format_of_a_preset_is_shown_at_the_rule_that_takes_it),
        cmocka_unit_test(a_preset_is_named_once_in_all_packs),
        cmocka_unit_test(trigger_classes_may_name_classes_of_packs_that_are_read_later),
    };
    return cmocka_run_group_tests_name("preset", tests, NULL, NULL);
}
