/* SPDX-License-Identifier: Apache-2.0 */
/* filterd over ZeroMQ, against the least that ZeroMQ costs: a ROUTER that sends back what it gets. */
#include "daemon.h"
#include "race.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define ROUND_TRIPS 2000
#define IN_FLIGHT 64
#define ROUNDS 5

enum { FILTERD, ECHO, WAYS };

static const char *const names[WAYS] = {"filterd", "bare echo"};
static const char header[] = "{\"v\":1,\"id\":\"1\",\"return\":[\"findings\",\"redacted\"]}";

static void *echo(void *socket) {
    for (;;) {
        int more = 1;
        while (more) {
            zmq_msg_t frame;
            zmq_msg_init(&frame);
            if (zmq_msg_recv(&frame, socket, 0) < 0) {
                zmq_msg_close(&frame);
                zmq_close(socket);
                return NULL;
            }
            more = zmq_msg_more(&frame);
            if (zmq_msg_send(&frame, socket, more ? ZMQ_SNDMORE : 0) < 0) zmq_msg_close(&frame);
        }
    }
}

static void round_trips(const bench *b, void *const sockets[WAYS], const char *kind) {
    static double times[WAYS][ROUND_TRIPS];
    size_t size, count = b->settings.quick ? ROUND_TRIPS / 10 : ROUND_TRIPS;
    char *text = bench_sample(b, kind, 1024, &size), row[80];
    figure medians[WAYS];
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < WAYS; k++) { /* in turns */
            double begun = bench_now();
            daemon_send(sockets[k], header, text, size);
            daemon_receive(sockets[k]);
            times[k][i] = bench_now() - begun;
        }
    }
    for (int k = 0; k < WAYS; k++) {
        snprintf(row, sizeof row, "%s, %s", kind, names[k]);
        medians[k] = daemon_percentile(times[k], count, 0.5);
        (k == ECHO ? report_reference : report)(row, "p50", "us", medians[k]);
        (k == ECHO ? report_reference : report)(row, "p99", "us", daemon_percentile(times[k], count, 0.99));
    }
    snprintf(row, sizeof row, "%s, %s", kind, names[FILTERD]);
    report(row, "over echo, p50", "times", figure_one(medians[FILTERD].median / medians[ECHO].median));
    free(text);
}

static double rate(void *socket, const char *text, size_t size, int count) {
    double begun = bench_now();
    for (int sent = 0, got = 0; got < count; got++) {
        for (; sent < count && sent - got < IN_FLIGHT; sent++) daemon_send(socket, header, text, size);
        daemon_receive(socket);
    }
    return count / (bench_now() - begun);
}

static void pipelined(const bench *b, void *const sockets[WAYS], const char *kind, size_t wanted) {
    double rates[WAYS][ROUNDS], times[ROUNDS];
    size_t size;
    char *text = bench_sample(b, kind, wanted, &size), row[80];
    int count = (wanted > 10000 ? 1000 : 10000) / (b->settings.quick ? 10 : 1);
    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < WAYS; k++) rates[k][round] = rate(sockets[k], text, size, count);
        times[round] = rates[FILTERD][round] / rates[ECHO][round];
    }
    snprintf(row, sizeof row, "%s, %zu B", kind, wanted);
    report(row, names[FILTERD], "requests/s", figure_of(rates[FILTERD], ROUNDS));
    report_reference(row, names[ECHO], "requests/s", figure_of(rates[ECHO], ROUNDS));
    report(row, "filterd against echo", "times", figure_of(times, ROUNDS));
    free(text);
}

static void measure(const bench *b, void *const sockets[WAYS]) {
    static const size_t sizes[] = {256, 1024, 65536};
    size_t size;
    char *text = bench_sample(b, "words", 1024, &size);
    for (int k = 0; k < WAYS; k++) (void)rate(sockets[k], text, size, 500); /* warm */
    free(text);
    report_table("zeromq-latency", "zeromq", "filterd over ZeroMQ (ipc://), 1 KiB, one in flight", "");
    round_trips(b, sockets, "words");
    round_trips(b, sockets, "chat");
    report_table("zeromq-rate", "zeromq", "filterd over ZeroMQ (ipc://), 64 in flight", "");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) pipelined(b, sockets, "words", sizes[i]);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) pipelined(b, sockets, "chat", sizes[i]);
}

bool section_zeromq(const bench *b) {
    daemon_process d;
    char path[80], endpoint[96];
    pthread_t thread;
    if (!daemon_start(&d, b)) return false;
    snprintf(path, sizeof path, "%s/echo.sock", d.folder);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
    void *context = zmq_ctx_new(), *router = zmq_socket(context, ZMQ_ROUTER), *sockets[WAYS];
    bool ok = zmq_bind(router, endpoint) == 0 && pthread_create(&thread, NULL, echo, router) == 0;
    if (ok) {
        sockets[FILTERD] = daemon_connect(context, d.socket);
        sockets[ECHO] = daemon_connect(context, path);
        measure(b, sockets);
        for (int k = 0; k < WAYS; k++) zmq_close(sockets[k]);
        zmq_ctx_shutdown(context);
        pthread_join(thread, NULL);
        zmq_ctx_term(context);
    }
    unlink(path);
    daemon_stop(&d);
    return ok;
}
