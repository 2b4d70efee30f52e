/* SPDX-License-Identifier: Apache-2.0 */
/* filterd through shared memory, against the same call in process and against ZeroMQ, in turns. */
#include "bench.h"

#include "client/filter-client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUND_TRIPS 10000
#define BLOCK 100
#define IN_FLIGHT_MAX 128
#define IN_FLIGHT_BYTES ((size_t)4 << 20) /* what is in flight shall stay in the caches */

enum { IN_PROCESS, SHARED, JSON, SOCKET, WAYS };

static void fail(const char *what, filter_client_status status) {
    fprintf(stderr, "bench: shared memory: %s: %s\n", what, filter_client_status_text(status));
    exit(1);
}

static filter_client_request request_of(const filter_client_text *text, const char *json) {
    filter_client_request r = FILTER_CLIENT_REQUEST_INIT;
    r.json = json;
    r.texts = text;
    r.text_count = 1;
    return r;
}

static void ask(filter_client *client, const filter_client_text *text, const char *json) {
    filter_client_request r = request_of(text, json);
    filter_client_reply reply;
    filter_client_status status = filter_client_ask(client, &r, &reply);
    if (status != FILTER_CLIENT_OK || reply.message->status != 0) fail("no answer", status);
    filter_client_release(client);
}

static void inspect(const filter_engine *engine, filter_scratch *scratch, const filter_client_text *text) {
    filter_segment segment = {text->text, text->size, FILTER_ROLE_USER};
    filter_request r = FILTER_REQUEST_INIT;
    const filter_result *result;
    r.segments = &segment;
    r.segment_count = 1;
    if (filter_inspect(engine, scratch, &r, &result, NULL) != FILTER_OK) exit(1);
}

/* --------------------------------------------------------------------------- one in flight ---- */

static void round_trips(const filter_engine *engine, filter_client *client, void *socket) {
    static double times[WAYS][ROUND_TRIPS];
    static const char *const names[WAYS] = {"in process", "shared memory", "shared memory, JSON header",
                                            "ZeroMQ ipc://"};
    static const char json[] = "{\"v\":1}";
    char *bytes = bench_text(engine, 1024, 0);
    filter_client_text text = {bytes, 1024, FILTER_MESSAGE_USER};
    filter_scratch *scratch;
    if (filter_scratch_new(&scratch, NULL) != FILTER_OK) exit(1);
    for (int k = -BLOCK * WAYS; k < ROUND_TRIPS * WAYS; k++) { /* a block of each in turns; the first ones warm up */
        int way = (k / BLOCK + WAYS) % WAYS, i = k < 0 ? -1 : k / (BLOCK * WAYS) * BLOCK + k % BLOCK;
        double begun = bench_now();
        switch (way) {
        case IN_PROCESS: inspect(engine, scratch, &text); break;
        case SHARED: ask(client, &text, NULL); break;
        case JSON: ask(client, &text, json); break;
        default:
            bench_send(socket, json, text.text, text.size);
            bench_receive(socket);
            break;
        }
        if (i >= 0) times[way][i] = bench_now() - begun;
    }
    bench_heading("Shared memory, 1 KiB of clean English, one in flight, blocks of each way in turns");
    for (int way = 0; way < WAYS; way++) {
        static const struct {
            const char *name;
            double share;
        } points[] = {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}};
        for (int k = 0; k < 3; k++) {
            char name[80];
            snprintf(name, sizeof name, "%s, %s", names[way], points[k].name);
            bench_report(name, bench_percentile(times[way], ROUND_TRIPS, points[k].share) * 1e6, "us");
        }
    }
    double median[WAYS];
    for (int way = 0; way < WAYS; way++) median[way] = bench_median(times[way], ROUND_TRIPS);
    bench_report("shared memory less 2 us, over in process, p50", (median[SHARED] - 2e-6) / median[IN_PROCESS],
                 "times");
    bench_report("ZeroMQ over shared memory, p50", median[SOCKET] / median[SHARED], "times");
    filter_scratch_free(scratch);
    free(bytes);
}

/* ------------------------------------------------------------------------------- pipelined ---- */

typedef struct load {
    const filter_engine *engine;
    filter_client_text text;
    int count;
} load;

static void *inspect_many(void *arg) {
    const load *l = arg;
    filter_scratch *scratch;
    if (filter_scratch_new(&scratch, NULL) != FILTER_OK) exit(1);
    for (int i = 0; i < l->count; i++) inspect(l->engine, scratch, &l->text);
    filter_scratch_free(scratch);
    return NULL;
}

static double rate_in_process(const load *l) {
    pthread_t threads[2];
    double begun = bench_now();
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, inspect_many, (void *)(uintptr_t)l);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    return 2 * l->count / (bench_now() - begun);
}

/* Two attachments, so that two threads of the daemon work, driven from one thread. */
static double rate_shared(filter_client *clients[2], const load *l) {
    filter_client_request r = request_of(&l->text, NULL);
    int sent[2] = {0, 0}, got[2] = {0, 0};
    int in_flight =
        l->text.size * IN_FLIGHT_MAX > IN_FLIGHT_BYTES ? (int)(IN_FLIGHT_BYTES / l->text.size) : IN_FLIGHT_MAX;
    double begun = bench_now();
    while (got[0] + got[1] < 2 * l->count) {
        for (int k = 0; k < 2; k++) {
            filter_client_reply reply;
            while (sent[k] < l->count && sent[k] - got[k] < in_flight) {
                filter_client_status status = filter_client_submit(clients[k], &r, (uint64_t)sent[k]);
                if (status == FILTER_CLIENT_AGAIN) break;
                if (status != FILTER_CLIENT_OK) fail("submit", status);
                sent[k]++;
            }
            if (got[k] == sent[k]) continue;
            /* Waits for half of them, and takes what else is there. */
            filter_client_status status = filter_client_wait(clients[k], (uint32_t)(sent[k] - got[k] + 1) / 2, -1);
            if (status == FILTER_CLIENT_OK) status = filter_client_next(clients[k], &reply, 0);
            while (status == FILTER_CLIENT_OK) {
                filter_client_release(clients[k]);
                got[k]++;
                status = got[k] < sent[k] ? filter_client_next(clients[k], &reply, 0) : FILTER_CLIENT_AGAIN;
            }
            if (status != FILTER_CLIENT_AGAIN) fail("next", status);
        }
    }
    return 2 * l->count / (bench_now() - begun);
}

static void pipelined(const filter_engine *engine, filter_client *clients[2]) {
    static const size_t sizes[] = {256, 1024, 4096, 65536, 262144};
    bench_heading("Shared memory, pipelined, two attachments, against two threads in process");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        enum { ROUNDS = 5 };
        double shared[ROUNDS], local[ROUNDS];
        char *bytes = bench_text(engine, sizes[i], 0), name[80];
        load l = {engine,
                  {bytes, sizes[i], FILTER_MESSAGE_USER},
                  sizes[i] > 100000  ? 100
                  : sizes[i] > 10000 ? 400
                                     : 10000};
        (void)rate_shared(clients, &l);
        for (int round = 0; round < ROUNDS; round++) {
            local[round] = rate_in_process(&l);
            shared[round] = rate_shared(clients, &l);
        }
        double ours = bench_median(shared, ROUNDS), theirs = bench_median(local, ROUNDS);
        snprintf(name, sizeof name, "%zu B: shared memory", sizes[i]);
        bench_report(name, ours, "requests/s");
        snprintf(name, sizeof name, "%zu B: in process", sizes[i]);
        bench_report(name, theirs, "requests/s");
        snprintf(name, sizeof name, "%zu B: shared memory against in process", sizes[i]);
        bench_report(name, ours / theirs, "times");
        free(bytes);
    }
}

/* -------------------------------------------------------------------------------- pipeline ---- */

typedef struct hand_over {
    uint32_t offset, size;
} hand_over;

/* The next stage: a process that sees the reply area, cannot write to it, and is told where a text lies. */
static void next_stage(int channel, int area, size_t bytes) {
    const char *replies = mmap(NULL, bytes, PROT_READ, MAP_SHARED, area, 0);
    hand_over h;
    if (replies == MAP_FAILED || mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, area, 0) != MAP_FAILED) _exit(1);
    while (read(channel, &h, sizeof h) == (ssize_t)sizeof h) {
        bool mine = h.offset <= bytes && h.size <= bytes - h.offset &&
                    memmem(replies + h.offset, h.size, "<EMAIL_ADDRESS_1>", 17) != NULL;
        if (write(channel, &mine, 1) != 1) break;
    }
    _exit(0);
}

static void pipeline(filter_client *client) {
    enum { HAND_OVERS = 2000 };
    static double times[HAND_OVERS];
    static const char prompt[] = "Please write to asha.rao@example.org about the meeting on Monday.";
    int channel[2];
    size_t bytes;
    int area = filter_client_reply_buffer(client, &bytes);
    if (area < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel) != 0) exit(1);
    pid_t child = fork();
    if (child == 0) {
        close(channel[0]);
        next_stage(channel[1], area, bytes);
    }
    close(channel[1]);
    close(area);
    filter_client_text text = {prompt, sizeof prompt - 1, FILTER_MESSAGE_USER};
    filter_client_request r = request_of(&text, NULL);
    for (int i = 0; i < HAND_OVERS; i++) {
        filter_client_reply reply;
        double begun = bench_now();
        if (filter_client_ask(client, &r, &reply) != FILTER_CLIENT_OK) fail("pipeline", FILTER_CLIENT_GONE);
        const filter_message_segment_result *s = filter_client_item(&reply, reply.message->segments, 0, sizeof *s);
        hand_over h = {reply.offset + s->redacted.offset, s->redacted.size};
        char seen = 0;
        if (write(channel[0], &h, sizeof h) != (ssize_t)sizeof h || read(channel[0], &seen, 1) != 1 || !seen) {
            fprintf(stderr, "bench: the next stage does not see the redacted text\n");
            exit(1);
        }
        filter_client_release(client);
        times[i] = bench_now() - begun;
    }
    close(channel[0]);
    waitpid(child, NULL, 0);
    bench_heading(
        "Pipeline of three processes: gateway, filterd, and a model client that reads the reply where it lies");
    bench_report("asked, answered, handed over by offset and read, p50", bench_median(times, HAND_OVERS) * 1e6, "us");
}

/* ------------------------------------------------------------------------------ memory used ---- */

static double resident_kib(int pid) {
    char path[64], line[256];
    double kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmRSS: %lf", &kib) == 1) break;
    }
    if (file) fclose(file);
    return kib;
}

/* What the daemon's resident memory grows by for each client that attaches and sends some prompts. */
static void memory_of_attachments(const filter_engine *engine, const char *path, int pid) {
    enum { CLIENTS = 16 };
    filter_client *clients[CLIENTS];
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    char *bytes = bench_text(engine, 4096, 0);
    filter_client_text text = {bytes, 4096, FILTER_MESSAGE_USER};
    double before = resident_kib(pid);
    options.socket = path;
    for (int i = 0; i < CLIENTS; i++) {
        filter_client_status status = filter_client_open(&clients[i], &options, NULL);
        if (status != FILTER_CLIENT_OK) fail("attach", status);
        for (int n = 0; n < 8; n++) ask(clients[i], &text, NULL);
    }
    bench_report("resident memory of an attachment, after 4 KiB prompts", (resident_kib(pid) - before) / CLIENTS,
                 "KiB");
    for (int i = 0; i < CLIENTS; i++) filter_client_close(clients[i]);
    free(bytes);
}

void bench_memory(const filter_engine *engine, const char *path, void *socket, int pid) {
    filter_client *clients[2];
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    char why[256];
    options.socket = path;
    options.request_bytes = options.reply_bytes = 16 << 20;
    for (int k = 0; k < 2; k++) {
        filter_client_status status = filter_client_open(&clients[k], &options, why);
        if (status != FILTER_CLIENT_OK) fail(why, status);
    }
    round_trips(engine, clients[0], socket);
    pipelined(engine, clients);
    pipeline(clients[0]);
    memory_of_attachments(engine, path, pid);
    for (int k = 0; k < 2; k++) filter_client_close(clients[k]);
}
