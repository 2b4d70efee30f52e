/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/reader.h"
#include "packs.h"

static pack_report report;

/* Reads one rule after `before` (keys of the pack); NULL when it has a mistake. */
static const pack_rule *rule_with(const char *before, const char *rule) {
    static char text[4096];
    snprintf(text, sizeof text, PACK_HEAD "%s\nrules:\n%s", before, rule);
    const ruleset *set = packs_read_text(text, &report);
    return set->rule_count ? &set->rules[set->rule_count - 1] : NULL;
}

#define READ(body) rule_with("", PACK_RULE("a", body))

static void a_value_is_found_by_what_it_begins_with_or_holds(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        finder finder;
        const char *why;
    } cases[] = {
        {PACK_RULE("a", "format: 'sk-[a-z]{20}'"), FIND_BY_PREFIX, "three fixed characters"},
        {PACK_RULE("a", "format: 'ab\\d{4}'"), FIND_BY_DIGITS, "two, and digits"},
        {PACK_RULE("a", "format: '[0-9a-f]{8}', digits: 1"), FIND_BY_DIGITS, "digits that the rule asks for"},
        {PACK_RULE("a", "format: '[a-z]{16}', keywords: [key]"), FIND_BY_KEYWORD, "a keyword"},
        {PACK_RULE("a", "format: 'sk-[a-z]{20}', keywords: [key]"), FIND_BY_KEYWORD, "a keyword before all else"},
        {PACK_RULE("a", "pattern: 'ab'"), FIND_BY_REGEX, "a pattern"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pack_rule *rule = rule_with("", cases[i].rule);
        if (!rule || rule->pattern_count != 1 || rule->patterns[0].finder != cases[i].finder) {
            fail_msg("%s: '%s'", cases[i].why, report.count ? report.lines[0] : "another finder");
        }
    }
}

static void what_may_not_touch_a_value_is_by_its_category_and_kind(void **state) {
    (void)state;
    assert_string_equal(READ("format: 'abc1'")->left, "0-9A-Za-z");
    assert_string_equal(READ("pattern: 'abc1'")->left, "");
    const pack_rule *own = READ("format: 'abc1', left: x, right: y");
    assert_string_equal(own->left, "x");
    assert_string_equal(own->right, "y");
    const pack_rule *secret =
        rule_with("", "  - {id: s, title: t, category: secret, entity_type: X, score: 0.9, examples: {match: []}, "
                      "format: 'abc1'}\n");
    assert_string_equal(secret->right, "0-9A-Za-z_-");
}

static void roles_are_all_but_trusted_ones_for_injection(void **state) {
    (void)state;
    unsigned untrusted = 1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL | 1U << FILTER_ROLE_DOCUMENT |
                         1U << FILTER_ROLE_ASSISTANT | 1U << FILTER_ROLE_TOOL_DEFINITION;
    assert_int_equal(READ("format: 'abc1'")->roles, (1U << ROLE_COUNT) - 1);
    assert_int_equal(READ("format: 'abc1', roles: [tool, user]")->roles,
                     1U << FILTER_ROLE_USER | 1U << FILTER_ROLE_TOOL);
    const pack_rule *injection =
        rule_with("", "  - {id: i, title: t, category: injection, entity_type: X, score: 0.9, examples: {match: []}, "
                      "pattern: 'ab'}\n");
    assert_int_equal(injection->roles, untrusted);
}

static void definitions_are_put_in_wherever_they_are_used(void **state) {
    (void)state;
    const pack_rule *rule = rule_with("definitions: {day: '[0-3]\\d', date: '%{day}/%{day}'}",
                                      PACK_RULE("a", "pattern: 'on %{date}', confirm: 'on (%{day})'"));
    assert_string_equal(rule->patterns[0].regex, "on (?:(?:[0-3]\\d)/(?:[0-3]\\d))");
    assert_string_equal(rule->confirm, "on ((?:[0-3]\\d))");
}

static void texts_of_a_rule_are_folded_as_the_text_is(void **state) {
    (void)state;
    const pack_rule *rule = READ("pattern: 'ＡＢ', context: {words: [ПРИВЕТ]}, placeholders: [ｘｘ]");
    assert_string_equal(rule->patterns[0].regex, "AB");
    assert_string_equal(rule->context.words.items[0], "привет");
    assert_string_equal(rule->placeholders.items[0], "xx");
}

static void flags_checksums_and_lists_are_read(void **state) {
    (void)state;
    const pack_rule *rule = READ("format: ['abc1', 'abd2'], flags: [dotall, caseless], action: flag, severity: high, "
                                 "checksum: {name: [luhn, not_repeated], pass: 0.9, fail: 0.1}, allowlist: [x]");
    assert_int_equal(rule->pattern_count, 2);
    assert_true(rule->caseless && rule->dotall && !rule->multiline);
    assert_int_equal(rule->checksum_count, 2);
    assert_string_equal(rule->checksums[1]->name, "not_repeated");
    assert_true(rule->checksum_pass == 0.9 && rule->checksum_fail == 0.1);
    assert_int_equal(rule->action, FILTER_ACTION_FLAG);
    assert_string_equal(rule->severity, "high");
    assert_string_equal(rule->pack, "t");
    assert_string_equal(rule->file, "p.yaml");
    assert_int_equal(rule->line, 4);
    assert_int_equal(READ("format: 'abc1'")->action, -1);
}

static void a_rule_with_a_mistake_is_left_out_and_the_mistake_named(void **state) {
    (void)state;
    static const struct {
        const char *body, *says;
    } cases[] = {
        {"format: 'ab[cd]'", "a format must begin with 3 fixed characters, or hold a digit"},
        {"format: '[a-z]{15}', keywords: [key]", "a format that is found by keywords has at least 16 characters"},
        {"pattern: 'ab', keywords: [key]", "'keywords' go with 'format'"},
        {"format: 'abc1', unless: {before: 'no '}", "'unless' goes with 'phrase'"},
        {"languages: [en]", "a rule needs 'format', 'pattern', 'phrase' or 'detect'"},
        {"format: 'abc1', checksum: {name: [luhn, iban, isin, vin, ssn]}", "a rule takes at most 4 checksums"},
        {"format: 'abc1', checksum: {name: luhm}", "unknown checksum 'luhm'; did you mean 'luhn'?"},
        {"format: 'abc1', flags: [caselss]", "'flag': unknown value 'caselss'; did you mean 'caseless'?"},
        {"pattern: '[äö]'", "a class [...] holds a character beyond ASCII"},
        {"pattern: 'x[[:digit:]é]'", "a class [...] holds a character beyond ASCII"},
        {"pattern: 'x[]é]'", "a class [...] holds a character beyond ASCII"},
        {"pattern: 'x[^]é]'", "a class [...] holds a character beyond ASCII"},
        {"pattern: 'x[a\\]é]'", "a class [...] holds a character beyond ASCII"},
        {"pattern: '%{none}'", "unknown definition 'none'"},
        {"pattern: '%{open'", "'%{' has no '}'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static char text[1024];
        snprintf(text, sizeof text, PACK_RULE("a", "%s"), cases[i].body);
        if (rule_with("", text) || !pack_report_has(&report, cases[i].says)) {
            fail_msg("%s: '%s'", cases[i].body, report.count ? report.lines[0] : "");
        }
        assert_non_null(strstr(report.lines[0], ": a: "));
    }
    assert_non_null(rule_with("", PACK_RULE("a", "format: 'ab[cd]'") PACK_RULE("b", "format: 'abc1'")));
    assert_int_equal(report.count, 1);
}

static void a_definition_that_uses_itself_ends(void **state) {
    (void)state;
    assert_null(rule_with("definitions: {a: '%{b}%{b}', b: '%{a}%{a}'}", PACK_RULE("a", "pattern: '%{a}'")));
    assert_true(pack_report_has(&report, "uses itself, or it grows too large"));
}

static void an_injection_rule_has_no_action(void **state) {
    (void)state;
    assert_null(rule_with("", "  - {id: i, title: t, category: injection, entity_type: X, score: 0.9, action: block, "
                              "examples: {match: []}, pattern: 'ab'}\n"));
    assert_true(pack_report_has(&report, "an injection rule has no action"));
}

static void an_id_has_small_letters_and_an_entity_type_capitals(void **state) {
    (void)state;
    char text[1024], name[128];
    static const struct {
        const char *id;
        bool right;
    } ids[] = {{"a", true}, {"a.b_c-9", true}, {"A", false}, {"a b", false}, {"", false}, {"ä", false}, {"a/b", false}};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        if (is_id(ids[i].id) != ids[i].right) fail_msg("'%s'", ids[i].id);
    }
    memset(name, 'a', sizeof name);
    name[96] = '\0';
    assert_true(is_id(name));
    name[96] = 'a';
    name[97] = '\0';
    assert_false(is_id(name));
    static const char *const types[] = {"x", "X-Y", "'X Y'"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(text, sizeof text,
                 "  - {id: i, title: t, category: pii, entity_type: %s, score: 0.9, examples: {match: []}, "
                 "format: 'abc1'}\n",
                 types[i]);
        assert_null(rule_with("", text));
        assert_true(pack_report_has(&report, "an entity_type is made of A-Z, 0-9 and '_'"));
    }
}

static void examples_are_lists(void **state) {
    (void)state;
    const pack_rule *rule =
        rule_with("", "  - {id: i, title: t, category: pii, entity_type: X, score: 0.9, format: 'abc1', "
                      "examples: {match: [abc1], no_match: [x, y]}}\n");
    assert_int_equal(rule->match->count, 1);
    assert_int_equal(rule->no_match->count, 2);
    assert_null(rule_with("", "  - {id: i, title: t, category: pii, entity_type: X, score: 0.9, format: 'abc1', "
                              "examples: {match: abc1}}\n"));
    assert_true(pack_report_has(&report, "'match' must be a list of examples"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_found_by_what_it_begins_with_or_holds),
        cmocka_unit_test(what_may_not_touch_a_value_is_by_its_category_and_kind),
        cmocka_unit_test(roles_are_all_but_trusted_ones_for_injection),
        cmocka_unit_test(definitions_are_put_in_wherever_they_are_used),
        cmocka_unit_test(texts_of_a_rule_are_folded_as_the_text_is),
        cmocka_unit_test(flags_checksums_and_lists_are_read),
        cmocka_unit_test(a_rule_with_a_mistake_is_left_out_and_the_mistake_named),
        cmocka_unit_test(a_definition_that_uses_itself_ends),
        cmocka_unit_test(an_injection_rule_has_no_action),
        cmocka_unit_test(an_id_has_small_letters_and_an_entity_type_capitals),
        cmocka_unit_test(examples_are_lists),
    };
    return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
