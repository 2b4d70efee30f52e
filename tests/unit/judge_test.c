/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "support.h"

#include <math.h>
#include <unistd.h>

#define ATTACK(id, word, value)                                                                                        \
    "  - {id: " id ", title: t, category: injection, entity_type: I, score: " value ", pattern: '" word                \
    "', examples: {match: []}}\n"

/* `grey` scores 0.6, which flags; `faint` 0.4, which does nothing; `evil` blocks. */
static const char pack[] =
    "pack: {name: own, version: 1.0.0, licence: Apache-2.0}\n"
    "policies:\n"
    "  - {id: default, title: t}\n"
    "  - {id: keep, title: t}\n"
    "  - {id: flag, title: t, injection: {judge: {on_failure: flag}}}\n"
    "  - {id: block, title: t, injection: {judge: {on_failure: block}}}\n"
    "  - {id: original, title: t, injection: {judge: {text: original}}, actions: {pii: none}}\n"
    "  - {id: observe, title: t, actions: {pii: none}}\n"
    "  - {id: users, title: t, injection: {judge: {roles: [user]}}}\n"
    "  - {id: nobody, title: t, injection: {judge: {roles: []}}}\n"
    "  - {id: narrow, title: t, injection: {judge: {from: 0.6, to: 0.61}}}\n"
    "  - {id: above, title: t, injection: {judge: {from: 0.2, to: 0.6}}}\n"
    "rules:\n" ATTACK("own.grey", "grey", "0.6") ATTACK("own.faint", "faint", "0.4") ATTACK("own.evil", "evil", "0.99")
        ATTACK("own.weak", "weak", "0.3") "  - {id: own.a, title: t, category: pii, entity_type: OWN_A, score: 0.9, "
                                          "pattern: 'A-1234567', examples: "
                                          "{match: []}}\n"
                                          "  - {id: own.s, title: t, category: secret, entity_type: OWN_S, score: 0.9, "
                                          "action: block, pattern: "
                                          "'secret', examples: {match: []}}\n";

static filter_engine *engine;

/* What the judge of these tests says, and what it was asked. */
static double says;
static const char *failure;
static size_t asked, calls;
static uint64_t time_given;
static char seen[FILTER_QUESTIONS_MAX][100];
static filter_question last;

static void answer(filter_question *questions, size_t count, uint64_t time_us, void *arg) {
    assert_ptr_equal(arg, &calls);
    calls++;
    asked += count;
    time_given = time_us;
    for (size_t i = 0; i < count; i++) {
        snprintf(seen[i], sizeof seen[i], "%.*s", (int)questions[i].size, questions[i].text);
        assert_true(questions[i].answer < 0 && !questions[i].failure);
        questions[i].answer = says;
        questions[i].failure = failure;
        last = questions[i];
    }
}

static filter_request request_of(const filter_segment *segments, size_t count, const char *policy) {
    filter_request r = FILTER_REQUEST_INIT;
    r.segments = segments;
    r.segment_count = count;
    r.policy = policy;
    r.judge = answer;
    r.judge_arg = &calls;
    return r;
}

static const filter_result *inspect(const filter_request *request) {
    const filter_result *result = NULL;
    filter_error error;
    calls = asked = 0;
    if (filter_inspect(engine, support_scratch(), request, &result, &error) != FILTER_OK) fail_msg("%s", error.message);
    return result;
}

static const filter_result *inspect_one(const char *text, filter_role role, const char *policy) {
    static filter_segment segment;
    segment = (filter_segment){text, strlen(text), role};
    const filter_request r = request_of(&segment, 1, policy);
    return inspect(&r);
}

static bool has_reason(const filter_result *result, const char *reason) {
    for (size_t i = 0; i < result->reason_count; i++) {
        if (strcmp(result->reasons[i], reason) == 0) return true;
    }
    return false;
}

static void the_policy_decides_with_the_score_of_the_judge(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double says;
        filter_verdict verdict;
        const char *reason, *why;
    } cases[] = {
        {"grey", 0.9, FILTER_BLOCK, "judge:block", "an attack"},
        {"grey", 0.85, FILTER_BLOCK, "judge:block", "as much as the policy blocks from"},
        {"grey", 0.7, FILTER_FLAG, "judge:flag", "perhaps one"},
        {"grey", 0, FILTER_ALLOW, "judge:allow", "none"},
        {"faint", 1, FILTER_BLOCK, "judge:block", "what the rules would have let through"},
        {"grey A-1234567", 0, FILTER_REDACT, "judge:allow", "personal data stays replaced"},
        {"grey A-1234567", 0.6, FILTER_REDACT, "judge:flag", "and redact is stronger than flag"},
    };
    failure = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        says = cases[i].says;
        const filter_result *r = inspect_one(cases[i].text, FILTER_ROLE_USER, "keep");
        if (r->verdict != cases[i].verdict || !has_reason(r, cases[i].reason) || r->score != says || calls != 1)
            fail_msg("%s: %s, %f", cases[i].why, filter_verdict_name(r->verdict), r->score);
        assert_true(r->segments[0].verdict == r->verdict && r->segments[0].score == says);
    }
}

static void findings_have_the_action_that_the_judge_led_to(void **state) {
    (void)state;
    failure = NULL;
    says = 0;
    const filter_result *r = inspect_one("grey", FILTER_ROLE_USER, "keep");
    assert_int_equal(r->finding_count, 1);
    assert_int_equal(r->findings[0].action, FILTER_ACTION_NONE);
    says = 1;
    r = inspect_one("faint", FILTER_ROLE_USER, "keep");
    assert_int_equal(r->findings[0].action, FILTER_ACTION_BLOCK);
    assert_string_equal(r->reasons[0], "own.faint");
}

static void without_an_answer_the_policy_says_what_is_done(void **state) {
    (void)state;
    static const struct {
        const char *text, *policy;
        filter_verdict verdict;
    } cases[] = {
        {"faint", "keep", FILTER_ALLOW}, {"grey", "keep", FILTER_FLAG},    {"faint", "flag", FILTER_FLAG},
        {"grey", "flag", FILTER_FLAG},   {"faint", "block", FILTER_BLOCK}, {"grey A-1234567", "flag", FILTER_REDACT},
    };
    static const struct {
        double says;
        const char *failure, *reason;
    } silences[] = {{-1, "timeout", "judge:timeout"},
                    {0.9, "late", "judge:late"},
                    {-1, NULL, "judge:error"},
                    {1.1, NULL, "judge:error"},
                    {NAN, NULL, "judge:error"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < sizeof silences / sizeof *silences; k++) {
            says = silences[k].says;
            failure = silences[k].failure;
            const filter_result *r = inspect_one(cases[i].text, FILTER_ROLE_USER, cases[i].policy);
            if (r->verdict != cases[i].verdict || !has_reason(r, silences[k].reason) || r->score > 0.6)
                fail_msg("%s, %s, %s: %s", cases[i].text, cases[i].policy, silences[k].reason,
                         filter_verdict_name(r->verdict));
        }
    }
}

static void only_what_is_grey_is_asked_about(void **state) {
    (void)state;
    static const struct {
        const char *text;
        filter_role role;
        const char *policy;
        bool is_asked;
        const char *why;
    } cases[] = {
        {"grey", FILTER_ROLE_USER, "keep", true, "between the scores"},
        {"grey", FILTER_ROLE_TOOL, "keep", true, "of a tool"},
        {"grey", FILTER_ROLE_DOCUMENT, "keep", true, "of a document"},
        {"grey", FILTER_ROLE_SYSTEM, "keep", false, "trusted"},
        {"grey", FILTER_ROLE_ASSISTANT, "keep", false, "an answer"},
        {"nothing", FILTER_ROLE_USER, "keep", false, "no score"},
        {"weak", FILTER_ROLE_USER, "keep", false, "below"},
        {"evil", FILTER_ROLE_USER, "keep", false, "above"},
        {"grey", FILTER_ROLE_USER, "narrow", true, "exactly at the lower score"},
        {"grey", FILTER_ROLE_USER, "above", false, "exactly at the upper one"},
        {"grey", FILTER_ROLE_TOOL, "users", false, "a role that the policy does not name"},
        {"grey", FILTER_ROLE_USER, "nobody", false, "nor this"},
        {"grey secret", FILTER_ROLE_USER, "keep", false, "blocked whatever the judge says"},
    };
    says = 0;
    failure = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        inspect_one(cases[i].text, cases[i].role, cases[i].policy);
        if (calls != cases[i].is_asked) fail_msg("%s", cases[i].why);
    }
}

static void without_a_judge_nothing_changes(void **state) {
    (void)state;
    const filter_segment segment = {"grey", 4, FILTER_ROLE_USER};
    filter_request request = request_of(&segment, 1, "block");
    request.judge = NULL;
    const filter_result *r = inspect(&request);
    assert_int_equal(calls, 0);
    assert_int_equal(r->verdict, FILTER_FLAG);
    assert_int_equal(r->reason_count, 2);
}

static void the_judge_reads_what_is_redacted(void **state) {
    (void)state;
    says = 0;
    failure = NULL;
    inspect_one("grey A-1234567", FILTER_ROLE_USER, "keep");
    assert_string_equal(seen[0], "grey <OWN_A_1>");
    assert_int_equal(last.role, FILTER_ROLE_USER);
    assert_true(last.score == 0.6);
    inspect_one("grey A-1234567", FILTER_ROLE_USER, "original");
    assert_string_equal(seen[0], "grey A-1234567");
}

static void a_text_that_may_hold_personal_data_is_not_sent(void **state) {
    (void)state;
    const filter_segment segment = {"faint A-1234567", 15, FILTER_ROLE_USER};
    static const char *const entities[] = {"I"};
    filter_request limited = request_of(&segment, 1, "block"), named = limited, observing = limited;
    limited.categories = FILTER_INJECTION;
    named.entities = entities;
    named.entity_count = 1;
    observing.policy = "observe";
    const filter_request *const requests[] = {&limited, &named, &observing};
    for (size_t i = 0; i < 3; i++) {
        const filter_result *r = inspect(requests[i]);
        assert_int_equal(calls, 0);
        assert_true(has_reason(r, "judge:unredacted"));
        assert_int_equal(r->verdict, i == 2 ? FILTER_ALLOW : FILTER_BLOCK);
    }
    limited.policy = "original";
    inspect(&limited);
    assert_int_equal(calls, 1);
}

static void all_questions_of_a_request_come_at_once_and_are_bounded(void **state) {
    (void)state;
    filter_segment segments[FILTER_QUESTIONS_MAX + 3];
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++)
        segments[i] = (filter_segment){i % 2 ? "grey" : "faint", i % 2 ? 4 : 5, FILTER_ROLE_DOCUMENT};
    segments[1] = (filter_segment){"nothing", 7, FILTER_ROLE_DOCUMENT};
    const filter_request request = request_of(segments, sizeof segments / sizeof *segments, "flag");
    says = 0;
    failure = NULL;
    const filter_result *r = inspect(&request);
    assert_int_equal(calls, 1);
    assert_int_equal(asked, FILTER_QUESTIONS_MAX);
    assert_int_equal(last.segment, FILTER_QUESTIONS_MAX);
    assert_int_equal(r->segments[0].verdict, FILTER_ALLOW);
    assert_int_equal(r->segments[FILTER_QUESTIONS_MAX + 1].verdict, FILTER_FLAG);
    assert_true(has_reason(r, "judge:allow") && has_reason(r, "judge:limit"));
}

static void a_request_that_is_blocked_anyway_is_not_asked_about(void **state) {
    (void)state;
    const filter_segment segments[] = {{"grey", 4, FILTER_ROLE_USER}, {"evil", 4, FILTER_ROLE_USER}};
    const filter_request request = request_of(segments, 2, "flag");
    assert_int_equal(inspect(&request)->verdict, FILTER_BLOCK);
    assert_int_equal(calls, 0);
}

static void an_attack_that_is_only_quoted_stays_so(void **state) {
    (void)state;
    static const char text[] = "A customer of ours has sent us this odd line: \"grey\", and we wondered about it.";
    says = 1;
    failure = NULL;
    const filter_result *r = inspect_one(text, FILTER_ROLE_USER, "keep");
    assert_int_equal(calls, 1);
    assert_int_equal(r->verdict, FILTER_FLAG);
    assert_true(has_reason(r, "judge:flag") && has_reason(r, "quoted"));
    failure = "timeout";
    assert_int_equal(inspect_one(text, FILTER_ROLE_USER, "block")->verdict, FILTER_BLOCK);
}

static void the_judge_is_told_how_much_time_is_left(void **state) {
    (void)state;
    const filter_segment segment = {"grey", 4, FILTER_ROLE_USER};
    filter_request request = request_of(&segment, 1, "keep");
    says = 0;
    failure = NULL;
    inspect(&request);
    assert_true(time_given == UINT64_MAX);
    request.deadline_us = 100000000;
    inspect(&request);
    assert_true(time_given > 0 && time_given < 100000000);
}

/* Waits until the deadline is over for sure. */
static void wait_too_long(filter_question *questions, size_t count, uint64_t time_us, void *arg) {
    (void)arg;
    usleep((useconds_t)time_us + 100000);
    for (size_t i = 0; i < count; i++) questions[i].failure = "timeout";
}

static void a_judge_that_takes_all_the_time_leaves_a_result(void **state) {
    (void)state;
    const filter_segment segment = {"faint", 5, FILTER_ROLE_USER};
    filter_request request = request_of(&segment, 1, "flag");
    request.judge = wait_too_long;
    request.deadline_us = 1000000;
    const filter_result *r = inspect(&request);
    assert_int_equal(r->verdict, FILTER_FLAG);
    assert_true(has_reason(r, "judge:timeout"));
    assert_string_equal(r->segments[0].redacted.text, "faint");
}

static void reasons_are_the_rules_of_the_segment_the_strongest_first(void **state) {
    (void)state;
    const filter_segment segments[] = {{"weak faint weak", 15, FILTER_ROLE_USER}, {"grey", 4, FILTER_ROLE_USER}};
    const filter_request request = request_of(segments, 1, "keep");
    says = 0;
    failure = NULL;
    inspect(&request);
    assert_int_equal(last.reason_count, 2);
    assert_string_equal(last.reasons[0], "own.faint");
    assert_string_equal(last.reasons[1], "own.weak");
}

static int set_up(void **state) {
    (void)state;
    const filter_source source = {"own.yaml", pack, sizeof pack - 1};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    filter_error error;
    options.skip_examples = true;
    if (filter_engine_new(&engine, &source, 1, &options, &error) == FILTER_OK) return 0;
    print_message("%s\n", error.message);
    return -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_policy_decides_with_the_score_of_the_judge),
        cmocka_unit_test(findings_have_the_action_that_the_judge_led_to),
        cmocka_unit_test(without_an_answer_the_policy_says_what_is_done),
        cmocka_unit_test(only_what_is_grey_is_asked_about),
        cmocka_unit_test(without_a_judge_nothing_changes),
        cmocka_unit_test(the_judge_reads_what_is_redacted),
        cmocka_unit_test(a_text_that_may_hold_personal_data_is_not_sent),
        cmocka_unit_test(all_questions_of_a_request_come_at_once_and_are_bounded),
        cmocka_unit_test(a_request_that_is_blocked_anyway_is_not_asked_about),
        cmocka_unit_test(an_attack_that_is_only_quoted_stays_so),
        cmocka_unit_test(the_judge_is_told_how_much_time_is_left),
        cmocka_unit_test(a_judge_that_takes_all_the_time_leaves_a_result),
        cmocka_unit_test(reasons_are_the_rules_of_the_segment_the_strongest_first),
    };
    return cmocka_run_group_tests_name("judge", tests, set_up, tear_down);
}
