/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/field_names.h"
#include "support.h"

static void a_name_is_found_by_its_last_words(void **state) {
    (void)state;
    static const char *const names[] = {"password", "api key", "*passwd", "key", "номер паспорта"};
    static const struct {
        const char *words;
        size_t count;
        uint32_t patterns[3];
    } cases[] = {
        {"password", 1, {0}},    {"db password", 1, {0}},    {"dbpassword", 0, {0}},
        {"api key", 2, {1, 3}},  {"apikey", 1, {1}},         {"my api key", 2, {1, 3}},
        {"apikeys", 0, {0}},     {"key api", 0, {0}},        {"dbpasswd", 1, {2}},
        {"passwd", 1, {2}},      {"passwd hash", 0, {0}},    {"monkey", 0, {0}},
        {"primary key", 1, {3}}, {"номер паспорта", 1, {4}}, {"", 0, {0}},
    };
    arena memory;
    arena_init(&memory);
    field_names n = {.count = 0};
    uint32_t found[8];
    assert_int_equal(field_names_find(&n, "password", 8, found, 8), 0);
    for (uint32_t i = 0; i < 5; i++) assert_true(field_names_add(&n, &memory, names[i], i));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = field_names_find(&n, cases[i].words, strlen(cases[i].words), found, 8);
        if (count != cases[i].count) fail_msg("'%s' has %zu patterns, not %zu", cases[i].words, count, cases[i].count);
        for (size_t k = 0; k < count; k++) assert_int_equal(found[k], cases[i].patterns[k]);
    }
    arena_fini(&memory);
}

static void several_rules_share_a_name_in_their_order(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory);
    field_names n = {.count = 0};
    char name[16];
    uint32_t found[8];
    for (uint32_t i = 0; i < 500; i++) { /* the table grows */
        snprintf(name, sizeof name, "name%u", i / 5);
        assert_true(field_names_add(&n, &memory, name, 499 - i));
    }
    assert_int_equal(field_names_find(&n, "name7", 5, found, 8), 5);
    for (uint32_t k = 0; k < 5; k++) assert_int_equal(found[k], 460 + k);
    assert_int_equal(field_names_find(&n, "name7", 5, found, 2), 2); /* no more than there is room for */
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_by_its_last_words),
        cmocka_unit_test(several_rules_share_a_name_in_their_order),
    };
    return cmocka_run_group_tests_name("field_names", tests, NULL, NULL);
}
