/* SPDX-License-Identifier: Apache-2.0 */
#include "restore/mapping.h"

#include "support.h"

static uint8_t keys[2 * FILTER_SCOPE_KEY_SIZE];
static arena memory;

static filter_scope scope_of(const char *tenant, const char *session) {
    filter_scope scope = FILTER_SCOPE_INIT;
    for (size_t i = 0; i < sizeof keys; i++) keys[i] = (uint8_t)(i * 7 + 1);
    scope.keys = keys;
    scope.key_count = 1;
    scope.tenant = tenant;
    scope.session = session;
    return scope;
}

static mapping make(size_t count) {
    mapping m = {.memory = &memory};
    for (size_t i = 0; i < count; i++) {
        char *token = arena_printf(&memory, "IN_PAN_%zu", i), *value = arena_printf(&memory, "value %zu", i);
        assert_true(mapping_add(&m, &(mapping_entry){{token, strlen(token)}, {value, strlen(value)}, FILTER_PII, 1}));
    }
    return m;
}

static mapping_status open_seal(filter_text seal, const filter_scope *scope, uint64_t now, mapping *out) {
    *out = (mapping){.memory = &memory};
    return mapping_open(out, seal, scope, now);
}

static void what_was_sealed_opens_again(void **state) {
    (void)state;
    arena_init(&memory);
    const filter_scope scope = scope_of("acme", "s1");
    static const size_t counts[] = {0, 1, 1000};
    for (size_t i = 0; i < 3; i++) {
        const mapping m = make(counts[i]);
        mapping back;
        const filter_text seal = mapping_seal(&m, &scope, 1000);
        assert_int_equal(open_seal(seal, &scope, 999, &back), MAPPING_OK);
        assert_int_equal(back.count, counts[i]);
        for (size_t k = 0; k < m.count; k++) {
            const mapping_entry *e = mapping_find(&back, m.items[k].token);
            assert_non_null(e);
            assert_int_equal(e->value.size, m.items[k].value.size);
            assert_memory_equal(e->value.text, m.items[k].value.text, e->value.size);
            assert_true(e->category == FILTER_PII && e->roles == 1);
        }
    }
    arena_fini(&memory);
}

static void a_seal_shows_no_value(void **state) {
    (void)state;
    arena_init(&memory);
    const filter_scope scope = scope_of("acme", "s1");
    const mapping m = make(3);
    const filter_text seal = mapping_seal(&m, &scope, 1000);
    assert_null(memmem(seal.text, seal.size, "value", 5));
    assert_null(memmem(seal.text, seal.size, "PAN", 3));
    arena_fini(&memory);
}

static void what_was_changed_is_foreign_or_old_does_not_open(void **state) {
    (void)state;
    arena_init(&memory);
    const filter_scope scope = scope_of("acme", "s1");
    const mapping m = make(3);
    const filter_text seal = mapping_seal(&m, &scope, 1000);
    mapping back;
    filter_scope other = scope_of("acme", "s2");
    assert_int_equal(open_seal(seal, &other, 999, &back), MAPPING_FOREIGN);
    other = scope_of("acmes", "1");
    assert_int_equal(open_seal(seal, &other, 999, &back), MAPPING_FOREIGN);
    other = scope_of(NULL, NULL);
    assert_int_equal(open_seal(seal, &other, 999, &back), MAPPING_FOREIGN);
    assert_int_equal(open_seal(seal, &scope, 1000, &back), MAPPING_EXPIRED);
    for (size_t size = 0; size < seal.size; size++)
        assert_int_not_equal(open_seal((filter_text){seal.text, size}, &scope, 999, &back), MAPPING_OK);
    char *changed = malloc(seal.size);
    for (size_t i = 0; i < seal.size; i++) {
        memcpy(changed, seal.text, seal.size);
        changed[i] ^= 1;
        const mapping_status status = open_seal((filter_text){changed, seal.size}, &scope, 999, &back);
        if (status == MAPPING_OK || back.count) fail_msg("byte %zu", i);
    }
    free(changed);
    arena_fini(&memory);
}

static void keys_rotate(void **state) {
    (void)state;
    arena_init(&memory);
    filter_scope old = scope_of("", "s"), both = old, fresh = old;
    uint8_t turned[2 * FILTER_SCOPE_KEY_SIZE];
    memcpy(turned, keys + FILTER_SCOPE_KEY_SIZE, FILTER_SCOPE_KEY_SIZE);
    memcpy(turned + FILTER_SCOPE_KEY_SIZE, keys, FILTER_SCOPE_KEY_SIZE);
    both.keys = fresh.keys = turned;
    both.key_count = 2;
    const mapping m = make(2);
    mapping back;
    const filter_text seal = mapping_seal(&m, &old, 1000);
    assert_int_equal(open_seal(seal, &both, 999, &back), MAPPING_OK);
    assert_int_equal(open_seal(seal, &fresh, 999, &back), MAPPING_UNKNOWN_KEY);
    assert_int_equal(open_seal(mapping_seal(&m, &both, 1000), &fresh, 999, &back), MAPPING_OK);
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_again),
        cmocka_unit_test(a_seal_shows_no_value),
        cmocka_unit_test(what_was_changed_is_foreign_or_old_does_not_open),
        cmocka_unit_test(keys_rotate),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
