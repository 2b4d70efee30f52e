/* SPDX-License-Identifier: Apache-2.0 */
#include "core/syscall_filter.h"

#include "child.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER true /* which may do more: see the list */
#else
#define HAS_SANITIZER false
#endif

static syscall_filter_peer peer = SYSCALL_FILTER_NO_PEER;

static bool enter(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall_filter_enforce(peer) == 0;
}

static int read_a_file(void) {
    return child_failure(open("/dev/null", O_RDONLY) >= 0);
}

static int get_random_bytes(void) {
    char byte;
    return child_failure(getrandom(&byte, 1, 0) == 1);
}

static int make_a_datagram_socket(void) {
    return child_failure(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0);
}

static int make_code_in_memory(void) {
    return child_failure(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                         MAP_FAILED);
}

static void *nothing(void *arg) {
    return arg;
}

static int start_a_thread(void) {
    pthread_t thread;
    errno = pthread_create(&thread, NULL, nothing, NULL);
    return child_failure(errno == 0 && pthread_join(thread, NULL) == 0);
}

static int name_an_interface(void) { /* as libzmq does for a peer with a link-local address */
    char name[IF_NAMESIZE];
    return child_failure(if_indextoname(1, name) != NULL);
}

static int start_a_program(void) {
    return child_failure(execl("/bin/true", "true", (char *)NULL) == 0);
}

static int start_a_process(void) {
    return child_failure(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
}

static int start_by_flags_in_memory(void) {
    return child_failure(syscall(SYS_clone3, NULL, 0) >= 0);
}

static int trace_another(void) {
    return child_failure(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static int read_memory_of_another(void) {
    return child_failure(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0) >= 0);
}

static int signal_another(void) {
    return child_failure(kill(getppid(), 0) == 0);
}

static int signal_a_thread_of_another(void) {
    return child_failure(syscall(SYS_tgkill, getppid(), getppid(), 0) == 0);
}

static int mount_something(void) {
    return child_failure(mount("none", "/mnt", "tmpfs", 0, NULL) == 0);
}

static int make_a_namespace(void) {
    return child_failure(unshare(CLONE_NEWUSER) == 0);
}

static int make_a_packet_socket(void) {
    return child_failure(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

static int make_an_internet_socket(void) {
    return child_failure(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int connect_somewhere(void) {
    const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    return child_failure(connect(0, (const struct sockaddr *)&to, sizeof to) == 0);
}

static int load_a_bpf_program(void) {
    return child_failure(syscall(SYS_bpf, 0, NULL, 0) >= 0);
}

static int become_another_user(void) {
    return child_failure(setuid(getuid()) == 0);
}

static int become_dumpable(void) {
    return child_failure(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
}

static int change_a_mode(void) {
    return child_failure(chmod("/nowhere", 0777) == 0);
}

static void what_a_running_daemon_does_not_do_ends_the_process(void **state) {
    (void)state;
    static const struct {
        const char *what;
        int (*attempt)(void);
        int outcome;
        bool is_of_sanitizers; /* they may */
    } cases[] = {
        {"read a file", read_a_file, 0, false},
        {"get random bytes", get_random_bytes, 0, false},
        {"make a socket for sd_notify", make_a_datagram_socket, 0, false},
        {"make code in memory, as PCRE2's JIT does", make_code_in_memory, 0, false},
        {"start a thread", start_a_thread, 0, false},
        {"name an interface", name_an_interface, 0, false},
        {"start a program", start_a_program, CHILD_KILLED, false},
        {"start a process", start_a_process, CHILD_KILLED, true},
        {"start by flags that no filter can read", start_by_flags_in_memory, ENOSYS, false},
        {"trace another", trace_another, CHILD_KILLED, true},
        {"read memory of another", read_memory_of_another, CHILD_KILLED, false},
        {"signal another", signal_another, CHILD_KILLED, true},
        {"signal a thread of another", signal_a_thread_of_another, CHILD_KILLED, true},
        {"mount", mount_something, CHILD_KILLED, false},
        {"make a namespace", make_a_namespace, CHILD_KILLED, false},
        {"make a packet socket", make_a_packet_socket, CHILD_KILLED, false},
        {"make an internet socket", make_an_internet_socket, CHILD_KILLED, false},
        {"connect", connect_somewhere, CHILD_KILLED, false},
        {"load a BPF program", load_a_bpf_program, CHILD_KILLED, false},
        {"become another user", become_another_user, CHILD_KILLED, false},
        {"become dumpable", become_dumpable, CHILD_KILLED, true},
        {"change a mode", change_a_mode, CHILD_KILLED, false},
    };
    if (child_outcome(enter, get_random_bytes) == CHILD_OUTSIDE) {
        puts("this kernel or container allows no filters: skipped");
        skip();
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (HAS_SANITIZER && cases[i].is_of_sanitizers) continue;
        int got = child_outcome(enter, cases[i].attempt);
        if (got != cases[i].outcome) fail_msg("%s: %d", cases[i].what, got);
    }
}

static void who_has_a_peer_connects(void **state) {
    (void)state;
    static const struct {
        syscall_filter_peer peer;
        int (*attempt)(void);
        int outcome;
    } cases[] = {
        {SYSCALL_FILTER_UNIX_PEER, connect_somewhere, ENOTSOCK},
        {SYSCALL_FILTER_UNIX_PEER, make_an_internet_socket, CHILD_KILLED},
        {SYSCALL_FILTER_UNIX_PEER, make_a_packet_socket, CHILD_KILLED},
        {SYSCALL_FILTER_TCP_PEER, connect_somewhere, ENOTSOCK},
        {SYSCALL_FILTER_TCP_PEER, make_an_internet_socket, 0},
        {SYSCALL_FILTER_TCP_PEER, make_a_packet_socket, CHILD_KILLED},
        {SYSCALL_FILTER_TCP_PEER, start_a_program, CHILD_KILLED},
    };
    if (child_outcome(enter, get_random_bytes) == CHILD_OUTSIDE) skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        peer = cases[i].peer;
        int got = child_outcome(enter, cases[i].attempt);
        peer = SYSCALL_FILTER_NO_PEER;
        if (got != cases[i].outcome) fail_msg("case %zu: %d", i, got);
    }
}

static pthread_barrier_t sealed;

static void *connect_later(void *arg) {
    pthread_barrier_wait(&sealed);
    connect_somewhere();
    return arg;
}

static int seal_while_a_thread_runs(void) {
    pthread_t thread;
    pthread_barrier_init(&sealed, NULL, 2);
    if (pthread_create(&thread, NULL, connect_later, NULL) != 0 || !enter()) return CHILD_OUTSIDE;
    pthread_barrier_wait(&sealed);
    pthread_join(thread, NULL);
    return 0;
}

static bool stay_outside(void) {
    return true;
}

static void threads_that_run_are_bound_too(void **state) {
    (void)state;
    int got = child_outcome(stay_outside, seal_while_a_thread_runs);
    if (got == CHILD_OUTSIDE) skip();
    assert_int_equal(got, CHILD_KILLED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_running_daemon_does_not_do_ends_the_process),
        cmocka_unit_test(who_has_a_peer_connects),
        cmocka_unit_test(threads_that_run_are_bound_too),
    };
    return cmocka_run_group_tests_name("syscall_filter", tests, NULL, NULL);
}
