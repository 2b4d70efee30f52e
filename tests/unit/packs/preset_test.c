/* SPDX-License-Identifier: Apache-2.0 */
/* A rule takes the keys of a preset, wherever it is written, and a mistake is reported where it stands. */
#include "support.h"

#define HEAD "pack: {name: t, version: 1.0.0, licence: Apache-2.0}\n"
#define POLICY "policies: [{id: default, title: t}]\n"
#define RULE(id, body) "  - {id: " id ", title: t, entity_type: X, references: [r], " body "}\n"
#define OWN "preset: p, score: 0.9, format: '4321'"
#define EXAMPLES "examples: {match: ['1234 here']}"

typedef struct report {
    char first[1200];
    size_t count;
} report;

static void record(const filter_diagnostic *d, void *arg) {
    report *r = arg;
    if (r->count++ == 0) {
        snprintf(r->first, sizeof r->first, "%s:%u:%u: %s: %s", d->file, d->line, d->column, d->rule, d->message);
    }
}

/* Loads two packs, a.yaml and b.yaml. */
static filter_engine *load_with(const char *a, const char *b, bool skip_examples, report *r) {
    filter_engine *engine = NULL;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    const filter_source sources[] = {{"a.yaml", a, strlen(a)}, {"b.yaml", b, strlen(b)}};
    *r = (report){.count = 0};
    options.skip_examples = skip_examples;
    options.on_diagnostic = record;
    options.diagnostic_arg = r;
    return filter_engine_new(&engine, sources, 2, &options, &error) == FILTER_OK ? engine : NULL;
}

static filter_engine *load(const char *a, const char *b, report *r) {
    return load_with(a, b, false, r);
}

static filter_engine *load_unproved(const char *a, const char *b, report *r) {
    return load_with(a, b, true, r);
}

static void a_rule_takes_keys_from_itself_then_the_preset_then_the_defaults(void **state) {
    (void)state;
    report r;
    /* The preset is in a pack that is read later. */
    filter_engine *engine = load_unproved(
        HEAD POLICY "defaults: {category: pii, score: 0.1, severity: low, format: '1234'}\nrules:\n" RULE("own", OWN)
            RULE("preset", "preset: p") RULE("defaults", "category: injection, score: 0.7, " EXAMPLES),
        HEAD "presets: {p: {category: secret, score: 0.8, " EXAMPLES "}}\n", &r);
    if (!engine) fail_msg("%s", r.first);
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
    report r;
    filter_engine *engine = load(HEAD POLICY "defaults: {preset: p}\nrules:\n" RULE("a", EXAMPLES),
                                 HEAD "presets: {p: {category: secret, score: 0.8, format: '1234'}}\n", &r);
    if (!engine) fail_msg("%s", r.first);
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
        report r;
        snprintf(a, sizeof a, HEAD POLICY "rules:\n" RULE("a", "%s, category: pii, score: 0.9, format: '1234', %s"),
                 cases[i].rules, strstr(cases[i].presets, "examples") ? "" : EXAMPLES);
        snprintf(b, sizeof b, HEAD "presets: %s\n", cases[i].presets);
        assert_null(load(a, b, &r));
        if (!strstr(r.first, cases[i].says)) fail_msg("case %zu should say '%s', says '%s'", i, cases[i].says, r.first);
    }
}

static void a_preset_is_named_once_in_all_packs(void **state) {
    (void)state;
    report r;
    static const char preset[] = "presets: {p: {score: 0.8}}\n";
    char a[300], b[300];
    snprintf(a, sizeof a, HEAD POLICY "%s", preset);
    snprintf(b, sizeof b, HEAD "%s", preset);
    assert_null(load(a, b, &r));
    assert_string_equal(r.first, "b.yaml:2:11: : preset 'p' is also in a.yaml:3; rename one");
}

static void anchors_may_name_classes_of_packs_that_are_read_later(void **state) {
    (void)state;
    report r;
    filter_engine *engine =
        load(HEAD POLICY "trigger_classes: [override]\n", HEAD "word_classes: {override: [ignore]}\n", &r);
    if (!engine) fail_msg("%s", r.first);
    filter_engine_unref(engine);
    assert_null(load(HEAD POLICY "trigger_classes: [nobody]\n", HEAD "word_classes: {override: [ignore]}\n", &r));
    assert_string_equal(r.first, "a.yaml:3:18: : 'trigger_classes' names the class 'nobody', which has no words");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_takes_keys_from_itself_then_the_preset_then_the_defaults),
        cmocka_unit_test(defaults_may_name_a_preset_for_all_rules_of_a_pack),
        cmocka_unit_test(a_mistake_is_reported_once_and_where_it_stands),
        cmocka_unit_test(a_preset_is_named_once_in_all_packs),
        cmocka_unit_test(anchors_may_name_classes_of_packs_that_are_read_later),
    };
    return cmocka_run_group_tests_name("preset", tests, NULL, NULL);
}
