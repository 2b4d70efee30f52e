/* SPDX-License-Identifier: Apache-2.0 */
#include "client/filter-client.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "shm/listener.h"
#include "shm/ring.h"
#include "support.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define LATE_MS 20 /* nobody answers, so that any time is long enough */

static daemon_parts *parts;
static shm_listener *listener;
static char path[300];

static int set_up(void **state) {
    int status;
    if (files_set_up(state) != 0) return -1;
    parts = daemon_parts_open();
    snprintf(path, sizeof path, "%s", files_path("f.shm"));
    parts->config.shm_socket = path;
    listener = shm_listener_start(&parts->config, &parts->store, &parts->common, &status);
    return status;
}

static int tear_down(void **state) {
    shm_listener_stop(listener);
    daemon_parts_close(parts);
    return files_tear_down(state);
}

static filter_client *open_client(uint32_t slots) {
    filter_client *client;
    char why[256] = "";
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    options.socket = path;
    options.slots = slots;
    options.request_bytes = options.reply_bytes = 1 << 16;
    options.timeout_ms = PATIENCE_MS;
    if (filter_client_open(&client, &options, why) != FILTER_CLIENT_OK) fail_msg("%s", why);
    return client;
}

static filter_client_request ping(void) {
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    request.op = FILTER_MESSAGE_PING;
    return request;
}

static void opening_fails_for_its_reason(void **state) {
    (void)state;
    static char too_long[200];
    memset(too_long, 'x', sizeof too_long - 1);
    files_write("file", "", 0);
    const struct {
        size_t struct_size;
        const char *socket;
        filter_client_status status;
        const char *says;
    } cases[] = {
        {0, "/x", FILTER_CLIENT_ARGUMENT, "struct_size is not set, or of a newer library"},
        {8, "/x", FILTER_CLIENT_ARGUMENT, "struct_size"},
        {sizeof(filter_client_options), too_long, FILTER_CLIENT_ARGUMENT, "the path of the socket is too long"},
        {sizeof(filter_client_options), files_path("none"), FILTER_CLIENT_UNREACHABLE,
         "none: No such file or directory; is filterd running there?"},
        {sizeof(filter_client_options), files_path("file"), FILTER_CLIENT_UNREACHABLE, "file: Connection refused"},
        {sizeof(filter_client_options), "tcp://no endpoint", FILTER_CLIENT_ARGUMENT, "not an endpoint"},
    };
    size_t before = output_open_files();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_client *client;
        char why[256] = "";
        filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
        options.struct_size = cases[i].struct_size;
        options.socket = cases[i].socket;
        filter_client_status status = filter_client_open(&client, &options, why);
        if (status != cases[i].status || client || !strstr(why, cases[i].says)) fail_msg("%zu: %d %s", i, status, why);
        assert_int_equal(filter_client_open(&client, &options, NULL), status); /* nobody need ask why */
    }
    assert_int_equal(output_open_files(), before);
}

/* A daemon that answers a hello with whatever the test wants. */
typedef struct impostor {
    int socket;
    ring_hello_reply reply;
    size_t size; /* of the reply; 0: hangs up */
    int files; /* how many descriptors come with it */
} impostor;

static void *impersonate(void *arg) {
    const impostor *i = arg;
    ring_hello hello;
    int fds[RING_FD_COUNT], connection = accept(i->socket, NULL, NULL);
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof fds)];
    } rights = {.bytes = {0}};
    struct iovec data = {(void *)(uintptr_t)&i->reply, i->size};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    for (int k = 0; k < RING_FD_COUNT; k++) fds[k] = memfd_create("impostor", 0);
    if (i->files) {
        message.msg_control = rights.bytes;
        message.msg_controllen = CMSG_SPACE((size_t)i->files * sizeof *fds);
        rights.header = (struct cmsghdr){CMSG_LEN((size_t)i->files * sizeof *fds), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(&rights.header), fds, (size_t)i->files * sizeof *fds);
    }
    (void)!recv(connection, &hello, sizeof hello, 0);
    if (i->size) (void)!sendmsg(connection, &message, MSG_NOSIGNAL);
    close(connection);
    for (int k = 0; k < RING_FD_COUNT; k++) close(fds[k]);
    return NULL;
}

static int listen_at(const char *where) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", where);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

#define PAGE 4096

static void a_wrong_answer_to_the_hello_is_no_session(void **state) {
    (void)state;
    static const struct {
        ring_hello_reply reply;
        size_t size;
        int files;
        filter_client_status status;
        const char *why;
    } cases[] = {
        {{.magic = 0}, 0, 0, FILTER_CLIENT_GONE, "hangs up"},
        {{.magic = 7, .slots = 4}, sizeof(ring_hello_reply), 2, FILTER_CLIENT_GONE, "another magic"},
        {{.magic = RING_MAGIC, .version = RING_VERSION},
         sizeof(ring_hello_reply) - 1,
         0,
         FILTER_CLIENT_GONE,
         "too short"},
        {{.magic = RING_MAGIC, .version = RING_VERSION, .rejected = "no"},
         sizeof(ring_hello_reply),
         0,
         FILTER_CLIENT_REJECTED,
         "rejected"},
        {{.magic = RING_MAGIC, .version = RING_VERSION, .slots = 4},
         sizeof(ring_hello_reply),
         0,
         FILTER_CLIENT_MEMORY,
         "no descriptors"},
        {{.magic = RING_MAGIC, .version = RING_VERSION, .slots = 4},
         sizeof(ring_hello_reply),
         1,
         FILTER_CLIENT_MEMORY,
         "one descriptor"},
        {{RING_MAGIC, 1, 8, PAGE, PAGE, PAGE, ""}, sizeof(ring_hello_reply), 2, FILTER_CLIENT_REJECTED, "version 1"},
        {{RING_MAGIC, RING_VERSION, 0, PAGE, PAGE, PAGE, ""},
         sizeof(ring_hello_reply),
         2,
         FILTER_CLIENT_MEMORY,
         "no slots"},
        {{RING_MAGIC, RING_VERSION, 6, PAGE, PAGE, PAGE, ""},
         sizeof(ring_hello_reply),
         2,
         FILTER_CLIENT_MEMORY,
         "6 slots"},
        {{RING_MAGIC, RING_VERSION, 8, PAGE, PAGE, PAGE, ""},
         sizeof(ring_hello_reply),
         2,
         FILTER_CLIENT_OK,
         "a power of two"},
    };
    char where[300];
    snprintf(where, sizeof where, "%s", files_path("impostor"));
    size_t before = output_open_files();
    int fd = listen_at(where);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        impostor daemon = {fd, cases[i].reply, cases[i].size, cases[i].files};
        pthread_t thread;
        filter_client *client;
        filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
        options.socket = where;
        options.timeout_ms = PATIENCE_MS;
        assert_int_equal(pthread_create(&thread, NULL, impersonate, &daemon), 0);
        filter_client_status status = filter_client_open(&client, &options, NULL);
        pthread_join(thread, NULL);
        if (status != cases[i].status || !client != (status != FILTER_CLIENT_OK))
            fail_msg("%s: %s", cases[i].why, filter_client_status_text(status));
        filter_client_close(client);
    }
    close(fd);
    assert_int_equal(output_open_files(), before); /* also those that came with a wrong answer */
}

static void a_daemon_that_stands_still_holds_nobody(void **state) {
    (void)state;
    char where[300], why[256];
    filter_client *client;
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    snprintf(where, sizeof where, "%s", files_path("mute"));
    int fd = listen_at(where);
    options.socket = where;
    options.timeout_ms = LATE_MS;
    assert_int_equal(filter_client_open(&client, &options, why), FILTER_CLIENT_TIMEOUT);
    assert_non_null(strstr(why, "mute: no answer to the handshake in 20 ms"));
    close(fd);
}

static void a_request_is_answered_in_both_forms(void **state) {
    (void)state;
    const filter_client_text text = {"number A-1234567", 16, FILTER_MESSAGE_USER};
    filter_client *client = open_client(4);
    for (int form = 0; form < 2; form++) {
        filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
        filter_client_reply reply;
        request.json = form == FILTER_MESSAGE_JSON ? "{\"v\":1}" : NULL;
        request.texts = &text;
        request.text_count = 1;
        assert_int_equal(filter_client_ask(client, &request, &reply), FILTER_CLIENT_OK);
        assert_true(reply.message->form == (uint32_t)form && reply.message->status == 0);
        if (form == FILTER_MESSAGE_BINARY) assert_int_equal(reply.message->verdict, FILTER_MESSAGE_REDACT);
        filter_client_release(client);
    }
    filter_client_close(client);
}

static void replies_come_in_the_order_of_requests_and_no_more_than_there_are_slots(void **state) {
    (void)state;
    filter_client *client = open_client(4);
    filter_client_request request = ping();
    filter_client_reply reply;
    assert_int_equal(filter_client_next(client, &reply, 0), FILTER_CLIENT_AGAIN);
    for (uint64_t tag = 0; tag < 4; tag++)
        assert_int_equal(filter_client_submit(client, &request, tag), FILTER_CLIENT_OK);
    assert_int_equal(filter_client_submit(client, &request, 4), FILTER_CLIENT_AGAIN);
    assert_int_equal(filter_client_ask(client, &request, &reply), FILTER_CLIENT_ARGUMENT); /* others are in flight */
    assert_int_equal(filter_client_wait(client, 0, 0), FILTER_CLIENT_ARGUMENT);
    assert_int_equal(filter_client_wait(client, 5, 0), FILTER_CLIENT_ARGUMENT);
    assert_int_equal(filter_client_wait(client, 4, PATIENCE_MS), FILTER_CLIENT_OK);
    for (uint64_t tag = 0; tag < 4; tag++) {
        assert_int_equal(filter_client_next(client, &reply, 0), FILTER_CLIENT_OK);
        assert_int_equal(reply.tag, tag);
    }
    assert_int_equal(filter_client_submit(client, &request, 4), FILTER_CLIENT_AGAIN); /* taken is not released */
    for (int i = 0; i < 5; i++) filter_client_release(client); /* one too many does no harm */
    assert_int_equal(filter_client_ask(client, &request, &reply), FILTER_CLIENT_OK);
    filter_client_close(client);
}

static void wrong_calls_and_large_requests_hand_nothing_over(void **state) {
    (void)state;
    static char large[1 << 16];
    filter_client *client = open_client(4);
    filter_client_request request = ping(), wrong = ping();
    filter_client_reply reply;
    const filter_client_text texts[] = {{large, sizeof large, 0}},
                             wrap[] = {{large, 50000, 0}, {large, SIZE_MAX - 40000, 0}};
    wrong.struct_size = 0;
    assert_int_equal(filter_client_submit(client, &wrong, 0), FILTER_CLIENT_ARGUMENT);
    assert_int_equal(filter_client_submit(client, NULL, 0), FILTER_CLIENT_ARGUMENT);
    assert_int_equal(filter_client_submit(NULL, &request, 0), FILTER_CLIENT_ARGUMENT);
    assert_int_equal(filter_client_next(client, NULL, 0), FILTER_CLIENT_ARGUMENT);
    request.texts = texts;
    request.text_count = 1;
    assert_int_equal(filter_client_submit(client, &request, 0), FILTER_CLIENT_TOO_LARGE);
    request.texts = wrap; /* their sum would be small */
    request.text_count = 2;
    assert_int_equal(filter_client_submit(client, &request, 0), FILTER_CLIENT_TOO_LARGE);
    request = ping();
    assert_int_equal(filter_client_ask(client, &request, &reply), FILTER_CLIENT_OK); /* the client still works */
    filter_client_close(client);
    filter_client_close(NULL);
}

static void references_out_of_a_reply_are_refused(void **state) {
    (void)state;
    static const filter_message_reply message = {.version = FILTER_MESSAGE_VERSION};
    const filter_client_reply reply = {0, &message, 100, 0};
    static const struct {
        uint32_t offset, size;
        bool inside;
    } refs[] = {{0, 100, true},  {99, 1, true},          {100, 1, false},        {1, 100, false},
                {101, 1, false}, {UINT32_MAX, 2, false}, {2, UINT32_MAX, false}, {5, 0, false}};
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        size_t size = 7;
        const char *at = filter_client_bytes(&reply, (filter_message_ref){refs[i].offset, refs[i].size}, &size);
        if ((at != NULL) != refs[i].inside || size != (refs[i].inside ? refs[i].size : 0)) fail_msg("%zu", i);
    }
    static const struct {
        uint32_t offset, count;
        size_t i;
        bool is_there;
    } items[] = {{4, 3, 2, true},  {4, 3, 3, false},  {92, 1, 0, true},   {93, 1, 0, false},
                 {84, 9, 1, true}, {84, 9, 2, false}, {101, 1, 0, false}, {0, UINT32_MAX, UINT32_MAX - 1, false}};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        const filter_message_list list = {items[i].offset, items[i].count};
        const void *at = filter_client_item(&reply, list, items[i].i, 8);
        if ((at != NULL) != items[i].is_there) fail_msg("item %zu", i);
    }
}

static void an_armed_client_is_woken_or_is_told_that_a_reply_is_there(void **state) {
    (void)state;
    filter_client *client = open_client(4);
    filter_client_request request = ping();
    filter_client_reply reply;
    for (int i = 0; i < 20; i++) {
        struct pollfd item = {filter_client_event_fd(client), POLLIN, 0};
        assert_int_equal(filter_client_submit(client, &request, 0), FILTER_CLIENT_OK);
        if (filter_client_arm(client)) assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
        assert_int_equal(filter_client_next(client, &reply, PATIENCE_MS), FILTER_CLIENT_OK);
        filter_client_release(client);
    }
    filter_client_close(client);
}

static void the_reply_buffer_can_be_read_by_others_and_not_written(void **state) {
    (void)state;
    size_t bytes = 0;
    filter_client *client = open_client(4);
    filter_client_request request = ping();
    filter_client_reply reply;
    request.id = "here";
    assert_int_equal(filter_client_ask(client, &request, &reply), FILTER_CLIENT_OK);
    int fd = filter_client_reply_buffer(client, &bytes);
    assert_true(fd >= 0 && bytes == 1 << 16);
    assert_ptr_equal(mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    const char *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
    assert_true((const void *)map != MAP_FAILED);
    assert_memory_equal(map + reply.offset, reply.message, reply.size);
    munmap((void *)(uintptr_t)map, bytes);
    close(fd);
    filter_client_close(client);
}

static void every_status_has_a_text_of_its_own(void **state) {
    (void)state;
    for (int i = FILTER_CLIENT_OK; i <= FILTER_CLIENT_INVALID; i++) {
        const char *text = filter_client_status_text((filter_client_status)i);
        assert_string_not_equal(text, "unknown");
        for (int k = 0; k < i; k++) assert_string_not_equal(text, filter_client_status_text((filter_client_status)k));
    }
    assert_string_equal(filter_client_status_text((filter_client_status)(FILTER_CLIENT_INVALID + 1)), "unknown");
    assert_string_equal(filter_client_status_text((filter_client_status)-1), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(opening_fails_for_its_reason),
        TEST(a_wrong_answer_to_the_hello_is_no_session),
        TEST(a_daemon_that_stands_still_holds_nobody),
        TEST(a_request_is_answered_in_both_forms),
        TEST(replies_come_in_the_order_of_requests_and_no_more_than_there_are_slots),
        TEST(wrong_calls_and_large_requests_hand_nothing_over),
        TEST(an_armed_client_is_woken_or_is_told_that_a_reply_is_there),
        TEST(the_reply_buffer_can_be_read_by_others_and_not_written),
        cmocka_unit_test(references_out_of_a_reply_are_refused),
        cmocka_unit_test(every_status_has_a_text_of_its_own),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
