/* SPDX-License-Identifier: Apache-2.0 */
#include "core/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41 /* newer C libraries name their memory */
#endif

/* Seen in a traced run of the end-to-end tests, and what the C library, libzmq and PCRE2 use for the same work on other
 * kernels and processors. mmap and mprotect are not narrowed: PCRE2's JIT makes memory that it writes and runs. */
static const int allowed[] = {
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(membarrier),
    SCMP_SYS(memfd_create),
    SCMP_SYS(mlock),
    SCMP_SYS(mmap),
    SCMP_SYS(mmap2),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(munlock),
    SCMP_SYS(munmap),
    SCMP_SYS(getrandom),
    /* threads, signals, time */
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(futex),
    SCMP_SYS(getcpu),
    SCMP_SYS(gettid),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_get_priority_max), /* these and the next, but for yield: libzmq, as each of its threads starts */
    SCMP_SYS(sched_get_priority_min),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_yield),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(time),
    /* who we are */
    SCMP_SYS(getegid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(getrusage),
    SCMP_SYS(getuid),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    /* files: Landlock says which */
    SCMP_SYS(access),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(fcntl),
    SCMP_SYS(fcntl64),
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(fstatat64),
    SCMP_SYS(fsync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(getcwd),
    SCMP_SYS(getdents64),
    SCMP_SYS(inotify_add_watch),
    SCMP_SYS(inotify_rm_watch),
    SCMP_SYS(lseek),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(pread64),
    SCMP_SYS(read),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(readv),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(stat),
    SCMP_SYS(statx),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    /* sockets that are open */
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(getpeername),
    SCMP_SYS(getsockname),
    SCMP_SYS(getsockopt),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(setsockopt),
    SCMP_SYS(shutdown),
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    /* The leak check at the end stops all threads from a process of its own, and reads /proc. */
    SCMP_SYS(clone),
    SCMP_SYS(getdents),
    SCMP_SYS(kill),
    SCMP_SYS(pipe2),
    SCMP_SYS(prctl),
    SCMP_SYS(ptrace),
    SCMP_SYS(setrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(tgkill),
    SCMP_SYS(wait4),
#endif
};

/* A thread of this process, in its namespaces. */
#define CLONE_BITS                                                                                                     \
    (CLONE_THREAD | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |          \
     CLONE_NEWCGROUP)

static int allow_if(scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t is) {
    const struct scmp_arg_cmp equal = {argument, SCMP_CMP_EQ, is, 0};
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, equal);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static int allow_threads(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp flags = {0, SCMP_CMP_MASKED_EQ, CLONE_BITS, CLONE_THREAD};
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, flags);
}
#endif

static int narrow(scmp_filter_ctx filter) {
    int status = 0;
    /* The flags of clone3 are in memory, where no filter can read them: the C library then takes clone. */
    status = status ? status : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    status = status ? status : allow_threads(filter);
    status = status ? status : allow_if(filter, SCMP_SYS(tgkill), 0, (scmp_datum_t)getpid());
    status = status ? status : allow_if(filter, SCMP_SYS(prctl), 0, PR_SET_NAME);
    status = status ? status : allow_if(filter, SCMP_SYS(prctl), 0, PR_SET_VMA);
#endif
    /* sd_notify sends from a socket of its own. */
    status = status ? status : allow_if(filter, SCMP_SYS(socket), 0, AF_UNIX);
    status = status ? status : allow_if(filter, SCMP_SYS(ioctl), 1, TCGETS);
    status = status ? status : allow_if(filter, SCMP_SYS(ioctl), 1, FIONREAD);
    status = status ? status : allow_if(filter, SCMP_SYS(ioctl), 1, FIONBIO);
    /* getnameinfo, which libzmq asks for each peer: the interface of a link-local address. */
    return status ? status : allow_if(filter, SCMP_SYS(ioctl), 1, SIOCGIFNAME);
}

/* An address is in memory, where no filter can read it: Landlock says to which port. */
static int allow_connections(scmp_filter_ctx filter, syscall_filter_peer peer) {
    int status = peer == SYSCALL_FILTER_NO_PEER ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0);
    if (peer != SYSCALL_FILTER_TCP_PEER) return status;
    status = status ? status : allow_if(filter, SCMP_SYS(socket), 0, AF_INET);
    return status ? status : allow_if(filter, SCMP_SYS(socket), 0, AF_INET6);
}

int syscall_filter_enforce(syscall_filter_peer peer) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return ENOMEM;
    int status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); /* threads that are there, too */
    for (size_t i = 0; !status && i < sizeof allowed / sizeof *allowed; i++) {
        status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    }
    if (!status) status = narrow(filter);
    if (!status) status = allow_connections(filter, peer);
    if (!status) status = seccomp_load(filter);
    seccomp_release(filter);
    return status < 0 ? -status : status;
}
