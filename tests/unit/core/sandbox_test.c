/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sandbox.h"

#include "child.h"
#include "core/log.h"
#include "daemon_parts.h"
#include "files.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static config settings;

static bool enter(void) {
    return sandbox_confine(&settings) == 0 && sandbox_seal(&settings) == 0;
}

static int open_it(const char *name, int flags) {
    return child_failure(open(files_path(name), flags, 0600) >= 0);
}

static int nothing(void) {
    return 0;
}

static int read_a_rule(void) {
    return open_it("rules/own.yaml", O_RDONLY);
}

static int read_a_rule_that_is_a_link(void) {
    return open_it("rules/link.yaml", O_RDONLY);
}

static int write_a_rule(void) {
    return open_it("rules/own.yaml", O_WRONLY);
}

static int read_what_is_outside(void) {
    return open_it("outside", O_RDONLY);
}

static int write_the_cache(void) {
    return open_it("cache/new", O_WRONLY | O_CREAT);
}

static int read_passwords(void) {
    return child_failure(open("/etc/passwd", O_RDONLY) >= 0);
}

static int make_an_internet_socket(void) {
    return child_failure(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int load_rules_twice(void) {
    engine_store store;
    if (engine_store_open(&store, &settings) != 0) return 1;
    return engine_store_reload(&store) ? 0 : 2;
}

static void rules_and_cache_are_what_is_left(void **state) {
    (void)state;
    assert_int_equal(child_outcome(enter, read_a_rule), 0);
    assert_int_equal(child_outcome(enter, read_a_rule_that_is_a_link), 0);
    assert_int_equal(child_outcome(enter, write_the_cache), 0);
    assert_int_equal(child_outcome(enter, write_a_rule), EACCES);
    assert_int_equal(child_outcome(enter, read_what_is_outside), EACCES);
    assert_int_equal(child_outcome(enter, read_passwords), EACCES);
    assert_int_equal(child_outcome(enter, make_an_internet_socket), CHILD_KILLED);
}

static void rules_are_loaded_inside(void **state) {
    (void)state;
    assert_int_equal(child_outcome(enter, load_rules_twice), 0);
}

static int connect_by_name(void) {
    const struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/nowhere.sock"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return child_failure(connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
}

static void who_has_a_judge_connects_to_it(void **state) {
    (void)state;
    assert_int_equal(child_outcome(enter, connect_by_name), CHILD_KILLED);
    settings.judge.endpoint = "ipc:///nowhere.sock";
    int by_name = child_outcome(enter, connect_by_name), by_ipc = child_outcome(enter, make_an_internet_socket);
    settings.judge.endpoint = "tcp://127.0.0.1:5000";
    int by_tcp = child_outcome(enter, make_an_internet_socket);
    settings.judge.endpoint = NULL;
    assert_int_equal(by_name, ENOENT);
    assert_int_equal(by_ipc, CHILD_KILLED);
    assert_int_equal(by_tcp, 0);
}

static void without_a_sandbox_nothing_is_given_up(void **state) {
    (void)state;
    settings.sandbox = CONFIG_SANDBOX_OFF;
    int files = child_outcome(enter, read_passwords), calls = child_outcome(enter, make_an_internet_socket);
    settings.sandbox = CONFIG_SANDBOX_REQUIRED;
    assert_int_equal(files, 0);
    assert_int_equal(calls, 0);
}

static void a_directory_that_is_named_stays_readable(void **state) {
    (void)state;
    const char *directory = files_path("");
    settings.sandbox_read = (yaml_strings){&directory, 1, NULL};
    int read = child_outcome(enter, read_what_is_outside), written = child_outcome(enter, write_a_rule);
    settings.sandbox_read = (yaml_strings){NULL, 0, NULL};
    assert_int_equal(read, 0);
    assert_int_equal(written, EACCES);
}

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    daemon_parts_write_rules("own.yaml", DAEMON_PACK);
    daemon_parts_configure(&settings);
    files_make_folder("cache");
    files_write("outside", "x", 1);
    files_write("elsewhere", "x", 1);
    settings.cache = arena_copy(&settings.memory, files_path("cache"), strlen(files_path("cache")));
    settings.sandbox = CONFIG_SANDBOX_REQUIRED;
    return 0;
}

static int tear_down(void **state) {
    config_fini(&settings);
    return files_tear_down(state);
}

/* The rules of one test have a link, which is not a pack that can be loaded. */
static int add_link(void **state) {
    (void)state;
    return symlink("../elsewhere", files_path("rules/link.yaml"));
}

static int remove_link(void **state) {
    (void)state;
    return unlink(files_path("rules/link.yaml"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rules_and_cache_are_what_is_left, add_link, remove_link),
        cmocka_unit_test(rules_are_loaded_inside),
        cmocka_unit_test(who_has_a_judge_connects_to_it),
        cmocka_unit_test(without_a_sandbox_nothing_is_given_up),
        cmocka_unit_test(a_directory_that_is_named_stays_readable),
    };
    log_set_level(LOG_LEVEL_ERROR);
    settings = (config){.sandbox = CONFIG_SANDBOX_REQUIRED, .rules = "", .control = "", .shm_socket = ""};
    if (child_outcome(enter, nothing) == CHILD_OUTSIDE) {
        puts("sandbox: this kernel or container lacks Landlock or seccomp: skipped");
        return 0;
    }
    return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
