/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client of the shared memory that does wrong, for the end-to-end tests.
 *
 *   attacker die SOCKET COUNT       COUNT clients that are killed somewhere between connecting and reading replies
 *   attacker scribble SOCKET COUNT  COUNT clients that write random bytes over all that they can reach
 *   attacker crowd SOCKET COUNT     COUNT clients at a time that connect, ask, check the answers and leave
 *   attacker siege SOCKET COUNT     the same until it is killed; ends earlier when an answer is wrong
 *
 * Exits with 0 when the daemon answered all who behave.
 */
#include "client/filter-client.h"
#include "shm/ring.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char prompt[] = "My address is asha.rao@example.org, and the weather is fine.";

static filter_client *open_client(const char *path) {
    filter_client *client;
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    char why[256];
    options.socket = path;
    options.request_bytes = options.reply_bytes = 1 << 16;
    options.slots = 16;
    options.timeout_ms = 60000;
    filter_client_status status;
    /* The daemon may still be busy with clients that left. */
    while ((status = filter_client_open(&client, &options, why)) == FILTER_CLIENT_REJECTED && strstr(why, "sessions"))
        usleep(1000);
    return status == FILTER_CLIENT_OK ? client : NULL;
}

static filter_client_request request_of(const filter_client_text *text) {
    filter_client_request r = FILTER_CLIENT_REQUEST_INIT;
    r.texts = text;
    r.text_count = 1;
    return r;
}

/* Asks until it is killed. */
static void ask_forever(const char *path) {
    filter_client_text text = {prompt, sizeof prompt - 1, FILTER_MESSAGE_USER};
    filter_client_request r = request_of(&text);
    for (;;) {
        filter_client_reply reply;
        filter_client *client = open_client(path);
        for (int i = 0; client && i < 200; i++) {
            while (filter_client_submit(client, &r, 1) == FILTER_CLIENT_OK) {}
            if (filter_client_next(client, &reply, -1) != FILTER_CLIENT_OK) break;
            filter_client_release(client);
        }
        filter_client_close(client);
    }
}

static void die(const char *path, int count) {
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) ask_forever(path);
        usleep((useconds_t)(rand() % 2500));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

/* Connects by hand, to get at the memory. */
static void scribble_once(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(RING_FD_COUNT * sizeof(int))];
    } rights;
    ring_hello hello = {RING_MAGIC, RING_VERSION, 16, 1 << 16, 1 << 16};
    ring_hello_reply w;
    struct iovec data = {&w, sizeof w};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof rights.bytes};
    int files[RING_FD_COUNT], fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 || send(fd, &hello, sizeof hello, 0) < 0 ||
        recvmsg(fd, &message, 0) != (ssize_t)sizeof w || !CMSG_FIRSTHDR(&message))
        _exit(1);
    memcpy(files, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof files);
    size_t bytes = (size_t)w.data_offset + w.request_bytes;
    ring_control *k = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, files[RING_FD_REQUEST], 0);
    /* The buffers can be neither shrunk nor, the second, written to. */
    if (k == MAP_FAILED || ftruncate(files[RING_FD_REQUEST], 0) == 0 || ftruncate(files[RING_FD_REPLY], 0) == 0 ||
        mmap(NULL, w.reply_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, files[RING_FD_REPLY], 0) != MAP_FAILED)
        _exit(2);
    int rounds = rand() % 400;
    for (int i = 0; i < rounds; i++) {
        filter_message_request m = {.version = FILTER_MESSAGE_VERSION,
                                    .size = sizeof m,
                                    .min_score = -1,
                                    .deadline_ms = -1,
                                    .segments = {(uint32_t)((sizeof m + 7) & ~7u), 1}};
        filter_message_segment s = {0, 0, {0, 0}, {0, (uint32_t)rand() % 200}};
        char *base = (char *)k + w.data_offset;
        memcpy(base, &m, sizeof m);
        memcpy(base + m.segments.offset, &s, sizeof s);
        for (int n = rand() % 4; n > 0; n--)
            base[(size_t)rand() % 256] = (char)rand(); /* while the daemon may read it */
        ring_descriptor *d = &k->descriptors[atomic_load(&k->request_head) % w.slots];
        uint64_t wild = (uint64_t)rand() << 32 | (uint64_t)(uint32_t)rand();
        atomic_store(&d->place, rand() % 200 ? 400 : wild);
        atomic_store(&d->sent, wild);
        atomic_fetch_add(&k->request_head, rand() % 300 ? 1u : (uint32_t)rand());
        atomic_store(&k->reply_tail, rand() % 100 ? atomic_load(&k->reply_head) : (uint32_t)rand());
        if (send(fd, "wake up", (size_t)rand() % 8, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && rand() % 2) break;
        if (rand() % 60 == 0) usleep(200);
    }
    for (size_t i = 0; i < bytes; i += 1 + (size_t)rand() % 64) ((volatile char *)k)[i] = (char)rand();
    usleep(1000);
    _exit(0);
}

static int scribble(const char *path, int count) {
    int failed = 0;
    for (int i = 0; i < count; i++) {
        int status;
        pid_t child = fork();
        if (child == 0) {
            srand((unsigned)i);
            scribble_once(path);
        }
        waitpid(child, &status, 0);
        failed += status != 0;
    }
    return failed;
}

/* Until a time, in seconds; below 0: for ever. */
static void visit(const char *path, int until) {
    filter_client_text text = {prompt, sizeof prompt - 1, FILTER_MESSAGE_USER};
    filter_client_request r = request_of(&text);
    while (until < 0 || time(NULL) < until) {
        filter_client *client = open_client(path);
        if (!client) _exit(1);
        for (int i = 0; i < 50; i++) {
            filter_client_reply reply;
            size_t size;
            if (filter_client_ask(client, &r, &reply) != FILTER_CLIENT_OK || reply.message->status != 0) _exit(2);
            const filter_message_segment_result *s = filter_client_item(&reply, reply.message->segments, 0, sizeof *s);
            const char *redacted = s ? filter_client_bytes(&reply, s->redacted, &size) : NULL;
            if (!redacted || !memmem(redacted, size, "<EMAIL_ADDRESS_1>", 17) || memmem(redacted, size, "asha", 4))
                _exit(3);
            filter_client_release(client);
        }
        filter_client_close(client);
    }
    _exit(0);
}

static int crowd(const char *path, int count, int until) {
    int failed = 0, status;
    for (int i = 0; i < count; i++) {
        if (fork() == 0) visit(path, until);
    }
    while ((until >= 0 || !failed) && wait(&status) > 0) failed += status != 0;
    return failed;
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    int count = atoi(argv[3]);
    if (strcmp(argv[1], "die") == 0) die(argv[2], count);
    else if (strcmp(argv[1], "scribble") == 0) return scribble(argv[2], count) != 0;
    else if (strcmp(argv[1], "siege") == 0) return crowd(argv[2], count, -1) != 0;
    else return crowd(argv[2], count, (int)time(NULL) + 2) != 0;
    return 0;
}
