/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every key of a rule, so that a new one is held to it without a word here. */
#include "packs/rule_keys.h"
#include "packs.h"

static const struct {
    const yaml_table *table;
    size_t size; /* of what it fills */
} tables[] = {
    {&rule_table, sizeof(raw_rule)},
    {&context_table, sizeof(rule_words)},
    {&negative_context_table, sizeof(rule_words)},
    {&near_rules_table, sizeof(rule_partners)},
    {&unless_table, sizeof(rule_unless)},
    {&checksum_table, sizeof(raw_checksum)},
    {&examples_table, sizeof(raw_examples)},
};
#define TABLE_COUNT (sizeof tables / sizeof *tables)

static const yaml_field *find(const yaml_table *table, const char *key, size_t size) {
    for (size_t i = 0; i < table->count; i++) {
        if (strlen(table->fields[i].key) == size && memcmp(table->fields[i].key, key, size) == 0) {
            return &table->fields[i];
        }
    }
    return NULL;
}

static void a_key_stands_once_in_its_table_and_says_what_it_means(void **state) {
    (void)state;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        const yaml_table *table = tables[t].table;
        for (size_t i = 0; i < table->count; i++) {
            const yaml_field *f = &table->fields[i];
            if (find(table, f->key, strlen(f->key)) != f) fail_msg("%s: '%s' stands twice", table->what, f->key);
            if (!f->renamed && (!f->about || !*f->about)) fail_msg("%s: '%s' says nothing", table->what, f->key);
            if (f->type == YAML_CHOICE && !f->choices) fail_msg("%s: '%s' has no choices", table->what, f->key);
        }
    }
}

static void a_key_fills_a_place_of_its_own_inside_the_struct(void **state) {
    (void)state;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        const yaml_table *table = tables[t].table;
        for (size_t i = 0; i < table->count; i++) {
            if (table->fields[i].renamed) continue;
            assert_true(table->fields[i].offset < tables[t].size);
            for (size_t k = 0; k < i; k++) {
                if (table->fields[k].renamed || table->fields[k].offset != table->fields[i].offset) continue;
                fail_msg("%s: '%s' and '%s'", table->what, table->fields[i].key, table->fields[k].key);
            }
        }
    }
}

static void an_old_key_is_called_by_one_that_there_is(void **state) {
    (void)state;
    for (size_t i = 0; i < rule_table.count; i++) {
        const yaml_field *f = &rule_table.fields[i];
        const yaml_field *now = f->renamed ? find(&rule_table, f->renamed, strcspn(f->renamed, ":")) : f;
        if (!now || now->renamed) fail_msg("'%s' is now called '%s', which is no key", f->key, f->renamed);
    }
}

static void a_preset_takes_every_key_but_those_of_one_rule(void **state) {
    (void)state;
    yaml_field fields[RULE_FIELDS_MAX];
    const yaml_table preset = preset_table(fields);
    assert_int_equal(preset.count, rule_table.count - 3);
    for (size_t i = 0; i < rule_table.count; i++) {
        const char *key = rule_table.fields[i].key;
        bool own = !strcmp(key, "id") || !strcmp(key, "preset") || !strcmp(key, "detect");
        const yaml_field *f = find(&preset, key, strlen(key));
        if (own == (f != NULL)) fail_msg("'%s'", key);
        if (f) assert_false(f->required);
    }
}

static void what_a_key_is_by_default_is_what_a_rule_has(void **state) {
    (void)state;
    pack_report r;
    const ruleset *set =
        packs_read_text(PACK_HEAD "rules:\n" PACK_RULE("a", "format: 'abc1', context: {words: [w]}, "
                                                            "negative_context: {words: [w]}, near_rules: {rules: [a]}"),
                        &r);
    assert_int_equal(set->rule_count, 1);
    const pack_rule *rule = &set->rules[0];
    const struct {
        const yaml_table *table;
        const char *key;
        double value;
    } cases[] = {
        {&rule_table, "max_span", (double)rule->max_span},
        {&rule_table, "digits", (double)rule->digits},
        {&rule_table, "entropy", rule->entropy},
        {&context_table, "within", (double)rule->context.within},
        {&context_table, "boost", rule->context.weight},
        {&negative_context_table, "within", (double)rule->negative_context.within},
        {&negative_context_table, "penalty", rule->negative_context.weight},
        {&near_rules_table, "within", (double)rule->near_rules.within},
        {&near_rules_table, "boost", rule->near_rules.boost},
        {&unless_table, "score", rule->unless.score},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const yaml_field *f = find(cases[i].table, cases[i].key, strlen(cases[i].key));
        if (strtod(f->standard, NULL) != cases[i].value) fail_msg("%s: %s", f->key, f->standard);
    }
    assert_string_equal(rule->severity, find(&rule_table, "severity", 8)->standard);
    assert_false(rule->unordered || rule->context.required || rule->negative_context.required);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_stands_once_in_its_table_and_says_what_it_means),
        cmocka_unit_test(a_key_fills_a_place_of_its_own_inside_the_struct),
        cmocka_unit_test(an_old_key_is_called_by_one_that_there_is),
        cmocka_unit_test(a_preset_takes_every_key_but_those_of_one_rule),
        cmocka_unit_test(what_a_key_is_by_default_is_what_a_rule_has),
    };
    return cmocka_run_group_tests_name("rule_keys", tests, NULL, NULL);
}
