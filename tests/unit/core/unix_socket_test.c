/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unix_socket.h"
#include "support.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void a_socket_is_served_while_somebody_listens(void **state) {
    (void)state;
    static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "/tmp/filterd-socket-%d-%zu", (int)getpid(), i);
        int fd = socket(AF_UNIX, types[i], 0);
        assert_false(unix_socket_is_served(address.sun_path, types[i])); /* no file */
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 4), 0);
        assert_true(unix_socket_is_served(address.sun_path, types[i]));
        assert_false(unix_socket_is_served(address.sun_path, types[1 - i])); /* of another kind */
        close(fd);
        assert_false(unix_socket_is_served(address.sun_path, types[i])); /* a file that was left there */
        unlink(address.sun_path);
    }
    char too_long[300];
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    assert_false(unix_socket_is_served(too_long, SOCK_STREAM));
}

static char path[64];

static const char *new_path(void) {
    static int count;
    snprintf(path, sizeof path, "/tmp/filterd-socket-%d-made-%d", (int)getpid(), count++);
    return path;
}

static void a_socket_has_its_mode_and_goes_with_its_maker(void **state) {
    (void)state;
    static const struct {
        size_t written;
        mode_t mode;
    } cases[] = {{600, 0600}, {660, 0660}, {777, 0777}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unix_socket made;
        struct stat file;
        int fd = unix_socket_listen(&made, "test", new_path(), SOCK_STREAM, cases[i].written);
        assert_true(fd >= 0);
        assert_true(unix_socket_is_served(path, SOCK_STREAM));
        assert_int_equal(stat(path, &file), 0);
        assert_int_equal(file.st_mode & 0777, cases[i].mode);
        close(fd);
        unix_socket_remove(&made);
        assert_int_equal(stat(path, &file), -1);
        unix_socket_remove(&made); /* once more does nothing */
    }
}

static void what_a_daemon_before_left_is_replaced(void **state) {
    (void)state;
    unix_socket left, made;
    close(unix_socket_listen(&left, "test", new_path(), SOCK_SEQPACKET, 600));
    usleep(20000); /* file systems tell times in steps */
    int fd = unix_socket_listen(&made, "test", path, SOCK_STREAM, 600);
    assert_true(fd >= 0);
    unix_socket_remove(&left); /* not its own any more */
    assert_true(unix_socket_is_served(path, SOCK_STREAM));
    close(fd);
    unix_socket_remove(&made);
}

static void nothing_else_is_replaced(void **state) {
    (void)state;
    unix_socket served, made;
    struct stat file;
    char target[80];
    int fd = unix_socket_listen(&served, "test", new_path(), SOCK_STREAM, 600);
    assert_int_equal(unix_socket_listen(&made, "test", path, SOCK_STREAM, 600), -1);
    assert_int_equal(unix_socket_listen(&made, "test", path, SOCK_SEQPACKET, 600), -1);
    assert_true(unix_socket_is_served(path, SOCK_STREAM));
    close(fd);
    unix_socket_remove(&served);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", new_path());
    fd = socket(AF_UNIX, SOCK_DGRAM, 0); /* somebody's, of a type that nobody connects to as a stream */
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(unix_socket_listen(&made, "test", path, SOCK_STREAM, 600), -1);
    assert_int_equal(lstat(path, &file), 0);
    close(fd);
    unlink(path);
    /* a plain file, a link to nothing, a pipe, a directory */
    for (int i = 0; i < 4; i++) {
        new_path();
        snprintf(target, sizeof target, "%s-none", path);
        if (i == 0) close(open(path, O_CREAT | O_WRONLY, 0600));
        assert_int_equal(i == 1   ? symlink(target, path)
                         : i == 2 ? mkfifo(path, 0600)
                         : i == 3 ? mkdir(path, 0700)
                                  : 0,
                         0);
        assert_int_equal(unix_socket_listen(&made, "test", path, SOCK_STREAM, 600), -1);
        assert_null(made.path);
        assert_int_equal(lstat(path, &file), 0);
        assert_int_equal(i == 3 ? rmdir(path) : unlink(path), 0);
    }
}

/* A daemon that stands still, and has as many clients waiting as it may, holds nobody who asks whether it is there. */
static void a_full_backlog_is_somebody(void **state) {
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    unix_socket made;
    int waiting[8], fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", new_path());
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 0), 0);
    for (size_t i = 0; i < 8; i++) {
        waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(waiting[i], (const struct sockaddr *)&address, sizeof address);
    }
    assert_true(unix_socket_is_served(path, SOCK_STREAM));
    assert_int_equal(unix_socket_listen(&made, "test", path, SOCK_STREAM, 600), -1);
    for (size_t i = 0; i < 8; i++) close(waiting[i]);
    close(fd);
    unlink(path);
}

static void the_user_at_the_other_end_is_told(void **state) {
    (void)state;
    int ends[2];
    uid_t user = (uid_t)-1;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    assert_true(unix_socket_user(ends[0], &user));
    assert_int_equal(user, geteuid());
    close(ends[0]);
    close(ends[1]);
    assert_false(unix_socket_user(-1, &user));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_served_while_somebody_listens),
        cmocka_unit_test(a_socket_has_its_mode_and_goes_with_its_maker),
        cmocka_unit_test(what_a_daemon_before_left_is_replaced),
        cmocka_unit_test(nothing_else_is_replaced),
        cmocka_unit_test(a_full_backlog_is_somebody),
        cmocka_unit_test(the_user_at_the_other_end_is_told),
    };
    return cmocka_run_group_tests_name("unix_socket", tests, NULL, NULL);
}
