/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

static pack_report report;

#define RULE_OF(id, type)                                                                                              \
    "  - {id: " id ", title: t, category: pii, entity_type: " type                                                     \
    ", score: 0.9, examples: {match: []}, format: 'abc1'}\n"

static const ruleset *four_rules(void) {
    const ruleset *set = packs_read_text(
        PACK_HEAD "rules:\n" RULE_OF("a", "B_C") RULE_OF("b", "B") RULE_OF("c", "A1") RULE_OF("d", "B"), &report);
    assert_int_equal(report.count, 0);
    return set;
}

static void each_type_is_listed_once_and_found_by_its_name(void **state) {
    (void)state;
    const ruleset *set = four_rules();
    static const char *const names[] = {"A1", "B", "B_C"};
    assert_int_equal(set->entity_type_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(set->entity_types[i], names[i]);
        assert_int_equal(pack_entity_index(set, names[i], strlen(names[i])), i);
        assert_true(pack_has_entity(set, names[i]));
    }
    for (size_t i = 0; i < set->rule_count; i++) {
        assert_string_equal(set->entity_types[set->rules[i].entity_index], set->rules[i].entity_type);
    }
}

/* A name that does not end in NUL, its beginning and what it goes on with. */
static void what_is_no_type_has_the_index_of_none(void **state) {
    (void)state;
    const ruleset *set = four_rules();
    assert_int_equal(pack_entity_index(set, "B_CD", 3), 2);
    assert_int_equal(pack_entity_index(set, "B_CD", 1), 1);
    static const char *const none[] = {"", "A", "A12", "B_", "B_CD", "C", "b"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(pack_entity_index(set, none[i], strlen(none[i])), 3);
        assert_false(pack_has_entity(set, none[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_listed_once_and_found_by_its_name),
        cmocka_unit_test(what_is_no_type_has_the_index_of_none),
    };
    return cmocka_run_group_tests_name("entity_types", tests, NULL, NULL);
}
