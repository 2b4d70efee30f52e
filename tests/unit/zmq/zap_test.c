/* SPDX-License-Identifier: Apache-2.0 */
#include "zmq/zap.h"
#include "core/log.h"
#include "support.h"

#include <zmq.h>

enum { FRAMES_MAX = 8, ANSWER_FRAMES = 6, KEY_SIZE = 32 };

static uint8_t known[][KEY_SIZE] = {{1}, {2, 2}};
static const uint8_t unknown[KEY_SIZE] = {3};
static const keys_list clients = {known, 2};
static zap subject;
static void *context, *asker;

static int set_up(void **state) {
    (void)state;
    const int patience = 60000, linger = 0;
    log_set_level(LOG_LEVEL_ERROR);
    context = zmq_ctx_new();
    if (!zap_start(&subject, context, &clients)) return -1;
    asker = zmq_socket(context, ZMQ_REQ);
    zmq_setsockopt(asker, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(asker, ZMQ_LINGER, &linger, sizeof linger);
    return zmq_connect(asker, "inproc://zeromq.zap.01");
}

/* As filterd's main does. */
static int tear_down(void **state) {
    (void)state;
    zmq_close(asker);
    zmq_ctx_shutdown(context);
    zap_join(&subject);
    return zmq_ctx_term(context);
}

typedef struct frame {
    const void *data;
    size_t size;
} frame;

/* The status of the answer; fails the test when the answer has another form. */
static const char *status_for(const frame *frames, size_t count) {
    static char answer[ANSWER_FRAMES][64];
    for (size_t i = 0; i < count; i++) zmq_send(asker, frames[i].data, frames[i].size, i + 1 < count ? ZMQ_SNDMORE : 0);
    for (int i = 0; i < ANSWER_FRAMES; i++) {
        int more = 0, size = zmq_recv(asker, answer[i], sizeof answer[i] - 1, 0);
        size_t length = sizeof more;
        assert_true(size >= 0);
        answer[i][size] = '\0';
        assert_int_equal(zmq_getsockopt(asker, ZMQ_RCVMORE, &more, &length), 0);
        assert_int_equal(more, i + 1 < ANSWER_FRAMES);
    }
    assert_string_equal(answer[0], "1.0");
    assert_string_equal(answer[1], "id-7"); /* the request's own */
    return answer[2];
}

static void only_a_key_of_the_list_is_allowed(void **state) {
    (void)state;
    const struct {
        const char *version, *mechanism;
        const void *key;
        size_t key_size, count;
        const char *status, *why;
    } cases[] = {
        {"1.0", "CURVE", known[0], KEY_SIZE, 7, "200", "the first of the list"},
        {"1.0", "CURVE", known[1], KEY_SIZE, 7, "200", "the last of the list"},
        {"1.0", "CURVE", unknown, KEY_SIZE, 7, "400", "not in the list"},
        {"1.0", "CURVE", known[0], KEY_SIZE - 1, 7, "400", "a part of a key"},
        {"1.0", "CURVE", known[0], 0, 7, "400", "no key"},
        {"1.0", "CURVE", known[0], KEY_SIZE, 6, "400", "no frame for the key"},
        {"1.0", "CURVE", known[0], KEY_SIZE, 2, "400", "no mechanism"},
        {"1.0", "CURVE", known[0], KEY_SIZE, 8, "400", "a frame after the key"},
        {"1.0", "PLAIN", known[0], KEY_SIZE, 7, "400", "a user's name for a key"},
        {"1.0", "NULL", known[0], KEY_SIZE, 7, "400", "no mechanism at all"},
        {"2.0", "CURVE", known[0], KEY_SIZE, 7, "400", "another version"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const frame frames[FRAMES_MAX + 1] = {{cases[i].version, strlen(cases[i].version)},
                                              {"id-7", 4},
                                              {ZAP_DOMAIN, strlen(ZAP_DOMAIN)},
                                              {"192.0.2.1", 9},
                                              {"", 0},
                                              {cases[i].mechanism, strlen(cases[i].mechanism)},
                                              {cases[i].key, cases[i].key_size}};
        const char *status = status_for(frames, cases[i].count);
        if (strcmp(status, cases[i].status) != 0) fail_msg("%s: %s", cases[i].why, status);
    }
}

static void a_second_handler_in_one_context_is_refused(void **state) {
    (void)state;
    zap second;
    assert_false(zap_start(&second, context, &clients));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_a_key_of_the_list_is_allowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_handler_in_one_context_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("zap", tests, NULL, NULL);
}
