/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_examples.h"
#include "packs.h"

static filter_engine *engine;
static arena memory;
static const char rules[] = "rules:\n" PACK_RULE("card", "format: '[45]\\d{15}', checksum: {name: luhn}")
    PACK_RULE("token", "format: 'sk-[a-z]{8}'") PACK_RULE("regex", "pattern: 'ab'") PACK_RULE(
        "never", "format: '1234', checksum: {name: luhn}") "  - {id: named, title: t, category: secret, entity_type: "
                                                           "S, score: 0.9, examples: {match: []}, format: "
                                                           "'[a-z0-9]{20}', keywords: [acme, other]}\n";

static const char *expand(const char *text, const char *rule, span *value, char why[300]) {
    random_source source;
    random_seed(&source, "test");
    arena_reset(&memory, 1 << 20);
    strcpy(why, "");
    return example_expand(engine, &memory, text, rule ? pack_find_rule(&engine->set, rule) : NULL, &source, value, why,
                          300);
}

static void a_placeholder_is_a_value_that_its_rule_finds(void **state) {
    (void)state;
    char why[300];
    span value;
    const checksum *luhn = checksum_find("luhn");
    for (int i = 0; i < 50; i++) {
        const char *text = expand("my {{card}}.", NULL, &value, why);
        assert_int_equal(strlen(text), 20);
        assert_true(luhn->verify(text + 3, 16));
        text = expand("{{card!}}", NULL, &value, why);
        assert_false(luhn->verify(text, 16));
    }
}

static void a_set_is_so_many_characters_of_it(void **state) {
    (void)state;
    static const struct {
        const char *text, *set;
        size_t count;
    } cases[] = {
        {"{{digit:5}}", "0123456789", 5},
        {"{{hex:32}}", "0123456789abcdef", 32},
        {"{{lower:1}}", "abcdefghijklmnopqrstuvwxyz", 1},
        {"{{upper:9}}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 9},
        {"{{alnum:64}}", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 64},
        {"{{base64:4096}}", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/", 4096},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[300];
        span value;
        const char *text = expand(cases[i].text, NULL, &value, why);
        if (!text) fail_msg("%s: %s", cases[i].text, why);
        assert_int_equal(strlen(text), cases[i].count);
        assert_int_equal(strspn(text, cases[i].set), cases[i].count);
    }
}

static void a_wrong_placeholder_is_told_with_what_it_may_be(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{{none}}", "placeholder '{{none}}' names no rule; it is {{RULE}}"},
        {"{{hex}}", "placeholder '{{hex}}' names no rule"},
        {"{{hex:0}}", "placeholder '{{hex:0}}' names no rule"},
        {"{{hex:4097}}", "placeholder '{{hex:4097}}' names no rule"},
        {"{{hexa:3}}", "placeholder '{{hexa:3}}' names no rule"},
        {"{{}}", "placeholder '{{}}' names no rule"},
        {"{{self}}", "placeholder '{{self}}' names no rule"},
        {"{{keyword}}", "placeholder '{{keyword}}' names no rule"},
        {"{{regex}}", "rule 'regex' has no 'format' to make examples from; write the text out"},
        {"{{token!}}", "rule 'token' has no checksum that could be wrong"},
        {"{{never}}", "no value of rule 'never' was found that passes its checksum"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[300];
        span value;
        if (expand(cases[i].text, NULL, &value, why) || !strstr(why, cases[i].says)) {
            fail_msg("%s: '%s'", cases[i].text, why);
        }
    }
}

static void the_value_is_the_only_placeholder_of_the_rule_itself(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t start, end;
        const char *why;
    } cases[] = {
        {"a {{self}} b", 2, 13, "by the word self"}, {"a {{token}} b", 2, 13, "by its id"},
        {"{{self}} {{self}}", 0, 0, "two of them"},  {"{{card}} {{self}}", 17, 28, "beside another rule's"},
        {"nothing {{ to }} fill", 0, 0, NULL},       {"plain {{self", 0, 0, "one that never ends is text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[300];
        span value;
        const char *text = expand(cases[i].text, "token", &value, why);
        if (!cases[i].why) assert_null(text);
        else if (!text || value.start != cases[i].start || value.end != cases[i].end) {
            fail_msg("%s: %zu to %zu of '%s'", cases[i].why, value.start, value.end, text ? text : why);
        }
    }
    char why[300];
    span value;
    assert_string_equal(expand("{{keyword}}=x", "named", &value, why), "acme=x");
}

static void the_public_call_writes_no_more_than_there_is_room_for(void **state) {
    (void)state;
    char out[32];
    filter_error error;
    for (size_t capacity = 0; capacity < sizeof out; capacity++) {
        memset(out, 0x7F, sizeof out);
        filter_status status = filter_example_expand(engine, "{{digit:9}}", out, capacity, &error);
        assert_int_equal(status, capacity > 9 ? FILTER_OK : FILTER_ERROR_TOO_LARGE);
        if (status == FILTER_OK) assert_int_equal(strlen(out), 9);
        else assert_string_equal(error.message, "the expanded example needs 10 bytes");
        for (size_t i = capacity; i < sizeof out; i++) assert_int_equal(out[i], 0x7F);
    }
    assert_int_equal(filter_example_expand(engine, "{{none}}", out, sizeof out, &error), FILTER_ERROR_ARGUMENT);
    assert_int_equal(filter_example_expand(engine, "{{none}}", out, sizeof out, NULL), FILTER_ERROR_ARGUMENT);
}

#define RULE(id, type, score, examples)                                                                                \
    "  - {id: " id ", title: t, category: pii, entity_type: " type ", score: " score                                   \
    ", format: 'abc\\d', examples: {" examples "}}\n"

static void an_example_that_does_not_hold_is_explained(void **state) {
    (void)state;
    static const struct {
        const char *rules, *says; /* NULL: it holds */
    } cases[] = {
        {RULE("a", "A", "0.9", "match: ['{{self}}', 'x abc1 y'], no_match: [abcd]"), NULL},
        {RULE("a", "A", "0.9", "match: [abcd]"), "example must match, and nothing is found in 'abcd'"},
        {RULE("a", "A", "0.9", "match: [], no_match: [abc1]"),
         "example must not match, but bytes 0 to 4 do, with score 0.90"},
        {RULE("a", "A", "0.1", "match: [abc1]"), "its score 0.10 is below the default policy's threshold"},
        {RULE("a", "A", "0.1", "match: [{text: abc1, min_score: 0.1}]"), NULL},
        {RULE("a", "A", "0.9", "match: [{text: 'x abc1', value: abc1}]"), NULL},
        {RULE("a", "A", "0.9", "match: [{text: 'x abc1', value: abc}]"),
         "example's value is bytes 2 to 5, but 2 to 6 are found"},
        {RULE("a", "A", "0.9", "match: [{text: 'x abc1', value: bc1}]"),
         "example's value is bytes 3 to 6, but 2 to 6 are found"},
        {RULE("a", "A", "0.9", "match: [{text: 'x abc1', value: none}]"),
         "example's value is bytes 0 to 1, but 2 to 6 are found"},
        {RULE("a", "A", "0.6", "match: [abc1]") RULE("b", "B", "0.9", "match: []"),
         "rule 'b' is stronger there: score 0.90 against 0.60"},
        {RULE("a", "A", "0.1", "match: [abc1]") RULE("b", "A", "0.9", "match: []"),
         "rule 'b' of the same entity is stronger there"},
        {RULE("a", "A", "0.9", "match: [[x]]"), "an example is a text, or a map with 'text' and 'value'"},
        {RULE("a", "A", "0.9", "match: [{value: x}]"), "an example needs 'text'"},
        {RULE("a", "A", "0.9", "match: ['{{none}}']"), "placeholder '{{none}}' names no rule"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        pack_report report;
        filter_error error;
        snprintf(text, sizeof text, PACK_HEAD PACK_POLICY "rules:\n%s", cases[i].rules);
        const filter_source source = {"p.yaml", text, strlen(text)};
        filter_engine *made = packs_load(&source, 1, false, &report, &error);
        bool holds = cases[i].says ? pack_report_has(&report, cases[i].says) && !made : made != NULL;
        if (!holds) fail_msg("case %zu: '%s'", i, report.count ? report.lines[0] : "no mistake");
        filter_engine_unref(made);
    }
}

static int set_up(void **state) {
    (void)state;
    arena_init(&memory);
    engine = support_engine_from(rules);
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_placeholder_is_a_value_that_its_rule_finds),
        cmocka_unit_test(a_set_is_so_many_characters_of_it),
        cmocka_unit_test(a_wrong_placeholder_is_told_with_what_it_may_be),
        cmocka_unit_test(the_value_is_the_only_placeholder_of_the_rule_itself),
        cmocka_unit_test(the_public_call_writes_no_more_than_there_is_room_for),
        cmocka_unit_test(an_example_that_does_not_hold_is_explained),
    };
    return cmocka_run_group_tests_name("rule_examples", tests, set_up, tear_down);
}
