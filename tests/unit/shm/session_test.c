/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/session.h"
#include "core/log.h"
#include "files.h"
#include "output.h"
#include "protocol/message.h"
#include "shm_peer.h"

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

#define SLOTS 4
#define BYTES (1u << 16)
#define PATIENCE_MS 60000

/* The client's side. */
typedef struct peer {
    int connection, files[RING_FD_COUNT];
    ring_control *control;
    char *requests, *replies;
    size_t control_bytes;
    pthread_t thread;
    size_t open_before;
} peer;

static daemon_parts *parts;
static shm_shared *shared;

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    shared = shm_peer_shared(parts);
    return 0;
}

static int tear_down(void **state) {
    daemon_parts_close(parts);
    return files_tear_down(state);
}

static peer begin(void) {
    peer p = {.open_before = output_open_files()};
    const ring_hello hello = {RING_MAGIC, RING_VERSION, SLOTS, BYTES, BYTES};
    ring_hello_reply reply;
    shm_session *s = shm_peer_session(shared, &p.connection);
    assert_int_equal(send(p.connection, &hello, sizeof hello, 0), sizeof hello);
    assert_int_equal(pthread_create(&p.thread, NULL, shm_session_main, s), 0);
    assert_true(shm_peer_receive(p.connection, &reply, p.files));
    p.control_bytes = (size_t)reply.data_offset + reply.request_bytes;
    p.control = mmap(NULL, p.control_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, p.files[RING_FD_REQUEST], 0);
    p.replies = mmap(NULL, reply.reply_bytes, PROT_READ, MAP_SHARED, p.files[RING_FD_REPLY], 0);
    assert_true((void *)p.control != MAP_FAILED && (void *)p.replies != MAP_FAILED);
    p.requests = (char *)p.control + reply.data_offset;
    return p;
}

/* Waits until the session has ended, and sees that nothing of it is left. */
static void end(peer *p) {
    pthread_join(p->thread, NULL);
    munmap(p->control, p->control_bytes);
    munmap(p->replies, BYTES);
    for (int i = 0; i < RING_FD_COUNT; i++) close(p->files[i]);
    close(p->connection);
    assert_int_equal(shared->count, 0);
    assert_int_equal(shared->places[0].connection, -1);
    assert_int_equal(shared->bytes, 0);
    assert_int_equal(output_open_files(), p->open_before);
}

static void submit(peer *p, uint32_t offset, uint32_t size, uint32_t by) {
    ring_descriptor *d = &p->control->descriptors[atomic_load(&p->control->request_head) % SLOTS];
    atomic_store(&d->tag, 77);
    atomic_store(&d->sent, 0);
    atomic_store(&d->place, (uint64_t)offset << 32 | size);
    atomic_fetch_add(&p->control->request_head, by);
    ring_wake(&p->control->daemon_sleeping, p->connection);
}

static void write_ping(peer *p, uint32_t offset) {
    filter_message_request m = {.version = FILTER_MESSAGE_VERSION,
                                .size = sizeof m,
                                .op = FILTER_MESSAGE_PING,
                                .min_score = -1,
                                .deadline_ms = -1};
    memcpy(p->requests + offset, &m, sizeof m);
    submit(p, offset, sizeof m, 1);
}

static bool has_reply(void *arg) {
    peer *p = arg;
    return atomic_load(&p->control->reply_head) != atomic_load(&p->control->reply_tail);
}

static void take_reply(peer *p, uint32_t status) {
    assert_true(daemon_parts_until(has_reply, p));
    ring_descriptor *d = &p->control->descriptors[SLOTS + atomic_load(&p->control->reply_tail) % SLOTS];
    uint64_t place = atomic_load(&d->place);
    const filter_message_reply *m = (const filter_message_reply *)(const void *)(p->replies + (place >> 32));
    assert_int_equal(atomic_load(&d->tag), 77);
    assert_int_equal(m->status, status);
    atomic_fetch_add(&p->control->reply_tail, 1);
}

static void a_session_answers_and_ends_when_its_client_leaves(void **state) {
    (void)state;
    peer p = begin();
    for (uint32_t i = 0; i < 3 * SLOTS; i++) {
        write_ping(&p, i % SLOTS * 1024);
        take_reply(&p, 0);
    }
    assert_int_equal(shared->accepted, 1);
    assert_true(shared->bytes >= 2 * BYTES);
    shutdown(p.connection, SHUT_RDWR);
    end(&p);
    assert_int_equal(shared->protocol_errors, 0);
}

static void a_message_that_is_wrong_in_itself_is_answered_and_the_session_goes_on(void **state) {
    (void)state;
    peer p = begin();
    memset(p.requests, 0xFF, 256);
    submit(&p, 0, 256, 1); /* nonsense */
    take_reply(&p, 1);
    submit(&p, 0, 0, 1); /* nothing */
    take_reply(&p, 1);
    write_ping(&p, 1024);
    take_reply(&p, 0);
    assert_int_equal(parts->common.errors, 2);
    shutdown(p.connection, SHUT_RDWR);
    end(&p);
    assert_int_equal(shared->protocol_errors, 0);
}

static void who_breaks_the_protocol_is_disconnected_and_counted(void **state) {
    (void)state;
    static const struct {
        uint32_t offset, size, by;
        const char *why;
    } cases[] = {
        {BYTES + 8, 0, 1, "begins after the buffer"},
        {BYTES - 8, 16, 1, "ends after the buffer"},
        {8, UINT32_MAX - 4, 1, "a sum that wraps"},
        {UINT32_MAX - 7, 16, 1, "far away"},
        {4, 16, 1, "not aligned"},
        {0, 16, SLOTS + 1, "more requests than slots"},
        {0, 16, UINT32_MAX, "an index that went back"},
    };
    log_set_level(LOG_LEVEL_ERROR);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        peer p = begin();
        submit(&p, cases[i].offset, cases[i].size, cases[i].by);
        struct pollfd item = {p.connection, POLLRDHUP, 0};
        if (poll(&item, 1, PATIENCE_MS) != 1) fail_msg("%s: goes on", cases[i].why);
        end(&p);
        if (shared->protocol_errors != i + 1) fail_msg("%s: not counted", cases[i].why);
    }
    assert_int_equal(parts->common.verdicts[FILTER_ALLOW], 0);
}

static void a_reply_index_that_jumps_ends_the_session(void **state) {
    (void)state;
    peer p = begin();
    atomic_store(&p.control->reply_tail, RING_FIRST + 1000);
    write_ping(&p, 0);
    struct pollfd item = {p.connection, POLLRDHUP, 0};
    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    end(&p);
    assert_int_equal(shared->protocol_errors, 1);
}

static void a_client_that_is_rejected_is_told_and_counted(void **state) {
    (void)state;
    int connection, files[RING_FD_COUNT];
    ring_hello_reply reply;
    pthread_t thread;
    size_t before = output_open_files();
    shm_session *s = shm_peer_session(shared, &connection);
    assert_int_equal(send(connection, "hi", 2, 0), 2);
    assert_int_equal(pthread_create(&thread, NULL, shm_session_main, s), 0);
    assert_true(shm_peer_receive(connection, &reply, files));
    assert_string_equal(reply.rejected, "not a hello of a client");
    pthread_join(thread, NULL);
    close(connection);
    assert_true(shared->rejected == 1 && shared->accepted == 0 && shared->count == 0);
    assert_int_equal(output_open_files(), before);
}

static void a_session_ends_when_the_daemon_stops(void **state) {
    (void)state;
    peer p = begin();
    write_ping(&p, 0);
    take_reply(&p, 0);
    atomic_store(&shared->stopping, true);
    pthread_mutex_lock(&shared->lock);
    if (shared->places[0].connection >= 0) shutdown(shared->places[0].connection, SHUT_RDWR); /* as the listener does */
    pthread_mutex_unlock(&shared->lock);
    end(&p);
    assert_int_equal(shared->protocol_errors, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_session_answers_and_ends_when_its_client_leaves),
        TEST(a_message_that_is_wrong_in_itself_is_answered_and_the_session_goes_on),
        TEST(who_breaks_the_protocol_is_disconnected_and_counted),
        TEST(a_reply_index_that_jumps_ends_the_session),
        TEST(a_client_that_is_rejected_is_told_and_counted),
        TEST(a_session_ends_when_the_daemon_stops),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
