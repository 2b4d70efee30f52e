/* SPDX-License-Identifier: Apache-2.0 */
#include "core/privileges.h"

#include "child.h"
#include "core/config.h"
#include "core/log.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define OTHER "nobody" /* a user of every system */

static const char *user;

static bool drop(void) {
    return privileges_drop(user) == 0;
}

static int status(void) {
    return privileges_drop(user);
}

static bool stay(void) {
    return true;
}

static int is_the_other(void) {
    const struct passwd *other = getpwnam(OTHER);
    uid_t real, effective, saved;
    gid_t group, effective_group, saved_group;
    if (getresuid(&real, &effective, &saved) != 0 || getresgid(&group, &effective_group, &saved_group) != 0) return 1;
    if (real != other->pw_uid || effective != real || saved != real) return 2;
    if (group != other->pw_gid || effective_group != group || saved_group != group) return 3;
    gid_t groups[64];
    int count = getgroups(64, groups);
    for (int i = 0; i < count; i++) {
        if (groups[i] == 0) return 4;
    }
    return strcmp(getenv("HOME"), other->pw_dir) == 0 && !getenv("XDG_CACHE_HOME") ? 0 : 5;
}

/* The lines of /proc/self/status that begin with this, and are not all zero. */
static int has_no_capability(void) {
    char line[256];
    int left = 0, seen = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "CapEff:", 7) != 0 && strncmp(line, "CapPrm:", 7) != 0 && strncmp(line, "CapBnd:", 7) != 0)
            continue;
        seen++;
        if (strtoull(line + 7, NULL, 16) != 0) left++;
    }
    if (file) fclose(file);
    return seen == 3 ? left : 100;
}

static int go_back(void) {
    return child_failure(setuid(0) == 0);
}

static int read_shadow(void) {
    return child_failure(open("/etc/shadow", O_RDONLY | O_CLOEXEC) >= 0);
}

static void root_becomes_the_user_that_is_named(void **state) {
    (void)state;
    if (geteuid() != 0) skip();
    user = OTHER;
    assert_int_equal(child_outcome(drop, is_the_other), 0);
    assert_int_equal(child_outcome(drop, has_no_capability), 0);
    assert_int_equal(child_outcome(drop, go_back), EPERM);
    assert_int_equal(child_outcome(drop, read_shadow), EACCES);
}

static void root_that_stays_root_has_no_capability(void **state) {
    (void)state;
    if (geteuid() != 0) skip();
    user = "root";
    assert_int_equal(child_outcome(drop, has_no_capability), 0);
}

static int become_the_other_and_try_root(void) {
    const struct passwd *other = getpwnam(OTHER);
    if (setgroups(0, NULL) != 0 || setgid(other->pw_gid) != 0 || setuid(other->pw_uid) != 0) return 1;
    user = "root";
    if (privileges_drop(user) != CONFIG_EXIT_CONFIG) return 2;
    user = OTHER; /* who it is already */
    return privileges_drop(user) == 0 && privileges_drop(NULL) == 0 ? 0 : 3;
}

static void nobody_else_becomes_another(void **state) {
    (void)state;
    if (geteuid() != 0) skip();
    assert_int_equal(child_outcome(stay, become_the_other_and_try_root), 0);
}

static void a_user_that_is_not_there_is_refused(void **state) {
    (void)state;
    user = "no-such-user";
    assert_int_equal(child_outcome(stay, status), CONFIG_EXIT_CONFIG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_becomes_the_user_that_is_named),
        cmocka_unit_test(root_that_stays_root_has_no_capability),
        cmocka_unit_test(nobody_else_becomes_another),
        cmocka_unit_test(a_user_that_is_not_there_is_refused),
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests_name("privileges", tests, NULL, NULL);
}
