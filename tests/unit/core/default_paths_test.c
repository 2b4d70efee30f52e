/* SPDX-License-Identifier: Apache-2.0 */
#include "core/default_paths.h"
#include "files.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#define PRINT_RULES "--print-rules" /* what this program is called with when it stands in for filterd */

/* A copy of this program in the folder. */
static void copy_self(const char *name) {
    static char block[65536];
    FILE *in = fopen("/proc/self/exe", "rb"), *out = fopen(files_path(name), "wb");
    assert_true(in && out);
    for (size_t size; (size = fread(block, 1, sizeof block, in)) > 0;)
        assert_int_equal(fwrite(block, 1, size, out), size);
    assert_int_equal(fclose(in) | fclose(out), 0);
    assert_int_equal(chmod(files_path(name), 0700), 0);
}

/* What a program at that place takes for the directory of rules. */
static const char *rules_of(const char *program) {
    static char line[1000];
    char command[1000];
    snprintf(command, sizeof command, "'%s' " PRINT_RULES, files_path(program));
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, sizeof line, pipe));
    assert_int_equal(pclose(pipe), 0);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void rules_are_looked_for_beside_the_program(void **state) {
    (void)state;
    files_make_folder("sbin");
    copy_self("sbin/filterd");
    assert_string_equal(rules_of("sbin/filterd"), "/usr/share/filterd/rules"); /* nothing is beside it */
    files_make_folder("rules");
    assert_string_equal(rules_of("sbin/filterd"), files_path("rules")); /* a build in its source tree */
    files_make_folder("share");
    files_make_folder("share/filterd");
    files_make_folder("share/filterd/rules");
    assert_string_equal(rules_of("sbin/filterd"), files_path("share/filterd/rules")); /* installed */
    assert_int_equal(rename(files_path("sbin"), files_path("bin")), 0);
    assert_string_equal(rules_of("bin/filterd"), files_path("share/filterd/rules"));
    files_make_folder("other");
    assert_int_equal(symlink("../bin/filterd", files_path("other/link")), 0);
    assert_string_equal(rules_of("other/link"), files_path("share/filterd/rules")); /* where the program is */
}

static void set(const char *name, const char *value) {
    if (value) setenv(name, value, 1);
    else unsetenv(name);
}

static const char *cache_of(const char *xdg, const char *home) {
    set("XDG_CACHE_HOME", xdg);
    set("HOME", home);
    return default_cache_path();
}

static void the_cache_is_the_users_and_is_made(void **state) {
    (void)state;
    struct stat info;
    files_make_folder("xdg");
    files_make_folder("home");
    files_write("file", "", 0);
    assert_string_equal(cache_of(files_path("xdg"), files_path("home")), files_path("xdg/filterd"));
    assert_int_equal(stat(files_path("xdg/filterd"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(access(files_path("home/.cache"), F_OK), -1); /* not needed, and not made */
    assert_string_equal(cache_of("", files_path("home")), files_path("home/.cache/filterd"));
    assert_int_equal(stat(files_path("home/.cache/filterd"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_string_equal(cache_of(NULL, files_path("home")), files_path("home/.cache/filterd")); /* there already */
}

static void there_may_be_no_cache(void **state) {
    (void)state;
    files_write("file", "", 0);
    assert_null(cache_of(NULL, NULL));
    assert_null(cache_of("", ""));
    assert_null(cache_of(files_path("missing"), NULL));
    assert_null(cache_of(files_path("file"), NULL));
    assert_null(cache_of(NULL, files_path("file")));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rules_are_looked_for_beside_the_program, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(the_cache_is_the_users_and_is_made, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(there_may_be_no_cache, files_set_up, files_tear_down),
    };
    if (argc > 1 && strcmp(argv[1], PRINT_RULES) == 0) return puts(default_rules_path()) < 0;
    return cmocka_run_group_tests_name("default_paths", tests, NULL, NULL);
}
