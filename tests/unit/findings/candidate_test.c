/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/candidate.h"
#include "findings/context.h"
#include "passes.h"
#include "packs.h"

#define SECRET(id, body)                                                                                               \
    "  - {id: " id ", title: t, category: secret, entity_type: X, score: 0.5, examples: {match: []}, format: "         \
    "'[0-9a-z]{4,9}', digits: 1, " body "}\n"

static filter_engine *engine;
static const char rules[] = "rules:\n" SECRET("plain", "severity: low") SECRET("allow", "allowlist: [abc1]") SECRET(
    "luhn", "checksum: {name: luhn, pass: 0.9, fail: 0.2}") SECRET("strict", "checksum: {name: luhn}")
    SECRET("placeholder", "placeholders: [xxx]") SECRET(
        "entropy",
        "entropy: 2") "  - {id: digits, title: t, category: secret, entity_type: X, score: 0.5, examples: {match: []}, "
                      "format: 'abc\\d{3}', digits: 3}\n" SECRET("context",
                                                                 "context: {words: [one, two, three], boost: 0.4}")
                          SECRET("required", "context: {words: [one], required: true}") SECRET(
                              "negative",
                              "negative_context: {words: [not], penalty: 0.5}") "  - {id: attack, title: t, category: "
                                                                                "injection, entity_type: I, score: "
                                                                                "0.5, pattern: 'abc', examples: "
                                                                                "{match: []}}\n";

static uint32_t index_of(const char *id) {
    const pack_rule *rule = pack_find_rule(&engine->set, id);
    assert_non_null(rule);
    return engine_rule_index(engine, rule);
}

static bool is_near(double a, double b) {
    return a - b < 1e-9 && b - a < 1e-9;
}

static void a_score_moves_like_a_probability(void **state) {
    (void)state;
    assert_true(is_near(boost(0.5, 0), 0.5) && is_near(boost(0.5, 1), 1) && is_near(boost(0.5, 0.5), 0.75));
    for (int i = 0; i < 1000; i++) {
        double score = support_random() % 1001 / 1000.0, amount = support_random() % 1001 / 1000.0;
        double raised = boost(score, amount);
        assert_true(raised >= score - 1e-9 && raised <= 1 + 1e-9);
        assert_true(is_near(raised, boost(amount, score)));
    }
}

static void each_piece_of_evidence_moves_the_score(void **state) {
    (void)state;
    static const struct {
        const char *rule, *text; /* the value is what stands between brackets */
        double score; /* below 0: no finding */
        unsigned evidence;
        const char *why;
    } cases[] = {
        {"plain", "[abc1]", 0.5, 0, "the rule's score"},
        {"plain", "[abcd]", -1, 0, "a digit is missing"},
        {"digits", "[a12b]", -1, 0, "three are asked for"},
        {"allow", "[abc1]", -1, 0, "a value that is allowed"},
        {"allow", "[abc12]", 0.5, 0, "one that only begins so"},
        {"luhn", "[79927398713]", 0.9, FILTER_EVIDENCE_CHECKSUM, "right check digits"},
        {"luhn", "[79927398714]", 0.2, FILTER_EVIDENCE_CHECKSUM_FAILED, "wrong ones"},
        {"strict", "[79927398713]", 0.5, FILTER_EVIDENCE_CHECKSUM, "right, and no more is said"},
        {"strict", "[79927398714]", -1, 0, "wrong ones are no finding"},
        {"placeholder", "[1XXX9]", 0.1, FILTER_EVIDENCE_PLACEHOLDER, "made up, in any case"},
        {"entropy", "[1111111]", 0.2, FILTER_EVIDENCE_LOW_ENTROPY, "too regular"},
        {"entropy", "[1a2b]", 0.5, 0, "two bits a character"},
        {"entropy", "[1a2b3c4d]", 0.5, 0, "three bits a character"},
        {"context", "one [abc1]", 0.7, FILTER_EVIDENCE_CONTEXT, "a word"},
        {"context", "one [abc1] two three", 0.76, FILTER_EVIDENCE_CONTEXT, "more words add half as much, once"},
        {"negative", "not [abc1]", 0.25, FILTER_EVIDENCE_NEGATIVE_CONTEXT, "a word against it"},
        {"required", "[abc1]", 0.5, 0, "without its word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = pass_begin(engine, cases[i].text, FILTER_ROLE_USER);
        uint32_t rule = index_of(cases[i].rule);
        candidate c = {.rule = &engine->set.rules[rule], .rule_index = rule};
        span at = {(size_t)(strchr(cases[i].text, '[') - cases[i].text) + 1,
                   (size_t)(strchr(cases[i].text, ']') - cases[i].text)};
        context_begin(p.scratch);
        bool found = score_evidence(&p, at, &c);
        if (found != (cases[i].score >= 0)) fail_msg("%s: %d", cases[i].why, found);
        if (found && (!is_near(c.score, cases[i].score) || c.evidence != cases[i].evidence)) {
            fail_msg("%s: %g, evidence %u", cases[i].why, c.score, c.evidence);
        }
        assert_int_equal(c.needs_partner, strcmp(cases[i].rule, "required") == 0);
        pass_end(&p);
    }
}

static void a_candidate_lies_in_the_text_as_it_was_sent(void **state) {
    (void)state;
    pass p = pass_begin(engine, "x abc1 y", FILTER_ROLE_USER);
    p.segment = 3;
    context_begin(p.scratch);
    candidate_found(&p, index_of("plain"), (span){2, 6});
    candidate_scored(&p, index_of("attack"), (span){0, 1}, 0.25, "words:x");
    const candidate *found = pass_candidate(&p, "plain"), *scored = pass_candidate(&p, "attack");
    assert_true(found->at.start == 2 && found->at.end == 6 && found->segment == 3);
    assert_string_equal(found->view_name, FILTER_VIEW_RAW);
    assert_true(scored->score == 0.25);
    assert_string_equal(scored->why, "words:x");
    candidate_found(&p, index_of("plain"), (span){0, 1}); /* no digit: nothing is kept */
    assert_int_equal(p.scratch->found.count, 2);
    pass_end(&p);
}

/* A view that turns four bytes into three, and leaves the rest. */
static pass begin_decoded(bool injection_only) {
    pass p = pass_begin(engine, "YWJj abc", FILTER_ROLE_USER);
    view *v = &p.scratch->views.items[1];
    *v = (view){
        .name = FILTER_VIEW_BASE64, .text = "abc abc", .size = 7, .source = p.view, .injection_only = injection_only};
    v->map.memory = &p.scratch->memory;
    span_map_add(&v->map, 3, 0, 4);
    span_map_add(&v->map, 4, 4, 4);
    p.view = v;
    return p;
}

static void an_attack_that_was_sent_plain_is_not_found_again_in_a_view(void **state) {
    (void)state;
    const pass p = begin_decoded(false);
    candidate_scored(&p, index_of("attack"), (span){4, 7}, 0.5, NULL); /* as it was sent */
    assert_int_equal(p.scratch->found.count, 0);
    candidate_scored(&p, index_of("attack"), (span){0, 3}, 0.5, NULL);
    assert_int_equal(p.scratch->found.count, 1);
    assert_true(p.scratch->found.items[0].at.start == 0 && p.scratch->found.items[0].at.end == 4);
    assert_true(p.scratch->found.items[0].score == 0.5);
    candidate_scored(&p, index_of("plain"), (span){4, 7}, 0.5, NULL); /* values are merged later */
    assert_int_equal(p.scratch->found.count, 2);
    pass_end(&p);
}

static void an_attack_that_was_obfuscated_is_the_likelier_for_it(void **state) {
    (void)state;
    const pass p = begin_decoded(true);
    candidate_scored(&p, index_of("attack"), (span){0, 3}, 0.5, NULL);
    assert_true(is_near(p.scratch->found.items[0].score, 0.7));
    pass_end(&p);
}

static void a_candidate_without_memory_fails_the_request(void **state) {
    (void)state;
    const pass p = pass_begin(engine, "abc1", FILTER_ROLE_USER);
    arena kept = p.scratch->memory;
    p.scratch->memory = support_exhausted_arena();
    candidate_scored(&p, index_of("plain"), (span){0, 4}, 0.5, NULL);
    assert_true(p.scratch->failed);
    assert_int_equal(p.scratch->found.count, 0);
    p.scratch->memory = kept;
    pass_end(&p);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from(rules);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_moves_like_a_probability),
        cmocka_unit_test(each_piece_of_evidence_moves_the_score),
        cmocka_unit_test(a_candidate_lies_in_the_text_as_it_was_sent),
        cmocka_unit_test(an_attack_that_was_sent_plain_is_not_found_again_in_a_view),
        cmocka_unit_test(an_attack_that_was_obfuscated_is_the_likelier_for_it),
        cmocka_unit_test(a_candidate_without_memory_fails_the_request),
    };
    return cmocka_run_group_tests_name("candidate", tests, set_up, tear_down);
}
