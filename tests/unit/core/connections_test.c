/* SPDX-License-Identifier: Apache-2.0 */
#include "core/connections.h"

#include "files.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const zmtp_limits message = {.frames = 3, .bytes = 100, .untaken_frames = 6, .untaken_bytes = 200};

/* A greeting, and a hand-shake of one command. */
static const char greeting[66] = {(char)0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, [64] = 4, [65] = 0};

static struct sockaddr_un address_of(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", files_path(name));
    return address;
}

static int listen_at(const char *name, int type) {
    const struct sockaddr_un address = address_of(name);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 100), 0);
    return fd;
}

static int connect_to(const char *name, int type) {
    const struct sockaddr_un address = address_of(name);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int take(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

static int64_t status_of(const char *key) {
    json_t *status = connections_status();
    int64_t value = json_integer_value(json_object_get(status, key));
    json_decref(status);
    return value;
}

/* The peer of a connection that was ended reads its end. */
static bool is_ended(int fd) {
    char byte;
    return read(fd, &byte, 1) <= 0;
}

static void so_many_are_taken_and_the_next_one_when_one_left(void **state) {
    (void)state;
    int listener = listen_at("a", SOCK_STREAM), peers[3], taken[3];
    int64_t before = status_of("rejected");
    connections_limit(2, 0, &message);
    for (int i = 0; i < 3; i++) peers[i] = connect_to("a", SOCK_STREAM);
    for (int i = 0; i < 2; i++) assert_true((taken[i] = take(listener)) >= 0);
    assert_int_equal(take(listener), -1);
    assert_int_equal(errno, EAGAIN);
    assert_true(is_ended(peers[2]));
    assert_int_equal(status_of("open"), 2);
    assert_int_equal(status_of("rejected"), before + 1);
    close(taken[0]);
    close(peers[2]);
    peers[2] = connect_to("a", SOCK_STREAM);
    assert_true((taken[0] = take(listener)) >= 0);
    for (int i = 0; i < 3; i++) close(peers[i]);
    for (int i = 0; i < 2; i++) close(taken[i]);
    close(listener);
    assert_int_equal(status_of("open"), 0);
}

static void the_operator_and_shared_memory_are_let_in(void **state) {
    (void)state;
    int full = listen_at("b", SOCK_STREAM), control = listen_at("c", SOCK_STREAM), shm = listen_at("d", SOCK_SEQPACKET);
    int taken[3],
        peers[3] = {connect_to("b", SOCK_STREAM), connect_to("c", SOCK_STREAM), connect_to("d", SOCK_SEQPACKET)};
    connections_limit(1, 0, &message);
    connections_prefer(control);
    assert_true((taken[0] = take(full)) >= 0);
    assert_true((taken[1] = take(control)) >= 0);
    assert_true((taken[2] = take(shm)) >= 0);
    assert_int_equal(status_of("open"), 2);
    for (int i = 0; i < 3; i++) {
        close(peers[i]);
        close(taken[i]);
    }
    close(full);
    close(control);
    close(shm);
}

static void without_descriptors_a_connection_is_ended_and_nothing_else_happens(void **state) {
    (void)state;
    int listener = listen_at("e", SOCK_STREAM), peer = connect_to("e", SOCK_STREAM);
    struct rlimit before, few;
    connections_limit(100, 0, &message);
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    getrlimit(RLIMIT_NOFILE, &before);
    few = (struct rlimit){(rlim_t)next, before.rlim_max};
    close(next);
    int filled = open("/dev/null", O_RDONLY | O_CLOEXEC); /* the lowest, and there may be others below the limit */
    setrlimit(RLIMIT_NOFILE, &few);
    for (int fd; (fd = dup(filled)) >= 0;) continue;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(take(listener), -1);
        assert_int_equal(errno, EAGAIN);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    assert_true(is_ended(peer));
    close(peer);
    close(filled);
    close(listener);
}

static void a_message_that_is_too_large_ends_its_connection(void **state) {
    (void)state;
    int listener = listen_at("f", SOCK_STREAM);
    connections_limit(100, 0, &message);
    for (int frames = 3; frames <= 4; frames++) {
        char bytes[100];
        int peer = connect_to("f", SOCK_STREAM), taken = take(listener);
        int64_t before = status_of("cut_off");
        assert_int_equal(write(peer, greeting, sizeof greeting), sizeof greeting);
        for (int i = 1; i < frames; i++) assert_int_equal(write(peer, "\1\1x", 3), 3);
        assert_int_equal(write(peer, "\0\1x", 3), 3);
        assert_int_equal(recv(taken, bytes, sizeof bytes, 0) > 0, frames == 3);
        assert_int_equal(status_of("cut_off"), before + (frames == 4));
        close(peer);
        close(taken);
    }
    close(listener);
}

static void what_is_taken_makes_room(void **state) {
    (void)state;
    char bytes[200];
    int listener = listen_at("g", SOCK_STREAM);
    connections_limit(100, 0, &message);
    int peer = connect_to("g", SOCK_STREAM), taken = take(listener);
    assert_int_equal(write(peer, greeting, sizeof greeting), sizeof greeting);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(write(peer, "\0\1x\0\1x", 6), 6);
        assert_true(recv(taken, bytes, sizeof bytes, 0) > 0);
        if (i % 3 == 2) connections_taken(taken);
    }
    for (int i = 0; i < 3; i++) assert_int_equal(write(peer, "\0\1x\0\1x", 6), 6);
    assert_true(recv(taken, bytes, sizeof bytes, 0) > 0);
    assert_int_equal(write(peer, "\0\1x", 3), 3);
    assert_int_equal(recv(taken, bytes, sizeof bytes, 0), 0);
    connections_taken(-1);
    close(peer);
    close(taken);
    close(listener);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_taken_and_the_next_one_when_one_left),
        cmocka_unit_test(the_operator_and_shared_memory_are_let_in),
        cmocka_unit_test(a_message_that_is_too_large_ends_its_connection),
        cmocka_unit_test(what_is_taken_makes_room),
        cmocka_unit_test(without_descriptors_a_connection_is_ended_and_nothing_else_happens),
    };
    return cmocka_run_group_tests_name("connections", tests, files_set_up, files_tear_down);
}
