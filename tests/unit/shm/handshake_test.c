/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/handshake.h"
#include "files.h"
#include "output.h"
#include "shm_peer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

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

static const ring_hello good = {RING_MAGIC, RING_VERSION, 16, 1 << 16, 1 << 16};

/* What the daemon says of a hello of `size` bytes; NULL for one that is taken. */
static const char *verdict_on(const void *hello, size_t size) {
    int peer;
    shm_session *s = shm_peer_session(shared, &peer);
    if (hello) assert_int_equal(send(peer, hello, size, 0), size);
    else shutdown(peer, SHUT_WR);
    static char copy[200];
    const char *why = shm_handshake(s);
    if (why) why = strncpy(copy, why, sizeof copy - 1); /* it may lie in the session */
    assert_int_equal(s->control == NULL && s->files[0] < 0, why != NULL); /* no buffers for who is rejected */
    shm_session_free(s);
    close(peer);
    return why;
}

static void a_hello_is_taken_or_rejected_for_its_reason(void **state) {
    (void)state;
    const ring_hello magic = {RING_MAGIC + 1, RING_VERSION, 16, 1 << 16, 1 << 16};
    char longer[sizeof good + 1];
    memcpy(longer, &good, sizeof good);
    const ring_hello version = {RING_MAGIC, RING_VERSION + 1, 16, 1 << 16, 1 << 16};
    const struct {
        const void *hello;
        size_t size;
        const char *says; /* NULL: taken */
    } cases[] = {
        {&good, sizeof good, NULL},
        {&magic, sizeof magic, "not a hello of a client"},
        {&good, sizeof good - 1, "not a hello of a client"},
        {"GET / HTTP/1.1", 14, "not a hello of a client"},
        {longer, sizeof longer, "not a hello of a client"},
        {&version, sizeof version, "the daemon speaks version 2 of the shared memory, the client version 3"},
        {NULL, 0, ""}, /* it went away */
    };
    size_t before = output_open_files();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why = verdict_on(cases[i].hello, cases[i].size);
        if (!why != !cases[i].says || (why && strcmp(why, cases[i].says) != 0)) fail_msg("%zu: %s", i, why);
    }
    assert_int_equal(output_open_files(), before);
}

static void only_a_user_that_is_named_may_connect(void **state) {
    (void)state;
    char own[16], other[16];
    snprintf(own, sizeof own, "%u", geteuid());
    snprintf(other, sizeof other, "%u", geteuid() + 1);
    const struct {
        const char *users[2];
        size_t count;
        bool may;
    } cases[] = {{{NULL}, 0, true}, {{own}, 1, true}, {{other, own}, 2, true}, {{other}, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parts->config.shm_users = (yaml_strings){(const char **)(uintptr_t)cases[i].users, cases[i].count, NULL};
        const char *why = verdict_on(&good, sizeof good);
        if (!why != cases[i].may) fail_msg("%zu: %s", i, why ? why : "taken");
        if (why) assert_string_equal(why, "this user may not connect; see 'shared_memory: users'");
    }
}

static void a_client_gets_what_it_wants_within_the_bounds(void **state) {
    (void)state;
    static const struct {
        uint32_t slots, request_bytes, reply_bytes; /* wanted */
        uint32_t got_slots, got_request, got_reply;
    } cases[] = {
        {0, 0, 0, 256, 1 << 20, 2 << 20}, /* the usual, within the configuration */
        {1, 1, 1, 1, 1 << 16, 1 << 16}, /* the least */
        {7, 100000, 100000, 4, 98304, 98304}, /* a power of two, and whole pages */
        {UINT32_MAX, UINT32_MAX, UINT32_MAX, 4096, 1 << 20, 2 << 20}, /* the most */
    };
    parts->config.shm_request_bytes = 1 << 20;
    parts->config.shm_reply_bytes = 2 << 20;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int peer;
        const ring_hello hello = {RING_MAGIC, RING_VERSION, cases[i].slots, cases[i].request_bytes,
                                  cases[i].reply_bytes};
        shm_session *s = shm_peer_session(shared, &peer);
        assert_int_equal(send(peer, &hello, sizeof hello, 0), sizeof hello);
        assert_null(shm_handshake(s));
        if (s->slots != cases[i].got_slots || s->request_bytes != cases[i].got_request ||
            s->reply_bytes != cases[i].got_reply) {
            fail_msg("%zu: %u slots, %u and %u bytes", i, s->slots, s->request_bytes, s->reply_bytes);
        }
        assert_true(s->control->slots == s->slots && s->control->request_bytes == s->request_bytes);
        shm_session_free(s);
        close(peer);
    }
}

static void a_client_can_neither_shrink_the_buffers_nor_write_replies(void **state) {
    (void)state;
    int peer, files[RING_FD_COUNT];
    ring_hello_reply reply;
    shm_session *s = shm_peer_session(shared, &peer);
    assert_int_equal(send(peer, &good, sizeof good, 0), sizeof good);
    assert_null(shm_handshake(s));
    assert_true(shm_send_hello_reply(s, NULL));
    assert_true(shm_peer_receive(peer, &reply, files));
    assert_string_equal(reply.rejected, "");
    assert_true(reply.magic == RING_MAGIC && reply.slots == 16 && reply.data_offset % 4096 == 0);
    for (int i = 0; i < RING_FD_COUNT; i++) {
        assert_int_equal(ftruncate(files[i], 0), -1);
        assert_int_equal(ftruncate(files[i], 1 << 24), -1);
        assert_int_equal(fcntl(files[i], F_ADD_SEALS, F_SEAL_WRITE), -1); /* nor stop the daemon from writing */
    }
    void *map = mmap(NULL, reply.reply_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, files[RING_FD_REPLY], 0);
    assert_ptr_equal(map, MAP_FAILED);
    assert_int_equal(write(files[RING_FD_REPLY], "x", 1), -1);
    map = mmap(NULL, reply.reply_bytes, PROT_READ, MAP_SHARED, files[RING_FD_REPLY], 0);
    assert_ptr_not_equal(map, MAP_FAILED);
    munmap(map, reply.reply_bytes);
    for (int i = 0; i < RING_FD_COUNT; i++) close(files[i]);
    shm_session_free(s);
    close(peer);
}

static void a_rejection_carries_its_reason_and_no_descriptors(void **state) {
    (void)state;
    static char longer[200];
    int peer, files[RING_FD_COUNT];
    ring_hello_reply reply;
    memset(longer, 'x', sizeof longer - 1);
    shm_session *s = shm_peer_session(shared, &peer);
    assert_true(shm_send_hello_reply(s, "because"));
    assert_true(shm_peer_receive(peer, &reply, files));
    assert_string_equal(reply.rejected, "because");
    assert_int_equal(files[0], -1);
    assert_true(shm_send_hello_reply(s, longer)); /* is cut, and ends */
    assert_true(shm_peer_receive(peer, &reply, files));
    assert_int_equal(strnlen(reply.rejected, sizeof reply.rejected), sizeof reply.rejected - 1);
    close(peer);
    assert_false(shm_send_hello_reply(s, "because")); /* the client is gone */
    shm_session_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_hello_is_taken_or_rejected_for_its_reason),
        TEST(only_a_user_that_is_named_may_connect),
        TEST(a_client_gets_what_it_wants_within_the_bounds),
        TEST(a_client_can_neither_shrink_the_buffers_nor_write_replies),
        TEST(a_rejection_carries_its_reason_and_no_descriptors),
    };
    return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
