/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#define START_SECONDS 30
#define POLL_US 50000
#define PARTS 5

static bool wait_for(const daemon_process *d) {
    for (int i = 0; i < START_SECONDS * (1000000 / POLL_US); i++) {
        struct stat info;
        if (stat(d->socket, &info) == 0) return true;
        if (waitpid(d->pid, NULL, WNOHANG) == d->pid) return false;
        usleep(POLL_US);
    }
    return false;
}

bool daemon_start(daemon_process *d, const bench *b) {
    char endpoint[80];
    snprintf(d->folder, sizeof d->folder, "/tmp/filterd-bench-XXXXXX");
    if (!b->settings.filterd) {
        fprintf(stderr, "bench: this section needs --filterd PROGRAM\n");
        return false;
    }
    if (!mkdtemp(d->folder)) return false;
    snprintf(d->socket, sizeof d->socket, "%s/f.sock", d->folder);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", d->socket);
    report_progress("starting filterd");
    d->pid = fork();
    if (d->pid == 0) {
        execl(b->settings.filterd, b->settings.filterd, "--quiet", "--endpoint", endpoint, "--rules", b->settings.rules,
              (char *)NULL);
        _exit(127);
    }
    if (d->pid > 0 && wait_for(d)) return true;
    fprintf(stderr, "bench: %s does not start\n", b->settings.filterd);
    return false;
}

void daemon_stop(daemon_process *d) {
    kill(d->pid, SIGTERM);
    waitpid(d->pid, NULL, 0);
    unlink(d->socket);
    rmdir(d->folder);
}

void *daemon_connect(void *context, const char *path) {
    char endpoint[80];
    void *socket = zmq_socket(context, ZMQ_DEALER);
    snprintf(endpoint, sizeof endpoint, "ipc://%.70s", path);
    if (!socket || zmq_connect(socket, endpoint) != 0) exit(1);
    return socket;
}

void daemon_send(void *socket, const char *json, const char *text, size_t size) {
    zmq_send(socket, json, strlen(json), ZMQ_SNDMORE);
    zmq_send(socket, text, size, 0);
}

void daemon_receive(void *socket) {
    int more = 1;
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, 0) < 0) exit(1);
        more = zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

figure daemon_percentile(const double *seconds, size_t count, double share) {
    double values[PARTS], *part = malloc(count / PARTS * sizeof *part);
    size_t size = count / PARTS;
    if (!part || size == 0) exit(1);
    for (size_t i = 0; i < PARTS; i++) {
        memcpy(part, seconds + i * size, size * sizeof *part);
        qsort(part, size, sizeof *part, by_value);
        values[i] = part[(size_t)(share * (double)size)] * 1e6;
    }
    free(part);
    return figure_of(values, PARTS);
}
