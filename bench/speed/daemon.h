/* SPDX-License-Identifier: Apache-2.0 */
/* daemon: a filterd for one section of the bench, with sockets in a folder of its own. */
#ifndef BENCH_SPEED_DAEMON_H
#define BENCH_SPEED_DAEMON_H

#include "bench.h"

#include <sys/types.h>

typedef struct daemon_process {
    char folder[40], socket[64]; /* of ZeroMQ; the one for shared memory is named the same and ends in .shm */
    pid_t pid;
} daemon_process;

/* Starts it and waits until it listens. False, with a message, where it does not start. */
bool daemon_start(daemon_process *d, const bench *b);
void daemon_stop(daemon_process *d);

/* A socket that is connected to `path`. */
void *daemon_connect(void *context, const char *path);

/* A request over ZeroMQ, with its header in JSON, and its reply, of which only the frames are taken. */
void daemon_send(void *socket, const char *json, const char *text, size_t size);
void daemon_receive(void *socket);

/* Seconds below which `share` of the times are, in microseconds: a figure of five parts of the time that all took. */
figure daemon_percentile(const double *seconds, size_t count, double share);

#endif
