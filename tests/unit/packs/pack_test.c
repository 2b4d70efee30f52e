/* SPDX-License-Identifier: Apache-2.0 */
/* What packs may say, and that every mistake is reported with its place, all in one run. */
#include "packs.h"

#include "injection/detector.h"
#include "text/fold.h"

#define HEAD PACK_HEAD PACK_POLICY "rules:\n"

static filter_status load(const char *pack, size_t size, pack_report *r, filter_error *error) {
    filter_source source = {"p.yaml", pack, size};
    filter_engine_unref(packs_load(&source, 1, false, r, error));
    return error->status;
}

static void each_mistake_is_named_with_its_place(void **state) {
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
        {"pack: {name: t, version: 1.-2.0, licence: x}\n", "must be MAJOR.MINOR.PATCH"},
        {"pack: {name: t, version: ' 1.2.0', licence: x}\n", "must be MAJOR.MINOR.PATCH"},
        {"pack: {name: t, version: 1.0.0, licence: x, requires: 99.0.0}\n", "the pack requires libfilter 99.0.0"},
        {"pack: &a {name: t}\nrules: *a\n", "anchors and aliases are not supported"},
        {HEAD "  - {scroe: 1}\n", "a rule: unknown key 'scroe'; did you mean 'score'? One of: id, preset"},
        {HEAD "  - {id: a}\n", "a rule needs 'score'"},
        {HEAD PACK_RULE("A", "format: '1234'"), "an id is made of a-z"},
        {HEAD PACK_RULE("a", "format: '1234', score: 2"), "key 'score' appears twice"},
        {HEAD PACK_RULE("a", "format: 'a*'"), "p.yaml:4:97: a: a format has no . * + ^ $"},
        {HEAD PACK_RULE("a", "format: 'ab[cd]'"), "must begin with 3 fixed characters"},
        {HEAD PACK_RULE("a", "format: '[A-Z]{40}\\d-'"), "reach further than 32 characters"},
        {HEAD PACK_RULE("a", "pattern: 'a(b'"), "Hyperscan refuses the pattern"},
        {HEAD PACK_RULE("a", "pattern: 'a(?=b)'"), "Hyperscan refuses the pattern"},
        {HEAD PACK_RULE("a", "pattern: 'a*'"), "matches the empty text"},
        {HEAD PACK_RULE("a", "pattern: 'ab+'"), "the pattern has no longest match"},
        {HEAD PACK_RULE("a", "pattern: 'ab', confirm: 'a(b'"), "PCRE2 refuses the pattern"},
        {HEAD PACK_RULE("a", "pattern: 'ab', group: value"), "no capture group 'value'"},
        {HEAD PACK_RULE("a", "pattern: '%{no}'"), "unknown definition 'no'"},
        {HEAD PACK_RULE("a", "pattern: '[äö]x'"), "a class [...] holds a character beyond ASCII"},
        {HEAD PACK_RULE("a", "format: '1234', checksum: {name: lune}"),
         "unknown checksum 'lune'; did you mean 'luhn'? One of: au_abn, au_acn"},
        {HEAD PACK_RULE("a", "format: '1234', context: {words: [a], within: 9999}"),
         "'within' must be a whole number from 1 to 256"},
        {HEAD PACK_RULE("a", "format: '1234', context: {within: 9}"), "context needs 'words'"},
        {HEAD PACK_RULE("a", "format: '1234', action: maybe"),
         "'action': unknown value 'maybe'; one of: none, flag, redact, block"},
        {HEAD PACK_RULE("a", "format: '1234', roles: [boss]"), "'role': unknown value 'boss'; one of: user, system"},
        {HEAD PACK_RULE("a", "format: '1234', near_rules: {rules: [b]}"),
         "'near_rules': no loaded pack has the rule 'b'"},
        {HEAD PACK_RULE("a", "format: '1234'") PACK_RULE("a", "format: '12345'"), "id is taken by p.yaml:4"},
        {HEAD PACK_RULE("a", "detect: {adversarial_suffix: {min_unmatched: 2}}"), "needs 'min_oddities'"},
        {HEAD PACK_RULE("a", "detect: {adversarial_suffix: {min_unmatched: 0, min_oddities: 5}}"),
         "'min_unmatched' must be a whole number from 1 to 100, not '0'"},
        {HEAD PACK_RULE("a", "detect: {obfuscated_terms: {letters: 2}}"), "unknown key 'letters'"},
        {HEAD PACK_RULE("a", "detect: {many_shot: {}}"), "needs 'min_turns'"},
        {HEAD PACK_RULE("a", "detect: {many_shots: {}}"), "did you mean 'many_shot'?"},
        {"word_classes: {a: ['?q=']}\n" HEAD PACK_RULE("a", "format: '1234'"),
         "a word begins with a letter or a digit"},
        {"indicator_words: [short]\n" HEAD PACK_RULE("a", "format: '1234'"),
         "'indicator_words' has words of at least six letters a-z, not 'short'"},
        {HEAD PACK_RULE("a", "languages: [en]"), "a rule needs 'format', 'pattern', 'phrase' or 'detect'"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.9, format: '1234', examples: {match: "
              "['12345']}}\n",
         "example must match, and nothing is found"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.1, format: '1234', examples: {match: "
              "['1234']}}\n",
         "its score 0.10 is below the default policy's threshold"},
        {HEAD "  - {id: a, title: t, category: pii, entity_type: X, score: 0.1, format: '1234', examples: {match: "
              "['1234']}}\n" PACK_RULE("b", "format: '1234'"),
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
         "no loaded pack has the model family 'gpt9'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t, entities: {CARDD: {action: "
         "block}}}]\nrules: [{id: a, title: t, category: pii, entity_type: CARD, score: 0.9, format: '1234', examples: "
         "{match: []}}]\n",
         "policy 'default': no loaded pack has the entity type 'CARDD'; did you mean 'CARD'?"},
        {"pack: {name: t, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t, injection: {roles: {boss: "
         "{flag: 1}}}}]\n",
         "'role': unknown value 'boss'"},
        {"pack: {name: t, version: 1.0.0, licence: x}\ndefinitions: {a: '%{a}'}\npolicies: [{id: default, title: "
         "t}]\nrules:\n" PACK_RULE("a", "pattern: '%{a}'"),
         "uses itself"},
    };
    pack_report *r = calloc(1, sizeof *r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_error error;
        filter_status status = load(cases[i].pack, strlen(cases[i].pack), r, &error);
        if (status != FILTER_ERROR_RULES || !pack_report_has(r, cases[i].says)) {
            fail_msg("case %zu should say '%s', says (%d, %zu) '%s'", i, cases[i].says, status, r->count, r->lines[0]);
        }
        assert_string_not_equal(error.message, "");
    }
    free(r);
}

#define OUTPUT(keys) PACK_HEAD "policies: [{id: default, title: t, output: {" keys "}}]\n"
#define DETECT(detector) HEAD PACK_RULE("a", "detect: {" detector "}")

static void an_old_key_is_refused_and_the_new_one_named(void **state) {
    (void)state;
    static const struct {
        const char *pack, *key, *now;
    } cases[] = {
        {HEAD PACK_RULE("a", "value: '1234'"), "value' of a rule", "format"},
        {HEAD PACK_RULE("a", "name: x"), "name' of a rule", "keywords"},
        {HEAD PACK_RULE("a", "within: 9"), "within' of a rule", "max_span"},
        {HEAD PACK_RULE("a", "any_order: true"), "any_order' of a rule", "unordered"},
        {HEAD PACK_RULE("a", "deny: {words: [x]}"), "deny' of a rule", "negative_context"},
        {HEAD PACK_RULE("a", "with: {rules: [b]}"), "with' of a rule", "near_rules"},
        {HEAD PACK_RULE("a", "allow: [x]"), "allow' of a rule", "allowlist"},
        {HEAD PACK_RULE("a", "stop: [x]"), "stop' of a rule", "placeholders"},
        {HEAD PACK_RULE("a", "model: {}"), "model' of a rule", "detect: {sentence_model: …}"},
        {HEAD PACK_RULE("a", "leak: {}"), "leak' of a rule", "detect: {prompt_leak: …}"},
        {HEAD PACK_RULE("a", "tail: {}"), "tail' of a rule", "detect: {adversarial_suffix: …}"},
        {HEAD PACK_RULE("a", "veil: {}"), "veil' of a rule", "detect: {obfuscated_terms: …}"},
        {HEAD PACK_RULE("a", "turns: {}"), "turns' of a rule", "detect: {many_shot: …}"},
        {PACK_HEAD "parts: {}\n", "parts' of a rule pack", "definitions"},
        {PACK_HEAD "words: {}\n", "words' of a rule pack", "word_classes"},
        {PACK_HEAD "anchors: []\n", "anchors' of a rule pack", "trigger_classes"},
        {PACK_HEAD "telling: []\n", "telling' of a rule pack", "indicator_words"},
        {PACK_HEAD "families: []\n", "families' of a rule pack", "model_families"},
        {OUTPUT("other_hosts: flag"), "other_hosts' of output", "unlisted_hosts"},
        {OUTPUT("new_data: flag"), "new_data' of output", "unseen_data"},
        {OUTPUT("unmet: flag"), "unmet' of output", "violation"},
        {DETECT("adversarial_suffix: {brackets: 1}"), "brackets' of adversarial_suffix", "min_unmatched"},
        {DETECT("adversarial_suffix: {odd: 1}"), "odd' of adversarial_suffix", "min_oddities"},
        {DETECT("many_shot: {answers: 1}"), "answers' of many_shot", "min_turns"},
        {DETECT("obfuscated_terms: {words: 1}"), "words' of obfuscated_terms", "min_words"},
        {DETECT("prompt_leak: {share: 1}"), "share' of prompt_leak", "min_containment"},
        {DETECT("prompt_leak: {least: 1}"), "least' of prompt_leak", "min_run"},
        {DETECT("prompt_leak: {run: 1}"), "run' of prompt_leak", "sure_run"},
    };
    pack_report *r = calloc(1, sizeof *r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_error error;
        char says[160];
        snprintf(says, sizeof says, "the key '%s is now called '%s'", cases[i].key, cases[i].now);
        assert_int_equal(load(cases[i].pack, strlen(cases[i].pack), r, &error), FILTER_ERROR_RULES);
        if (!pack_report_has(r, says)) fail_msg("'%s' is not said; '%s' is", says, r->lines[0]);
    }
    free(r);
}

static void all_mistakes_are_reported_in_one_run(void **state) {
    (void)state;
    static const char pack[] = HEAD PACK_RULE("a", "format: 'a*'") PACK_RULE("b", "pattern: 'x(?=y)'")
        PACK_RULE("c", "checksum: {name: none}, format: '1234'") PACK_RULE("d", "pattern: 'x(', confirm: 'y('")
            PACK_RULE("e", "format: '1234', colour: red") "policies2: 1\n";
    pack_report *r = calloc(1, sizeof *r);
    filter_error error;
    assert_int_equal(load(pack, sizeof pack - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(pack_report_has(r, "p.yaml:4:") && pack_report_has(r, ": a: "));
    assert_true(pack_report_has(r, "p.yaml:5:") && pack_report_has(r, ": b: "));
    assert_true(pack_report_has(r, "p.yaml:6:") && pack_report_has(r, ": c: "));
    assert_true(pack_report_has(r, "p.yaml:7:") && pack_report_has(r, ": d: "));
    assert_true(pack_report_has(r, "p.yaml:8:") && pack_report_has(r, ": e: "));
    assert_true(pack_report_has(r, "policies2"));
    free(r);
}

static void a_hostile_pack_does_no_harm(void **state) {
    (void)state;
    pack_report *r = calloc(1, sizeof *r);
    filter_error error;
    size_t size = 200000;
    char *pack = malloc(size);
    memset(pack, '[', size);
    assert_int_equal(load(pack, size, r, &error), FILTER_ERROR_RULES);
    for (size_t i = 0; i < size; i++) pack[i] = "a: b\n"[i % 5];
    assert_int_equal(load(pack, size, r, &error), FILTER_ERROR_RULES);
    static const char bytes[] = "pack: \"\\0\"\n", latin[] = "pack: \xe9\n";
    assert_int_equal(load(bytes, sizeof bytes - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(pack_report_has(r, "NUL"));
    assert_int_equal(load(latin, sizeof latin - 1, r, &error), FILTER_ERROR_RULES);
    assert_true(pack_report_has(r, "not UTF-8"));
    free(pack);
    free(r);
}

/* A rule that finds no room must not be left out of what is loaded without a word. */
static void memory_that_ran_out_fails_the_packs(void **state) {
    (void)state;
    static const char text[] = PACK_HEAD "rules:\n" PACK_RULE("a", "format: '1234'");
    assert_true(fold_init());
    for (int failed = 0; failed < 2; failed++) {
        const filter_source source = {"p.yaml", text, sizeof text - 1};
        arena memory;
        arena_init(&memory);
        ruleset set = {.memory = &memory, .sources = &source, .source_count = 1, .detectors = detector_types};
        pack_report report = {.count = 0};
        diagnostics d = {.fn = pack_report_add, .arg = &report, .file = "", .rule = ""};
        filter_error error;
        memory.failed = failed;
        assert_int_equal(packs_read(&set, &d, &error), failed ? FILTER_ERROR_MEMORY : FILTER_OK);
        arena_fini(&memory);
    }
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
    pack_report *r = calloc(1, sizeof *r);
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.cache_dir = getenv("FILTERD_TEST_CACHE");
    options.on_diagnostic = pack_report_add;
    options.diagnostic_arg = r;
    if (filter_engine_new_from_directory(&engine, "rules", &options, &error) != FILTER_OK)
        fail_msg("%s", error.message);
    size_t counts[5] = {0}, examples = 0;
    filter_rule_info info;
    for (size_t i = 0; filter_engine_rule(engine, i, &info); i++) {
        counts[info.category]++;
        examples += info.example_count;
        bool is_detector = info.pattern_count == 0 && strcmp(info.finder, "phrase") != 0;
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
        cmocka_unit_test(each_mistake_is_named_with_its_place),
        cmocka_unit_test(an_old_key_is_refused_and_the_new_one_named),
        cmocka_unit_test(all_mistakes_are_reported_in_one_run),
        cmocka_unit_test(a_hostile_pack_does_no_harm),
        cmocka_unit_test(memory_that_ran_out_fails_the_packs),
        cmocka_unit_test(unreadable_files_are_named),
        cmocka_unit_test(the_shipped_packs_hold_what_they_promise),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
