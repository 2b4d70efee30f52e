/* SPDX-License-Identifier: Apache-2.0 */
#include "values/confirm.h"
#include "packs.h"
#include "passes.h"
#include "values/scan.h"

static filter_engine *engine;
static const char rules[] = "rules:\n" PACK_RULE("prefix", "format: 'sk-[a-z]{4}'") PACK_RULE(
    "regex", "pattern: 'id (?P<v>[0-9]{3})', group: v") PACK_RULE("groups", "format: '\\d{4}~\\d{4}', separators: ' -'")
    PACK_RULE("number", "format: '[A-Z]{2}\\d{2}(~\\d{4}){1,3}', separators: ' ', checksum: {name: not_repeated}")
        PACK_RULE("tool",
                  "format: 'tool\\d', roles: [tool]") "  - {id: keyword, title: t, category: secret, entity_type: S, "
                                                      "score: 0.9, examples: {match: []}, format: "
                                                      "'[a-z0-9]{20}', keywords: [acme]}\n"
                                                      "  - {id: other, title: t, category: secret, entity_type: T, "
                                                      "score: 0.9, examples: {match: []}, format: "
                                                      "'[a-z0-9]{20}', keywords: [zeta]}\n" PACK_RULE(
                                                          "behind", "pattern: 'fax', near_digits: 3, start_within: 0, "
                                                                    "confirm: '[: ]{1,2}(?<n>[0-9]{3,6})', "
                                                                    "group: n");

static pass begin(const char *text, filter_role role, unsigned categories) {
    pass p = pass_begin(engine, text, role);
    p.categories = categories;
    assert_true(scan_view(&p));
    confirm_hits(&p);
    confirm_by_keyword(&p);
    assert_false(p.scratch->failed);
    return p;
}

/* Each candidate as "RULE:VALUE ". */
static const char *found_in(const char *text, filter_role role, unsigned categories) {
    static char out[4096];
    const pass p = begin(text, role, categories);
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < p.scratch->found.count && used < sizeof out; i++) {
        const candidate *c = &p.scratch->found.items[i];
        used += (size_t)snprintf(out + used, sizeof out - used, "%s:%.*s ", c->rule->id, (int)(c->at.end - c->at.start),
                                 text + c->at.start);
    }
    pass_end(&p);
    return out;
}

static void a_hit_becomes_a_candidate_with_its_exact_span(void **state) {
    (void)state;
    static const struct {
        const char *text, *found, *why;
    } cases[] = {
        {"x sk-abcd y", "prefix:sk-abcd ", "a prefix"},
        {"sk-abcde", "", "a letter touches it"},
        {"xsk-abcd", "", "on the other side, too"},
        {"sk-abcd sk-wxyz", "prefix:sk-abcd prefix:sk-wxyz ", "two of them"},
        {"my id 123 here", "regex:123 ", "a group of a pattern"},
        {"1234 5678", "groups:1234 5678 ", "two groups"},
        {"1234-5678", "groups:1234-5678 ", "with another separator"},
        {"1234 5678 9012", "", "eight digits of a longer number are none"},
        {"0123 1234 5678", "", "nor are the last eight"},
        {"1234 5678 51ac 90", "", "a row of codes"},
        {"x 51AC 1234 5678", "", "and its end"},
        {"1234 5678 face it", "groups:1234 5678 ", "a word of such letters is no code"},
        {"12 1234 5678", "groups:1234 5678 ", "two digits are a number of their own"},
        {"1234567 1234 5678", "groups:1234 5678 ", "so are seven"},
        {"1234-5678 9012", "groups:1234-5678 ", "another separator parts numbers"},
        {"0123-4567 8901 2345", "groups:0123-4567 groups:8901 2345 ", "what hangs on another is no part of it"},
        {"AB12 3456 789", "number:AB12 3456 ", "as long as it goes"},
        {"nothing here", "", "nothing"},
        {"", "", "no text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = found_in(cases[i].text, FILTER_ROLE_USER, FILTER_CATEGORIES_ALL);
        if (strcmp(found, cases[i].found) != 0) fail_msg("%s: '%s' has '%s'", cases[i].why, cases[i].text, found);
    }
}

static void only_rules_for_the_role_and_the_categories_are_confirmed(void **state) {
    (void)state;
    static const char text[] = "tool1 sk-abcd acme 0123456789abcdefghij";
    assert_string_equal(found_in(text, FILTER_ROLE_TOOL, FILTER_PII), "tool:tool1 prefix:sk-abcd ");
    assert_string_equal(found_in(text, FILTER_ROLE_USER, FILTER_PII), "prefix:sk-abcd ");
    assert_string_equal(found_in(text, FILTER_ROLE_USER, FILTER_SECRET), "keyword:0123456789abcdefghij ");
    assert_string_equal(found_in(text, FILTER_ROLE_USER, FILTER_INJECTION), "");
}

static void the_nearest_keyword_names_a_value(void **state) {
    (void)state;
    static const struct {
        const char *text, *found, *why;
    } cases[] = {
        {"acme 0123456789abcdefghij", "keyword:0123456789abcdefghij ", "a keyword"},
        {"acme zeta 0123456789abcdefghij", "other:0123456789abcdefghij ", "the nearest of two"},
        {"zeta acme 0123456789abcdefghij", "keyword:0123456789abcdefghij ", "in the other order"},
        {"MYACMEKEY=0123456789abcdefghij", "keyword:0123456789abcdefghij ", "inside a word, in any case"},
        {"0123456789abcdefghij acme", "", "a keyword after it"},
        {"0123456789abcdefghij", "", "no keyword"},
        {"acme 0123456789abcdefghijk", "", "another length"},
        {"acme ................................................................ 0123456789abcdefghij", "",
         "too far away"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = found_in(cases[i].text, FILTER_ROLE_USER, FILTER_CATEGORIES_ALL);
        if (strcmp(found, cases[i].found) != 0) fail_msg("%s: '%s'", cases[i].why, found);
    }
}

/* Wherever it stands, a value is found once. */
static void a_value_is_found_once_at_every_place(void **state) {
    (void)state;
    char text[300];
    for (size_t at = 0; at + 7 < sizeof text; at++) {
        memset(text, ' ', sizeof text);
        memcpy(text + at, "sk-abcd", 7);
        text[sizeof text - 1] = '\0';
        assert_string_equal(found_in(text, FILTER_ROLE_USER, FILTER_CATEGORIES_ALL), "prefix:sk-abcd ");
    }
}

static void a_value_that_took_in_too_much_is_shortened_until_its_check_holds(void **state) {
    (void)state;
    filter_engine *kept = engine;
    engine = support_engine_from("rules:\n" PACK_RULE(
        "iban", "format: '[A-Z]{2}\\d{2}(~[0-9A-Z]{1,4}){3,8}', separators: ' ', digits: 12, checksum: {name: iban}"));
    assert_string_equal(found_in("DE89 3704 0044 0532 0130 00 BIC X", FILTER_ROLE_USER, FILTER_PII),
                        "iban:DE89 3704 0044 0532 0130 00 ");
    filter_engine_unref(engine);
    engine = kept;
}

static void a_match_that_costs_too_much_is_taken_as_found(void **state) {
    (void)state;
    filter_engine *kept = engine;
    char text[3000];
    engine = support_engine_from("rules:\n" PACK_RULE(
        "slow", "pattern: 'aaaa', confirm: '(?:a{1,60}b?){1,60}c(?:a{1,60}b?){1,60}c', width: 4000"));
    memset(text, 'a', sizeof text);
    text[1500] = 'c';
    text[sizeof text - 1] = '\0';
    const pass p = begin(text, FILTER_ROLE_USER, FILTER_PII);
    assert_true(p.scratch->found.count > 0);
    assert_int_equal(p.scratch->found.items[0].evidence, FILTER_EVIDENCE_LIMIT);
    assert_true(p.scratch->found.items[0].score == 0.9);
    pass_end(&p);
    filter_engine_unref(engine);
    engine = kept;
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

static void what_is_confirmed_behind_a_word_begins_where_the_word_ends(void **state) {
    (void)state;
    assert_string_equal(found_in("fax: 4711", FILTER_ROLE_USER, FILTER_PII), "behind:4711 ");
    assert_string_equal(found_in("fax 100, 4711 fax", FILTER_ROLE_USER, FILTER_PII), "behind:100 ");
    assert_string_equal(found_in("fax x: 4711", FILTER_ROLE_USER, FILTER_PII), "");
    assert_string_equal(found_in("fax: 4711 fax: 4712 fax", FILTER_ROLE_USER, FILTER_PII), "behind:4711 behind:4712 ");
    assert_string_equal(found_in("fax: 47", FILTER_ROLE_USER, FILTER_PII), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hit_becomes_a_candidate_with_its_exact_span),
        cmocka_unit_test(only_rules_for_the_role_and_the_categories_are_confirmed),
        cmocka_unit_test(the_nearest_keyword_names_a_value),
        cmocka_unit_test(a_value_is_found_once_at_every_place),
        cmocka_unit_test(a_value_that_took_in_too_much_is_shortened_until_its_check_holds),
        cmocka_unit_test(a_match_that_costs_too_much_is_taken_as_found),
        cmocka_unit_test(what_is_confirmed_behind_a_word_begins_where_the_word_ends),
    };
    return cmocka_run_group_tests_name("confirm", tests, set_up, tear_down);
}
