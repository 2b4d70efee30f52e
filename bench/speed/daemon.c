/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#define ROUND_TRIPS 2000
#define IN_FLIGHT 64

static const char header[] = "{\"v\":1,\"id\":\"1\",\"return\":[\"findings\",\"redacted\"]}";

/* A ROUTER that sends back what it gets: the least that ZeroMQ costs. */
static void *echo(void *arg) {
    void *socket = arg;
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

void bench_receive(void *socket) {
    int more = 1;
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, 0) < 0) exit(1);
        more = zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
}

void bench_send(void *socket, const char *json, const char *text, size_t size) {
    zmq_send(socket, json, strlen(json), ZMQ_SNDMORE);
    zmq_send(socket, text, size, 0);
}

static void round_trips(void *const sockets[2], const char *text, size_t size) {
    static double times[2][ROUND_TRIPS];
    static const char *const names[2][2] = {{"filterd, one in flight, p50", "filterd, one in flight, p99"}, {"bare echo, p50", "bare echo, p99"}};
    for (int i = 0; i < ROUND_TRIPS; i++) {
        for (int k = 0; k < 2; k++) { /* in turns */
            double begun = bench_now();
            bench_send(sockets[k], header, text, size);
            bench_receive(sockets[k]);
            times[k][i] = bench_now() - begun;
        }
    }
    for (int k = 0; k < 2; k++) {
        bench_report(names[k][0], bench_median(times[k], ROUND_TRIPS) * 1e6, "us");
        bench_report(names[k][1], bench_percentile(times[k], ROUND_TRIPS, 0.99) * 1e6, "us");
    }
    bench_report("filterd over echo, p50", bench_median(times[0], ROUND_TRIPS) / bench_median(times[1], ROUND_TRIPS), "times");
}

static double rate(void *socket, const char *text, size_t size, int count) {
    double begun = bench_now();
    for (int sent = 0, got = 0; got < count; got++) {
        for (; sent < count && sent - got < IN_FLIGHT; sent++) bench_send(socket, header, text, size);
        bench_receive(socket);
    }
    return count / (bench_now() - begun);
}

static void pipelined(void *const sockets[2], const filter_engine *engine) {
    static const size_t sizes[] = {256, 1024, 65536};
    for (size_t i = 0; i < 3; i++) {
        char name[80];
        double rates[2][5];
        char *text = bench_text(engine, sizes[i], 0);
        int count = sizes[i] > 10000 ? 1000 : 10000;
        for (int round = 0; round < 5; round++) {
            for (int k = 0; k < 2; k++) rates[k][round] = rate(sockets[k], text, sizes[i], count);
        }
        double ours = bench_median(rates[0], 5), bare = bench_median(rates[1], 5);
        snprintf(name, sizeof name, "%zu B, %d in flight: filterd", sizes[i], IN_FLIGHT);
        bench_report(name, ours, "requests/s");
        snprintf(name, sizeof name, "%zu B, %d in flight: bare echo", sizes[i], IN_FLIGHT);
        bench_report(name, bare, "requests/s");
        snprintf(name, sizeof name, "%zu B, %d in flight: filterd against echo", sizes[i], IN_FLIGHT);
        bench_report(name, ours / bare, "times");
        free(text);
    }
}

static pid_t start(const char *filterd, const char *rules, const char *endpoint, const char *path) {
    pid_t child = fork();
    if (child == 0) {
        execl(filterd, filterd, "--quiet", "--endpoint", endpoint, "--rules", rules, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; child > 0 && i < 600; i++) {
        struct stat info;
        if (stat(path, &info) == 0) return child;
        if (waitpid(child, NULL, WNOHANG) == child) return -1;
        usleep(50000);
    }
    return -1;
}

bool bench_daemon(const char *filterd, const char *rules) {
    char home[] = "/tmp/filterd-bench-XXXXXX", path[64], endpoints[2][80];
    filter_engine *engine;
    filter_error error;
    pthread_t thread;
    if (!mkdtemp(home) || filter_engine_new_from_directory(&engine, rules, NULL, &error) != FILTER_OK) return false;
    snprintf(path, sizeof path, "%s/f.sock", home);
    snprintf(endpoints[0], sizeof endpoints[0], "ipc://%s", path);
    snprintf(endpoints[1], sizeof endpoints[1], "ipc://%s/echo.sock", home);
    pid_t child = start(filterd, rules, endpoints[0], path);
    if (child < 0) {
        fprintf(stderr, "bench: %s does not start\n", filterd);
        return false;
    }
    void *context = zmq_ctx_new(), *router = zmq_socket(context, ZMQ_ROUTER), *sockets[2];
    zmq_bind(router, endpoints[1]);
    pthread_create(&thread, NULL, echo, router);
    for (int k = 0; k < 2; k++) {
        sockets[k] = zmq_socket(context, ZMQ_DEALER);
        zmq_connect(sockets[k], endpoints[k]);
    }
    char *text = bench_text(engine, 1024, 0);
    for (int k = 0; k < 2; k++) (void)rate(sockets[k], text, 1024, 500); /* warm */
    bench_heading("filterd over ipc://, 1 KiB of clean English, against a bare ZeroMQ echo");
    round_trips(sockets, text, 1024);
    pipelined(sockets, engine);
    snprintf(endpoints[0], sizeof endpoints[0], "%s.shm", path);
    bench_memory(engine, endpoints[0], sockets[0], child);
    free(text);
    for (int k = 0; k < 2; k++) zmq_close(sockets[k]);
    zmq_ctx_shutdown(context);
    pthread_join(thread, NULL);
    zmq_ctx_term(context);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    unlink(path);
    snprintf(path, sizeof path, "%s/echo.sock", home);
    unlink(path);
    rmdir(home);
    filter_engine_unref(engine);
    return true;
}
