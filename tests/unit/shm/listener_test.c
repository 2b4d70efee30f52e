/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/listener.h"
#include "client/filter-client.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "support.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static daemon_parts *parts;
static shm_listener *subject;
static char path[300];

static int set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    snprintf(path, sizeof path, "%s", files_path("f.shm"));
    parts->config.shm_socket = path;
    subject = NULL;
    return 0;
}

static int tear_down(void **state) {
    shm_listener_stop(subject);
    daemon_parts_close(parts);
    return files_tear_down(state);
}

/* Starts another listener; 0, or its exit status. What was logged is in *said. */
static int start(const output **said) {
    int status;
    output_begin();
    shm_listener *l = shm_listener_start(&parts->config, &parts->store, &parts->common, &status);
    *said = output_end();
    assert_int_equal(l != NULL, status == 0);
    if (l) subject = l;
    return status;
}

static filter_client_status open_client(filter_client **client, char why[256]) {
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    options.socket = path;
    options.timeout_ms = 60000;
    return filter_client_open(client, &options, why);
}

static long long counted(const char *key) {
    json_t *status = shm_listener_status(subject);
    long long value = json_integer_value(json_object_get(status, key));
    json_decref(status);
    return value;
}

static void a_socket_is_bound_or_refused_for_its_reason(void **state) {
    (void)state;
    static char too_long[200];
    memset(too_long, 'x', sizeof too_long - 1);
    files_write("file", "kept", 4);
    const struct {
        const char *path;
        const char *says;
    } cases[] = {
        {"/nonexistent/f.shm", "/nonexistent/f.shm: cannot be bound: No such file or directory"},
        {too_long, "the path is longer than 107 bytes"},
        {files_path("file"), "cannot be bound: what stands there is no socket"},
    };
    const output *said;
    size_t before = output_open_files();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parts->config.shm_socket = cases[i].path;
        if (start(&said) != CONFIG_EXIT_BIND || !strstr(said->err, cases[i].says)) fail_msg("%zu: %s", i, said->err);
    }
    assert_int_equal(output_open_files(), before);
    assert_int_equal(access(files_path("file"), F_OK), 0); /* nobody's file is removed for a socket */
}

static void a_second_listener_does_not_take_the_socket_over(void **state) {
    (void)state;
    const output *said;
    filter_client *client;
    assert_int_equal(start(&said), 0);
    assert_int_equal(start(&said), CONFIG_EXIT_BIND);
    assert_non_null(strstr(said->err, "another process serves there"));
    assert_int_equal(open_client(&client, NULL), FILTER_CLIENT_OK);
    filter_client_close(client);
}

static void a_socket_that_was_left_there_is_replaced(void **state) {
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const output *said;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    assert_int_equal(start(&said), 0);
}

static void the_socket_has_the_mode_of_the_configuration_and_goes_with_the_listener(void **state) {
    (void)state;
    static const struct {
        size_t mode;
        mode_t bits;
    } cases[] = {{600, 0600}, {660, 0660}, {666, 0666}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stat info;
        const output *said;
        parts->config.ipc_mode = cases[i].mode;
        assert_int_equal(start(&said), 0);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, cases[i].bits);
        shm_listener_stop(subject);
        subject = NULL;
        assert_int_equal(stat(path, &info), -1);
    }
}

static bool has_none(void *arg) {
    (void)arg;
    return counted("sessions") == 0;
}

/* A client may have its answer before it is counted. */
static bool all_are_counted(void *arg) {
    (void)arg;
    return counted("sessions") == 2 && counted("accepted") == 2 && counted("rejected") == 1 && counted("bytes") > 0;
}

static void one_client_more_than_there_are_places_is_rejected(void **state) {
    (void)state;
    const output *said;
    filter_client *clients[2], *more;
    char why[256];
    parts->config.shm_sessions = parts->config.shm_sessions_per_user = 2;
    assert_int_equal(start(&said), 0);
    for (int i = 0; i < 2; i++) assert_int_equal(open_client(&clients[i], NULL), FILTER_CLIENT_OK);
    assert_int_equal(open_client(&more, why), FILTER_CLIENT_REJECTED);
    assert_null(more);
    assert_string_equal(why, "the daemon serves as many clients as it may; see 'shared_memory: sessions'");
    assert_true(daemon_parts_until(all_are_counted, NULL));
    for (int i = 0; i < 2; i++) filter_client_close(clients[i]);
    assert_true(daemon_parts_until(has_none, NULL));
    assert_int_equal(counted("bytes"), 0);
    assert_int_equal(open_client(&more, NULL), FILTER_CLIENT_OK); /* the places are free again */
    filter_client_close(more);
}

static void stopping_ends_all_sessions_and_leaves_nothing_open(void **state) {
    (void)state;
    const output *said;
    filter_client *clients[3];
    size_t before = output_open_files();
    assert_int_equal(start(&said), 0);
    for (int i = 0; i < 3; i++) assert_int_equal(open_client(&clients[i], NULL), FILTER_CLIENT_OK);
    shm_listener_stop(subject);
    subject = NULL;
    for (int i = 0; i < 3; i++) {
        filter_client_reply reply;
        filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
        request.op = FILTER_MESSAGE_PING;
        assert_int_equal(filter_client_ask(clients[i], &request, &reply), FILTER_CLIENT_GONE);
        filter_client_close(clients[i]);
    }
    assert_int_equal(output_open_files(), before);
    shm_listener_stop(NULL); /* is allowed */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_socket_is_bound_or_refused_for_its_reason),
        TEST(a_second_listener_does_not_take_the_socket_over),
        TEST(a_socket_that_was_left_there_is_replaced),
        TEST(the_socket_has_the_mode_of_the_configuration_and_goes_with_the_listener),
        TEST(one_client_more_than_there_are_places_is_rejected),
        TEST(stopping_ends_all_sessions_and_leaves_nothing_open),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
