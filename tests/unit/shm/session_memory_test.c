/* SPDX-License-Identifier: Apache-2.0 */
#include "client/filter-client.h"
#include "shm/listener.h"
#include "support.h"

#include <unistd.h>

static atomic_bool memory_is_out;

static void *scarce_realloc(void *memory, size_t size) {
    return atomic_load(&memory_is_out) ? NULL : realloc(memory, size);
}

/* What a daemon of another version, or with a fault, may say. */
static atomic_bool verdict_is_unknown;

static size_t forged_reply(const wire_request *request, const wire_outcome *outcome, char *out, size_t capacity) {
    const uint32_t unknown = FILTER_MESSAGE_BLOCK + 1;
    size_t size = wire_message_reply(request, outcome, out, capacity);
    if (atomic_load(&verdict_is_unknown) && size <= capacity)
        memcpy(out + offsetof(filter_message_reply, verdict), &unknown, sizeof unknown);
    return size;
}

/* The session's own source, with a realloc that can fail, and replies that can be wrong. */
#define realloc scarce_realloc
#define wire_message_reply forged_reply
#include "../../../filterd/shm/session.c"
#undef realloc
#undef wire_message_reply

/* What the reply to a text says: its error code, or "" for none. */
static const char *ask(filter_client *client, const char *content) {
    static char code[64];
    filter_client_text text = {content, strlen(content), FILTER_MESSAGE_USER};
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    filter_client_reply reply;
    size_t size;
    request.texts = &text;
    request.text_count = 1;
    if (filter_client_ask(client, &request, &reply) != FILTER_CLIENT_OK) return "no reply";
    const char *said = filter_client_bytes(&reply, reply.message->error_code, &size);
    snprintf(code, sizeof code, "%.*s", (int)size, said ? said : "");
    filter_client_release(client);
    return code;
}

static void memory_that_is_out_is_no_protocol_error_and_an_unknown_verdict_no_answer(void **state) {
    (void)state;
    char directory[] = "/tmp/filterd-session-XXXXXX", path[60];
    config c;
    engine_store store = {.config = &c, .engine = filter_engine_ref(support_engine()), .generation = 1};
    worker_common common = {0};
    int status;
    filter_client *client;
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/f.shm", directory);
    config_init(&c);
    c.shm_sessions_per_user = c.shm_sessions;
    c.shm_socket = options.socket = path;
    pthread_mutex_init(&store.lock, NULL);
    shm_listener *l = shm_listener_start(&c, &store, &common, &status);
    assert_non_null(l);
    options.timeout_ms = 60000;
    assert_int_equal(filter_client_open(&client, &options, NULL), FILTER_CLIENT_OK);
    atomic_store(&memory_is_out, true);
    assert_string_equal(ask(client, "x"), "internal");
    atomic_store(&memory_is_out, false);
    assert_string_equal(ask(client, "still served"), "");
    json_t *said = shm_listener_status(l);
    assert_int_equal(json_integer_value(json_object_get(said, "protocol_errors")), 0);
    json_decref(said);
    assert_int_equal(common.errors, 1);
    atomic_store(&verdict_is_unknown, true);
    assert_string_equal(ask(client, "of an unknown verdict"), "no reply");
    atomic_store(&verdict_is_unknown, false);
    filter_client_close(client);
    shm_listener_stop(l);
    engine_store_close(&store);
    config_fini(&c);
    rmdir(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_is_out_is_no_protocol_error_and_an_unknown_verdict_no_answer)};
    return cmocka_run_group_tests_name("session_memory", tests, NULL, NULL);
}
