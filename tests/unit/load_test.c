/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"
#include "packs.h"

static const char good[] = PACK_HEAD PACK_POLICY "rules: [{id: a, title: t, category: pii, entity_type: A, score: 0.9, "
                                                 "format: 'abc1', examples: {match: [abc1]}}]\n";
static const char bad_example[] = PACK_HEAD PACK_POLICY
    "rules: [{id: a, title: t, category: pii, entity_type: A, score: 0.9, format: 'abc1', examples: {match: [x]}}]\n";
static const char bad_rule[] = PACK_HEAD PACK_POLICY "rules: [{id: a}]\n";

static filter_status load(const char *pack, const filter_engine_options *options, filter_error *error) {
    filter_engine *engine = (filter_engine *)(uintptr_t)1;
    const filter_source source = {"p.yaml", pack, strlen(pack)};
    filter_status status = filter_engine_new(&engine, &source, 1, options, error);
    assert_int_equal(engine != NULL, status == FILTER_OK); /* never left as it was */
    filter_engine_unref(engine);
    return status;
}

static void examples_are_run_unless_they_are_skipped(void **state) {
    (void)state;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    assert_int_equal(load(good, NULL, &error), FILTER_OK);
    assert_int_equal(load(bad_example, &options, &error), FILTER_ERROR_RULES);
    assert_non_null(strstr(error.message, "p.yaml:3:"));
    assert_non_null(strstr(error.message, "example must match"));
    options.skip_examples = true;
    assert_int_equal(load(bad_example, &options, &error), FILTER_OK);
    assert_int_equal(load(bad_rule, &options, &error), FILTER_ERROR_RULES); /* other mistakes are not */
}

static void mistakes_are_told_to_the_caller_or_the_first_in_the_error(void **state) {
    (void)state;
    filter_error error;
    pack_report report = {.count = 0};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.on_diagnostic = pack_report_add;
    options.diagnostic_arg = &report;
    assert_int_equal(load(bad_rule, &options, &error), FILTER_ERROR_RULES);
    assert_true(report.count > 3);
    assert_string_equal(error.message, report.lines[0]);
    assert_int_equal(load(bad_rule, NULL, NULL), FILTER_ERROR_RULES); /* nobody need listen */
}

static void options_that_were_never_set_up_are_refused(void **state) {
    (void)state;
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT, zero = {0};
    assert_int_equal(load(good, &zero, &error), FILTER_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "begin with FILTER_ENGINE_OPTIONS_INIT"));
    options.struct_size--;
    assert_int_equal(load(good, &options, &error), FILTER_ERROR_ARGUMENT);
}

static void options_of_a_newer_library_are_taken_when_what_is_new_is_zero(void **state) {
    (void)state;
    struct newer {
        filter_engine_options known;
        size_t more;
    } options = {FILTER_ENGINE_OPTIONS_INIT, 0};
    filter_error error;
    options.known.struct_size = sizeof options;
    assert_int_equal(load(good, &options.known, &error), FILTER_OK);
    options.more = 1;
    assert_int_equal(load(good, &options.known, &error), FILTER_ERROR_ARGUMENT);
}

static void no_sources_are_no_rules(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    assert_int_equal(filter_engine_new(&engine, NULL, 0, NULL, &error), FILTER_ERROR_RULES);
    assert_null(engine);
    assert_non_null(strstr(error.message, "no pack defines the policy 'default'"));
}

static void a_directory_is_loaded_with_all_its_packs(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    static const char more[] = "pack: {name: more, version: 2.0.0, licence: x}\n";
    files_make_folder("sub");
    files_write("a.yaml", good, sizeof good - 1);
    files_write("sub/b.yml", more, sizeof more - 1);
    files_write("notes.txt", "no pack", 7);
    assert_int_equal(filter_engine_new_from_directory(&engine, files_path(""), NULL, &error), FILTER_OK);
    assert_string_equal(filter_engine_pack_version(engine), "t 1.0.0, more 2.0.0");
    filter_engine_unref(engine);
}

static void a_directory_without_packs_is_named(void **state) {
    (void)state;
    filter_engine *engine = (filter_engine *)(uintptr_t)1;
    filter_error error;
    assert_int_equal(filter_engine_new_from_directory(&engine, files_path(""), NULL, &error), FILTER_ERROR_IO);
    assert_null(engine);
    assert_non_null(strstr(error.message, files_path("")));
    assert_int_equal(filter_engine_new_from_directory(&engine, "/nonexistent", NULL, NULL), FILTER_ERROR_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_run_unless_they_are_skipped),
        cmocka_unit_test(mistakes_are_told_to_the_caller_or_the_first_in_the_error),
        cmocka_unit_test(options_that_were_never_set_up_are_refused),
        cmocka_unit_test(options_of_a_newer_library_are_taken_when_what_is_new_is_zero),
        cmocka_unit_test(no_sources_are_no_rules),
        cmocka_unit_test_setup_teardown(a_directory_is_loaded_with_all_its_packs, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_directory_without_packs_is_named, files_set_up, files_tear_down),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
