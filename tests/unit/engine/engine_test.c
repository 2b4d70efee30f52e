/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"
#include "support.h"

#define FAMILIES "model_families: [{id: f, tokens: ['<s>']}, {id: g, tokens: ['<t>']}]\n"

static void a_family_is_a_bit_and_generic_all_of_them(void **state) {
    (void)state;
    filter_engine *e = support_engine_from(FAMILIES);
    assert_true(engine_family(e, "f") == 1 && engine_family(e, "g") == 2);
    assert_true(engine_family(e, "generic") == UINT64_MAX);
    assert_true(engine_family(e, "h") == 0 && engine_family(e, "") == 0 && engine_family(e, "F") == 0);
    filter_engine_unref(e);
}

/* AddressSanitizer sees an engine that is freed too early, or never. */
static void an_engine_lives_as_long_as_its_last_reference(void **state) {
    (void)state;
    filter_engine *e = support_engine_from(FAMILIES);
    assert_ptr_equal(filter_engine_ref(e), e);
    assert_int_equal(atomic_load(&e->references), 2);
    filter_engine_unref(e);
    assert_int_equal(atomic_load(&e->references), 1);
    assert_true(filter_engine_has_family(e, "g"));
    filter_engine_unref(e);
}

static void no_engine_may_be_referred_to_and_dropped(void **state) {
    (void)state;
    assert_null(filter_engine_ref(NULL));
    filter_engine_unref(NULL);
}

static void a_rule_knows_its_place(void **state) {
    (void)state;
    const filter_engine *e = support_engine();
    for (size_t i = 0; i < e->set.rule_count; i += 50) assert_int_equal(engine_rule_index(e, &e->set.rules[i]), i);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_is_a_bit_and_generic_all_of_them),
        cmocka_unit_test(an_engine_lives_as_long_as_its_last_reference),
        cmocka_unit_test(no_engine_may_be_referred_to_and_dropped),
        cmocka_unit_test(a_rule_knows_its_place),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
