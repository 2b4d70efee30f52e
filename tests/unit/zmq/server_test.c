/* SPDX-License-Identifier: Apache-2.0 */
#include "zmq/server.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "support.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE 20000 /* bytes of a text that is not answered inline */
#define PING "{\"v\":1,\"op\":\"ping\",\"id\":\"p\"}"

static daemon_parts *parts;
static control operator;
static server *subject;
static void *context, *client;
static pthread_t thread;
static int signals[2]; /* a pipe for the signalfd */
static bool runs;

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    context = zmq_ctx_new();
    client = NULL;
    subject = NULL;
    runs = false;
    return pipe(signals);
}

static void send_signal(uint32_t number) {
    const struct signalfd_siginfo info = {.ssi_signo = number};
    assert_int_equal(write(signals[1], &info, sizeof info), sizeof info);
}

static void no_numbers(json_t **status, void *arg) {
    (void)status, (void)arg;
}

static void *run(void *arg) {
    server_run(arg, &operator, signals[0]);
    return NULL;
}

static void begin(const char *endpoint) {
    int status;
    config_add_endpoint(&parts->config, endpoint, true);
    subject = server_new(&parts->store, &parts->common, context, &status);
    assert_non_null(subject);
    assert_int_equal(control_start(&operator, & parts->store, context, no_numbers, NULL), 0);
    assert_int_equal(pthread_create(&thread, NULL, run, subject), 0);
    runs = true;
    client = zmq_socket(context, ZMQ_DEALER);
    assert_int_equal(zmq_connect(client, endpoint), 0);
}

static void stop(void) {
    if (!runs) return;
    runs = false;
    send_signal(SIGTERM);
    pthread_join(thread, NULL);
    control_stop(&operator);
}

static int tear_down(void **state) {
    stop();
    server_free(subject);
    if (client) zmq_close(client);
    zmq_ctx_term(context);
    close(signals[0]);
    close(signals[1]);
    daemon_parts_close(parts);
    return files_tear_down(state);
}

static json_t *ask(const char *const *frames) {
    json_t *reply = daemon_parts_ask(client, frames);
    assert_non_null(reply);
    return reply;
}

static const char *code_of(const json_t *reply) {
    const char *code = json_string_value(json_object_get(json_object_get(reply, "error"), "code"));
    return code ? code : "ok";
}

static long long number_of(const char *section, const char *key) {
    json_t *status = json_object(), *in;
    server_status(subject, &status);
    in = status;
    if (*section) in = json_object_get(status, section);
    long long value = json_integer_value(json_object_get(in, key));
    json_decref(status);
    return value;
}

static void an_endpoint_that_cannot_be_bound_is_refused_and_leaves_nothing(void **state) {
    (void)state;
    static const char *const endpoints[] = {"ipc:///nonexistent/f.sock", "inproc://"};
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        int status = 0;
        char first[300];
        snprintf(first, sizeof first, "ipc://%s", files_path("f.sock"));
        config_add_endpoint(&parts->config, first, true);
        config_add_endpoint(&parts->config, endpoints[i], false);
        output_begin();
        server *s = server_new(&parts->store, &parts->common, context, &status);
        const output *said = output_end();
        assert_null(s);
        assert_int_equal(status, CONFIG_EXIT_BIND);
        assert_non_null(strstr(said->err, "endpoint "));
        assert_int_equal(access(first + 6, F_OK), -1); /* what was bound before it */
    }
}

static void a_key_that_cannot_be_read_is_refused(void **state) {
    (void)state;
    int status = 0;
    parts->config.curve_secret_key = "/nonexistent";
    output_begin();
    server *s = server_new(&parts->store, &parts->common, context, &status);
    output_end();
    assert_null(s);
    assert_int_equal(status, CONFIG_EXIT_KEYS);
}

static void a_request_comes_back_in_the_shape_it_came(void **state) {
    (void)state;
    begin("inproc://server");
    json_t *reply = ask((const char *const[]){PING, NULL});
    assert_string_equal(json_string_value(json_object_get(reply, "id")), "p");
    json_decref(reply);
    zmq_send(client, "", 0, ZMQ_SNDMORE); /* as a REQ socket does */
    zmq_send(client, PING, strlen(PING), 0);
    char frame[200];
    assert_int_equal(zmq_recv(client, frame, sizeof frame, 0), 0);
    assert_true(zmq_recv(client, frame, sizeof frame, 0) > 0);
    assert_int_equal(number_of("requests", "received"), 2);
    assert_int_equal(number_of("requests", "errors"), 0);
}

static void an_empty_header_is_answered_as_a_bad_request(void **state) {
    (void)state;
    begin("inproc://server");
    zmq_send(client, "", 0, ZMQ_SNDMORE);
    zmq_send(client, "", 0, 0);
    char frame[400];
    json_t *reply = ask((const char *const[]){PING, NULL});
    assert_string_equal(code_of(reply), "bad_request");
    json_decref(reply);
    assert_true(zmq_recv(client, frame, sizeof frame, 0) > 0); /* the ping's */
    assert_int_equal(number_of("requests", "received"), 2);
}

static bool is_with_the_worker(void *arg) {
    (void)arg;
    return number_of("requests", "received") == 1 && number_of("", "queued") == 0;
}

static bool waits(void *arg) {
    (void)arg;
    return number_of("", "queued") == 1;
}

static const char *large_text(void) {
    static char text[LARGE + 1];
    memset(text, 'x', LARGE);
    return text;
}

static void send_request(const char *id) {
    char header[100];
    snprintf(header, sizeof header, "{\"v\":1,\"id\":\"%s\",\"return\":[]}", id);
    zmq_send(client, header, strlen(header), ZMQ_SNDMORE);
    zmq_send(client, large_text(), LARGE, 0);
}

/* One request is with the worker, which waits for the engine, and one in the queue. */
static void fill_queue(void) {
    parts->config.queue_requests = 1;
    begin("inproc://server");
    pthread_mutex_lock(&parts->store.lock);
    send_request("first");
    assert_true(daemon_parts_until(is_with_the_worker, NULL));
    send_request("second");
    assert_true(daemon_parts_until(waits, NULL));
}

static void a_full_queue_is_answered_overloaded_and_what_was_taken_is_answered_after_it(void **state) {
    (void)state;
    static const struct {
        const char *id, *code;
    } order[] = {{"third", "overloaded"}, {"first", "ok"}, {"second", "ok"}};
    fill_queue();
    send_request("third");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        json_t *reply = ask((const char *const[]){NULL});
        if (strcmp(json_string_value(json_object_get(reply, "id")), order[i].id) != 0) fail_msg("%s", order[i].id);
        assert_string_equal(code_of(reply), order[i].code);
        json_decref(reply);
        if (i == 0) pthread_mutex_unlock(&parts->store.lock);
    }
    assert_int_equal(number_of("requests", "overloaded"), 1);
    assert_int_equal(number_of("requests", "errors"), 1);
}

static void a_stop_answers_what_was_accepted(void **state) {
    (void)state;
    parts->config.stop_ms = 600000;
    fill_queue();
    send_signal(SIGINT);
    pthread_mutex_unlock(&parts->store.lock);
    pthread_join(thread, NULL);
    control_stop(&operator);
    runs = false;
    assert_int_equal(number_of("requests", "answered"), 2);
}

static void a_stop_gives_up_when_its_time_has_passed(void **state) {
    (void)state;
    parts->config.stop_ms = 0;
    fill_queue();
    send_signal(SIGTERM);
    pthread_join(thread, NULL); /* ends while the worker still waits */
    control_stop(&operator);
    runs = false;
    assert_int_equal(number_of("requests", "answered"), 0);
    pthread_mutex_unlock(&parts->store.lock);
}

static bool is_reloaded(void *arg) {
    (void)arg;
    return atomic_load(&parts->store.generation) == 2;
}

static void a_hangup_reloads_and_does_not_stop(void **state) {
    (void)state;
    begin("inproc://server");
    send_signal(SIGHUP);
    assert_true(daemon_parts_until(is_reloaded, NULL));
    json_decref(ask((const char *const[]){PING, NULL}));
}

static void a_socket_file_has_its_mode_and_goes_with_the_server(void **state) {
    (void)state;
    struct stat info;
    char endpoint[300];
    snprintf(endpoint, sizeof endpoint, "ipc://%s", files_path("f.sock"));
    parts->config.ipc_mode = 660;
    begin(endpoint);
    assert_int_equal(stat(endpoint + 6, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0660);
    stop();
    server_free(subject);
    subject = NULL;
    assert_int_equal(stat(endpoint + 6, &info), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_endpoint_that_cannot_be_bound_is_refused_and_leaves_nothing),
        TEST(a_key_that_cannot_be_read_is_refused),
        TEST(a_request_comes_back_in_the_shape_it_came),
        TEST(an_empty_header_is_answered_as_a_bad_request),
        TEST(a_full_queue_is_answered_overloaded_and_what_was_taken_is_answered_after_it),
        TEST(a_stop_answers_what_was_accepted),
        TEST(a_stop_gives_up_when_its_time_has_passed),
        TEST(a_hangup_reloads_and_does_not_stop),
        TEST(a_socket_file_has_its_mode_and_goes_with_the_server),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
