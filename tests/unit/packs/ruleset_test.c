/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

static pack_report report;

static void check(const char *text) {
    ruleset *set = packs_read_text(text, &report);
    if (report.count) fail_msg("'%s' has a mistake of its own: %s", text, report.lines[0]);
    diagnostics d = {.fn = pack_report_add, .arg = &report, .file = "", .rule = ""};
    pack_check_references(set, &d);
}

static void what_names_something_that_is_not_there_is_reported_with_the_nearest(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {PACK_HEAD "rules:\n" PACK_RULE("a", "format: 'abc1'") PACK_RULE("a", "format: 'abd1'"),
         "p.yaml:4:0: a: id is taken by p.yaml:3; rename one"},
        {PACK_HEAD "rules:\n" PACK_RULE("a", "format: 'abc1', near_rules: {rules: [b]}"),
         "p.yaml:3:126: a: 'near_rules': no loaded pack has the rule 'b'"},
        {PACK_HEAD "policies:\n  - {id: p, title: t, entities: {Y: {action: flag}}}\n",
         "p.yaml:3:34: : policy 'p': no loaded pack has the entity type 'Y'"},
        {PACK_HEAD "policies: [{id: p, title: t, entities: {CARDD: {}}}]\n"
                   "rules: [{id: a, title: t, category: pii, entity_type: CARD, score: 1, format: 'abc1', examples: "
                   "{match: []}}]\n",
         "policy 'p': no loaded pack has the entity type 'CARDD'; did you mean 'CARD'?"},
        {PACK_HEAD "rules:\n" PACK_RULE("card", "format: 'abc1', near_rules: {rules: [cards]}"),
         "no loaded pack has the rule 'cards'; did you mean 'card'?"},
        {PACK_HEAD "model_families: [{id: llama, tokens: [x]}]\npolicies: [{id: p, title: t, isolation: "
                   "{model_family: lama}}]\n",
         "no loaded pack has the model family 'lama'; did you mean 'llama'?"},
        {PACK_HEAD "policies: [{id: p, title: t}, {id: p, title: t}]\n", "policy 'p' is also in p.yaml:2"},
        {PACK_HEAD "policies: [{id: p, title: t, isolation: {model_family: f}}]\n",
         "policy 'p': no loaded pack has the model family 'f'"},
        {PACK_HEAD "policies: [{id: p, title: t, output: {match: [m]}}]\n",
         "policy 'p': no loaded pack has the rule 'm'"},
        {PACK_HEAD "policies: [{id: p, title: t, output: {no_match: [n]}}]\n",
         "policy 'p': no loaded pack has the rule 'n'"},
        {PACK_HEAD "model_families: [{id: f, tokens: [x]}, {id: f, tokens: [y]}]\n", "family 'f' appears twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(cases[i].text);
        if (report.count != 1 || !pack_report_has(&report, cases[i].says)) {
            fail_msg("%s: %zu, '%s'", cases[i].says, report.count, report.count ? report.lines[0] : "");
        }
    }
}

static void what_names_only_what_is_there_is_right(void **state) {
    (void)state;
    check(PACK_HEAD "rules:\n" PACK_RULE("a", "format: 'abc1', near_rules: {rules: [b, a]}") PACK_RULE(
        "b", "format: 'abd1'") "model_families: [{id: f, tokens: [x]}]\n"
                               "policies:\n  - {id: p, title: t, entities: {X: {action: flag}}, isolation: "
                               "{model_family: f}, output: {match: [a]}}\n  - {id: q, title: t}\n");
    assert_int_equal(report.count, 0);
}

static const char *versions(const pack_id *ids, size_t count) {
    static arena memory;
    static char text[512];
    arena_init(&memory);
    const ruleset set = {.memory = &memory, .pack_ids = (pack_id *)(uintptr_t)ids, .pack_id_count = count};
    snprintf(text, sizeof text, "%s", pack_versions(&set));
    arena_fini(&memory);
    return text;
}

static void packs_of_one_family_and_version_are_told_once(void **state) {
    (void)state;
    static const pack_id ids[] = {{"pii-eu", "1.0.0"}, {"acme", "2.0.0"},  {"pii-us", "1.0.0"},
                                  {"pii-in", "1.1.0"}, {"piing", "1.0.0"}, {"pii", "1.0.0"}};
    assert_string_equal(versions(ids, 6), "pii-* 1.0.0, acme 2.0.0, pii-in 1.1.0, piing 1.0.0");
    assert_string_equal(versions(ids, 2), "pii-eu 1.0.0, acme 2.0.0");
    static const pack_id alike[] = {{"pii-eu", "1.0.0"}, {"piing", "1.0.0"}};
    assert_string_equal(versions(alike, 2), "pii-eu 1.0.0, piing 1.0.0");
    assert_string_equal(versions(ids, 0), "");
}

static void versions_without_memory_are_null(void **state) {
    (void)state;
    static pack_id ids[] = {{"acme", "1.0.0"}};
    arena none = support_exhausted_arena();
    const ruleset set = {.memory = &none, .pack_ids = ids, .pack_id_count = 1};
    assert_null(pack_versions(&set));
}

static void a_value_holds_when_all_its_checksums_do(void **state) {
    (void)state;
    const pack_rule rule = {
        .digits = 3, .checksum_count = 2, .checksums = {checksum_find("luhn"), checksum_find("not_repeated")}};
    const pack_rule none = {.digits = 0};
    assert_true(pack_checksums_hold(&rule, "4111 1111 1111 1111", 19));
    assert_false(pack_checksums_hold(&rule, "4111 1111 1111 1112", 19)); /* by the first */
    assert_false(pack_checksums_hold(&rule, "0000", 4)); /* by the second */
    assert_true(pack_checksums_hold(&none, "x", 1));
    assert_true(pack_has_digits(&rule, "a1b2c3", 6));
    assert_false(pack_has_digits(&rule, "a1b2c3", 5));
    assert_true(pack_has_digits(&none, "", 0));
}

static void a_severity_rises_in_the_order_of_its_names(void **state) {
    (void)state;
    static const char *const names[] = {"low", "medium", "high", "critical"};
    for (int i = 0; i < 4; i++) {
        const pack_rule rule = {.severity = names[i]};
        assert_int_equal(pack_severity(&rule), i);
    }
}

static void a_name_is_found_whole_and_by_its_size(void **state) {
    (void)state;
    const ruleset *set = packs_read_text(
        PACK_HEAD PACK_POLICY "word_classes: {ab: [xx], abc: [yy]}\nrules:\n" PACK_RULE("r.one", "format: 'abc1'"),
        &report);
    assert_string_equal(pack_find_class(set, "abcd", 3)->name, "abc");
    assert_string_equal(pack_find_class(set, "abcd", 2)->name, "ab");
    assert_null(pack_find_class(set, "abcd", 4));
    assert_null(pack_find_class(set, "", 0));
    assert_non_null(pack_find_rule(set, "r.one"));
    assert_null(pack_find_rule(set, "r.on"));
    assert_non_null(pack_find_policy(set, "default"));
    assert_null(pack_find_policy(set, "Default"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_names_something_that_is_not_there_is_reported_with_the_nearest),
        cmocka_unit_test(what_names_only_what_is_there_is_right),
        cmocka_unit_test(packs_of_one_family_and_version_are_told_once),
        cmocka_unit_test(versions_without_memory_are_null),
        cmocka_unit_test(a_value_holds_when_all_its_checksums_do),
        cmocka_unit_test(a_severity_rises_in_the_order_of_its_names),
        cmocka_unit_test(a_name_is_found_whole_and_by_its_size),
    };
    return cmocka_run_group_tests_name("ruleset", tests, NULL, NULL);
}
