/* SPDX-License-Identifier: Apache-2.0 */
/* What is found does not depend on the order in which rules are read: files may be named and sorted at will. */
#include "support.h"

#define RULE(id, entity, body)                                                                                         \
    "  - {id: " id ", title: t, category: pii, entity_type: " entity ", references: [r], examples: {match: []}, " body \
    "}\n"

/* An engine with two rules, in this order or the other. */
static filter_engine *engine_of(const char *first, const char *second, bool swapped) {
    char rules[2000];
    snprintf(rules, sizeof rules, "rules:\n%s%s", swapped ? second : first, swapped ? first : second);
    filter_engine *engine = support_engine_from(rules);
    assert_non_null(engine);
    return engine;
}

static double score_of(const filter_engine *engine, const char *text, const char *rule) {
    const filter_result *r = support_inspect(engine, text, strlen(text), FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
    for (size_t i = 0; i < r->finding_count; i++) {
        if (strcmp(r->findings[i].rule, rule) == 0) return r->findings[i].score;
    }
    return 0;
}

static void a_word_that_may_go_on_in_one_rule_does_not_in_another(void **state) {
    (void)state;
    static const char whole[] =
        RULE("whole", "A", "score: 0.5, format: 'AAA-\\d{4}', context: {words: [tel], boost: 0.4}");
    static const char open[] =
        RULE("open", "B", "score: 0.5, format: 'BBB-\\d{4}', context: {words: ['tel*'], boost: 0.4}");
    for (int swapped = 0; swapped < 2; swapped++) {
        filter_engine *engine = engine_of(whole, open, swapped);
        assert_true(score_of(engine, "tel AAA-1234", "whole") > 0.6);
        assert_true(score_of(engine, "telefon AAA-1234", "whole") == 0.5);
        assert_true(score_of(engine, "tel BBB-1234", "open") > 0.6);
        assert_true(score_of(engine, "telefon BBB-1234", "open") > 0.6);
        filter_engine_unref(engine);
    }
}

static void a_name_is_found_inside_a_word_though_it_is_context_elsewhere(void **state) {
    (void)state;
    static const char context[] = RULE("context", "A", "score: 0.5, format: 'AAA-\\d{4}', context: {words: [acme]}");
    static const char named[] = RULE("named", "B", "score: 0.6, keywords: acme, format: '[a-f0-9]{24}'");
    for (int swapped = 0; swapped < 2; swapped++) {
        filter_engine *engine = engine_of(context, named, swapped);
        assert_true(score_of(engine, "MYACMEKEY=0123456789abcdef01234567", "named") > 0.5);
        assert_true(score_of(engine, "myacme AAA-1234", "context") == 0.5);
        filter_engine_unref(engine);
    }
}

static void of_two_equally_strong_findings_the_more_severe_one_stays(void **state) {
    (void)state;
    static const char low[] = RULE("a.low", "A", "severity: low, score: 0.6, format: 'AAA-\\d{4}'");
    static const char high[] = RULE("b.high", "B", "severity: high, score: 0.6, format: 'AAA-\\d{4}'");
    for (int swapped = 0; swapped < 2; swapped++) {
        filter_engine *engine = engine_of(low, high, swapped);
        assert_true(score_of(engine, "AAA-1234", "b.high") > 0);
        assert_true(score_of(engine, "AAA-1234", "a.low") == 0);
        filter_engine_unref(engine);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_may_go_on_in_one_rule_does_not_in_another),
        cmocka_unit_test(a_name_is_found_inside_a_word_though_it_is_context_elsewhere),
        cmocka_unit_test(of_two_equally_strong_findings_the_more_severe_one_stays),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
