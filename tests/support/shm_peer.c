/* SPDX-License-Identifier: Apache-2.0 */
#include "shm_peer.h"

#include "support.h"

#include <unistd.h>

shm_shared *shm_peer_shared(daemon_parts *d) {
    static shm_shared shared;
    static shm_place places[1];
    shared = (shm_shared){.config = &d->config, .store = &d->store, .common = &d->common, .places = places};
    places[0].connection = -1;
    pthread_mutex_init(&shared.lock, NULL);
    pthread_cond_init(&shared.left, NULL);
    return &shared;
}

shm_session *shm_peer_session(shm_shared *shared, int *peer) {
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    *peer = ends[1];
    shared->places[0].connection = ends[0];
    shared->count = 1;
    shm_session *s = shm_session_new(shared, 0, ends[0]);
    assert_non_null(s);
    return s;
}

bool shm_peer_receive(int peer, ring_hello_reply *reply, int files[RING_FD_COUNT]) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int) * RING_FD_COUNT)];
    } rights;
    struct iovec data = {reply, sizeof *reply};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof rights.bytes};
    for (int i = 0; i < RING_FD_COUNT; i++) files[i] = -1;
    if (recvmsg(peer, &message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof *reply) return false;
    struct cmsghdr *h = CMSG_FIRSTHDR(&message);
    if (h) memcpy(files, CMSG_DATA(h), sizeof(int) * RING_FD_COUNT);
    return true;
}
