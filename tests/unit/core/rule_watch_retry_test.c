/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int shortage; /* what inotify_add_watch fails with; 0: it works */

static int scarce_add_watch(int fd, const char *path, uint32_t mask) {
    errno = shortage;
    return shortage ? -1 : inotify_add_watch(fd, path, mask);
}

/* The module's own source, with an inotify that can run out of watches. */
#define inotify_add_watch scarce_add_watch
#include "../../../filterd/core/rule_watch.c"
#undef inotify_add_watch

static char directory[] = "/tmp/filterd-watch-XXXXXX";

/* What is logged while the folders are walked so many times. */
static const char *logged(rule_watch *w, int walks) {
    static char out[8192];
    int pipes[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    for (int i = 0; i < walks; i++) rule_watch_renew(w);
    dup2(old, STDERR_FILENO);
    close(pipes[1]);
    ssize_t size = read(pipes[0], out, sizeof out - 1);
    out[size > 0 ? size : 0] = '\0';
    close(pipes[0]);
    close(old);
    return out;
}

static size_t lines(const char *text) {
    size_t count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static void a_cause_is_logged_once_and_when_it_is_gone(void **state) {
    (void)state;
    rule_watch w;
    shortage = 0;
    rule_watch_open(&w, directory);
    assert_int_equal(rule_watch_wait_ms(&w), -1);
    shortage = ENOSPC;
    const char *out = logged(&w, 20);
    assert_int_equal(lines(out), 1);
    assert_non_null(strstr(out, "cannot be watched: No space left on device; it is tried again"));
    shortage = EACCES;
    assert_int_equal(lines(logged(&w, 20)), 1);
    shortage = 0;
    out = logged(&w, 3);
    assert_int_equal(lines(out), 1);
    assert_non_null(strstr(out, "is watched again"));
    shortage = ENOSPC;
    assert_int_equal(lines(logged(&w, 2)), 1);
    rule_watch_close(&w);
}

static void tries_become_rarer_up_to_a_minute(void **state) {
    (void)state;
    rule_watch w;
    shortage = ENOSPC;
    static const long waits[] = {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    rule_watch_open(&w, directory);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_true(rule_watch_is_lost(&w));
        assert_int_equal(w.retry_ms, waits[i]);
        long wait = rule_watch_wait_ms(&w);
        assert_true(wait >= 0 && wait <= waits[i]);
        (void)logged(&w, 1);
    }
    shortage = 0;
    (void)logged(&w, 1);
    assert_false(rule_watch_is_lost(&w));
    rule_watch_close(&w);
}

static void a_directory_that_is_gone_is_looked_for_twice_a_second_and_not_logged(void **state) {
    (void)state;
    static const int gone[] = {ENOENT, ENOTDIR}; /* nothing is there, or a file */
    for (int i = 0; i < 2; i++) {
        rule_watch w;
        shortage = gone[i];
        rule_watch_open(&w, directory);
        assert_string_equal(logged(&w, 20), "");
        assert_true(rule_watch_is_lost(&w));
        assert_int_equal(w.retry_ms, 500);
        rule_watch_close(&w);
    }
}

static int set_up(void **state) {
    char folder[60];
    (void)state;
    if (!mkdtemp(directory)) return -1;
    snprintf(folder, sizeof folder, "%s/folder", directory);
    return mkdir(folder, 0700);
}

static int tear_down(void **state) {
    char folder[60];
    (void)state;
    snprintf(folder, sizeof folder, "%s/folder", directory);
    return rmdir(folder) || rmdir(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_is_logged_once_and_when_it_is_gone),
        cmocka_unit_test(tries_become_rarer_up_to_a_minute),
        cmocka_unit_test(a_directory_that_is_gone_is_looked_for_twice_a_second_and_not_logged),
    };
    return cmocka_run_group_tests_name("rule_watch_retry", tests, set_up, tear_down);
}
