/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls: a library for LD_PRELOAD that lets one call of a program fail, once.
 *
 *   FAULT=mmap:3:12    the third call of mmap fails with errno 12
 *   FAULT_COUNTS=FILE  at the end of the program: how many calls of each name there were, a line for each
 *
 * Calls that libc makes itself do not come by here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

typedef struct call {
    const char *name;
    _Atomic(void *) real;
    atomic_ulong count;
} call;

enum {
    READ,
    WRITE,
    MMAP,
    OPEN,
    OPENAT,
    SOCKET,
    BIND,
    LISTEN,
    ACCEPT4,
    RECV,
    RECVMSG,
    SEND,
    SENDMSG,
    POLL,
    EPOLL_WAIT,
    EVENTFD,
    SIGNALFD,
    MEMFD_CREATE,
    FTRUNCATE,
    FCNTL,
    PTHREAD_CREATE,
    CALL_COUNT
};

static call calls[CALL_COUNT] = {{.name = "read"},      {.name = "write"},    {.name = "mmap"},
                                 {.name = "open"},      {.name = "openat"},   {.name = "socket"},
                                 {.name = "bind"},      {.name = "listen"},   {.name = "accept4"},
                                 {.name = "recv"},      {.name = "recvmsg"},  {.name = "send"},
                                 {.name = "sendmsg"},   {.name = "poll"},     {.name = "epoll_wait"},
                                 {.name = "eventfd"},   {.name = "signalfd"}, {.name = "memfd_create"},
                                 {.name = "ftruncate"}, {.name = "fcntl"},    {.name = "pthread_create"}};

static void *real(int which) {
    void *function = atomic_load(&calls[which].real);
    if (function) return function;
    function = dlsym(RTLD_NEXT, calls[which].name);
    atomic_store(&calls[which].real, function);
    return function;
}

/* Does this call fail? errno is set then. */
static bool fails(int which) {
    unsigned long number = atomic_fetch_add(&calls[which].count, 1) + 1;
    const char *fault = getenv("FAULT"), *name = calls[which].name;
    size_t size = strlen(name);
    char *error;
    if (!fault || strncmp(fault, name, size) != 0 || fault[size] != ':') return false;
    if (strtoul(fault + size + 1, &error, 10) != number) return false;
    errno = atoi(error + 1);
    return true;
}

static FILE *counts; /* opened before the program gives up the right to */

__attribute__((constructor)) static void open_counts(void) {
    const char *path = getenv("FAULT_COUNTS");
    counts = path ? fopen(path, "we") : NULL;
}

__attribute__((destructor)) static void write_counts(void) {
    for (int i = 0; counts && i < CALL_COUNT; i++) fprintf(counts, "%s %lu\n", calls[i].name, calls[i].count);
    if (counts) fclose(counts);
}

/* A function that fails by giving `failed`, or does what the real one does. */
#define CALL(which, result, failed, name, parameters, arguments)                                                       \
    EXPORTED result name parameters {                                                                                  \
        typedef result function parameters;                                                                            \
        if (fails(which)) return failed;                                                                               \
        return ((function *)real(which))arguments;                                                                     \
    }

CALL(READ, ssize_t, -1, read, (int fd, void *bytes, size_t size), (fd, bytes, size))
CALL(WRITE, ssize_t, -1, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
CALL(MMAP, void *, MAP_FAILED, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))
CALL(SOCKET, int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
CALL(BIND, int, -1, bind, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size))
CALL(LISTEN, int, -1, listen, (int fd, int backlog), (fd, backlog))
CALL(ACCEPT4, int, -1, accept4, (int fd, struct sockaddr *address, socklen_t *size, int flags),
     (fd, address, size, flags))
CALL(RECV, ssize_t, -1, recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
CALL(RECVMSG, ssize_t, -1, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
CALL(SEND, ssize_t, -1, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
CALL(SENDMSG, ssize_t, -1, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
CALL(POLL, int, -1, poll, (struct pollfd * items, nfds_t count, int timeout), (items, count, timeout))
CALL(EPOLL_WAIT, int, -1, epoll_wait, (int fd, struct epoll_event *events, int count, int timeout),
     (fd, events, count, timeout))
CALL(EVENTFD, int, -1, eventfd, (unsigned value, int flags), (value, flags))
CALL(SIGNALFD, int, -1, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))
CALL(MEMFD_CREATE, int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))
CALL(FTRUNCATE, int, -1, ftruncate, (int fd, off_t size), (fd, size))
CALL(PTHREAD_CREATE, int, errno, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg),
     (thread, attributes, start, arg))

/* Those that take what they need: a word is there for each. */
EXPORTED int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails(OPEN) ? -1 : ((int (*)(const char *, int, ...))real(OPEN))(path, flags, mode);
}

EXPORTED int openat(int directory, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails(OPENAT) ? -1 : ((int (*)(int, const char *, int, ...))real(OPENAT))(directory, path, flags, mode);
}

EXPORTED int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return fails(FCNTL) ? -1 : ((int (*)(int, int, ...))real(FCNTL))(fd, command, argument);
}
