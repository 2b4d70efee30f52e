/* SPDX-License-Identifier: Apache-2.0 */
/* What packs may say, and that every mistake is reported with its place, all in one run. */
#include "support.h"

#define HEAD "pack: {name: t, version: 1.0.0, licence: Apache-2.0}\npolicies: [{id: default, title: t}]\nrules:\n"
#define RULE(id, body)                                                                                                 \
    "  - {id: " id ", title: t, category: pii, entity_type: X, score: 0.9, examples: {match: []}, " body "}\n"

typedef struct report {
    char lines[40][700];
    size_t count;
} report;

static void record(const filter_diagnostic *d, void *arg) {
    report *r = arg;
    if (r->count < 40) {
        snprintf(r->lines[r->count], sizeof r->lines[0], "%s:%u:%u: %s: %s", d->file, d->line, d->column, d->rule,
                 d->message);
    }
    r->count++;
}

static filter_status load(const char *pack, size_t size, report *r, filter_error *error) {
    filter_engine *engine = NULL;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    filter_source source = {"p.yaml", pack, size};
    r->count = 0;
    options.on_diagnostic = record;
    options.diagnostic_arg = r;
    filter_status status = filter_engine_new(&engine, &source, 1, &options, error);
    filter_engine_unref(engine);
    return status;
}

static bool reported(const report *r, const char *part) {
    for (size_t i = 0; i < r->count && i < 40; i++) {
        if (strstr(r->lines[i], part)) return true;
    }
    return false;
}

static void names_each_mistake(void **state) {
    (void)state;
    static const struct {
        const char *pack, *says;
    } cases[] = {
        {"", "the file is empty"},
        {"pack: [", "not YAML"},
        {"- a\n", "a rule pack must be a map"},
        {"rules: []\n", "a rule pack needs 'pack'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npack: {}\n", "p.yaml:2:1: : key 'pack' appears twice"},
        {"pack: {name: t, version: 1.0, licence: x}\n", "must be MAJOR.MINOR.PATCH"},
        {"pack: {name: t, version: 1.0.0, licence: x, requires: 99.0.0}\n", "the pack requires libfilter 99.0.0"},
        {"pack: &a {name: t}\nrules: *a\n", "anchors and aliases are not supported"},
        {HEAD "  - {scroe: 1}\n", "a rule: unknown key 'scroe'; did you mean 'score'? One of: id, preset"},
        {HEAD "  - {id: a}\n", "a rule needs 'score'"},
        {HEAD RULE("A", "format: '1234'"), "an id is made of a-z"},
        {HEAD RULE("a", "format: '1234', score: 2"), "key 'score' appears twice"},
        {HEAD RULE("a", "format: 'a*'"), "p.yaml:4:97: a: a format has no . * + ^ $"},
        {HEAD RULE("a", "format: 'ab[cd]'"), "must begin with 3 fixed characters"},
        {HEAD RULE("a", "format: '[A-Z]{40}\\d-'"), "reach further than 32 characters"},
        {HEAD RULE("a", "pattern: 'a(b'"), "Hyperscan refuses the pattern"},
        {HEAD RULE("a", "pattern: 'a(?=b)'"), "Hyperscan refuses the pattern"},
        {HEAD RULE("a", "pattern: 'a*'"), "matches the empty text"},
        {HEAD RULE("a", "pattern: 'ab+'"), "the pattern has no longest match"},
        {HEAD RULE("a", "pattern: 'ab', confirm: 'a(b'"), "PCRE2 refuses the pattern"},
        {HEAD RULE("a", "pattern: 'ab', group: value"), "no capture group 'value'"},
        {HEAD RULE("a", "pattern: '%{no}'"), "'no}' is not in the pack's 'definitions'"},
        {HEAD RULE("a", "pattern: '[äö]x'"), "a class [...] holds a character beyond ASCII"},
        {HEAD RULE("a", "format: '1234', checksum: {name: lune}"),
         "unknown checksum 'lune'; did you mean 'luhn'? One of: au_abn, au_acn"},
        {HEAD RULE("a", "format: '1234', context: {words: [a], within: 9999}"),
         "'within' must be a whole number from 1 to 256"},
        {HEAD RULE("a", "format: '1234', context: {within: 9}"), "context needs 'words'"},
        {HEAD RULE("a", "format: '1234', action: maybe"), "unknown action 'maybe'; one of: none, flag, redact, block"},
        {HEAD RULE("a", "format: '1234', roles: [boss]"), "unknown role 'boss'; one of: user, system"},
        {HEAD RULE("a", "format: '1234', near_rules: {rules: [b]}"), "which no loaded pack has"},
        {HEAD RULE("a", "format: '1234'") RULE("a", "format: '12345'"), "id is taken by p.yaml:4"},
        {HEAD RULE("a", "detect: {adversarial_suffix: {min_unmatched: 2}}"), "needs 'min_oddities'"},
        {HEAD RULE("a", "detect: {adversarial_suffix: {min_unmatched: 0, min_oddities: 5}}"),
         "'min_unmatched' must be a whole number from 1 to 100, not '0'"},
        {HEAD RULE("a", "detect: {obfuscated_terms: {letters: 2}}"), "unknown key 'letters'"},
        {HEAD RULE("a", "detect: {many_shot: {}}"), "needs 'min_turns'"},
        {HEAD RULE("a", "turns: {answers: 6}"), "the key 'turns' of a rule is now called 'detect: {many_shot"},
        {HEAD RULE("a", "detect: {many_shot: {answers: 6}}"), "is now called 'min_turns'"},
        {HEAD RULE("a", "detect: {many_shots: {}}"), "did you mean 'many_shot'?"},
        {"word_classes: {a: ['?q=']}\n" HEAD RULE("a", "format: '1234'"), "a word begins with a letter or a digit"},
        {"indicator_words: [short]\n" HEAD RULE("a", "format: '1234'"),
         "'indicator_words' has words of at least six letters a-z, not 'short'"},
        {HEAD RULE("a", "languages: [en]"), "a rule needs 'format', 'pattern', 'phrase' or 'detect'"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.9, format: '1234', examples: {match: "
              "['12345']}}\n",
         "example must match, and nothing is found"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.1, format: '1234', examples: {match: "
              "['1234']}}\n",
         "its score 0.10 is below the default policy's threshold"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.6, format: '1234', examples: {match: "
              "['1234']}}\n" RULE("b", "format: '1234'"),
         "example must match, but rule 'b' of the same entity is stronger there"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.9, format: '1234', examples: {match: [], "
              "no_match: ['1234']}}\n",
         "example must not match, but bytes 0 to 4 do"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.9, format: '1234', examples: {match: "
              "[{text: 'x 1234', value: x}]}}\n",
         "example's value is bytes 0 to 1, but 2 to 6 are found"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.9, format: '1234', examples: {match: "
              "['{{nobody}}']}}\n",
         "placeholder '{{nobody}}' names no rule"},
        {"pack: {name: t, version: 1.0.0, licence: x}\n", "no pack defines the policy 'default'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t, isolation: {model_family: "
         "gpt9}}]\n",
         "model family 'gpt9' is in no loaded pack"},
        {HEAD RULE("a", "value: '1234'"), "the key 'value' of a rule is now called 'format'"},
        {"anchors: [a]\n" HEAD RULE("a", "format: '1234'"),
         "the key 'anchors' of a rule pack is now called 'trigger_classes'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t, entities: {CARDD: {action: "
         "block}}}]\nrules: [{id: a, title: t, category: pii, entity_type: CARD, score: 0.9, format: '1234', examples: "
         "{match: []}}]\n",
         "policy 'default': no loaded rule finds the entity type 'CARDD'; did you mean 'CARD'?"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t, injection: {roles: {boss: "
         "{flag: 1}}}}]\n",
         "unknown role 'boss'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\ndefinitions: {a: '%{a}'}\npolicies: [{id: default, title: "
         "t}]\nrules:\n" RULE("a", "pattern: '%{a}'"),
         "uses itself"},
    };
    report *r = calloc(1, sizeof *r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_error error;
        filter_status status = load(cases[i].pack, strlen(cases[i].pack), r, &error);
        if (status != FILTER_ERROR_RULES || !reported(r, cases[i].says)) {
            fail_msg("case %zu should say '%s', says (%d, %zu) '%s'", i, cases[i].says, status, r->count, r->lines[0]);
        }
        assert_string_not_equal(error.message, "");
    }
    free(r);
}

static void reports_all_mistakes_in_one_run(void **state) {
    (void)state;
    static const char pack[] = HEAD RULE("a", "format: 'a*'") RULE("b", "pattern: 'x(?=y)'")
        RULE("c", "checksum: {name: none}, format: '1234'") RULE("d", "pattern: 'x(', confirm: 'y('")
            RULE("e", "format: '1234', colour: red") "policies2: 1\n";
    report *r = calloc(1, sizeof *r);
    filter_error error;
    assert_int_equal(load(pack, sizeof pack - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(reported(r, "p.yaml:4:") && reported(r, ": a: "));
    assert_true(reported(r, "p.yaml:5:") && reported(r, ": b: "));
    assert_true(reported(r, "p.yaml:6:") && reported(r, ": c: "));
    assert_true(reported(r, "p.yaml:7:") && reported(r, ": d: "));
    assert_true(reported(r, "p.yaml:8:") && reported(r, ": e: "));
    assert_true(reported(r, "policies2"));
    free(r);
}

static void a_hostile_pack_does_no_harm(void **state) {
    (void)state;
    report *r = calloc(1, sizeof *r);
    filter_error error;
    size_t size = 200000;
    char *pack = malloc(size);
    memset(pack, '[', size);
    assert_int_equal(load(pack, size, r, &error), FILTER_ERROR_RULES);
    for (size_t i = 0; i < size; i++) pack[i] = "a: b\n"[i % 5];
    assert_int_equal(load(pack, size, r, &error), FILTER_ERROR_RULES);
    static const char bytes[] = "pack: \"\\0\"\n", latin[] = "pack: \xe9\n";
    assert_int_equal(load(bytes, sizeof bytes - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(reported(r, "NUL"));
    assert_int_equal(load(latin, sizeof latin - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(reported(r, "not UTF-8"));
    free(pack);
    free(r);
}

static void unreadable_files_are_named(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    filter_source source = {"/nonexistent/p.yaml", NULL, 0}, directory = {"/", NULL, 0};
    assert_int_equal(filter_engine_new(&engine, &source, 1, NULL, &error), FILTER_ERROR_IO);
    assert_non_null(strstr(error.message, "/nonexistent/p.yaml"));
    assert_int_equal(filter_engine_new(&engine, &directory, 1, NULL, &error), FILTER_ERROR_IO);
    assert_int_equal(filter_engine_new_from_directory(&engine, "/nonexistent", NULL, &error), FILTER_ERROR_IO);
    assert_int_equal(filter_engine_new_from_directory(&engine, "libfilter", NULL, &error), FILTER_ERROR_IO);
    assert_non_null(strstr(error.message, "no rule pack"));
    assert_null(engine);
}

static void the_shipped_packs_hold_what_they_promise(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    report *r = calloc(1, sizeof *r);
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.cache_dir = getenv("FILTERD_TEST_CACHE");
    options.on_diagnostic = record;
    options.diagnostic_arg = r;
    if (filter_engine_new_from_directory(&engine, "rules", &options, &error) != FILTER_OK)
        fail_msg("%s", error.message);
    size_t counts[5] = {0}, examples = 0;
    filter_rule_info info;
    for (size_t i = 0; filter_engine_rule(engine, i, &info); i++) {
        counts[info.category]++;
        examples += info.example_count;
        bool is_detector = strcmp(info.finder, "phrase") != 0 && strchr(info.finder, '_') != NULL;
        assert_true((info.pattern_count > 0 || is_detector) && info.reference_count > 0 && info.line > 0);
    }
    print_message("%zu pii, %zu secret, %zu injection rules, %zu examples\n", counts[1], counts[2], counts[4],
                  examples);
    assert_true(counts[FILTER_SECRET] >= 30);
    filter_engine_unref(engine);
    free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_each_mistake),
        cmocka_unit_test(reports_all_mistakes_in_one_run),
        cmocka_unit_test(a_hostile_pack_does_no_harm),
        cmocka_unit_test(unreadable_files_are_named),
        cmocka_unit_test(the_shipped_packs_hold_what_they_promise),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
