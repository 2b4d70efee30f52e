/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"
#include "packs.h"

static filter_engine *engine_of(const char *families) {
    static char text[1024];
    snprintf(text, sizeof text, "model_families: [%s]\n", families);
    filter_engine *engine = support_engine_from(text);
    assert_non_null(engine);
    return engine;
}

static void a_token_of_several_families_has_the_bit_of_each(void **state) {
    (void)state;
    filter_engine *e = engine_of("{id: f, tokens: ['<s>', '<a>']}, {id: g, tokens: ['<b>', '<s>']}");
    assert_int_equal(e->sources[DATABASE_TOKENS].count, 3);
    assert_int_equal(e->tokens[0].families, 3);
    assert_int_equal(e->tokens[1].families, 1);
    assert_int_equal(e->tokens[2].families, 2);
    filter_engine_unref(e);
}

static void a_token_is_looked_for_as_written_and_folded(void **state) {
    (void)state;
    filter_engine *e = engine_of("{id: f, tokens: ['<｜end｜>', '<s>']}");
    assert_int_equal(e->sources[DATABASE_TOKENS].count, 3); /* '<｜end｜>', '<|end|>', '<s>' */
    for (size_t i = 0; i < 3; i++) assert_int_equal(e->tokens[i].families, 1);
    filter_engine_unref(e);
}

static void the_start_of_a_line_is_another_token(void **state) {
    (void)state;
    filter_engine *e = engine_of("{id: f, tokens: ['User:'], line_starts: ['User:']}");
    assert_int_equal(e->sources[DATABASE_TOKENS].count, 2);
    assert_non_null(strstr(e->sources[DATABASE_TOKENS].expressions[1], "^"));
    assert_null(strstr(e->sources[DATABASE_TOKENS].expressions[0], "^"));
    filter_engine_unref(e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_of_several_families_has_the_bit_of_each),
        cmocka_unit_test(a_token_is_looked_for_as_written_and_folded),
        cmocka_unit_test(the_start_of_a_line_is_another_token),
    };
    return cmocka_run_group_tests_name("compile_tokens", tests, NULL, NULL);
}
