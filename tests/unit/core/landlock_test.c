/* SPDX-License-Identifier: Apache-2.0 */
#include "core/landlock.h"

#include "child.h"
#include "files.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *allowed; /* below the folder; a file or a directory */
static landlock_right right;
static const char *touched;

static bool enter(void) {
    landlock l;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !landlock_begin(&l)) return false;
    return landlock_allow(&l, files_path(allowed), right) && landlock_enforce(&l);
}

static int read_it(void) {
    return child_failure(open(files_path(touched), O_RDONLY) >= 0);
}

static int write_it(void) {
    return child_failure(open(files_path(touched), O_WRONLY) >= 0);
}

static int make_it(void) {
    return child_failure(open(files_path(touched), O_WRONLY | O_CREAT, 0600) >= 0);
}

static int remove_it(void) {
    return child_failure(unlink(files_path(touched)) == 0);
}

static int bind_it(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", files_path(touched));
    return child_failure(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
}

static void what_is_not_allowed_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *allowed;
        landlock_right right;
        int (*attempt)(void);
        const char *touched;
        int outcome;
    } cases[] = {
        {"in", LANDLOCK_READ, read_it, "in/a", 0},
        {"in", LANDLOCK_READ, read_it, "out/a", EACCES},
        {"in", LANDLOCK_READ, read_it, "link", 0}, /* where it leads to counts … */
        {"out", LANDLOCK_READ, read_it, "link", EACCES}, /* … not where it lies */
        {"in", LANDLOCK_READ, write_it, "in/a", EACCES},
        {"in", LANDLOCK_READ, make_it, "in/new", EACCES},
        {"in", LANDLOCK_READ, remove_it, "in/a", EACCES},
        {"in/a", LANDLOCK_READ, read_it, "in/a", 0},
        {"in/a", LANDLOCK_READ, read_it, "in/b", EACCES},
        {"in", LANDLOCK_KEEP_FILES, read_it, "in/a", 0},
        {"in", LANDLOCK_KEEP_FILES, write_it, "in/a", 0},
        {"in", LANDLOCK_KEEP_FILES, make_it, "in/made", 0},
        {"in", LANDLOCK_KEEP_FILES, remove_it, "in/made", 0},
        {"in", LANDLOCK_KEEP_FILES, make_it, "out/made", EACCES},
        {"in", LANDLOCK_KEEP_FILES, bind_it, "in/no.sock", EACCES},
        {"in", LANDLOCK_KEEP_SOCKETS, bind_it, "in/sock", 0},
        {"in", LANDLOCK_KEEP_SOCKETS, remove_it, "in/sock", 0},
        {"in", LANDLOCK_KEEP_SOCKETS, read_it, "in/a", EACCES},
        {"in", LANDLOCK_KEEP_SOCKETS, bind_it, "out/sock", EACCES},
    };
    files_make_folder("in");
    files_make_folder("out");
    files_write("in/a", "x", 1);
    files_write("in/b", "x", 1);
    files_write("out/a", "x", 1);
    assert_int_equal(symlink("in/a", files_path("link")), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        allowed = cases[i].allowed;
        right = cases[i].right;
        touched = cases[i].touched;
        int got = child_outcome(enter, cases[i].attempt);
        if (i == 0 && got == CHILD_OUTSIDE) {
            puts("this kernel has no Landlock: skipped");
            skip();
        }
        if (got != cases[i].outcome) fail_msg("case %zu: %s: %s", i, cases[i].touched, strerror(got));
    }
}

static uint16_t port;

static bool enter_with_port(void) {
    landlock l;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !landlock_begin(&l) || l.abi < 4) return false;
    return landlock_allow_port(&l, port) && landlock_enforce(&l);
}

/* Port 1 of this host, where nobody listens. */
static int connect_to_one(void) {
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return child_failure(connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
}

static void only_the_port_that_is_allowed_is_connected_to(void **state) {
    (void)state;
    port = 1;
    int allowed_port = child_outcome(enter_with_port, connect_to_one);
    if (allowed_port == CHILD_OUTSIDE) {
        puts("this kernel's Landlock does not bound connections: skipped");
        skip();
    }
    port = 2;
    assert_int_equal(allowed_port, ECONNREFUSED);
    assert_int_equal(child_outcome(enter_with_port, connect_to_one), EACCES);
}

static void what_is_not_there_cannot_be_allowed(void **state) {
    (void)state;
    landlock l;
    if (!landlock_begin(&l)) skip();
    assert_true(l.abi >= 1);
    assert_false(landlock_allow(&l, files_path("nowhere"), LANDLOCK_READ));
    assert_int_equal(errno, ENOENT);
    close(l.ruleset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_allowed_is_refused),
        cmocka_unit_test(only_the_port_that_is_allowed_is_connected_to),
        cmocka_unit_test(what_is_not_there_cannot_be_allowed),
    };
    return cmocka_run_group_tests_name("landlock", tests, files_set_up, files_tear_down);
}
