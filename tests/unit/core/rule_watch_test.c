/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"
#include "core/rule_watch.h"
#include "files.h"
#include "output.h"
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* inotify queues an event before the call returns that caused it: nothing here waits. */

static rule_watch watch;

/* files_path forgets it after four calls. */
static const char *rules_path(void) {
    static char path[512];
    snprintf(path, sizeof path, "%s", files_path("rules"));
    return path;
}

static void write_pack(const char *name) {
    files_write(name, "x", 1);
}

static void open_watch(void) {
    files_make_folder("rules");
    files_make_folder("rules/pii");
    write_pack("rules/a.yaml");
    rule_watch_open(&watch, rules_path());
    assert_true(watch.fd >= 0);
    assert_false(rule_watch_changed(&watch));
}

/* How many watches the system holds for us. */
static size_t watches(void) {
    char path[64], line[500];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", watch.fd);
    FILE *info = fopen(path, "r");
    assert_non_null(info);
    while (fgets(line, sizeof line, info)) count += strncmp(line, "inotify ", 8) == 0;
    fclose(info);
    return count;
}

static void move(const char *from, const char *to) {
    assert_int_equal(rename(files_path(from), files_path(to)), 0);
}

static void change(const char *how, const char *name) {
    char path[100];
    snprintf(path, sizeof path, "rules/%s", name);
    if (strcmp(how, "write") == 0) write_pack(path);
    else if (strcmp(how, "create") == 0) close(open(files_path(path), O_CREAT | O_RDONLY, 0600));
    else if (strcmp(how, "remove") == 0) assert_int_equal(remove(files_path(path)), 0);
    else if (strcmp(how, "mkdir") == 0) files_make_folder(path);
    else if (strcmp(how, "link") == 0) assert_int_equal(symlink("pii", files_path(path)), 0);
    else if (strcmp(how, "in") == 0) move("outside", path);
    else if (strcmp(how, "out") == 0) move(path, "outside");
    else if (strcmp(how, "mode") == 0) assert_int_equal(chmod(files_path(path), 0640), 0);
    else fail_msg("%s", how);
}

static void a_change_counts_when_it_may_change_the_rules(void **state) {
    (void)state;
    static const struct {
        const char *how, *name;
        bool counts;
        const char *why;
    } steps[] = {
        {"write", "a.yaml", true, "a pack was written"},
        {"write", "pii/in.yml", true, "in a sub-folder"},
        {"mode", "a.yaml", false, "its rules are the same"},
        {"create", "new.yaml", false, "still being written"},
        {"write", "new.yaml", true, "now it is whole"},
        {"write", "notes.txt", false, "no pack"},
        {"write", ".a.yaml.swp", false, "an editor's"},
        {"write", ".hidden.yaml", false, "not loaded either"},
        {"out", "new.yaml", true, "a pack left"},
        {"in", "back.yaml", true, "an editor renames over the old file"},
        {"remove", "back.yaml", true, "a pack was removed"},
        {"remove", "notes.txt", false, "that was no pack"},
        {"mkdir", "secrets", true, "its packs may be there already"},
        {"mkdir", ".git", false, "not looked into"},
        {"link", "..data", true, "what Kubernetes swaps"},
        {"remove", "secrets", true, "and its packs with it"},
    };
    open_watch();
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        change(steps[i].how, steps[i].name);
        if (rule_watch_changed(&watch) != steps[i].counts)
            fail_msg("%s %s: %s", steps[i].how, steps[i].name, steps[i].why);
        assert_false(rule_watch_changed(&watch)); /* said once */
    }
    rule_watch_close(&watch);
}

static void a_folder_that_appeared_is_watched_after_the_renewal(void **state) {
    (void)state;
    open_watch();
    assert_int_equal(watches(), 2);
    change("mkdir", "secrets");
    assert_true(rule_watch_changed(&watch));
    change("write", "secrets/a.yaml");
    assert_false(rule_watch_changed(&watch));
    rule_watch_renew(&watch);
    assert_int_equal(watches(), 3);
    change("write", "secrets/b.yaml");
    assert_true(rule_watch_changed(&watch));
    rule_watch_close(&watch);
}

static void a_folder_that_was_moved_away_loses_its_watch(void **state) {
    (void)state;
    open_watch();
    change("out", "pii");
    assert_true(rule_watch_changed(&watch));
    rule_watch_renew(&watch);
    assert_int_equal(watches(), 1);
    (void)rule_watch_changed(&watch); /* that the watch ended */
    write_pack("outside/in.yaml");
    assert_false(rule_watch_changed(&watch));
    rule_watch_close(&watch);
}

static void renewing_adds_no_second_watch(void **state) {
    (void)state;
    open_watch();
    for (int i = 0; i < 100; i++) rule_watch_renew(&watch);
    assert_int_equal(watches(), 2);
    assert_int_equal(watch.count, 2);
    rule_watch_close(&watch);
}

static void a_directory_that_was_moved_away_is_lost_until_it_is_back(void **state) {
    (void)state;
    open_watch();
    move("rules", "elsewhere");
    assert_true(rule_watch_changed(&watch));
    assert_true(rule_watch_is_lost(&watch));
    rule_watch_renew(&watch);
    assert_true(rule_watch_is_lost(&watch)); /* not back yet */
    move("elsewhere", "rules");
    rule_watch_renew(&watch);
    assert_false(rule_watch_is_lost(&watch));
    (void)rule_watch_changed(&watch); /* what came before */
    change("write", "a.yaml");
    assert_true(rule_watch_changed(&watch));
    rule_watch_close(&watch);
}

static void a_directory_that_is_not_there_may_come_later(void **state) {
    (void)state;
    log_set_level(LOG_LEVEL_WARNING);
    output_begin();
    rule_watch_open(&watch, rules_path());
    const output *said = output_end();
    assert_string_equal(said->err, ""); /* loading says so */
    assert_true(rule_watch_is_lost(&watch));
    files_make_folder("rules");
    rule_watch_renew(&watch);
    assert_false(rule_watch_is_lost(&watch));
    write_pack("rules/a.yaml");
    assert_true(rule_watch_changed(&watch));
    rule_watch_close(&watch);
}

static void a_watch_of_nothing_can_be_renewed_and_closed(void **state) {
    (void)state;
    size_t before = output_open_files();
    watch = RULE_WATCH_NONE;
    rule_watch_renew(&watch);
    assert_false(rule_watch_is_lost(&watch));
    rule_watch_close(&watch);
    open_watch();
    rule_watch_close(&watch);
    rule_watch_close(&watch);
    assert_int_equal(output_open_files(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_change_counts_when_it_may_change_the_rules),
        TEST(a_folder_that_appeared_is_watched_after_the_renewal),
        TEST(a_folder_that_was_moved_away_loses_its_watch),
        TEST(renewing_adds_no_second_watch),
        TEST(a_directory_that_was_moved_away_is_lost_until_it_is_back),
        TEST(a_directory_that_is_not_there_may_come_later),
        TEST(a_watch_of_nothing_can_be_renewed_and_closed),
    };
    return cmocka_run_group_tests_name("rule_watch", tests, NULL, NULL);
}
