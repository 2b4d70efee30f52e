/* SPDX-License-Identifier: Apache-2.0 */
#include "core/judge.h"

#include "core/log.h"
#include "daemon_parts.h"
#include "files.h"
#include "output.h"
#include "support.h"

#include <pthread.h>
#include <sys/stat.h>
#include <zmq.h>

#define PATIENCE_MS 60000

static void *context;
static config settings;
static judge *subject;
static void *peer; /* the judge's socket */

static void bind_peer(void) {
    const int linger = 0, patience = PATIENCE_MS;
    peer = zmq_socket(context, ZMQ_ROUTER);
    zmq_setsockopt(peer, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(peer, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(zmq_bind(peer, settings.judge.endpoint), 0);
}

/* ---------------------------------------------------------------------------- a judge's side ---- */

/* A question as the peer got it. */
typedef struct received {
    char identity[300], header[600], text[200];
    size_t identity_size;
} received;

static size_t take_frame(char *out, size_t capacity) {
    int size = zmq_recv(peer, out, capacity - 1, 0);
    if (size < 0) size = 0;
    out[(size_t)size < capacity ? (size_t)size : capacity - 1] = '\0';
    return (size_t)size;
}

static received take_question(void) {
    received r;
    char delimiter[2];
    r.identity_size = take_frame(r.identity, sizeof r.identity);
    take_frame(delimiter, sizeof delimiter);
    take_frame(r.header, sizeof r.header);
    take_frame(r.text, sizeof r.text);
    return r;
}

static void send_answer(const received *to, const char *text) {
    zmq_send(peer, to->identity, to->identity_size, ZMQ_SNDMORE);
    zmq_send(peer, "", 0, ZMQ_SNDMORE);
    zmq_send(peer, text, strlen(text), 0);
}

/* The answer to a question, with the id that it has. */
static void send_score(const received *to, const char *rest) {
    char text[200];
    json_t *header = json_loads(to->header, 0, NULL);
    snprintf(text, sizeof text, "{\"id\":\"%s\"%s}", json_string_value(json_object_get(header, "id")), rest);
    json_decref(header);
    send_answer(to, text);
}

/* --------------------------------------------------------------------------- the other side ---- */

static const char *const reasons[] = {"own.a"};

static filter_question question(const char *text) {
    return (filter_question){
        .text = text, .size = strlen(text), .score = 0.5, .reasons = reasons, .reason_count = 1, .answer = -1};
}

typedef struct asking {
    filter_question questions[3];
    size_t count;
    uint64_t time_us;
    pthread_t thread;
} asking;

static void *ask(void *arg) {
    asking *a = arg;
    judge_ask(a->questions, a->count, a->time_us, subject);
    return NULL;
}

static void begin(asking *a, size_t count, uint64_t time_us) {
    *a = (asking){.count = count, .time_us = time_us};
    for (size_t i = 0; i < count; i++) a->questions[i] = question(i ? "other" : "text");
    pthread_create(&a->thread, NULL, ask, a);
}

static void end(asking *a) {
    pthread_join(a->thread, NULL);
}

static json_int_t counted(const char *name) {
    json_t *status = judge_status(subject);
    const json_t *number = json_object_get(status, name);
    if (!number) number = json_object_get(json_object_get(status, "failed"), name);
    json_int_t count = json_integer_value(number);
    assert_true(json_is_integer(number));
    json_decref(status);
    return count;
}

/* Asks until the judge is there: connecting takes a moment. */
static bool is_there(void *arg) {
    asking *a = arg;
    a->questions[0] = question("are you there?");
    judge_ask(a->questions, 1, UINT64_MAX, subject);
    return !a->questions[0].failure || strcmp(a->questions[0].failure, "unreachable") != 0;
}

static void *answer_once(void *arg) {
    (void)arg;
    received r = take_question();
    send_score(&r, ",\"score\":0");
    return NULL;
}

/* Until the peer has answered a question. */
static void connect_peer(void) {
    pthread_t thread;
    asking a = {.count = 1};
    pthread_create(&thread, NULL, answer_once, NULL);
    assert_true(daemon_parts_until(is_there, &a));
    pthread_join(thread, NULL);
    assert_null(a.questions[0].failure);
}

static void begin_judge(size_t timeout_ms, size_t waiting) {
    int status = 0;
    settings.judge.timeout_ms = timeout_ms;
    settings.judge.waiting = waiting;
    subject = judge_new(&settings, context, &status);
    assert_non_null(subject);
    assert_int_equal(status, 0);
}

/* -------------------------------------------------------------------------------- the tests ---- */

static void an_answer_comes_back_whatever_the_order(void **state) {
    (void)state;
    asking a;
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    begin(&a, 2, UINT64_MAX);
    received first = take_question(), second = take_question();
    assert_string_equal(first.text, "text");
    assert_string_equal(second.text, "other");
    assert_non_null(strstr(first.header, "\"reasons\":[\"own.a\"]"));
    send_score(&second, ",\"verdict\":\"attack\"");
    send_score(&first, ",\"score\":0.25");
    end(&a);
    assert_true(!a.questions[0].failure && a.questions[0].answer == 0.25);
    assert_true(!a.questions[1].failure && a.questions[1].answer == 1);
    assert_int_equal(counted("answered"), 3);
}

static void a_judge_that_is_not_there_is_known_at_once(void **state) {
    (void)state;
    asking a;
    begin_judge(PATIENCE_MS, 1);
    for (int i = 0; i < 20; i++) { /* and is not waited for: these would take 20 minutes */
        begin(&a, 1, UINT64_MAX);
        end(&a);
        assert_string_equal(a.questions[0].failure, "unreachable");
    }
    bind_peer();
    connect_peer();
    assert_int_equal(counted("answered"), 1);
}

static void what_is_no_answer_is_an_error_and_the_line_is_made_anew(void **state) {
    (void)state;
    static const char *const rests[] = {",\"score\":2", ",\"score\":0.1,\"score\":0.2", ",\"error\":\"no\"", ""};
    asking a;
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        begin(&a, 1, UINT64_MAX);
        received r = take_question();
        send_score(&r, rests[i]);
        end(&a);
        assert_string_equal(a.questions[0].failure, "error");
        connect_peer();
    }
    static const char *const texts[] = {"rubbish", "", "{\"id\":\"999\",\"score\":0.5}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        begin(&a, 2, UINT64_MAX);
        received r = take_question();
        send_answer(&r, texts[i]);
        end(&a);
        assert_string_equal(a.questions[0].failure, "error");
        assert_string_equal(a.questions[1].failure, "error");
        (void)take_question(); /* the second one */
        connect_peer();
    }
}

static void one_answer_twice_is_an_error_for_the_others(void **state) {
    (void)state;
    asking a;
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    begin(&a, 2, UINT64_MAX);
    received r = take_question();
    send_score(&r, ",\"score\":0.75");
    send_score(&r, ",\"score\":0.5");
    end(&a);
    assert_true(!a.questions[0].failure && a.questions[0].answer == 0.75);
    assert_string_equal(a.questions[1].failure, "error");
}

static void a_text_that_is_too_long_is_not_sent(void **state) {
    (void)state;
    asking a;
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    settings.judge.text_bytes = 4;
    begin(&a, 2, UINT64_MAX);
    received r = take_question();
    assert_string_equal(r.text, "text");
    send_score(&r, ",\"score\":0.5");
    end(&a);
    assert_null(a.questions[0].failure);
    assert_string_equal(a.questions[1].failure, "too_large");
}

static void only_so_many_wait(void **state) {
    (void)state;
    asking first, second;
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    begin(&first, 1, UINT64_MAX);
    received r = take_question();
    assert_int_equal(counted("waiting"), 1);
    begin(&second, 1, UINT64_MAX);
    end(&second);
    assert_string_equal(second.questions[0].failure, "busy");
    send_score(&r, ",\"score\":0.5");
    end(&first);
    assert_null(first.questions[0].failure);
    assert_int_equal(counted("waiting"), 0);
}

static bool times_out(void *arg) {
    asking *a = arg;
    a->questions[0] = question("are you there?");
    judge_ask(a->questions, 1, a->time_us, subject);
    return strcmp(a->questions[0].failure, "timeout") == 0;
}

static bool is_paused(void *arg) {
    asking *a = arg;
    a->questions[0] = question("are you there?");
    judge_ask(a->questions, 1, a->time_us, subject);
    return strcmp(a->questions[0].failure, "paused") == 0;
}

static void a_judge_that_is_silent_is_left_alone_after_a_while(void **state) {
    (void)state;
    asking a = {.count = 1, .time_us = UINT64_MAX};
    begin_judge(1000, 1);
    bind_peer();
    connect_peer();
    subject = (judge_free(subject), NULL);
    begin_judge(20, 1);
    for (int i = 0; i < 3; i++) assert_true(daemon_parts_until(times_out, &a)); /* unreachable while it connects */
    assert_true(daemon_parts_until(is_paused, &a));
    assert_true(counted("timeout") >= 3);
}

static void a_request_without_time_says_nothing_of_the_judge(void **state) {
    (void)state;
    asking a = {.count = 1, .time_us = 1000};
    begin_judge(PATIENCE_MS, 1);
    bind_peer();
    connect_peer();
    for (int i = 0; i < 6; i++) assert_true(daemon_parts_until(times_out, &a));
    assert_int_equal(counted("paused"), 0);
}

static void failures_take_a_line_a_second_in_the_log(void **state) {
    (void)state;
    asking a;
    begin_judge(PATIENCE_MS, 1);
    log_set_level(LOG_LEVEL_WARNING);
    output_begin();
    for (int i = 0; i < 50; i++) {
        begin(&a, 1, UINT64_MAX);
        end(&a);
    }
    const output *said = output_end();
    log_set_level(LOG_LEVEL_ERROR);
    size_t lines = 0;
    for (const char *at = said->err; (at = strchr(at, '\n')) != NULL; at++) lines++;
    if (lines == 0 || lines > 25) fail_msg("%zu lines: %s", lines, said->err); /* 50 in fewer than 25 seconds */
    assert_non_null(strstr(said->err, "no answer: unreachable; 1 since the last such line"));
    assert_null(strstr(said->err, "text"));
}

static void keys_are_checked_before_anything_is_sent(void **state) {
    (void)state;
    static const char key[] = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n";
    int status = 0;
    files_write("own", key, sizeof key - 1);
    assert_int_equal(chmod(files_path("own"), 0600), 0);
    files_write("server.pub", "rubbish\n", 8);
    settings.judge.waiting = 1;
    settings.judge.secret_key = files_path("own");
    settings.judge.server_key = files_path("server.pub");
    output_begin();
    bool rubbish = judge_check_keys(&settings);
    judge *made = judge_new(&settings, context, &status);
    files_write("server.pub", key, sizeof key - 1);
    bool one = judge_check_keys(&settings);
    char two[2 * sizeof key];
    snprintf(two, sizeof two, "%s%s", key, key);
    files_write("server.pub", two, strlen(two));
    bool several = judge_check_keys(&settings);
    const output *said = output_end();
    assert_non_null(strstr(said->err, "must hold one key, that of the judge, not 2"));
    settings.judge.secret_key = settings.judge.server_key = NULL;
    assert_true(!rubbish && !made && one && !several && judge_check_keys(&settings));
    assert_int_equal(status, CONFIG_EXIT_KEYS);
}

static int set_up(void **state) {
    static char endpoint[400];
    if (files_set_up(state) != 0) return -1;
    context = zmq_ctx_new();
    daemon_parts_configure(&settings);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", files_path("judge.sock"));
    settings.judge.endpoint = endpoint;
    return context ? 0 : -1;
}

static int tear_down(void **state) {
    judge_free(subject);
    subject = NULL;
    if (peer) zmq_close(peer);
    peer = NULL;
    zmq_ctx_term(context);
    config_fini(&settings);
    return files_tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_answer_comes_back_whatever_the_order),
        TEST(a_judge_that_is_not_there_is_known_at_once),
        TEST(what_is_no_answer_is_an_error_and_the_line_is_made_anew),
        TEST(one_answer_twice_is_an_error_for_the_others),
        TEST(a_text_that_is_too_long_is_not_sent),
        TEST(only_so_many_wait),
        TEST(a_judge_that_is_silent_is_left_alone_after_a_while),
        TEST(a_request_without_time_says_nothing_of_the_judge),
        TEST(failures_take_a_line_a_second_in_the_log),
        TEST(keys_are_checked_before_anything_is_sent),
    };
    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
