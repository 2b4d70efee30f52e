/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/compile.h"
#include "injection/detector.h"
#include "packs.h"

static pack_report report;

static filter_status build(filter_engine **engine, const char *pack, const filter_engine_options *options,
                           filter_error *error) {
    const filter_engine_options none = FILTER_ENGINE_OPTIONS_INIT;
    const filter_source source = {"p.yaml", pack, strlen(pack)};
    const engine_input input = {&source, 1, detector_types, options ? options : &none};
    diagnostics d = {.fn = pack_report_add, .arg = &report, .file = "", .rule = ""};
    report.count = 0;
    *error = (filter_error){.status = FILTER_OK};
    return engine_build(engine, &input, &d, error);
}

#define RULES(rules) PACK_HEAD PACK_POLICY "rules:\n" rules

static void an_engine_has_one_reference_and_holds_nothing_of_the_caller(void **state) {
    (void)state;
    filter_engine *engine;
    filter_error error;
    char *pack = strdup(RULES(PACK_RULE("a", "format: 'abc\\d'")));
    assert_int_equal(build(&engine, pack, NULL, &error), FILTER_OK);
    memset(pack, 'x', strlen(pack));
    free(pack);
    assert_int_equal(atomic_load(&engine->references), 1);
    assert_null(engine->set.sources);
    assert_string_equal(engine->set.rules[0].id, "a");
    assert_string_equal(engine->version, "t 1.0.0");
    assert_non_null(engine->databases[DATABASE_DATA]);
    assert_null(engine->databases[DATABASE_TOKENS]); /* nothing to look for */
    filter_engine_unref(engine);
}

static void two_engines_of_the_same_pack_differ_in_serial_and_key_alone(void **state) {
    (void)state;
    filter_engine *a, *b;
    filter_error error;
    static const char pack[] = RULES(PACK_RULE("a", "format: 'abc\\d'"));
    assert_int_equal(build(&a, pack, NULL, &error), FILTER_OK);
    assert_int_equal(build(&b, pack, NULL, &error), FILTER_OK);
    assert_true(a->serial != b->serial);
    assert_memory_not_equal(a->hash_key, b->hash_key, sizeof a->hash_key);
    assert_string_equal(a->set.digest, b->set.digest);
    filter_engine_unref(a);
    filter_engine_unref(b);
}

static void a_key_that_is_given_is_the_one_used(void **state) {
    (void)state;
    filter_engine *engine;
    filter_error error;
    uint8_t key[FILTER_HASH_KEY_SIZE];
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)i;
    options.hash_key = key;
    assert_int_equal(build(&engine, RULES(PACK_RULE("a", "format: 'abc\\d'")), &options, &error), FILTER_OK);
    assert_memory_equal(engine->hash_key, key, sizeof key);
    filter_engine_unref(engine);
}

static void a_pack_with_mistakes_gives_no_engine_and_all_of_them(void **state) {
    (void)state;
    filter_engine *engine;
    filter_error error;
    static const char pack[] = PACK_HEAD "rules:\n" PACK_RULE("a", "pattern: 'a(b'") PACK_RULE("b", "pattern: 'x(?=y)'")
        PACK_RULE("c", "pattern: 'fine'") PACK_RULE("d", "pattern: 'x(?!y)'") PACK_RULE("e", "format: 'a*'");
    assert_int_equal(build(&engine, pack, NULL, &error), FILTER_ERROR_RULES);
    assert_null(engine);
    static const char *const parts[] = {": a: ", ": b: ", ": d: ", ": e: ", "no pack defines the policy 'default'"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!pack_report_has(&report, parts[i])) fail_msg("nothing is said of '%s'", parts[i]);
    }
    assert_false(pack_report_has(&report, ": c: "));
    assert_string_equal(error.message, report.lines[0]);
}

static void a_detector_has_one_rule(void **state) {
    (void)state;
    filter_engine *engine;
    filter_error error;
    static const char one[] = RULES(PACK_RULE("a", "detect: {many_shot: {min_turns: 2}}"));
    static const char two[] = RULES(PACK_RULE("a", "detect: {many_shot: {min_turns: 2}}")
                                        PACK_RULE("b", "detect: {many_shot: {min_turns: 3}}"));
    assert_int_equal(build(&engine, one, NULL, &error), FILTER_OK);
    size_t set = 0;
    for (size_t i = 0; engine->set.detectors[i]; i++) {
        if (!engine->detectors[i]) continue;
        set++;
        assert_ptr_equal(engine->detectors[i], &engine->set.rules[0]);
        assert_ptr_equal(engine->set.detectors[i], engine->set.rules[0].detector);
    }
    assert_int_equal(set, 1);
    filter_engine_unref(engine);
    assert_int_equal(build(&engine, two, NULL, &error), FILTER_ERROR_RULES);
    assert_true(pack_report_has(&report, "p.yaml:5:0: b: another rule has the detector 'many_shot' already"));
}

static void sixty_three_families_fit_and_one_more_does_not(void **state) {
    (void)state;
    static char pack[8192];
    for (int count = 63; count <= 64; count++) {
        filter_engine *engine;
        filter_error error;
        size_t used = (size_t)snprintf(pack, sizeof pack, PACK_HEAD PACK_POLICY "model_families:\n");
        for (int i = 0; i < count; i++) {
            used += (size_t)snprintf(pack + used, sizeof pack - used, "  - {id: f%d, tokens: ['<t%d>']}\n", i, i);
        }
        assert_int_equal(build(&engine, pack, NULL, &error), count == 63 ? FILTER_OK : FILTER_ERROR_RULES);
        if (engine) assert_true(engine_family(engine, "f62") == UINT64_C(1) << 62);
        else assert_true(pack_report_has(&report, "more than 63 model families"));
        filter_engine_unref(engine);
    }
}

static void sources_are_the_texts_as_they_were_written(void **state) {
    (void)state;
    filter_engine *engine;
    filter_error error;
    static const char pack[] = PACK_HEAD PACK_POLICY "word_classes: {a: [one], b: [two]}\nrules:\n" PACK_RULE(
        "r", "format: ['abc\\d', 'abd\\d'], pattern: ['x{2}'], phrase: [a b, b a]");
    assert_int_equal(build(&engine, pack, NULL, &error), FILTER_OK);
    static const char *const expected[] = {"abc\\d", "abd\\d", "x{2}", "a b", "b a"};
    for (size_t i = 0; i < 5; i++) assert_string_equal(engine->rules[0].sources[i], expected[i]);
    filter_engine_unref(engine);
}

static void a_source_that_cannot_be_read_gives_its_error(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    const filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    const filter_source source = {"/nonexistent/p.yaml", NULL, 0};
    const engine_input input = {&source, 1, detector_types, &options};
    diagnostics d = {.fn = NULL};
    assert_int_equal(engine_build(&engine, &input, &d, &error), FILTER_ERROR_IO);
    assert_null(engine);
    assert_non_null(strstr(error.message, "/nonexistent/p.yaml"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_has_one_reference_and_holds_nothing_of_the_caller),
        cmocka_unit_test(two_engines_of_the_same_pack_differ_in_serial_and_key_alone),
        cmocka_unit_test(a_key_that_is_given_is_the_one_used),
        cmocka_unit_test(a_pack_with_mistakes_gives_no_engine_and_all_of_them),
        cmocka_unit_test(a_detector_has_one_rule),
        cmocka_unit_test(sixty_three_families_fit_and_one_more_does_not),
        cmocka_unit_test(sources_are_the_texts_as_they_were_written),
        cmocka_unit_test(a_source_that_cannot_be_read_gives_its_error),
    };
    return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
