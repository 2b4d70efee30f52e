/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shm_peer: the client's side of a session by hand, for tests that must do wrong what libfilter-client does right.
 */
#ifndef TESTS_SHM_PEER_H
#define TESTS_SHM_PEER_H

#include "daemon_parts.h"
#include "shm/session.h"

/* What a listener would own, with room for one session. The memory is static. */
shm_shared *shm_peer_shared(daemon_parts *d);

/* A session at one end of a socket pair; the other end is in *peer. */
shm_session *shm_peer_session(shm_shared *shared, int *peer);

/* What came back, with its descriptors, or -1. False when nothing did. */
bool shm_peer_receive(int peer, ring_hello_reply *reply, int files[RING_FD_COUNT]);

#endif
