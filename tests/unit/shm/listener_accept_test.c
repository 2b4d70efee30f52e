/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static int failing_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags);

static bool threads_are_out;

static int scarce_thread(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg) {
    return threads_are_out ? EAGAIN : pthread_create(thread, attributes, start, arg);
}

/* The listener's own source, with an accept4 that fails as the tests say, and threads that are out. */
#define accept4 failing_accept4
#define pthread_create scarce_thread
#include "../../../filterd/shm/listener.c"
#undef accept4
#undef pthread_create

enum { ERRORS_MAX = 8 };
static int errors[ERRORS_MAX + 1]; /* ends with 0: then the daemon stops */
static size_t calls;
static shm_listener subject;

static int failing_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
    (void)fd;
    (void)address;
    (void)size;
    (void)flags;
    errno = errors[calls++];
    if (!errno) atomic_store(&subject.shared.stopping, true);
    return -1;
}

static size_t count(const char *text, const char *word) {
    size_t found = 0;
    for (; (text = strstr(text, word)) != NULL; text++) found++;
    return found;
}

static void an_error_is_logged_once_and_ends_the_thread_only_when_nobody_can_connect_again(void **state) {
    (void)state;
    static const struct {
        int errors[ERRORS_MAX];
        size_t calls, warnings, fatal;
        const char *why;
    } cases[] = {
        {{0}, 1, 0, 0, "a stop"},
        {{EINTR, ECONNABORTED, EINTR}, 4, 0, 0, "of one connection"},
        {{EMFILE, EMFILE, EMFILE}, 4, 1, 0, "descriptors are out"},
        {{EPERM, EPROTO, ENOMEM}, 4, 3, 0, "what passes: the thread ended without a word before"},
        {{ENOTSOCK, EMFILE}, 1, 0, 1, "no socket any more"},
        {{EPERM, EBADF}, 2, 1, 1, "one after the other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[4096];
        int pipes[2], old = dup(STDERR_FILENO);
        memcpy(errors, cases[i].errors, sizeof cases[i].errors);
        calls = 0;
        atomic_store(&subject.shared.stopping, false);
        assert_int_equal(pipe(pipes), 0);
        dup2(pipes[1], STDERR_FILENO);
        accept_clients(&subject);
        dup2(old, STDERR_FILENO);
        close(pipes[1]);
        ssize_t size = read(pipes[0], out, sizeof out - 1);
        out[size > 0 ? size : 0] = '\0';
        close(pipes[0]);
        close(old);
        if (calls != cases[i].calls || count(out, "cannot be accepted") != cases[i].warnings ||
            count(out, "no more clients are accepted") != cases[i].fatal)
            fail_msg("%s: %zu calls\n%s", cases[i].why, calls, out);
    }
}

static void a_client_for_whom_there_is_no_thread_is_told_why(void **state) {
    (void)state;
    static config limits = {.shm_sessions = 1, .shm_sessions_per_user = 1};
    shm_place places[1] = {{.connection = -1}};
    int ends[2];
    ring_hello_reply reply = {.magic = 0};
    subject.shared = (shm_shared){.config = &limits, .places = places};
    pthread_mutex_init(&subject.shared.lock, NULL);
    pthread_cond_init(&subject.shared.left, NULL);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    threads_are_out = true;
    accept_session(&subject.shared, ends[0]);
    threads_are_out = false;
    assert_int_equal(recv(ends[1], &reply, sizeof reply, MSG_DONTWAIT), sizeof reply);
    assert_non_null(strstr(reply.rejected, "thread"));
    assert_int_equal(recv(ends[1], &reply, sizeof reply, 0), 0); /* closed, and the place is free again */
    assert_int_equal(places[0].connection, -1);
    assert_int_equal(subject.shared.rejected, 1);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_for_whom_there_is_no_thread_is_told_why),
        cmocka_unit_test(an_error_is_logged_once_and_ends_the_thread_only_when_nobody_can_connect_again)};
    return cmocka_run_group_tests_name("listener_accept", tests, NULL, NULL);
}
