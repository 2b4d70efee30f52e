/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/handshake.h"

#include "core/unix_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOTS_DEFAULT 256
#define SLOTS_MAX 4096
#define BYTES_DEFAULT ((uint32_t)4 << 20)
#define BYTES_MIN ((uint32_t)64 << 10)
#define HELLO_MS 2000 /* a client that has connected says hello within this time */

static int sealed_memory(const char *name, size_t bytes, int seals) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && (ftruncate(fd, (off_t)bytes) != 0 || fcntl(fd, F_ADD_SEALS, seals) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static uint32_t choose(uint32_t wanted, uint32_t least, uint32_t usual, size_t most) {
    uint32_t value = wanted ? wanted : usual;
    if (value < least) value = least;
    if (value > most) value = (uint32_t)most;
    return value;
}

/* Makes both buffers. The reply buffer is mapped before it is sealed against all later writers. */
static bool make_buffers(shm_session *s, const ring_hello *hello) {
    const config *c = s->shared->config;
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW;
    uint32_t wanted = choose(hello->slots, 1, SLOTS_DEFAULT, SLOTS_MAX);
    for (s->slots = 1; s->slots * 2 <= wanted;) s->slots *= 2;
    s->request_bytes = choose(hello->request_bytes, BYTES_MIN, BYTES_DEFAULT, c->shm_request_bytes) & ~UINT32_C(4095);
    s->reply_bytes = choose(hello->reply_bytes, BYTES_MIN, BYTES_DEFAULT, c->shm_reply_bytes) & ~UINT32_C(4095);
    size_t head = sizeof(ring_control) + 2 * s->slots * sizeof(ring_descriptor);
    uint32_t data_offset = (uint32_t)((head + 4095) & ~(size_t)4095);
    s->control_bytes = data_offset + s->request_bytes;
    s->files[RING_FD_REQUEST] = sealed_memory("filterd-requests", s->control_bytes, seals | F_SEAL_SEAL);
    s->files[RING_FD_REPLY] = sealed_memory("filterd-replies", s->reply_bytes, seals);
    for (int i = 0; i < RING_FD_COUNT; i++) {
        if (s->files[i] < 0) return false;
    }
    void *control = mmap(NULL, s->control_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->files[RING_FD_REQUEST], 0);
    void *replies = mmap(NULL, s->reply_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->files[RING_FD_REPLY], 0);
    if (control != MAP_FAILED) s->control = control;
    if (replies != MAP_FAILED) s->replies = replies;
    s->buffer.ends = calloc(s->slots, sizeof *s->buffer.ends);
    if (!s->control || !s->replies || !s->buffer.ends) return false;
    if (fcntl(s->files[RING_FD_REPLY], F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) != 0) return false;
    s->requests = (char *)s->control + data_offset;
    ring_control *k = s->control;
    k->magic = RING_MAGIC;
    k->version = RING_VERSION;
    k->slots = s->slots;
    k->data_offset = data_offset;
    k->request_bytes = s->request_bytes;
    k->reply_bytes = s->reply_bytes;
    atomic_store(&k->request_head, RING_FIRST);
    atomic_store(&k->request_tail, RING_FIRST);
    atomic_store(&k->reply_head, RING_FIRST);
    atomic_store(&k->reply_tail, RING_FIRST);
    s->in = ring_end_of(&k->request_tail, &k->request_head, k->descriptors, s->slots, RING_FIRST);
    s->out = ring_end_of(&k->reply_head, &k->reply_tail, k->descriptors + s->slots, s->slots, RING_FIRST);
    s->buffer.bytes = s->reply_bytes;
    s->buffer.slots = s->slots;
    s->buffer.released = RING_FIRST;
    return true;
}

bool shm_send_hello_reply(const shm_session *s, const char *rejected) {
    ring_hello_reply reply = {RING_MAGIC, RING_VERSION, s->slots, 0, s->request_bytes, s->reply_bytes, ""};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof s->files)];
    } rights = {.bytes = {0}};
    struct iovec data = {&reply, sizeof reply};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (rejected) {
        snprintf(reply.rejected, sizeof reply.rejected, "%s", rejected);
    } else {
        reply.data_offset = (uint32_t)(s->requests - (char *)s->control);
        message.msg_control = rights.bytes;
        message.msg_controllen = sizeof rights.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof s->files);
        memcpy(CMSG_DATA(c), s->files, sizeof s->files);
    }
    return sendmsg(s->connection, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof reply;
}

/* Only users that the configuration names; without names, whoever may open the socket. */
static bool may_connect(const config *c, int connection) {
    uid_t user;
    if (!unix_socket_user(connection, &user)) return false;
    if (c->shm_users.count == 0) return true;
    for (size_t i = 0; i < c->shm_users.count; i++) {
        if (strtoul(c->shm_users.items[i], NULL, 10) == user) return true;
    }
    return false;
}

const char *shm_handshake(shm_session *s) {
    ring_hello hello;
    struct pollfd item = {s->connection, POLLIN, 0};
    if (!may_connect(s->shared->config, s->connection)) return "this user may not connect; see 'shared_memory: users'";
    if (poll(&item, 1, HELLO_MS) != 1) return "timed out after 2000 ms without a hello";
    /* MSG_TRUNC: the size of what was sent, which must not be more. */
    ssize_t size = recv(s->connection, &hello, sizeof hello, MSG_DONTWAIT | MSG_TRUNC);
    if (size <= 0) return "";
    if (size != (ssize_t)sizeof hello || hello.magic != RING_MAGIC) return "not a hello of a client";
    if (hello.version != RING_VERSION) {
        snprintf(s->why_not, sizeof s->why_not,
                 "the daemon speaks version %u of the shared memory, the client version %u", RING_VERSION,
                 hello.version);
        return s->why_not;
    }
    worker_init(&s->worker, s->shared->config, s->shared->store, s->shared->common);
    if (!s->worker.scratch || !make_buffers(s, &hello)) return "the daemon is out of memory or file descriptors";
    return NULL;
}
