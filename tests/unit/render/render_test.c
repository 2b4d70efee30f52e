/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

#define ROLES 6

static filter_engine *engine;
static const char text[] = "my id1 and attack";

static const filter_result *inspect_all_roles(unsigned returns) {
    static filter_segment segments[ROLES];
    const filter_result *r = NULL;
    filter_request request = FILTER_REQUEST_INIT;
    for (int i = 0; i < ROLES; i++) segments[i] = (filter_segment){text, sizeof text - 1, (filter_role)i};
    request.segments = segments;
    request.segment_count = ROLES;
    request.returns = returns;
    assert_int_equal(filter_inspect(engine, support_scratch(), &request, &r, NULL), FILTER_OK);
    return r;
}

static bool is_text(const filter_text *t, const char *expected) {
    return t->text && t->size == strlen(expected) && memcmp(t->text, expected, t->size) == 0;
}

static void only_what_was_asked_for_is_made(void **state) {
    (void)state;
    for (unsigned returns = 0; returns < 16; returns++) {
        const filter_result *r = inspect_all_roles(returns);
        assert_int_equal(r->finding_count > 0, returns & FILTER_RETURN_FINDINGS);
        assert_int_equal(r->isolate_mode != FILTER_ISOLATE_POLICY, (returns & FILTER_RETURN_ISOLATED) != 0);
        assert_int_equal(*r->isolate_boundary != '\0', (returns & FILTER_RETURN_ISOLATED) != 0);
        assert_int_equal(*r->isolate_instruction != '\0', (returns & FILTER_RETURN_ISOLATED) != 0);
        for (int i = 0; i < ROLES; i++) {
            assert_int_equal(r->segments[i].redacted.text != NULL, (returns & FILTER_RETURN_REDACTED) != 0);
            assert_int_equal(r->segments[i].sanitized.text != NULL, (returns & FILTER_RETURN_SANITIZED) != 0);
            assert_int_equal(r->segments[i].isolated.text != NULL, (returns & FILTER_RETURN_ISOLATED) != 0);
        }
        assert_int_equal(r->verdict, FILTER_BLOCK); /* the verdict is there in any case */
    }
}

static void untrusted_text_is_wrapped_and_other_text_is_redacted_alone(void **state) {
    (void)state;
    static const bool wrapped[ROLES] = {
        [FILTER_ROLE_USER] = true, [FILTER_ROLE_TOOL] = true, [FILTER_ROLE_DOCUMENT] = true};
    const filter_result *r = inspect_all_roles(FILTER_RETURN_ISOLATED | FILTER_RETURN_REDACTED);
    for (int i = 0; i < ROLES; i++) {
        const filter_segment_result *s = &r->segments[i];
        assert_true(is_text(&s->redacted, "my <X_1> and attack"));
        bool has_boundary =
            text_find(s->isolated.text, s->isolated.size, r->isolate_boundary, strlen(r->isolate_boundary));
        assert_int_equal(has_boundary, wrapped[i]);
        assert_non_null(text_find(s->isolated.text, s->isolated.size, "my <X_1> and attack", 19));
        if (!wrapped[i]) assert_true(is_text(&s->isolated, "my <X_1> and attack"));
    }
}

static void sanitising_leaves_the_attack_out_and_counts_it(void **state) {
    (void)state;
    const filter_result *r = inspect_all_roles(FILTER_RETURN_SANITIZED);
    for (int i = 0; i < ROLES; i++) {
        const filter_segment_result *s = &r->segments[i];
        bool trusted = i == FILTER_ROLE_SYSTEM || i == FILTER_ROLE_DEVELOPER;
        assert_int_equal(s->stripped, trusted ? 0 : 1);
        assert_int_equal(text_find(s->sanitized.text, s->sanitized.size, "attack", 6) != NULL, trusted);
        assert_null(text_find(s->sanitized.text, s->sanitized.size, "id1", 3));
    }
}

static void a_request_without_segments_has_no_texts(void **state) {
    (void)state;
    const filter_result *r = NULL;
    filter_request request = FILTER_REQUEST_INIT;
    request.returns = 15;
    assert_int_equal(filter_inspect(engine, support_scratch(), &request, &r, NULL), FILTER_OK);
    assert_int_equal(r->segment_count, 0);
    assert_int_equal(r->verdict, FILTER_ALLOW);
    assert_string_not_equal(r->isolate_boundary, "");
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" PACK_RULE(
        "a", "pattern: 'id[0-9]'") "  - {id: b, title: t, category: injection, entity_type: I, score: 0.9, pattern: "
                                   "'attack', examples: {match: []}}\n");
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_asked_for_is_made),
        cmocka_unit_test(untrusted_text_is_wrapped_and_other_text_is_redacted_alone),
        cmocka_unit_test(sanitising_leaves_the_attack_out_and_counts_it),
        cmocka_unit_test(a_request_without_segments_has_no_texts),
    };
    return cmocka_run_group_tests_name("render", tests, set_up, tear_down);
}
