/* SPDX-License-Identifier: Apache-2.0 */
#include "client/fallback.h"
#include "files.h"
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <zmq.h>

#define PATIENCE_MS 60000
#define LATE_MS 20 /* nobody answers, so that any time is long enough */

static void *context, *daemon_socket; /* of a daemon that the test plays */
static fallback *subject;

static int set_up(void **state) {
    const int patience = PATIENCE_MS, linger = 0;
    char endpoint[300];
    if (files_set_up(state) != 0) return -1;
    snprintf(endpoint, sizeof endpoint, "ipc://%s", files_path("f.sock"));
    context = zmq_ctx_new();
    daemon_socket = zmq_socket(context, ZMQ_ROUTER);
    zmq_setsockopt(daemon_socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(daemon_socket, ZMQ_LINGER, &linger, sizeof linger);
    if (zmq_bind(daemon_socket, endpoint) != 0) return -1;
    return fallback_open(&subject, endpoint, NULL) == FILTER_CLIENT_OK ? 0 : -1;
}

static int tear_down(void **state) {
    fallback_close(subject);
    zmq_close(daemon_socket);
    zmq_ctx_term(context);
    return files_tear_down(state);
}

static filter_client_status submit(const char *json, const filter_client_text *texts, size_t count, uint64_t tag) {
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    request.json = json;
    request.texts = texts;
    request.text_count = count;
    return fallback_submit(subject, &request, tag);
}

/* Takes a request of `wanted` frames and answers it. */
static void answer(size_t wanted, const char *const *frames, size_t count) {
    char identity[64], frame[200];
    int size = zmq_recv(daemon_socket, identity, sizeof identity, 0);
    assert_true(size > 0);
    for (size_t i = 0; i < wanted; i++) {
        int more = 0;
        size_t length = sizeof more;
        assert_true(zmq_recv(daemon_socket, frame, sizeof frame, 0) >= 0);
        zmq_getsockopt(daemon_socket, ZMQ_RCVMORE, &more, &length);
        assert_int_equal(more, i + 1 < wanted);
    }
    zmq_send(daemon_socket, identity, (size_t)size, ZMQ_SNDMORE);
    for (size_t i = 0; i < count; i++)
        zmq_send(daemon_socket, frames[i], strlen(frames[i]), i + 1 < count ? ZMQ_SNDMORE : 0);
}

static void only_endpoints_of_zeromq_are_taken(void **state) {
    (void)state;
    static const struct {
        const char *socket;
        bool taken;
    } cases[] = {
        {"ipc:///run/f.sock", true},
        {"tcp://127.0.0.1:1", true},
        {"/run/f.sock.shm", false},
        {"ipc:/run/f", false},
        {"", false},
        {"tcp", false},
        {"./ipc://x", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (fallback_takes(cases[i].socket) != cases[i].taken) fail_msg("%s", cases[i].socket);
    }
}

static void what_is_no_endpoint_is_named(void **state) {
    (void)state;
    char why[256];
    fallback *f;
    assert_int_equal(fallback_open(&f, "tcp://not an endpoint", why), FILTER_CLIENT_ARGUMENT);
    assert_null(f);
    assert_string_equal(why, "'tcp://not an endpoint': not an endpoint; write ipc://PATH or tcp://HOST:PORT");
    assert_int_equal(fallback_open(&f, "tcp://not an endpoint", NULL), FILTER_CLIENT_ARGUMENT);
}

static void a_reply_lies_as_it_would_in_shared_memory(void **state) {
    (void)state;
    static const filter_client_text texts[] = {{"one", 3, 0}, {NULL, 0, 0}};
    static const char *const frames[] = {"{\"v\":1,\"status\":\"ok\",\"verdict\":\"flag\"}", "abc", "", "wxyz"};
    filter_client_reply reply;
    assert_int_equal(submit("{\"v\":1}", texts, 2, 99), FILTER_CLIENT_OK);
    answer(3, frames, 4);
    assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
    assert_int_equal(reply.tag, 99);
    assert_true(reply.message->form == FILTER_MESSAGE_JSON && reply.message->status == 0);
    assert_int_equal(reply.message->verdict, FILTER_MESSAGE_FLAG);
    assert_int_equal(reply.message->texts.count, 3);
    assert_int_equal(reply.message->texts.offset % 8, 0);
    const char *header = (const char *)reply.message + reply.message->json.offset;
    assert_int_equal(reply.message->json.size, strlen(frames[0]));
    assert_memory_equal(header, frames[0], strlen(frames[0]));
    const filter_message_ref *refs =
        (const filter_message_ref *)(const void *)((const char *)reply.message + reply.message->texts.offset);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(refs[i].size, strlen(frames[i + 1]));
        assert_true(refs[i].offset + refs[i].size <= reply.size);
        assert_memory_equal((const char *)reply.message + refs[i].offset, frames[i + 1], refs[i].size);
    }
    fallback_release(subject);
}

static void an_error_shows_in_the_status_of_the_message(void **state) {
    (void)state;
    static const struct {
        const char *header;
        uint32_t status;
    } cases[] = {
        {"{\"v\":1,\"status\":\"error\"}", 1},
        {"{\"v\":1,\"id\":\"\\\"status\\\":\\\"error\\\"\",\"status\":\"ok\",\"verdict\":\"allow\"}",
         0}, /* an id that looks like it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_client_reply reply;
        assert_int_equal(submit("{\"v\":1}", NULL, 0, 1), FILTER_CLIENT_OK);
        answer(1, &cases[i].header, 1);
        assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
        assert_int_equal(reply.message->status, cases[i].status);
        fallback_release(subject);
    }
}

static void what_is_no_answer_is_none(void **state) {
    (void)state;
    static const struct {
        const char *request, *header;
        filter_client_status status;
    } cases[] = {
        {"{\"v\":1}", "{\"status\":\"ok\"}", FILTER_CLIENT_INVALID},
        {"{\"v\":1}", "", FILTER_CLIENT_INVALID},
        {"{\"v\":1,\"op\":\"ping\"}", "{\"status\":\"ok\"}", FILTER_CLIENT_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_client_reply reply;
        assert_int_equal(submit(cases[i].request, NULL, 0, 1), FILTER_CLIENT_OK);
        answer(1, &cases[i].header, 1);
        assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), cases[i].status);
        if (cases[i].status == FILTER_CLIENT_OK) continue;
        assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_GONE); /* and nobody waits for it */
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
    }
}

static volatile sig_atomic_t signals;

static void count_signal(int number) {
    (void)number;
    signals++;
}

static void *send_signals(void *to) {
    static const char *const frames[] = {"{\"status\":\"ok\",\"verdict\":\"allow\"}"};
    while (signals < 3) {
        pthread_kill(*(pthread_t *)to, SIGUSR1);
        usleep(1000);
    }
    answer(1, frames, 1);
    return NULL;
}

static void a_signal_is_no_loss_of_the_daemon(void **state) {
    (void)state;
    const struct sigaction action = {.sa_handler = count_signal}; /* without SA_RESTART */
    filter_client_reply reply;
    pthread_t self = pthread_self(), other;
    signals = 0;
    sigaction(SIGUSR1, &action, NULL);
    assert_int_equal(submit("{\"v\":1}", NULL, 0, 1), FILTER_CLIENT_OK);
    assert_int_equal(pthread_create(&other, NULL, send_signals, &self), 0);
    assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
    pthread_join(other, NULL);
}

static void one_request_is_in_flight_at_a_time(void **state) {
    (void)state;
    static const char *const frames[] = {"{\"status\":\"ok\",\"verdict\":\"allow\"}"};
    filter_client_reply reply;
    assert_int_equal(fallback_next(subject, &reply, 0), FILTER_CLIENT_AGAIN); /* nothing was asked */
    assert_int_equal(submit(NULL, NULL, 0, 1), FILTER_CLIENT_ARGUMENT); /* the binary form is shared memory's */
    assert_int_equal(submit("{}", NULL, 0, 1), FILTER_CLIENT_OK);
    assert_int_equal(submit("{}", NULL, 0, 2), FILTER_CLIENT_AGAIN);
    fallback_release(subject); /* there is nothing to release, and the request stays in flight */
    assert_int_equal(submit("{}", NULL, 0, 2), FILTER_CLIENT_AGAIN);
    answer(1, frames, 1);
    assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
    assert_int_equal(reply.tag, 1);
    assert_int_equal(fallback_next(subject, &reply, 0), FILTER_CLIENT_ARGUMENT); /* it was taken */
    assert_int_equal(submit("{}", NULL, 0, 2), FILTER_CLIENT_AGAIN); /* until it is released */
    fallback_release(subject);
    assert_int_equal(submit("{}", NULL, 0, 2), FILTER_CLIENT_OK);
}

static void no_answer_in_time_is_no_loss_of_the_answer(void **state) {
    (void)state;
    static const char *const frames[] = {"{\"status\":\"ok\",\"verdict\":\"allow\"}"};
    filter_client_reply reply;
    assert_int_equal(submit("{}", NULL, 0, 5), FILTER_CLIENT_OK);
    assert_int_equal(fallback_next(subject, &reply, 0), FILTER_CLIENT_AGAIN);
    assert_int_equal(fallback_next(subject, &reply, LATE_MS), FILTER_CLIENT_TIMEOUT);
    answer(1, frames, 1);
    assert_int_equal(fallback_next(subject, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
    assert_int_equal(reply.tag, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_endpoints_of_zeromq_are_taken),
        cmocka_unit_test(what_is_no_endpoint_is_named),
        TEST(a_reply_lies_as_it_would_in_shared_memory),
        TEST(an_error_shows_in_the_status_of_the_message),
        TEST(what_is_no_answer_is_none),
        TEST(a_signal_is_no_loss_of_the_daemon),
        TEST(one_request_is_in_flight_at_a_time),
        TEST(no_answer_in_time_is_no_loss_of_the_answer),
    };
    return cmocka_run_group_tests_name("fallback", tests, NULL, NULL);
}
