/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zmq_frames: frames that are sent and received also when a call is interrupted. A message that stops halfway would be
 * taken for a whole one, and a REP socket whose answer is not sent takes no request again.
 */
#ifndef FILTERD_CORE_ZMQ_FRAMES_H
#define FILTERD_CORE_ZMQ_FRAMES_H

#include <errno.h>
#include <stdbool.h>
#include <zmq.h>

static inline bool zmq_frames_send(zmq_msg_t *frame, void *socket, int flags) {
    int sent;
    do sent = zmq_msg_send(frame, socket, flags);
    while (sent < 0 && zmq_errno() == EINTR);
    return sent >= 0;
}

static inline bool zmq_frames_send_bytes(void *socket, const void *bytes, size_t size, int flags) {
    int sent;
    do sent = zmq_send(socket, bytes, size, flags);
    while (sent < 0 && zmq_errno() == EINTR);
    return sent >= 0;
}

static inline bool zmq_frames_receive(zmq_msg_t *frame, void *socket, int flags) {
    int received;
    do received = zmq_msg_recv(frame, socket, flags);
    while (received < 0 && zmq_errno() == EINTR);
    return received >= 0;
}

#endif
