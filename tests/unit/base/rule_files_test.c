/* SPDX-License-Identifier: Apache-2.0 */
/* Which packs a rule directory holds, in which order, and that a watch sees each change of it. */
#include "files.h"
#include "support.h"

#include "base/rule_files.h"
#include "core/rule_watch.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MS 20000 /* generous: a loaded machine is slow, and a watch that works answers at once */

static void make_file(const char *name) {
    static const char pack[] = "pack: {name: t, version: 1.0.0, licence: x}\n";
    files_write(name, pack, sizeof pack - 1);
}

/* The paths below the directory, each followed by a space. */
static filter_status list(char *out, size_t capacity, char *why) {
    rule_files files = {.on_folder = NULL};
    filter_status status = rule_files_list(&files, files_path(""));
    size_t used = 0;
    *out = '\0';
    for (size_t i = 0; i < files.count; i++) {
        used += (size_t)snprintf(out + used, capacity - used, "%s ", files.paths[i] + strlen(files_path("")) + 1);
        if (used >= capacity) break;
    }
    if (why) strcpy(why, files.why);
    rule_files_fini(&files);
    return status;
}

static void packs_of_sub_folders_are_listed_in_the_order_of_their_bytes(void **state) {
    (void)state;
    static const char *const names[] = {"b.yaml",   "B.yml",         "a.yaml",  "a/x.yaml",     "a/y/z.yaml",
                                        "a-b.yaml", "\xc3\xa4.yaml", "read.me", ".hidden.yaml", ".git/c.yaml"};
    static const char *const folders[] = {"a", "a/y", ".git", "empty"};
    char found[1024];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) files_make_folder(folders[i]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) make_file(names[i]);
    assert_int_equal(list(found, sizeof found, NULL), FILTER_OK);
    assert_string_equal(found, "B.yml a-b.yaml a.yaml a/x.yaml a/y/z.yaml b.yaml \xc3\xa4.yaml ");
}

static void a_link_to_a_file_is_a_pack_and_a_link_to_a_folder_is_not_followed(void **state) {
    (void)state;
    char found[1024];
    files_make_folder("a");
    make_file("a/x.yaml");
    assert_int_equal(symlink("a/x.yaml", files_path("link.yaml")), 0);
    assert_int_equal(symlink("a", files_path("folder")), 0);
    assert_int_equal(symlink("..", files_path("a/circle")), 0);
    assert_int_equal(list(found, sizeof found, NULL), FILTER_OK);
    assert_string_equal(found, "a/x.yaml link.yaml ");
}

static void eight_levels_of_folders_are_read_and_nine_are_refused(void **state) {
    (void)state;
    char found[1024], why[512], path[64] = "d";
    for (int level = 1; level < RULE_FOLDER_DEPTH_MAX; level++, strcat(path, "/d")) files_make_folder(path);
    files_make_folder(path);
    strcat(path, "/x.yaml");
    make_file(path);
    assert_int_equal(list(found, sizeof found, NULL), FILTER_OK);
    strcpy(path + strlen(path) - 6, "d");
    files_make_folder(path);
    assert_int_equal(list(found, sizeof found, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "/d/d/d/d/d/d/d/d/d: folders of rules are nested deeper than 8"));
}

static void too_many_packs_are_refused(void **state) {
    (void)state;
    char found[64], why[512], name[32];
    for (int i = 0; i <= RULE_FILES_MAX; i++) {
        snprintf(name, sizeof name, "%d.yaml", i);
        if (i == 0) make_file(name);
        else assert_int_equal(symlink("0.yaml", files_path(name)), 0);
    }
    assert_int_equal(list(found, sizeof found, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "more than 4096 rule packs"));
}

static void a_directory_without_a_pack_is_refused_by_name(void **state) {
    (void)state;
    char found[64], why[512];
    files_make_folder("a");
    assert_int_equal(list(found, sizeof found, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, files_path("")));
    assert_non_null(strstr(why, "holds no rule pack"));
}

static void an_engine_is_made_of_packs_in_sub_folders(void **state) {
    (void)state;
    filter_engine *engine = NULL;
    filter_error error;
    files_make_folder("a");
    make_file("a/x.yaml");
    static const char pack[] = "pack: {name: p, version: 1.0.0, licence: x}\npolicies: [{id: default, title: t}]\n";
    files_write("p.yaml", pack, sizeof pack - 1);
    assert_int_equal(filter_engine_new_from_directory(&engine, files_path(""), NULL, &error), FILTER_OK);
    assert_string_equal(filter_engine_pack_version(engine), "t 1.0.0, p 1.0.0");
    filter_engine_unref(engine);
}

/* ----------------------------------------------------------------------------------- watching ---- */

static bool changes(rule_watch *w) {
    struct pollfd poll_fd = {w->fd, POLLIN, 0};
    while (poll(&poll_fd, 1, WAIT_MS) > 0) {
        if (rule_watch_changed(w)) return true;
    }
    return false;
}

/* Nothing is waited for: inotify has queued what happened when the call that did it returns. */
static bool is_quiet(rule_watch *w) {
    return !rule_watch_changed(w);
}

static void a_watch_sees_new_folders_and_what_is_in_them(void **state) {
    (void)state;
    static rule_watch w;
    make_file("a.yaml");
    rule_watch_open(&w, files_path(""));
    assert_true(w.fd >= 0 && is_quiet(&w));
    files_make_folder("new");
    assert_true(changes(&w));
    files_make_folder("new/deeper"); /* before the watch is renewed: it must be found then */
    rule_watch_renew(&w);
    make_file("new/x.yaml");
    assert_true(changes(&w));
    make_file("new/deeper/model.bin");
    assert_true(changes(&w));
    make_file("new/deeper/notes.txt");
    make_file("new/deeper/.x.yaml.swp");
    files_make_folder("new/.git");
    assert_true(is_quiet(&w));
    rule_watch_close(&w);
}

static void a_watch_sees_folders_vanish_and_forgets_those_moved_away(void **state) {
    (void)state;
    static rule_watch w;
    files_make_folder("rules");
    files_make_folder("rules/a");
    files_make_folder("rules/b");
    make_file("rules/b/x.yaml");
    rule_watch_open(&w, files_path("rules"));
    assert_int_equal(rmdir(files_path("rules/a")), 0);
    assert_true(changes(&w));
    assert_int_equal(rename(files_path("rules/b"), files_path("away")), 0);
    assert_true(changes(&w));
    rule_watch_renew(&w);
    assert_int_equal(w.count, 1);
    assert_false(rule_watch_is_lost(&w));
    while (rule_watch_changed(&w)) continue;
    make_file("away/y.yaml");
    assert_true(is_quiet(&w));
    rule_watch_close(&w);
}

static void a_directory_that_is_moved_away_is_watched_again_when_it_is_back(void **state) {
    (void)state;
    static rule_watch w;
    char rules[512];
    files_make_folder("rules");
    make_file("rules/a.yaml");
    strcpy(rules, files_path("rules"));
    rule_watch_open(&w, rules);
    assert_int_equal(rename(rules, files_path("away")), 0);
    assert_true(changes(&w));
    assert_true(rule_watch_is_lost(&w));
    rule_watch_renew(&w);
    assert_true(rule_watch_is_lost(&w));
    assert_int_equal(rename(files_path("away"), rules), 0);
    rule_watch_renew(&w);
    assert_false(rule_watch_is_lost(&w));
    make_file("rules/b.yaml");
    assert_true(changes(&w));
    rule_watch_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packs_of_sub_folders_are_listed_in_the_order_of_their_bytes, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_link_to_a_file_is_a_pack_and_a_link_to_a_folder_is_not_followed, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(eight_levels_of_folders_are_read_and_nine_are_refused, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(too_many_packs_are_refused, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_directory_without_a_pack_is_refused_by_name, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(an_engine_is_made_of_packs_in_sub_folders, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_watch_sees_new_folders_and_what_is_in_them, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_watch_sees_folders_vanish_and_forgets_those_moved_away, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_directory_that_is_moved_away_is_watched_again_when_it_is_back, files_set_up,
                                        files_tear_down),
    };
    return cmocka_run_group_tests_name("rule_files", tests, NULL, NULL);
}
