/* SPDX-License-Identifier: Apache-2.0 */
/* filterd through shared memory, against the same call in process and against ZeroMQ, in turns. */
#include "daemon.h"
#include "race.h"

#include "client/filter-client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#define ROUND_TRIPS 10000
#define BLOCK 100
/* What shared memory may cost beside the inspection. */
#define SHARED_GOAL_US 2.0
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

/* A block of each way in turns; the first ones warm up. */
static void take_times(const bench *b, filter_client *client, void *socket, double times[WAYS][ROUND_TRIPS],
                       int count) {
    static const char json[] = "{\"v\":1}";
    size_t size;
    char *bytes = bench_sample(b, "words", 1024, &size);
    filter_client_text text = {bytes, size, FILTER_MESSAGE_USER};
    filter_scratch *scratch;
    if (filter_scratch_new(&scratch, NULL) != FILTER_OK) exit(1);
    for (int k = -BLOCK * WAYS; k < count * WAYS; k++) {
        int way = (k / BLOCK + WAYS) % WAYS, i = k < 0 ? -1 : k / (BLOCK * WAYS) * BLOCK + k % BLOCK;
        double begun = bench_now();
        switch (way) {
        case IN_PROCESS: inspect(b->engine, scratch, &text); break;
        case SHARED: ask(client, &text, NULL); break;
        case JSON: ask(client, &text, json); break;
        default:
            daemon_send(socket, json, text.text, text.size);
            daemon_receive(socket);
            break;
        }
        if (i >= 0) times[way][i] = bench_now() - begun;
    }
    filter_scratch_free(scratch);
    free(bytes);
}

static void round_trips(const bench *b, filter_client *client, void *socket) {
    static double times[WAYS][ROUND_TRIPS];
    static const char *const names[WAYS] = {"in process", "shared memory", "shared memory, JSON header",
                                            "ZeroMQ ipc://"};
    static const struct {
        const char *name;
        double share;
    } points[] = {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}};
    double median[WAYS];
    int count = b->settings.quick ? ROUND_TRIPS / 10 : ROUND_TRIPS;
    report_table(
        "shared-memory-latency", "shared-memory", "Shared memory, 1 KiB of random words, one in flight",
        "Blocks of a hundred of each way take turns: a p99 is the first of a block, which wakes a thread that sleeps.");
    report_progress("one in flight");
    take_times(b, client, socket, times, count);
    for (int way = 0; way < WAYS; way++) {
        for (int k = 0; k < 3; k++) {
            figure f = daemon_percentile(times[way], (size_t)count, points[k].share);
            report(names[way], points[k].name, "us", f);
            if (k == 0) median[way] = f.median;
        }
    }
    report("shared memory less in process", "p50", "us", figure_one(median[SHARED] - median[IN_PROCESS]));
    report_goal("shared memory less in process", "p50", SHARED_GOAL_US, true);
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

typedef struct attachment {
    filter_client *client;
    int sent, got;
} attachment;

static void submit_some(attachment *a, const load *l, const filter_client_request *r, int in_flight) {
    while (a->sent < l->count && a->sent - a->got < in_flight) {
        filter_client_status status = filter_client_submit(a->client, r, (uint64_t)a->sent);
        if (status == FILTER_CLIENT_AGAIN) return;
        if (status != FILTER_CLIENT_OK) fail("submit", status);
        a->sent++;
    }
}

/* Waits for half of what is in flight, and takes what else is there. */
static void take_some(attachment *a) {
    filter_client_reply reply;
    if (a->got == a->sent) return;
    filter_client_status status = filter_client_wait(a->client, (uint32_t)(a->sent - a->got + 1) / 2, -1);
    if (status == FILTER_CLIENT_OK) status = filter_client_next(a->client, &reply, 0);
    while (status == FILTER_CLIENT_OK) {
        filter_client_release(a->client);
        a->got++;
        status = a->got < a->sent ? filter_client_next(a->client, &reply, 0) : FILTER_CLIENT_AGAIN;
    }
    if (status != FILTER_CLIENT_AGAIN) fail("next", status);
}

/* Two attachments, so that two threads of the daemon work, driven from one thread. */
static double rate_shared(filter_client *clients[2], const load *l) {
    filter_client_request r = request_of(&l->text, NULL);
    attachment pair[2] = {{clients[0], 0, 0}, {clients[1], 0, 0}};
    int in_flight =
        l->text.size * IN_FLIGHT_MAX > IN_FLIGHT_BYTES ? (int)(IN_FLIGHT_BYTES / l->text.size) : IN_FLIGHT_MAX;
    double begun = bench_now();
    while (pair[0].got + pair[1].got < 2 * l->count) {
        for (int k = 0; k < 2; k++) {
            submit_some(&pair[k], l, &r, in_flight);
            take_some(&pair[k]);
        }
    }
    return 2 * l->count / (bench_now() - begun);
}

static void pipelined(const bench *b, filter_client *clients[2]) {
    enum { ROUNDS = 5 };
    static const size_t sizes[] = {256, 1024, 4096, 65536, 262144};
    report_table("shared-memory-rate", "shared-memory", "Shared memory, pipelined, two attachments, random words",
                 "Against two threads that inspect in process.");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double shared[ROUNDS], local[ROUNDS], times[ROUNDS];
        size_t size;
        char *bytes = bench_sample(b, "words", sizes[i], &size), row[80];
        int count = sizes[i] > 100000 ? 100 : sizes[i] > 10000 ? 400 : 10000;
        load l = {b->engine, {bytes, size, FILTER_MESSAGE_USER}, b->settings.quick ? count / 10 : count};
        snprintf(row, sizeof row, "%zu B", sizes[i]);
        report_progress(row);
        (void)rate_shared(clients, &l);
        for (int round = 0; round < ROUNDS; round++) {
            local[round] = rate_in_process(&l);
            shared[round] = rate_shared(clients, &l);
            times[round] = shared[round] / local[round];
        }
        report(row, "shared memory", "requests/s", figure_of(shared, ROUNDS));
        report_reference(row, "in process", "requests/s", figure_of(local, ROUNDS));
        report(row, "shared memory against in process", "times", figure_of(times, ROUNDS));
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

static double hand_one_over(filter_client *client, int channel, const filter_client_request *r) {
    filter_client_reply reply;
    char seen = 0;
    double begun = bench_now();
    if (filter_client_ask(client, r, &reply) != FILTER_CLIENT_OK) fail("pipeline", FILTER_CLIENT_GONE);
    const filter_message_segment_result *s = filter_client_item(&reply, reply.message->segments, 0, sizeof *s);
    hand_over h = {reply.offset + s->redacted.offset, s->redacted.size};
    if (write(channel, &h, sizeof h) != (ssize_t)sizeof h || read(channel, &seen, 1) != 1 || !seen) {
        fprintf(stderr, "bench: the next stage does not see the redacted text\n");
        exit(1);
    }
    filter_client_release(client);
    return bench_now() - begun;
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
    report_table("shared-memory-pipeline", "shared-memory", "Pipeline of three processes, and memory",
                 "Gateway, filterd, and a model client that reads the reply where it lies.");
    for (int i = 0; i < HAND_OVERS; i++) times[i] = hand_one_over(client, channel[0], &r);
    close(channel[0]);
    waitpid(child, NULL, 0);
    report("asked, answered, handed over by offset and read, p50", "time", "us",
           daemon_percentile(times, HAND_OVERS, 0.5));
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
static void memory_of_attachments(const bench *b, const char *path, int pid) {
    enum { CLIENTS = 16 };
    filter_client *clients[CLIENTS];
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    size_t size;
    char *bytes = bench_sample(b, "words", 4096, &size);
    filter_client_text text = {bytes, size, FILTER_MESSAGE_USER};
    double before = resident_kib(pid);
    options.socket = path;
    for (int i = 0; i < CLIENTS; i++) {
        filter_client_status status = filter_client_open(&clients[i], &options, NULL);
        if (status != FILTER_CLIENT_OK) fail("attach", status);
        for (int n = 0; n < 8; n++) ask(clients[i], &text, NULL);
    }
    report("resident memory of an attachment, after 4 KiB prompts", "memory", "KiB",
           figure_one((resident_kib(pid) - before) / CLIENTS));
    for (int i = 0; i < CLIENTS; i++) filter_client_close(clients[i]);
    free(bytes);
}

static void measure(const bench *b, const daemon_process *d) {
    filter_client *clients[2];
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    char path[80], why[256];
    void *context = zmq_ctx_new(), *socket = daemon_connect(context, d->socket);
    snprintf(path, sizeof path, "%s.shm", d->socket);
    options.socket = path;
    options.request_bytes = options.reply_bytes = 16 << 20;
    for (int k = 0; k < 2; k++) {
        filter_client_status status = filter_client_open(&clients[k], &options, why);
        if (status != FILTER_CLIENT_OK) fail(why, status);
    }
    round_trips(b, clients[0], socket);
    pipelined(b, clients);
    pipeline(clients[0]);
    memory_of_attachments(b, path, d->pid);
    for (int k = 0; k < 2; k++) filter_client_close(clients[k]);
    zmq_close(socket);
    zmq_ctx_term(context);
}

bool section_shared_memory(const bench *b) {
    daemon_process d;
    if (!daemon_start(&d, b)) return false;
    measure(b, &d);
    daemon_stop(&d);
    return true;
}
