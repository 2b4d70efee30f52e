/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile client of shared memory: each input is a row of steps that write messages, indexes, descriptors and flags
 * as they like. After each row a good client must get its right answer. */
#include "client/client.c"

#include "core/engine_store.h"
#include "core/log.h"
#include "shm/listener.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTES 65536 /* of each buffer */

static config settings;
static engine_store store;
static worker_common common;
static shm_listener *listener;
static char path[100];
static filter_client *good;

static void check(bool fine, const char *what) {
    if (fine) return;
    fprintf(stderr, "ring: %s\n", what);
    abort();
}

static void set_up(void) {
    int status;
    config_init(&settings);
    snprintf(path, sizeof path, "/tmp/filterd-fuzz-ring.%d", (int)getpid());
    log_set_level(LOG_LEVEL_ERROR);
    settings.rules = "rules";
    settings.cache = getenv("FILTERD_TEST_CACHE");
    settings.control = "";
    settings.shm_socket = path;
    settings.shm_sessions = settings.shm_sessions_per_user = 8;
    settings.request_bytes = BYTES;
    check(engine_store_open(&store, &settings) == 0, "the rules do not load");
    listener = shm_listener_start(&settings, &store, &common, &status);
    check(listener != NULL, "no listener");
}

/* Places of clients that were thrown out become free soon. */
static filter_client *open_client(uint32_t slots) {
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    filter_client *client = NULL;
    char why[256] = "";
    options.socket = path;
    options.slots = slots;
    options.request_bytes = options.reply_bytes = BYTES;
    for (int i = 0; i < 10000; i++) {
        if (filter_client_open(&client, &options, why) == FILTER_CLIENT_OK) return client;
        poll(NULL, 0, 1);
    }
    check(false, why);
    return NULL;
}

static void ask_good(void) {
    static const char text[] = "mail a.b@example.org now";
    const filter_client_text texts[] = {{text, sizeof text - 1, FILTER_MESSAGE_USER}};
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    filter_client_reply reply;
    if (!good) good = open_client(4);
    request.texts = texts;
    request.text_count = 1;
    check(filter_client_ask(good, &request, &reply) == FILTER_CLIENT_OK, "the good client has no answer");
    check(reply.message->status == 0 && reply.message->verdict == FILTER_MESSAGE_REDACT, "a wrong verdict");
    filter_client_release(good);
}

/* The bytes of an input, one after the other; zeros at its end. */
typedef struct steps {
    const uint8_t *data;
    size_t size, at;
} steps;

static uint8_t next_byte(steps *s) {
    return s->at < s->size ? s->data[s->at++] : 0;
}

static uint32_t next_number(steps *s) {
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) number = number << 8 | next_byte(s);
    return number;
}

static void push(filter_client *e, uint32_t size) {
    if (ring_free(&e->out) - 1 < e->out.slots) ring_push(&e->out, (ring_message){7, 0, 0, size});
    ring_wake(&e->control->daemon_sleeping, e->connection);
}

static void write_message(filter_client *e, steps *s, bool with_head) {
    const filter_message_request head = {.version = FILTER_MESSAGE_VERSION,
                                         .form = next_byte(s) & 1,
                                         .size = sizeof head,
                                         .min_score = -1,
                                         .deadline_ms = -1};
    size_t at = with_head ? 16 : 0, size = next_byte(s);
    memset(e->requests, 0, 512);
    if (with_head) memcpy(e->requests, &head, sizeof head);
    for (size_t i = 0; i < size; i++) e->requests[at + i] = (char)next_byte(s);
    push(e, with_head ? (uint32_t)sizeof head + next_byte(s) : (uint32_t)size);
}

static void submit_well(filter_client *e, steps *s) {
    const filter_client_text texts[] = {{"4111 1111 1111 1111", next_byte(s) % 20, next_byte(s) % 8}};
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    request.texts = texts;
    request.text_count = 1;
    request.returns = next_byte(s);
    (void)filter_client_submit(e, &request, 1);
}

static void take(filter_client *e) {
    filter_client_reply reply;
    if (filter_client_next(e, &reply, 1) == FILTER_CLIENT_OK) filter_client_release(e);
}

static void do_step(filter_client *e, steps *s) {
    ring_control *k = e->control;
    switch (next_byte(s) % 9) {
    case 0: write_message(e, s, false); break;
    case 1: write_message(e, s, true); break;
    case 2: submit_well(e, s); break;
    case 3: take(e); break;
    case 4: atomic_store(&k->request_head, next_number(s)); break;
    case 5: atomic_store(&k->reply_tail, next_number(s)); break;
    case 6:
        atomic_store(&k->descriptors[next_number(s) % (2 * e->out.slots)].place,
                     (uint64_t)next_number(s) << 32 | next_number(s));
        break;
    case 7: ((unsigned char *)k)[next_number(s) % e->control_bytes] = next_byte(s); break;
    default: (void)!send(e->connection, s->data, next_byte(s) % (s->size + 1), MSG_DONTWAIT | MSG_NOSIGNAL); break;
    }
    ring_wake(&k->daemon_sleeping, e->connection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!listener) set_up();
    if (size < 2) return 0;
    steps s = {data, size, 0};
    filter_client *enemy = open_client(1U << next_byte(&s) % 5);
    while (s.at < s.size) do_step(enemy, &s);
    filter_client_close(enemy);
    ask_good();
    return 0;
}
