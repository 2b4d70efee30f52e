/* SPDX-License-Identifier: Apache-2.0 */
/* What is found does not depend on the order in which rules are read: files may be named and sorted at will. */
#include "findings/merge.h"
#include "passes.h"

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

#define ATTACK(id, entity)                                                                                             \
    "  - {id: " id ", title: t, category: injection, entity_type: " entity ", score: 0.5, pattern: 'xx', examples: "   \
    "{match: []}}\n"

static const char text[] = "..............................................................................";

static filter_engine *engine_to_merge(void) {
    filter_engine *engine = support_engine_from(
        "rules:\n" RULE("a", "A", "score: 0.9, pattern: 'xx'") RULE("b", "B", "score: 0.9, pattern: 'xx'")
            RULE("a2", "A", "score: 0.9, pattern: 'xx'")
                RULE("near", "N", "score: 0.5, pattern: 'xx', near_rules: {rules: [a], within: 10, boost: 0.5}")
                    RULE("needs", "M",
                         "score: 0.5, pattern: 'xx', context: {words: [w], required: true}, near_rules: "
                         "{rules: [b], within: 10}") ATTACK("i", "I") ATTACK("i2", "I") ATTACK("k", "K"));
    assert_non_null(engine);
    return engine;
}

/* Those that are left, as "RULE@START-END ". */
static const char *left_in(const pass *p) {
    static char out[500];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < p->scratch->found.count; i++) {
        const candidate *c = &p->scratch->found.items[i];
        if (c->dropped) continue;
        used += (size_t)snprintf(out + used, sizeof out - used, "%s@%zu-%zu ", c->rule->id, c->at.start, c->at.end);
    }
    return out;
}

typedef struct piece {
    const char *rule;
    size_t start, end;
    double score;
    filter_action action;
} piece;

#define PIECES_MAX 4

static pass begin(const filter_engine *engine, const piece pieces[PIECES_MAX]) {
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    for (size_t i = 0; i < PIECES_MAX && pieces[i].rule; i++) {
        pass_add(&p, pieces[i].rule, (span){pieces[i].start, pieces[i].end}, pieces[i].score)->action =
            pieces[i].action;
    }
    return p;
}

static void candidates_come_in_order_and_what_says_the_same_is_one(void **state) {
    (void)state;
    static const struct {
        piece pieces[PIECES_MAX];
        const char *left, *why;
    } cases[] = {
        {{{"b", 20, 24, 0.5, 0}, {"a", 0, 4, 0.5, 0}, {"a", 0, 6, 0.5, 0}},
         "a@0-6 a@0-4 b@20-24 ",
         "by start, longer first"},
        {{{"i", 0, 6, 0.5, 0}, {"i", 2, 4, 0.6, 0}}, "i@2-4 ", "a rule twice over itself: the surest stays"},
        {{{"i", 0, 6, 0.5, 0}, {"i", 6, 9, 0.6, 0}}, "i@0-6 i@6-9 ", "side by side"},
        {{{"i", 0, 6, 0.5, 0}, {"i2", 2, 4, 0.6, 0}}, "i@0-6 i2@2-4 ", "two rules of a kind are two signals"},
        {{{"i", 0, 6, 0.5, 0}, {"i2", 2, 4, 0.85, 0}}, "i2@2-4 ", "unless one decides alone"},
        {{{"i", 0, 6, 0.5, 0}, {"k", 2, 4, 0.9, 0}}, "i@0-6 k@2-4 ", "another kind is another signal"},
        {{{"i", 0, 6, 0.5, 0}, {"i", 20, 24, 0.6, 0}}, "i@0-6 i@20-24 ", "far apart"},
    };
    filter_engine *engine = engine_to_merge();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin(engine, cases[i].pieces);
        merge_segment(engine, p.scratch, 0);
        if (strcmp(left_in(&p), cases[i].left) != 0) fail_msg("%s: %s", cases[i].why, left_in(&p));
        pass_end(&p);
    }
    filter_engine_unref(engine);
}

static void a_neighbour_within_reach_speaks_for_a_value(void **state) {
    (void)state;
    static const struct {
        piece pieces[PIECES_MAX];
        double score; /* of `near` */
        const char *why;
    } cases[] = {
        {{{"near", 20, 24, 0.5, 0}}, 0.5, "alone"},
        {{{"near", 20, 24, 0.5, 0}, {"a", 34, 36, 0.5, 0}}, 0.75, "ten bytes after it"},
        {{{"near", 20, 24, 0.5, 0}, {"a", 35, 36, 0.5, 0}}, 0.5, "eleven"},
        {{{"a", 6, 10, 0.5, 0}, {"near", 20, 24, 0.5, 0}}, 0.75, "ten before it"},
        {{{"a", 6, 9, 0.5, 0}, {"near", 20, 24, 0.5, 0}}, 0.5, "eleven"},
        {{{"b", 14, 16, 0.5, 0}, {"near", 20, 24, 0.5, 0}}, 0.5, "another rule"},
        {{{"a", 6, 10, 0.5, 0}, {"b", 12, 14, 0.5, 0}, {"near", 20, 24, 0.5, 0}}, 0.75, "with another one between"},
    };
    filter_engine *engine = engine_to_merge();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin(engine, cases[i].pieces);
        merge_segment(engine, p.scratch, 0);
        const candidate *c = pass_candidate(&p, "near");
        if (c->score != cases[i].score) fail_msg("%s: %g", cases[i].why, c->score);
        assert_int_equal(c->evidence == FILTER_EVIDENCE_CONTEXT, cases[i].score > 0.5);
        pass_end(&p);
    }
    filter_engine_unref(engine);
}

static void a_value_without_its_words_needs_a_neighbour(void **state) {
    (void)state;
    filter_engine *engine = engine_to_merge();
    for (int neighbour = 0; neighbour < 2; neighbour++) {
        const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
        pass_add(&p, "needs", (span){0, 4}, 0.5)->needs_partner = true;
        if (neighbour) pass_add(&p, "b", (span){6, 8}, 0.5);
        merge_segment(engine, p.scratch, 0);
        assert_int_equal(pass_candidate(&p, "needs")->dropped, !neighbour);
        pass_end(&p);
    }
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    pass_add(&p, "near", (span){0, 4}, 0.5);
    pass_add(&p, "a", (span){6, 8}, 0.5)->needs_partner = true; /* and is none itself */
    merge_segment(engine, p.scratch, 0);
    assert_true(pass_candidate(&p, "near")->score == 0.5);
    pass_end(&p);
    filter_engine_unref(engine);
}

static void the_strongest_value_takes_its_bytes(void **state) {
    (void)state;
    static const struct {
        piece pieces[PIECES_MAX];
        bool list_all;
        const char *left, *why;
    } cases[] = {
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"b", 4, 9, 0.6, FILTER_ACTION_FLAG}},
         false,
         "b@4-9 ",
         "the higher score"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_REDACT}, {"b", 4, 9, 0.6, FILTER_ACTION_FLAG}},
         false,
         "a@0-6 ",
         "the stronger action"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"b", 0, 9, 0.5, FILTER_ACTION_FLAG}},
         false,
         "b@0-9 ",
         "the longer span"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"b", 6, 9, 0.6, FILTER_ACTION_FLAG}},
         false,
         "a@0-6 b@6-9 ",
         "side by side"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"b", 4, 9, 0.6, FILTER_ACTION_FLAG}},
         true,
         "a@0-6 b@4-9 ",
         "all are listed"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"a2", 4, 9, 0.6, FILTER_ACTION_FLAG}},
         true,
         "a2@4-9 ",
         "but not of one entity"},
        {{{"a", 0, 6, 0.5, FILTER_ACTION_FLAG}, {"i", 4, 9, 0.6, FILTER_ACTION_FLAG}},
         false,
         "a@0-6 i@4-9 ",
         "injection takes none"},
        {{{"a", 0, 4, 0.5, FILTER_ACTION_FLAG},
          {"b", 3, 8, 0.7, FILTER_ACTION_FLAG},
          {"a", 7, 9, 0.6, FILTER_ACTION_FLAG}},
         false,
         "b@3-8 ",
         "one against both its neighbours"},
    };
    filter_engine *engine = engine_to_merge();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin(engine, cases[i].pieces);
        resolve_overlaps(p.scratch, 0, cases[i].list_all);
        if (strcmp(left_in(&p), cases[i].left) != 0) fail_msg("%s: %s", cases[i].why, left_in(&p));
        pass_end(&p);
    }
    filter_engine_unref(engine);
}

/* What is acted upon never overlaps, whatever the candidates are. */
static void no_two_actions_touch_the_same_byte(void **state) {
    (void)state;
    filter_engine *engine = engine_to_merge();
    static const char *const rules[] = {"a", "b", "a2", "near"};
    for (int round = 0; round < 2000; round++) {
        const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
        unsigned taken[sizeof text] = {0};
        for (uint32_t i = 0, n = support_random() % 12; i < n; i++) {
            size_t start = support_random() % 60, end = start + 1 + support_random() % 15;
            candidate *c =
                pass_add(&p, rules[support_random() % 4], (span){start, end}, support_random() % 100 / 100.0);
            c->action = (filter_action)(support_random() % 4);
        }
        merge_segment(engine, p.scratch, 0);
        resolve_overlaps(p.scratch, 0, round % 2);
        for (size_t i = 0; i < p.scratch->found.count; i++) {
            const candidate *c = &p.scratch->found.items[i];
            for (size_t at = c->at.start; at < c->at.end && !c->dropped && c->action; at++)
                assert_int_equal(taken[at]++, 0);
        }
        pass_end(&p);
    }
    filter_engine_unref(engine);
}

static void overlaps_without_memory_fail_the_request(void **state) {
    (void)state;
    filter_engine *engine = engine_to_merge();
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    arena kept = p.scratch->memory;
    p.scratch->memory = support_exhausted_arena();
    resolve_overlaps(p.scratch, 0, false);
    assert_true(p.scratch->failed);
    p.scratch->memory = kept;
    pass_end(&p);
    filter_engine_unref(engine);
}

/* A value takes in what follows directly: a street its town, and not the next cell of a table. */
static void a_value_takes_in_the_partners_right_behind_it(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t end;
    } cases[] = {
        {"S-1 T-2", 7},    {"S-1, T-2", 8}, {"S-1, T-2 T-3, T-4 T-5", 17},
        {"S-1,T-2", 3},    {"S-1\tT-2", 3}, {"S-1\nT-2", 3},
        {"S-1 in T-2", 3}, {"T-2, S-1", 8}, {"S-1. T-2", 3},
        {"S-1, U-2", 3},
    };
    filter_engine *engine = engine_of(
        RULE("s", "S", "score: 0.5, format: 'S-\\d', near_rules: {rules: [t], within: 9, boost: 0.5, joins: true}"),
        RULE("t", "T", "score: 0.6, pattern: 'T-[0-9]'"), false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_result *r =
            support_inspect(engine, cases[i].text, strlen(cases[i].text), FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
        size_t end = 0;
        for (size_t k = 0; k < r->finding_count; k++) {
            if (strcmp(r->findings[k].rule, "s") == 0) end = r->findings[k].byte_end;
        }
        if (end != cases[i].end) fail_msg("%s: %zu", cases[i].text, end);
    }
    filter_engine_unref(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_may_go_on_in_one_rule_does_not_in_another),
        cmocka_unit_test(a_name_is_found_inside_a_word_though_it_is_context_elsewhere),
        cmocka_unit_test(of_two_equally_strong_findings_the_more_severe_one_stays),
        cmocka_unit_test(candidates_come_in_order_and_what_says_the_same_is_one),
        cmocka_unit_test(a_neighbour_within_reach_speaks_for_a_value),
        cmocka_unit_test(a_value_without_its_words_needs_a_neighbour),
        cmocka_unit_test(the_strongest_value_takes_its_bytes),
        cmocka_unit_test(no_two_actions_touch_the_same_byte),
        cmocka_unit_test(overlaps_without_memory_fail_the_request),
        cmocka_unit_test(a_value_takes_in_the_partners_right_behind_it),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
