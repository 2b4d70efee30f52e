/* SPDX-License-Identifier: Apache-2.0 */
#include "packs.h"

static pack_report report;

/* Reads one policy with these keys; NULL when it has a mistake. */
static const pack_policy *policy_with(const char *keys) {
    static char text[2048];
    snprintf(text, sizeof text, PACK_HEAD "policies:\n  - {id: p, title: t%s%s}\n", *keys ? ", " : "", keys);
    return pack_find_policy(packs_read_text(text, &report), "p");
}

static void a_policy_that_says_nothing_redacts_and_blocks_what_is_not_read(void **state) {
    (void)state;
    const pack_policy *p = policy_with("");
    assert_int_equal(report.count, 0);
    assert_true(p->threshold[0] == 0.5 && p->threshold[1] == 0.5 && p->threshold[2] == 0.2);
    assert_int_equal(p->action[0], FILTER_ACTION_REDACT);
    assert_int_equal(p->action[1], FILTER_ACTION_REDACT);
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        assert_true(p->injection[role].flag == 0.5 && p->injection[role].block == 0.85);
    }
    assert_int_equal(p->quoted, FILTER_ACTION_FLAG);
    assert_int_equal(p->incomplete, FILTER_BLOCK);
    assert_true(p->judge.from == 0.35 && p->judge.to == 0.75 && !p->judge.original);
    assert_int_equal(p->judge.roles, 1 << FILTER_ROLE_USER | 1 << FILTER_ROLE_TOOL | 1 << FILTER_ROLE_DOCUMENT);
    assert_int_equal(p->judge.on_failure, FILTER_ACTION_NONE);
    assert_int_equal(p->redaction.operator, REDACT_REPLACE);
    assert_int_equal(p->isolate_mode, FILTER_ISOLATE_DELIMIT);
    assert_string_equal(p->model_family, "generic");
    assert_null(p->output.hosts.node);
    assert_int_equal(p->output.unlisted_hosts, FILTER_ACTION_REDACT);
    assert_int_equal(p->output.unseen_data, -1);
    assert_int_equal(p->output.violation, FILTER_BLOCK);
}

static void every_key_of_a_policy_has_an_effect(void **state) {
    (void)state;
    const pack_policy *p = policy_with(
        "thresholds: {pii: 0.1, secret: 0.2, injection: 0.3}, actions: {pii: flag, secret: block}, injection: {quoted: "
        "block, judge: {from: 0.4, to: 0.6, roles: [tool], on_failure: block, text: original}}, redaction: {operator: "
        "mask, keep: 2, character: '#'}, isolation: {mode: encode, model_family: f}, "
        "output: {hosts: [a.org], unlisted_hosts: flag, unseen_data: block, json: true, max_bytes: 1KiB, match: [m], "
        "no_match: [n], violation: flag}, incomplete: allow");
    assert_int_equal(report.count, 0);
    assert_true(p->threshold[0] == 0.1 && p->threshold[1] == 0.2 && p->threshold[2] == 0.3);
    assert_int_equal(p->action[0], FILTER_ACTION_FLAG);
    assert_int_equal(p->action[1], FILTER_ACTION_BLOCK);
    assert_int_equal(p->quoted, FILTER_ACTION_BLOCK);
    assert_true(p->judge.from == 0.4 && p->judge.to == 0.6 && p->judge.original);
    assert_int_equal(p->judge.roles, 1 << FILTER_ROLE_TOOL);
    assert_int_equal(p->judge.on_failure, FILTER_ACTION_BLOCK);
    assert_int_equal(p->redaction.operator, REDACT_MASK);
    assert_int_equal(p->redaction.keep, 2);
    assert_int_equal(p->redaction.character, '#');
    assert_int_equal(p->isolate_mode, FILTER_ISOLATE_ENCODE);
    assert_string_equal(p->model_family, "f");
    assert_string_equal(p->output.hosts.items[0], "a.org");
    assert_int_equal(p->output.unlisted_hosts, FILTER_ACTION_FLAG);
    assert_int_equal(p->output.unseen_data, FILTER_ACTION_BLOCK);
    assert_true(p->output.json);
    assert_int_equal(p->output.max_bytes, 1024);
    assert_int_equal(p->output.violation, FILTER_FLAG);
    assert_int_equal(p->incomplete, FILTER_ALLOW);
}

static void a_role_has_its_own_scores_over_those_of_all(void **state) {
    (void)state;
    const pack_policy *p =
        policy_with("injection: {flag: 0.3, block: 0.6, roles: {tool: {block: 0.4}, user: {flag: 2}}}");
    assert_true(p->injection[FILTER_ROLE_TOOL].flag == 0.3 && p->injection[FILTER_ROLE_TOOL].block == 0.4);
    assert_true(p->injection[FILTER_ROLE_USER].flag == 2 && p->injection[FILTER_ROLE_USER].block == 0.6);
    assert_true(p->injection[FILTER_ROLE_DOCUMENT].flag == 0.3 && p->injection[FILTER_ROLE_DOCUMENT].block == 0.6);
}

static void an_entity_type_takes_the_redaction_of_its_policy_where_it_says_nothing(void **state) {
    (void)state;
    const pack_policy *p =
        policy_with("redaction: {operator: mask, keep: 3}, entities: {A: {keep: 1}, B: {action: block}, "
                    "C: {threshold: 0.9, operator: hash}}");
    const entity_policy *a = policy_entity(p, "A"), *b = policy_entity(p, "B"), *c = policy_entity(p, "C");
    assert_true(a->has_redaction && a->redaction.operator== REDACT_MASK && a->redaction.keep == 1);
    assert_true(a->action == -1 && a->threshold == -1);
    assert_true(!b->has_redaction && b->action == FILTER_ACTION_BLOCK && b->redaction.keep == 3);
    assert_true(c->has_redaction && c->redaction.operator== REDACT_HASH && c->threshold == 0.9);
    assert_null(policy_entity(p, "D"));
    assert_null(policy_entity(p, "a"));
}

static void a_policy_with_a_mistake_is_left_out_and_the_mistake_named(void **state) {
    (void)state;
    static const struct {
        const char *keys, *says;
    } cases[] = {
        {"redaction: {character: '##'}", "'character' must be one ASCII character"},
        {"redaction: {character: 'é'}", "'character' must be one ASCII character"},
        {"entities: {A: {character: 'ab'}}", "'character' must be one ASCII character"},
        {"redaction: {operator: masc}", "'operator': unknown value 'masc'; did you mean 'mask'?"},
        {"redaction: {keep: 65}", "'keep' must be a whole number from 0 to 64, not '65'"},
        {"thresholds: {pii: 1.1}", "'pii' must be a number from 0 to 1, not '1.1'"},
        {"injection: {block: 2.5}", "'block' must be a number from 0 to 2, not '2.5'"},
        {"injection: {roles: {boss: {}}}", "'role': unknown value 'boss'; one of: user, system"},
        {"injection: {roles: [user]}", "'roles' must be a map from role to scores"},
        {"injection: {judge: {from: 0.8}}", "'from' of the judge must not be above 'to': 0.8 and 0.75"},
        {"injection: {judge: {roles: [system]}}", "'roles': unknown value 'system'; one of: user, tool, document"},
        {"injection: {judge: {on_failure: allow}}", "'on_failure': unknown value 'allow'; one of: keep, flag, block"},
        {"injection: {judge: {text: all}}", "'text': unknown value 'all'; one of: redacted, original"},
        {"entities: [A]", "'entities' must be a map from entity type to what is done"},
        {"entities: {A: block}", "an entity must be a map of keys and values"},
        {"output: {max_bytes: 0}", "'max_bytes' must be a number of bytes"},
        {"isolation: {mode: policy}", "'mode': unknown value 'policy'; one of: delimit, datamark, encode"},
        {"incomplete: none", "'incomplete': unknown value 'none'; one of: allow, flag, redact, block"},
        {"colour: red", "a policy: unknown key 'colour'; one of: id, title"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (policy_with(cases[i].keys) || !pack_report_has(&report, cases[i].says)) {
            fail_msg("%s: '%s'", cases[i].keys, report.count ? report.lines[0] : "");
        }
    }
}

static void a_model_family_has_tokens_and_line_starts(void **state) {
    (void)state;
    const ruleset *set = packs_read_text(
        PACK_HEAD "model_families: [{id: f, tokens: ['<s>', '</s>'], line_starts: ['User:']}, {tokens: [x]}]\n",
        &report);
    assert_int_equal(set->family_count, 1);
    assert_string_equal(set->families[0].tokens.items[1], "</s>");
    assert_string_equal(set->families[0].line_starts.items[0], "User:");
    assert_true(pack_report_has(&report, "a model family needs 'id'"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_that_says_nothing_redacts_and_blocks_what_is_not_read),
        cmocka_unit_test(every_key_of_a_policy_has_an_effect),
        cmocka_unit_test(a_role_has_its_own_scores_over_those_of_all),
        cmocka_unit_test(an_entity_type_takes_the_redaction_of_its_policy_where_it_says_nothing),
        cmocka_unit_test(a_policy_with_a_mistake_is_left_out_and_the_mistake_named),
        cmocka_unit_test(a_model_family_has_tokens_and_line_starts),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
