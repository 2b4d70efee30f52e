/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "daemon_parts.h"
#include "files.h"
#include "support.h"

#include <unistd.h>

#define PACK(name) "pack: {name: " name ", version: 1.0.0, licence: Apache-2.0}\n"
#define POLICY "policies: [{id: default, title: own}]\n"
#define RULE(id, letter)                                                                                               \
    "  - {id: " id ", title: t, category: pii, entity_type: OWN_" letter ", score: 0.9, format: '" letter              \
    "-\\d{7}',\n"                                                                                                      \
    "     examples: {match: ['number {{" id "}}']}}\n"
#define RULES "rules:\n" RULE("own.b", "B") RULE("own.c", "C")

/* How many rules there are with the pack at this path laid over the directory; 0 when they do not load. */
static size_t rules_with(const char *directory, const char *path, const output **said) {
    output_begin();
    filter_engine *engine = ctl_load_over(directory, path);
    *said = output_end();
    size_t count = engine ? filter_engine_rule_count(engine) : 0;
    filter_engine_unref(engine);
    return count;
}

static void a_pack_takes_the_place_of_the_one_with_its_name(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t rules;
        const char *why;
    } cases[] = {
        {PACK("other") RULES, 3, "a new one beside the other"},
        {PACK("own") POLICY RULES, 2, "in the place of the one with one rule"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        files_write("new.yaml", cases[i].text, strlen(cases[i].text));
        size_t count = rules_with(files_path("rules"), files_path("new.yaml"), &said);
        if (count != cases[i].rules) fail_msg("%s: %zu %s", cases[i].why, count, said->err);
    }
}

static void a_pack_of_the_directory_is_not_there_twice(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(rules_with(files_path("rules"), files_path("rules/own.yaml"), &said), 1);
    assert_int_equal(symlink("rules/own.yaml", files_path("link.yaml")), 0);
    assert_int_equal(rules_with(files_path("rules"), files_path("link.yaml"), &said), 1);
}

static void a_mistake_in_a_pack_of_the_directory_is_told_once(void **state) {
    (void)state;
    const output *said;
    daemon_parts_write_rules("broken.yaml", "pack: ["); /* no name tells that it is the same */
    assert_int_equal(rules_with(files_path("rules"), files_path("rules/broken.yaml"), &said), 0);
    assert_non_null(strstr(said->err, "broken.yaml: 1 mistake\n"));
}

static void what_cannot_be_read_is_named(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(rules_with(files_path("none"), files_path("rules/own.yaml"), &said), 0);
    assert_non_null(strstr(said->err, "--rules DIR says where the other packs are"));
    assert_int_equal(rules_with(files_path("rules"), files_path("none.yaml"), &said), 0);
    assert_non_null(strstr(said->err, "none.yaml"));
    files_write("broken.yaml", "pack: [", 7);
    assert_int_equal(rules_with(files_path("rules"), files_path("broken.yaml"), &said), 0);
    assert_non_null(strstr(said->err, "broken.yaml:"));
    assert_non_null(strstr(said->err, "broken.yaml: 1 mistake\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_pack_takes_the_place_of_the_one_with_its_name),
        TEST(a_pack_of_the_directory_is_not_there_twice),
        TEST(a_mistake_in_a_pack_of_the_directory_is_told_once),
        TEST(what_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("ctl_overlay", tests, NULL, NULL);
}
