/* SPDX-License-Identifier: Apache-2.0 */
#include "core/control.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "protocol/json_build.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static daemon_parts *parts;
static control subject;
static void *context, *client;
static char endpoint[300];
static bool runs;

static atomic_bool memory_is_out;

static void add_number(json_t **status, void *arg) {
    json_build_set(status, "added", memory_is_out ? NULL : json_integer(*(const int *)arg));
}

static int start(void) {
    static int number = 42;
    int status = control_start(&subject, &parts->store, context, add_number, &number);
    runs = status == 0;
    return status;
}

static void stop(void) {
    if (runs) control_stop(&subject);
    runs = false;
}

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    context = zmq_ctx_new();
    client = zmq_socket(context, ZMQ_REQ);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", files_path("c.ctl"));
    parts->config.control = endpoint;
    return zmq_connect(client, endpoint);
}

/* Also after a test that failed: the context ends when the thread has. */
static int tear_down(void **state) {
    stop();
    zmq_close(client);
    zmq_ctx_term(context);
    daemon_parts_close(parts);
    return files_tear_down(state);
}

static json_t *ask(const char *request) {
    json_t *answer = daemon_parts_ask(client, (const char *const[]){request, NULL});
    assert_non_null(answer);
    return answer;
}

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static long long reloads(void) {
    json_t *status = ask("{\"op\":\"status\"}");
    long long count = number_of(status, "reloads");
    json_decref(status);
    return count;
}

static void status_has_the_numbers_of_others(void **state) {
    (void)state;
    assert_int_equal(start(), 0);
    json_t *status = ask("{\"op\":\"status\"}");
    assert_string_equal(string_of(status, "status"), "ok");
    assert_int_equal(number_of(status, "rules"), 1);
    assert_int_equal(number_of(status, "added"), 42);
    json_decref(status);
}

static void a_status_that_lacks_a_number_is_an_error(void **state) {
    (void)state;
    assert_int_equal(start(), 0);
    memory_is_out = true;
    json_t *status = ask("{\"op\":\"status\"}");
    memory_is_out = false;
    assert_string_equal(string_of(status, "status"), "error");
    assert_non_null(strstr(string_of(status, "last_error"), "memory"));
    json_decref(status);
}

static void what_is_no_operation_is_answered_with_an_error(void **state) {
    (void)state;
    static const char *const requests[] = {
        "{\"op\":\"stop\"}", "{\"op\":7}", "{}", "not json", "[]", "{\"op\":\"status\",\"op\":\"status\"}", "\xff\xfe"};
    assert_int_equal(start(), 0);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        json_t *answer = ask(requests[i]);
        if (strcmp(string_of(answer, "status"), "error") != 0 ||
            strcmp(string_of(answer, "last_error"), "op must be 'status' or 'reload'") != 0) {
            fail_msg("%s", requests[i]);
        }
        json_decref(answer);
    }
    assert_int_equal(reloads(), 0);
}

static void frames_after_the_first_are_dropped(void **state) {
    (void)state;
    assert_int_equal(start(), 0);
    json_t *answer = daemon_parts_ask(client, (const char *const[]){"{\"op\":\"status\"}", "x", "y", NULL});
    assert_string_equal(string_of(answer, "status"), "ok");
    json_decref(answer);
    assert_int_equal(reloads(), 0); /* the socket goes on */
}

static void a_reload_that_fails_says_why(void **state) {
    (void)state;
    assert_int_equal(start(), 0);
    json_t *fine = ask("{\"op\":\"reload\"}");
    assert_string_equal(string_of(fine, "status"), "ok");
    assert_int_equal(number_of(fine, "reloads"), 1);
    json_decref(fine);
    daemon_parts_write_rules("own.yaml", "pack: {name: own}\n");
    output_begin();
    json_t *failed = daemon_parts_ask(client, (const char *const[]){"{\"op\":\"reload\"}", NULL});
    output_end();
    assert_string_equal(string_of(failed, "status"), "error");
    assert_non_null(strstr(string_of(failed, "last_error"), "own.yaml:1:"));
    assert_int_equal(number_of(failed, "reload_failures"), 1);
    json_decref(failed);
}

static bool has_reloaded(void *arg) {
    return reloads() >= *(const int *)arg;
}

static void a_signal_and_a_change_of_the_directory_reload(void **state) {
    (void)state;
    int wanted = 1;
    parts->config.watch = true;
    assert_int_equal(start(), 0);
    control_reload(&subject);
    assert_true(daemon_parts_until(has_reloaded, &wanted));
    wanted = 2;
    daemon_parts_write_rules("own.yaml", DAEMON_PACK);
    assert_true(daemon_parts_until(has_reloaded, &wanted));
}

static void only_the_owner_can_open_the_socket(void **state) {
    (void)state;
    struct stat info;
    mode_t before = umask(0);
    assert_int_equal(start(), 0);
    mode_t after = umask(before);
    assert_int_equal(after, 0); /* as it was */
    assert_int_equal(stat(files_path("c.ctl"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    stop();
    assert_int_equal(stat(files_path("c.ctl"), &info), -1);
}

static bool are_closed(void *arg) {
    return output_open_files() <= *(const size_t *)arg;
}

static void a_socket_that_cannot_be_bound_is_refused_and_leaves_nothing_open(void **state) {
    (void)state;
    parts->config.control = "ipc:///nonexistent/c.ctl";
    parts->config.watch = true;
    size_t before = output_open_files();
    output_begin();
    int status = start();
    const output *said = output_end();
    assert_int_equal(status, CONFIG_EXIT_BIND);
    assert_non_null(strstr(said->err, "control /nonexistent/c.ctl: cannot be bound"));
    assert_true(daemon_parts_until(are_closed, &before)); /* libzmq closes a moment later */
}

static bool is_second_generation(void *arg) {
    (void)arg;
    return atomic_load(&parts->store.generation) == 2;
}

static void without_a_socket_a_signal_still_reloads(void **state) {
    (void)state;
    parts->config.control = "";
    assert_int_equal(start(), 0);
    control_reload(&subject);
    assert_true(daemon_parts_until(is_second_generation, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(status_has_the_numbers_of_others),
        TEST(a_status_that_lacks_a_number_is_an_error),
        TEST(what_is_no_operation_is_answered_with_an_error),
        TEST(frames_after_the_first_are_dropped),
        TEST(a_reload_that_fails_says_why),
        TEST(a_signal_and_a_change_of_the_directory_reload),
        TEST(only_the_owner_can_open_the_socket),
        TEST(a_socket_that_cannot_be_bound_is_refused_and_leaves_nothing_open),
        TEST(without_a_socket_a_signal_still_reloads),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
