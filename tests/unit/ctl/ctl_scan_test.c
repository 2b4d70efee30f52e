/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"
#include "files.h"
#include "support.h"

#include <unistd.h>

static int scan(const char *name, const char *option, const output **said) {
    return ctl_command_run(ctl_scan, (const char *const[]){"scan", files_path(name), option, NULL}, said);
}

/* The size counts the NUL of a literal out. */
#define WRITE(name, text) files_write(name, text, sizeof text - 1)

static void a_finding_is_named_by_its_place_and_not_by_its_text(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *place; /* "" when nothing is found */
        const char *why;
    } cases[] = {
        {"A-1234567", 9, ":1:1:", "at the beginning"},
        {"x\n\ny A-1234567\n", 15, ":3:3:", "lines count from 1"},
        {"\xc3\xa9 A-1234567", 12, ":1:3:", "columns count characters"},
        {"\xe9 A-1234567", 11, ":1:3:", "Latin-1 is read, too"},
        {"\0A-1234567", 10, "", "a binary file"},
        {"nothing", 7, "", "nothing in it"},
        {"", 0, "", "empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        char wanted[400] = "";
        files_write("t.txt", cases[i].text, cases[i].size);
        if (*cases[i].place)
            snprintf(wanted, sizeof wanted, "%s%s OWN_A own.a 0.90\n", files_path("t.txt"), cases[i].place);
        int status = scan("t.txt", NULL, &said);
        if (status != (*wanted ? CTL_FOUND : CTL_OK) || strcmp(said->out, wanted) != 0)
            fail_msg("%s: %d '%s'", cases[i].why, status, said->out);
    }
}

static void a_tree_is_scanned_without_git_and_links(void **state) {
    (void)state;
    const output *said;
    files_make_folder("tree");
    files_make_folder("tree/.git");
    files_make_folder("tree/sub");
    WRITE("tree/.git/x", "A-1234567");
    WRITE("tree/sub/a", "A-1234567");
    WRITE("outside", "A-1234567");
    assert_int_equal(symlink("../outside", files_path("tree/link")), 0);
    assert_int_equal(scan("tree", NULL, &said), CTL_FOUND);
    assert_non_null(strstr(said->out, "tree/sub/a:1:1:"));
    assert_null(strchr(strchr(said->out, '\n') + 1, '\n')); /* alone */
    assert_non_null(strstr(said->err, "1 files, 0.0 MB, 1 findings\n"));
}

static void a_file_whose_name_is_a_dash_is_a_file(void **state) {
    (void)state;
    const output *said;
    char before[400];
    assert_non_null(getcwd(before, sizeof before));
    files_make_folder("dash");
    WRITE("dash/-", "A-1234567");
    assert_int_equal(chdir(files_path("dash")), 0);
    int status = ctl_command_run(ctl_scan, (const char *const[]){"scan", "-", NULL}, &said);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(status, CTL_FOUND);
    assert_non_null(strstr(said->out, "-:1:1:"));
}

static void what_cannot_be_read_is_a_failure_even_beside_findings(void **state) {
    (void)state;
    const output *said;
    WRITE("a", "A-1234567");
    char path[400];
    snprintf(path, sizeof path, "%s", files_path("a"));
    int status = ctl_command_run(ctl_scan, (const char *const[]){"scan", path, files_path("none"), NULL}, &said);
    assert_int_equal(status, CTL_ERROR);
    assert_non_null(strstr(said->out, "a:1:1:"));
    assert_non_null(strstr(said->err, "none: cannot be read: No such file or directory"));
}

static void options_narrow_what_is_listed(void **state) {
    (void)state;
    static const struct {
        const char *option;
        int status;
    } cases[] = {
        {"--category=pii", CTL_FOUND},  {"--category=secret", CTL_OK}, {"--category=secret,pii", CTL_FOUND},
        {"--min-score=0.9", CTL_FOUND}, {"--threads=3", CTL_FOUND},    {"--policy=none", CTL_USAGE},
    };
    WRITE("a", "A-1234567");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const output *said;
        int status = scan("a", cases[i].option, &said);
        if (status != cases[i].status) fail_msg("%s: %d %s", cases[i].option, status, said->err);
    }
}

static void json_has_places_in_bytes(void **state) {
    (void)state;
    const output *said;
    WRITE("a", "\xc3\xa9 A-1234567");
    assert_int_equal(scan("a", "--json", &said), CTL_FOUND);
    json_t *finding = json_loads(said->out, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(finding, "start")), 3);
    assert_int_equal(json_integer_value(json_object_get(finding, "end")), 12);
    assert_int_equal(json_integer_value(json_object_get(finding, "column")), 3);
    assert_string_equal(said->err, "");
    json_decref(finding);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_finding_is_named_by_its_place_and_not_by_its_text),
        TEST(a_tree_is_scanned_without_git_and_links),
        TEST(a_file_whose_name_is_a_dash_is_a_file),
        TEST(what_cannot_be_read_is_a_failure_even_beside_findings),
        TEST(options_narrow_what_is_listed),
        TEST(json_has_places_in_bytes),
    };
    return cmocka_run_group_tests_name("ctl_scan", tests, NULL, NULL);
}
