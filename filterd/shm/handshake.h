/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake: how a client gets its buffers: it says hello (ring_hello), the daemon looks who it is, makes two sealed
 * memfds and sends their descriptors with its answer (ring_hello_reply), or the reason why not.
 */
#ifndef FILTERD_SHM_HANDSHAKE_H
#define FILTERD_SHM_HANDSHAKE_H

#include "shm/session.h"

/* Waits for the hello and makes the buffers. NULL when the client may have them; else why not, "" when it went away. */
const char *shm_handshake(shm_session *s);

/* Sends the buffers of the session, or the reason why it is rejected. False when the client is gone. */
bool shm_send_hello_reply(const shm_session *s, const char *rejected);

#endif
