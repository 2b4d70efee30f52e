/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/decide.h"
#include "packs.h"
#include "passes.h"

#define DATA(id, type, body)                                                                                           \
    "  - {id: " id ", title: t, category: pii, entity_type: " type ", score: 0.9, pattern: 'xx', examples: {match: "   \
    "[]}, " body "}\n"

static filter_engine *engine;
static const char pack[] = PACK_HEAD
    "policies:\n  - {id: default, title: t}\n  - {id: p, title: t, actions: {pii: flag}, thresholds: {pii: "
    "0.4, injection: 0.2}, entities: {B: {action: block}, C: {threshold: 0.8}, D: {action: none}}}\nrules:\n" DATA(
        "a", "A", "severity: low") DATA("b", "B", "severity: low") DATA("c", "C", "severity: low")
        DATA("d", "D", "severity: low") DATA("own", "A", "action: redact")
            DATA("both", "B", "action: none") "  - {id: attack, title: t, category: injection, entity_type: I, score: "
                                              "0.9, pattern: 'xx', examples: {match: []}}\n";

static filter_segment segment = {"....................................................", 52, FILTER_ROLE_USER};
static filter_segment_result out;
static checked_request request;

static pass begin(double min_score) {
    const pass p = pass_begin(engine, segment.text, segment.role);
    request = (checked_request){.asked = FILTER_REQUEST_INIT};
    request.asked.segments = &segment;
    request.asked.segment_count = 1;
    request.asked.min_score = min_score;
    request.policy = pack_find_policy(&engine->set, "p");
    out = (filter_segment_result){.score = 9};
    return p;
}

static void of_what_segments_hold_together_only_what_is_acted_upon_stays(void **state) {
    (void)state;
    const pass p = begin(0); /* who asks for all candidates gets those of segments */
    pass_add(&p, "a", (span){4, 8}, 0.5);
    pass_add(&p, "b", (span){4, 9}, 0.5);
    pass_add(&p, "d", (span){20, 24}, 0.9);
    decide_joined(p.scratch, &request, 0);
    const candidate *c = p.scratch->found.items;
    assert_true(c[0].dropped && !c[1].dropped && c[2].dropped);
    assert_int_equal(c[1].action, FILTER_ACTION_BLOCK);
    pass_end(&p);
}

static void an_entity_goes_before_a_rule_and_a_rule_before_the_policy(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        double score;
        filter_action action;
        bool dropped;
        const char *why;
    } cases[] = {
        {"a", 0.5, FILTER_ACTION_FLAG, false, "the policy's action"},
        {"a", 0.39, FILTER_ACTION_NONE, true, "below the policy's threshold"},
        {"b", 0.5, FILTER_ACTION_BLOCK, false, "the entity's action"},
        {"c", 0.79, FILTER_ACTION_NONE, true, "below the entity's threshold"},
        {"c", 0.8, FILTER_ACTION_FLAG, false, "at it"},
        {"d", 0.9, FILTER_ACTION_NONE, false, "reported, and nothing is done"},
        {"own", 0.9, FILTER_ACTION_REDACT, false, "the rule's own action"},
        {"both", 0.9, FILTER_ACTION_BLOCK, false, "the entity's before the rule's"},
        {"attack", 0.5, FILTER_ACTION_FLAG, false, "the policy's for such a score"},
        {"attack", 0.9, FILTER_ACTION_BLOCK, false, "and for a higher one"},
        {"attack", 0.1, FILTER_ACTION_NONE, true, "too little to be told"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = begin(-1);
        candidate *c = pass_add(&p, cases[i].rule, (span){4, 8}, cases[i].score);
        decide_segment(p.scratch, &request, 0, 0, &out);
        if (c->action != cases[i].action || c->dropped != cases[i].dropped) {
            fail_msg("%s: %s, dropped %d", cases[i].why, filter_action_name(c->action), c->dropped);
        }
        assert_int_equal(out.verdict, (filter_verdict)cases[i].action);
        pass_end(&p);
    }
}

static void the_verdict_is_that_of_the_strongest_action(void **state) {
    (void)state;
    const pass p = begin(-1);
    pass_add(&p, "a", (span){0, 4}, 0.9);
    pass_add(&p, "b", (span){10, 14}, 0.9);
    pass_add(&p, "own", (span){20, 24}, 0.9);
    pass_add(&p, "attack", (span){30, 34}, 0.3)->dropped = false;
    decide_segment(p.scratch, &request, 0, 0, &out);
    assert_int_equal(out.verdict, FILTER_BLOCK);
    assert_true(out.score > 0.299 && out.score < 0.301);
    pass_end(&p);
    const pass none = begin(-1);
    decide_segment(none.scratch, &request, 0, 0, &out);
    assert_int_equal(out.verdict, FILTER_ALLOW);
    assert_true(out.score == 0);
    pass_end(&none);
}

static void a_request_for_more_lists_more_and_acts_on_no_more(void **state) {
    (void)state;
    const pass p = begin(0.1);
    candidate *c = pass_add(&p, "a", (span){4, 8}, 0.2);
    decide_segment(p.scratch, &request, 0, 0, &out);
    assert_false(c->dropped);
    assert_int_equal(c->action, FILTER_ACTION_NONE);
    assert_int_equal(out.verdict, FILTER_ALLOW);
    pass_end(&p);
}

static void candidates_of_another_segment_are_left_alone(void **state) {
    (void)state;
    const pass p = begin(-1);
    candidate *before = pass_add(&p, "b", (span){4, 8}, 0.9);
    before->action = FILTER_ACTION_NONE;
    pass_add(&p, "a", (span){4, 8}, 0.9);
    decide_segment(p.scratch, &request, 0, 1, &out);
    assert_int_equal(p.scratch->found.items[0].action, FILTER_ACTION_NONE);
    assert_int_equal(out.verdict, FILTER_FLAG);
    pass_end(&p);
}

static const char *reasons_of(const pass *p, filter_verdict verdict) {
    static char text[1024];
    size_t count, used = 0;
    const char *const *reasons = decide_reasons(p->scratch, request.policy, verdict, &count);
    assert_non_null(reasons);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) used += (size_t)snprintf(text + used, sizeof text - used, "%s ", reasons[i]);
    return text;
}

static void reasons_are_told_once_and_the_strongest_first(void **state) {
    (void)state;
    const pass p = begin(-1);
    pass_add(&p, "a", (span){0, 4}, 0.5)->action = FILTER_ACTION_FLAG;
    pass_add(&p, "b", (span){10, 14}, 0.6)->action = FILTER_ACTION_BLOCK;
    pass_add(&p, "a", (span){20, 24}, 0.7)->action = FILTER_ACTION_FLAG;
    pass_add(&p, "c", (span){30, 34}, 0.9)->action = FILTER_ACTION_NONE;
    candidate *dropped = pass_add(&p, "d", (span){40, 44}, 0.9);
    dropped->action = FILTER_ACTION_BLOCK;
    dropped->dropped = true;
    assert_string_equal(reasons_of(&p, FILTER_BLOCK), "b a policy:p ");
    assert_string_equal(reasons_of(&p, FILTER_ALLOW), "b a ");
    p.scratch->notes.quoted = true;
    p.scratch->notes.violations[p.scratch->notes.violation_count++] = "output:json";
    scratch_gap(p.scratch, 0, "gap");
    assert_string_equal(reasons_of(&p, FILTER_BLOCK), "b a output:json quoted incomplete:gap policy:p ");
    p.scratch->found.items[2].why = "words:x";
    assert_string_equal(reasons_of(&p, FILTER_ALLOW), "b a words:x output:json quoted incomplete:gap ");
    pass_end(&p);
}

static void eight_reasons_explain_a_verdict(void **state) {
    (void)state;
    const pass p = begin(-1);
    static const char *const rules[] = {"a", "b", "c", "d", "own", "both", "attack"};
    for (size_t i = 0; i < 7; i++) {
        candidate *c = pass_add(&p, rules[i], (span){7 * i, 7 * i + 4}, 0.9);
        c->action = FILTER_ACTION_FLAG;
        c->why = "why";
    }
    size_t count;
    (void)decide_reasons(p.scratch, request.policy, FILTER_ALLOW, &count);
    assert_int_equal(count, 8);
    (void)decide_reasons(p.scratch, request.policy, FILTER_FLAG, &count);
    assert_int_equal(count, 9); /* and the policy */
    pass_end(&p);
}

static void values_that_are_replaced_hide_no_attack(void **state) {
    (void)state;
    const pass p = begin(-1);
    static const char *const rules[] = {"a", "b", "c", "own"};
    for (size_t i = 0; i < 4; i++) {
        candidate *c = pass_add(&p, rules[i], (span){7 * i, 7 * i + 4}, 0.9);
        c->action = i == 1 ? FILTER_ACTION_BLOCK : FILTER_ACTION_REDACT;
        c->why = "why";
    }
    pass_add(&p, "attack", (span){40, 44}, 0.6)->action = FILTER_ACTION_FLAG;
    assert_string_equal(reasons_of(&p, FILTER_ALLOW), "b why attack own why a why c ");
    pass_end(&p);
}

static void reasons_without_memory_are_null(void **state) {
    (void)state;
    const pass p = begin(-1);
    size_t count;
    arena kept = p.scratch->memory;
    p.scratch->memory = support_exhausted_arena();
    assert_null(decide_reasons(p.scratch, request.policy, FILTER_BLOCK, &count));
    p.scratch->memory = kept;
    pass_end(&p);
}

static int set_up(void **state) {
    (void)state;
    static pack_report report;
    filter_error error;
    const filter_source source = {"p.yaml", pack, sizeof pack - 1};
    engine = packs_load(&source, 1, true, &report, &error);
    if (!engine) print_message("%s\n", error.message);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_what_segments_hold_together_only_what_is_acted_upon_stays),
        cmocka_unit_test(an_entity_goes_before_a_rule_and_a_rule_before_the_policy),
        cmocka_unit_test(the_verdict_is_that_of_the_strongest_action),
        cmocka_unit_test(a_request_for_more_lists_more_and_acts_on_no_more),
        cmocka_unit_test(candidates_of_another_segment_are_left_alone),
        cmocka_unit_test(reasons_are_told_once_and_the_strongest_first),
        cmocka_unit_test(eight_reasons_explain_a_verdict),
        cmocka_unit_test(values_that_are_replaced_hide_no_attack),
        cmocka_unit_test(reasons_without_memory_are_null),
    };
    return cmocka_run_group_tests_name("decide", tests, set_up, tear_down);
}
