/* SPDX-License-Identifier: Apache-2.0 */
#include "core/connections.h"

#include "core/clock.h"
#include "core/log.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))
#define DESCRIPTORS 65536 /* above, no connection is taken */

/* By descriptor. A stream is touched by the thread that reads the connection alone. */
typedef struct connection {
    atomic_bool is_watched;
    atomic_bool is_preferred; /* of a listener */
    atomic_bool was_taken; /* a message, since the stream was looked at last */
    zmtp_stream stream;
} connection;

static connection connections[DESCRIPTORS];
static size_t limit;
static zmtp_limits message_limits;
static atomic_size_t open_count;
static atomic_uint_fast64_t rejected, cut_off;
static _Atomic int64_t quiet_until;
static atomic_int spare = -1; /* given up to accept and end a connection for which there is no descriptor */

static int (*real_accept4)(int, struct sockaddr *, socklen_t *, int);
static ssize_t (*real_recv)(int, void *, size_t, int);
static int (*real_close)(int);

/* The first call comes from the constructor of some library, before there are threads. */
static void find_real(void) {
    if (real_close) return;
#ifdef __SANITIZE_THREAD__
    /* ThreadSanitizer does not see libzmq's locks: what it does with buffers is not to be looked at. */
    void *next = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
#else
    void *next = RTLD_NEXT;
#endif
    *(void **)&real_accept4 = dlsym(next, "accept4");
    *(void **)&real_recv = dlsym(next, "recv");
    *(void **)&real_close = dlsym(RTLD_NEXT, "close");
}

static connection *of(int fd) {
    return fd >= 0 && fd < DESCRIPTORS ? &connections[fd] : NULL;
}

/* Once a second at most: a flood must not fill the log. */
static bool is_time_to_log(void) {
    int64_t now = clock_now_ms(), until = atomic_load(&quiet_until);
    return now >= until && atomic_compare_exchange_strong(&quiet_until, &until, now + 1000);
}

void connections_limit(size_t most, size_t reserve, const zmtp_limits *message) {
    struct rlimit files;
    bool is_few = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < DESCRIPTORS;
    size_t allowed = is_few ? files.rlim_cur : DESCRIPTORS;
    size_t possible = allowed > 2 * reserve ? allowed - reserve : allowed / 2;
    message_limits = *message;
    limit = most < possible ? most : possible;
    if (limit < most)
        log_warning("limits: connections: %zu instead of %zu, because %zu descriptors are allowed; raise LimitNOFILE, "
                    "or ulimit -n",
                    limit, most, allowed);
    atomic_store(&spare, eventfd(0, EFD_CLOEXEC));
}

void connections_prefer(int listener) {
    connection *c = of(listener);
    if (c) atomic_store(&c->is_preferred, true);
}

void connections_taken(int fd) {
    connection *c = of(fd);
    if (c) atomic_store_explicit(&c->was_taken, true, memory_order_relaxed);
}

json_t *connections_status(void) {
    return json_pack("{s:I, s:I, s:I}", "open", (json_int_t)atomic_load(&open_count), "rejected",
                     (json_int_t)atomic_load(&rejected), "cut_off", (json_int_t)atomic_load(&cut_off));
}

static void reject(const char *why) {
    atomic_fetch_add(&rejected, 1);
    if (is_time_to_log()) log_warning("connections: one is rejected: %s", why);
}

/* Without a descriptor the peer would wait in the queue of the listener, and libzmq end the process. */
static void reject_without_descriptor(int listener) {
    int last = atomic_exchange(&spare, -1);
    if (last < 0) return;
    real_close(last);
    int fd = real_accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) real_close(fd);
    atomic_store(&spare, eventfd(0, EFD_CLOEXEC));
    reject("no descriptor is left; raise LimitNOFILE, or ulimit -n");
}

static int option_of(int fd, int option) {
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

/* Others than those of this host get three quarters of the places: anyone may connect there, before he shows a key. */
static bool has_place(int listener) {
    const connection *from = of(listener);
    size_t places = option_of(listener, SO_DOMAIN) == AF_UNIX ? limit : limit - limit / 4;
    return (from && atomic_load(&from->is_preferred)) || atomic_load(&open_count) < places;
}

static int watch(int listener, int fd) {
    connection *c = of(fd);
    if (!c || !has_place(listener)) {
        real_close(fd);
        reject("there are as many as limits.connections allows");
        errno = EAGAIN;
        return -1;
    }
    c->stream = (zmtp_stream){.greeted = 0};
    atomic_store(&c->is_watched, true);
    atomic_fetch_add(&open_count, 1);
    if (atomic_load(&spare) < 0) atomic_store(&spare, eventfd(0, EFD_CLOEXEC));
    return fd;
}

EXPORTED int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags) {
    find_real();
    int fd = real_accept4(listener, address, size, flags);
    if (!limit || option_of(listener, SO_TYPE) != SOCK_STREAM) return fd;
    if (fd >= 0) return watch(listener, fd);
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        reject_without_descriptor(listener);
        errno = EAGAIN; /* the others of these end the process in libzmq */
    }
    return fd;
}

EXPORTED ssize_t recv(int fd, void *bytes, size_t size, int flags) {
    find_real();
    ssize_t got = real_recv(fd, bytes, size, flags);
    connection *c = of(fd);
    if (got <= 0 || !c || !atomic_load_explicit(&c->is_watched, memory_order_relaxed)) return got;
    if (atomic_exchange_explicit(&c->was_taken, false, memory_order_relaxed)) zmtp_taken(&c->stream);
    if (zmtp_follow(&c->stream, bytes, (size_t)got, &message_limits)) return got;
    atomic_fetch_add(&cut_off, 1);
    if (is_time_to_log())
        log_warning(
            "connections: one is cut off: its message exceeds limits.request_bytes or limits.segments by far, or "
            "it speaks no ZMTP 3");
    return 0; /* as if the peer had closed */
}

EXPORTED int close(int fd) {
    find_real();
    connection *c = of(fd);
    if (c && atomic_exchange(&c->is_watched, false)) atomic_fetch_sub(&open_count, 1);
    if (c) atomic_store(&c->is_preferred, false);
    return real_close(fd);
}
