/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/injection_score.h"
#include "passes.h"

#define ATTACK(id)                                                                                                     \
    "  - {id: " id                                                                                                     \
    ", title: t, category: injection, entity_type: I, score: 0.5, pattern: 'xx', examples: {match: []}}\n"

static filter_engine *engine;
static char text[4000];
static detector_type model = {.is_model = true}; /* a rule whose score is a model's */

static pass begin(void) {
    memset(text, '.', sizeof text - 1);
    pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    return p;
}

static bool is_near(double a, double b) {
    return a - b < 1e-9 && b - a < 1e-9;
}

static void signals_near_each_other_are_independent_evidence(void **state) {
    (void)state;
    const pass p = begin();
    assert_true(injection_score(p.scratch, 0) == 0);
    pass_add(&p, "a", (span){0, 5}, 0.5);
    assert_true(is_near(injection_score(p.scratch, 0), 0.5));
    pass_add(&p, "b", (span){100, 105}, 0.5);
    assert_true(is_near(injection_score(p.scratch, 0), 0.75));
    pass_add(&p, "a", (span){200, 205}, 0.6); /* a rule counts once, with its best score */
    assert_true(is_near(injection_score(p.scratch, 0), 0.8));
    pass_add(&p, "a", (span){205, 209}, 0.1); /* and not with its last */
    assert_true(is_near(injection_score(p.scratch, 0), 0.8));
    pass_add(&p, "pii", (span){210, 215}, 0.9); /* personal data is no signal */
    assert_true(is_near(injection_score(p.scratch, 0), 0.8));
    assert_true(is_near(injection_score(p.scratch, 2), 0.6)); /* the segment's own from there on */
    pass_end(&p);
}

static void signals_further_apart_than_a_window_have_nothing_to_do_with_each_other(void **state) {
    (void)state;
    for (size_t at = 699; at < 703; at++) {
        const pass p = begin();
        pass_add(&p, "a", (span){0, 5}, 0.5);
        pass_add(&p, "b", (span){at, at + 5}, 0.5);
        assert_true(is_near(injection_score(p.scratch, 0), at <= 700 ? 0.75 : 0.5));
        pass_end(&p);
    }
}

static void a_model_and_signals_are_not_added_up(void **state) {
    (void)state;
    const pass p = begin();
    pass_add(&p, "a", (span){0, 5}, 0.5);
    pass_add(&p, "model", (span){0, 50}, 0.4);
    assert_true(is_near(injection_score(p.scratch, 0), 0.5));
    pass_add(&p, "model", (span){60, 90}, 0.7);
    assert_true(is_near(injection_score(p.scratch, 0), 0.7));
    pass_end(&p);
}

static candidate *add_tilted(const pass *p, size_t at, double score, double tilt) {
    candidate *c = pass_add(p, "a", (span){at, at + 5}, score);
    c->has_tilt = true;
    c->tilt = tilt;
    return c;
}

static void sentences_around_signals_raise_and_lower_what_they_say(void **state) {
    (void)state;
    static const struct {
        double score, tilt, least, most;
    } cases[] = {{0.5, 0, 0.499, 0.501},
                 {0.5, 1, 0.73, 0.74},
                 {0.5, -2, 0.499, 0.501} /* little */,
                 {0.5, -3, 0.26, 0.27},
                 {0.9, -50, 0.64, 0.65} /* no words take more */,
                 {0.2, 50, 0.999, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin();
        add_tilted(&p, 10, cases[i].score, cases[i].tilt);
        double score = injection_score(p.scratch, 0);
        if (score < cases[i].least || score > cases[i].most) fail_msg("case %zu: %f", i, score);
        pass_end(&p);
    }
}

static void the_sentence_that_says_most_speaks_for_all_signals_near_it(void **state) {
    (void)state;
    const pass p = begin();
    add_tilted(&p, 10, 0.5, -1);
    pass_add(&p, "b", (span){100, 105}, 0.5); /* nothing was said around it */
    assert_true(is_near(injection_score(p.scratch, 0), 0.75));
    pass_end(&p);
}

static void what_is_dropped_or_quoted_does_not_count(void **state) {
    (void)state;
    const pass p = begin();
    pass_add(&p, "a", (span){0, 5}, 0.5)->dropped = true;
    pass_add(&p, "b", (span){10, 15}, 0.6)->quoted = true;
    pass_add(&p, "model", (span){20, 25}, 0.7)->dropped = true;
    pass_add(&p, "model", (span){20, 25}, 0.8)->quoted = true;
    assert_true(injection_score(p.scratch, 0) == 0);
    pass_end(&p);
}

static void sixty_four_rules_of_a_window_count_and_more_do_no_harm(void **state) {
    (void)state;
    enum { RULES = 100, COUNTED = 64 };
    static char rules[RULES * 160];
    size_t used = (size_t)snprintf(rules, sizeof rules, "rules:\n");
    for (int i = 0; i < RULES; i++) {
        used += (size_t)snprintf(rules + used, sizeof rules - used,
                                 "  - {id: r%d, title: t, category: injection, entity_type: I, score: 0.5, pattern: "
                                 "'xx', examples: {match: []}}\n",
                                 i);
    }
    filter_engine *many = support_engine_from(rules);
    double missed = 1;
    memset(text, '.', sizeof text - 1);
    const pass p = pass_begin(many, text, FILTER_ROLE_USER);
    for (int i = 0; i < RULES; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%d", i);
        pass_add(&p, id, (span){(size_t)i, (size_t)i + 1}, 0.01);
        if (i < COUNTED) missed *= 0.99;
    }
    assert_true(is_near(injection_score(p.scratch, 0), 1 - missed));
    pass_end(&p);
    filter_engine_unref(many);
}

static void a_window_full_of_signals_has_a_score_all_the_same(void **state) {
    (void)state;
    const pass p = begin();
    for (size_t i = 0; i < 600; i++) pass_add(&p, i % 2 ? "a" : "b", (span){i, i + 1}, 0.5);
    assert_true(is_near(injection_score(p.scratch, 0), 0.75));
    pass_end(&p);
}

static void a_policy_acts_from_its_scores_on(void **state) {
    (void)state;
    pack_policy policy = {.id = "p"};
    policy.injection[FILTER_ROLE_USER] = (injection_thresholds){0.4, 0.8};
    policy.injection[FILTER_ROLE_TOOL] = (injection_thresholds){2, 2}; /* never */
    static const struct {
        double score;
        filter_action action;
    } cases[] = {{0, FILTER_ACTION_NONE},    {0.39, FILTER_ACTION_NONE}, {0.4, FILTER_ACTION_FLAG},
                 {0.79, FILTER_ACTION_FLAG}, {0.8, FILTER_ACTION_BLOCK}, {1, FILTER_ACTION_BLOCK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(injection_action(&policy, FILTER_ROLE_USER, cases[i].score), cases[i].action);
        assert_int_equal(injection_action(&policy, FILTER_ROLE_TOOL, cases[i].score), FILTER_ACTION_NONE);
    }
}

static void an_attack_is_only_quoted_where_the_text_speaks_for_itself(void **state) {
    (void)state;
    static const struct {
        const char *text; /* the attack is what stands between [ and ], which are part of it */
        filter_role role;
        bool only_quoted;
        const char *why;
    } cases[] = {
        {"In my thesis I show that \"[xx]\" works.", FILTER_ROLE_USER, true, "a remark, and a quotation"},
        {"In my thesis I show that [xx] works.", FILTER_ROLE_USER, false, "no quotation"},
        {"Look: \"[xx]\"", FILTER_ROLE_USER, false, "too few letters of its own"},
        {"In my thesis I show that \"[xx]\" works.", FILTER_ROLE_ASSISTANT, true, "an answer that quotes"},
        {"In my thesis I show that \"[xx]\" works.", FILTER_ROLE_TOOL_DEFINITION, false, "what a tool says of itself"},
        {"In my thesis I show that \"[xx]\" works.", FILTER_ROLE_TOOL, false, "a result of a tool"},
        {"In my thesis I show that \"[xx]\" works.", FILTER_ROLE_DOCUMENT, true, "a document that quotes"},
        {"{\"id\": 48151623, \"state\": \"ready\", \"result\": \"[xx]\"}", FILTER_ROLE_DOCUMENT, false, "a value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = pass_begin(engine, cases[i].text, cases[i].role);
        const filter_segment segment = {cases[i].text, strlen(cases[i].text), cases[i].role};
        span at = {(size_t)(strchr(cases[i].text, '[') - cases[i].text),
                   (size_t)(strchr(cases[i].text, ']') - cases[i].text) + 1};
        pass_add(&p, "a", at, 0.9);
        bool quoted = is_only_quoted(p.scratch, &segment, pack_find_policy(&engine->set, "default"), 0);
        if (quoted != cases[i].only_quoted) fail_msg("%s", cases[i].why);
        pass_end(&p);
    }
}

static void an_attack_near_a_quoted_one_speaks_for_it(void **state) {
    (void)state;
    static const char head[] = "In my thesis I show that \"xx\" works. ";
    for (size_t gap = 150; gap < 260; gap += 10) {
        memset(text, '.', sizeof text - 1);
        memcpy(text, head, sizeof head - 1);
        const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
        const filter_segment segment = {text, sizeof text - 1, FILTER_ROLE_USER};
        pass_add(&p, "a", (span){26, 28}, 0.9);
        pass_add(&p, "b", (span){28 + gap, 30 + gap}, 0.1); /* says little, and says it to the reader */
        bool quoted = is_only_quoted(p.scratch, &segment, pack_find_policy(&engine->set, "default"), 0);
        assert_int_equal(quoted, gap > 200);
        pass_end(&p);
    }
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" ATTACK("a") ATTACK("b")
                                     ATTACK("model") "  - {id: pii, title: t, category: pii, entity_type: P, score: "
                                                     "0.5, pattern: 'yy', examples: {match: []}}\n");
    if (!engine) return -1;
    engine->set.rules[2].detector = &model;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_near_each_other_are_independent_evidence),
        cmocka_unit_test(signals_further_apart_than_a_window_have_nothing_to_do_with_each_other),
        cmocka_unit_test(a_model_and_signals_are_not_added_up),
        cmocka_unit_test(sentences_around_signals_raise_and_lower_what_they_say),
        cmocka_unit_test(the_sentence_that_says_most_speaks_for_all_signals_near_it),
        cmocka_unit_test(what_is_dropped_or_quoted_does_not_count),
        cmocka_unit_test(sixty_four_rules_of_a_window_count_and_more_do_no_harm),
        cmocka_unit_test(a_window_full_of_signals_has_a_score_all_the_same),
        cmocka_unit_test(a_policy_acts_from_its_scores_on),
        cmocka_unit_test(an_attack_is_only_quoted_where_the_text_speaks_for_itself),
        cmocka_unit_test(an_attack_near_a_quoted_one_speaks_for_it),
    };
    return cmocka_run_group_tests_name("injection_score", tests, set_up, tear_down);
}
