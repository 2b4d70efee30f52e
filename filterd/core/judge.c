/* SPDX-License-Identifier: Apache-2.0 */
#include "core/judge.h"

#include "core/clock.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/zmq_frames.h"
#include "protocol/json_build.h"
#include "protocol/judge_message.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* So many requests in a row got no answer in time: then nobody asks for a moment. */
#define TIMEOUTS_MAX 3
#define PAUSE_US 2000000
#define LOG_EVERY_US 1000000
#define RECONNECT_MS 100 /* how soon a judge that comes back is seen … */
#define RECONNECT_MAX_MS 1000 /* … and at the latest */
/* libzmq gives an address up for good when who listens there has no key, or another mechanism. A line that is not
 * connected after so long is made anew. */
#define CONNECT_US 5000000
#define REPLY_FRAMES_MAX 2 /* a delimiter and a reply */

/* Why there is no answer. */
typedef enum failure { TIMEOUT, UNREACHABLE, BUSY, PAUSED, ERROR, TOO_LARGE, FAILURE_COUNT } failure;

static const char *const failure_names[] = {"timeout", "unreachable", "busy", "paused", "error", "too_large"};

/* A connection for one request at a time; the lock of the judge hands it from thread to thread. */
typedef struct line {
    void *socket; /* NULL: it could not be made */
    int64_t made_at; /* of clock_now_us */
    bool is_taken;
} line;

struct judge {
    const config_judge *config;
    void *context;
    char secret_key[KEYS_Z85_SIZE], public_key[KEYS_Z85_SIZE]; /* "": no CURVE */
    keys_list server_key;
    pthread_mutex_t lock; /* over what follows, up to the atomics */
    line *lines;
    int timeouts; /* in a row */
    int64_t paused_until; /* of clock_now_us */
    atomic_uint_fast64_t next_id, asked, answered, failed[FAILURE_COUNT], waiting;
    atomic_uint_fast64_t untold; /* failures since the last line in the log */
    _Atomic int64_t quiet_until;
};

/* What one request asks, and until when. */
typedef struct exchange {
    filter_question *questions;
    size_t count, open; /* all; those that wait for an answer */
    uint64_t first_id; /* of questions[0]; the others count on */
    int64_t end; /* of clock_now_us */
    bool has_time; /* as much as is configured */
} exchange;

/* ------------------------------------------------------------------------------------ lines ---- */

static bool set_int(void *socket, int option, int value) {
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_keys(const judge *j, void *socket) {
    return !*j->secret_key ||
           (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, j->server_key.keys[0], sizeof *j->server_key.keys) == 0 &&
            zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, j->public_key, strlen(j->public_key)) == 0 &&
            zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, j->secret_key, strlen(j->secret_key)) == 0);
}

/* Messages go only to a judge that is there, so that one that is not is known at once. */
static void *connect_line(const judge *j) {
    const int64_t reply_max = JUDGE_MESSAGE_REPLY_MAX;
    void *socket = zmq_socket(j->context, ZMQ_DEALER);
    bool ok = socket && set_int(socket, ZMQ_LINGER, 0) && set_int(socket, ZMQ_IMMEDIATE, 1) &&
              set_int(socket, ZMQ_IPV6, 1) && set_int(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS) &&
              set_int(socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS) &&
              zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &reply_max, sizeof reply_max) == 0 && set_keys(j, socket) &&
              zmq_connect(socket, j->config->endpoint) == 0;
    if (!ok && socket) zmq_close(socket);
    return ok ? socket : NULL;
}

/* A line that is free. NULL: there is none, and *why says why. */
static line *take_line(judge *j, failure *why) {
    line *taken = NULL;
    const int64_t now = clock_now_us();
    *why = BUSY;
    pthread_mutex_lock(&j->lock);
    if (now < j->paused_until) *why = PAUSED;
    for (size_t i = 0; i < j->config->waiting && *why != PAUSED && !taken; i++) {
        if (!j->lines[i].is_taken) taken = &j->lines[i];
    }
    if (taken) {
        taken->is_taken = true;
        /* After a pause one asks, and the others wait for what comes of it. */
        if (j->timeouts >= TIMEOUTS_MAX) j->paused_until = now + PAUSE_US + (int64_t)j->config->timeout_ms * 1000;
    }
    pthread_mutex_unlock(&j->lock);
    return taken;
}

/* A request whose own deadline was short says nothing of the judge, and neither does a line that is not connected yet:
 * only who answers is well. */
static void give_line(judge *j, line *l, failure why, bool had_time) {
    pthread_mutex_lock(&j->lock);
    if (why == FAILURE_COUNT || why == ERROR) j->timeouts = 0;
    else if (why == TIMEOUT && had_time) j->timeouts++;
    const bool is_silent = why == TIMEOUT && j->timeouts >= TIMEOUTS_MAX;
    j->paused_until = is_silent ? clock_now_us() + PAUSE_US : 0;
    l->is_taken = false;
    pthread_mutex_unlock(&j->lock);
}

static bool make_line(const judge *j, line *l) {
    l->socket = connect_line(j);
    l->made_at = clock_now_us();
    return l->socket != NULL;
}

/* Nothing that is on its way there, or back, matters any more. */
static void renew_line(const judge *j, line *l) {
    if (l->socket) zmq_close(l->socket);
    make_line(j, l);
}

static bool is_given_up(const line *l) {
    return clock_now_us() - l->made_at > CONNECT_US;
}

/* ---------------------------------------------------------------------------------- sending ---- */

/* Called by libzmq when a text is sent, or never will be. */
static void release_text(void *text, void *size) {
    explicit_bzero(text, (size_t)(uintptr_t)size);
    free(text);
}

/* Takes over the bytes, which came from malloc, whatever happens. */
static bool send_text(void *socket, char *text, size_t size, int flags) {
    zmq_msg_t frame;
    if (zmq_msg_init_data(&frame, text, size, release_text, (void *)(uintptr_t)size) != 0) {
        release_text(text, (void *)(uintptr_t)size);
        return false;
    }
    bool ok = zmq_frames_send(&frame, socket, flags);
    if (!ok) zmq_msg_close(&frame);
    return ok;
}

/* The failure, or FAILURE_COUNT when it is on its way. */
static failure send_question(void *socket, const exchange *x, size_t index) {
    const filter_question *q = &x->questions[index];
    size_t header_size;
    const int64_t left = x->end - clock_now_us();
    if (left <= 0) return TIMEOUT;
    char *header = judge_message_write(q, x->first_id + index, (size_t)(left / 1000), &header_size);
    char *text = malloc(q->size + 1);
    bool has_memory = header && text;
    bool reached = has_memory && zmq_frames_send_bytes(socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (!reached) {
        free(header);
        free(text);
        return has_memory ? UNREACHABLE : ERROR;
    }
    if (q->size) memcpy(text, q->text, q->size);
    bool ok = send_text(socket, header, header_size, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    ok = send_text(socket, text, q->size, ZMQ_DONTWAIT) && ok;
    return ok ? FAILURE_COUNT : ERROR;
}

/* -------------------------------------------------------------------------------- receiving ---- */

/* The question that waits for this answer; NULL: none does. */
static filter_question *find_question(const exchange *x, uint64_t id) {
    const uint64_t index = id - x->first_id;
    filter_question *q = index < x->count ? &x->questions[index] : NULL;
    return q && !q->failure && q->answer < 0 ? q : NULL;
}

/* Takes one message off the socket. False when it is no reply to what was asked. */
static bool take_reply(void *socket, exchange *x) {
    judge_reply reply = {.score = JUDGE_MESSAGE_NO_SCORE};
    bool is_reply = false;
    size_t frames = 0;
    for (int more = 1; more; frames++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        more = zmq_frames_receive(&frame, socket, ZMQ_DONTWAIT) && zmq_msg_more(&frame);
        if (!more) is_reply = judge_message_read(zmq_msg_data(&frame), zmq_msg_size(&frame), &reply);
        else if (zmq_msg_size(&frame)) frames = REPLY_FRAMES_MAX; /* a delimiter is empty */
        zmq_msg_close(&frame);
    }
    filter_question *q = is_reply && frames <= REPLY_FRAMES_MAX ? find_question(x, reply.id) : NULL;
    if (!q) return false;
    if (reply.score < 0) q->failure = failure_names[ERROR];
    else q->answer = reply.score;
    x->open--;
    return true;
}

/* Waits for the answers. FAILURE_COUNT when all came. */
static failure wait_for_replies(void *socket, exchange *x) {
    while (x->open) {
        zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
        const int64_t left = x->end - clock_now_us();
        if (left <= 0) return TIMEOUT;
        if (zmq_poll(&item, 1, (long)(left + 999) / 1000) < 0 && zmq_errno() != EINTR) return ERROR;
        if (item.revents && !take_reply(socket, x)) return ERROR;
    }
    return FAILURE_COUNT;
}

/* ----------------------------------------------------------------------------------- asking ---- */

static void fail_open(exchange *x, failure why) {
    for (size_t i = 0; i < x->count; i++) {
        filter_question *q = &x->questions[i];
        if (!q->failure && q->answer < 0) q->failure = failure_names[why];
    }
    x->open = 0;
}

/* All questions of a request, on one line. */
static void talk(judge *j, line *l, exchange *x) {
    failure why = FAILURE_COUNT;
    if (!l->socket) make_line(j, l);
    if (!l->socket) why = ERROR;
    for (size_t i = 0; i < x->count && why == FAILURE_COUNT; i++) {
        if (x->questions[i].failure) continue;
        why = send_question(l->socket, x, i);
        x->open += why == FAILURE_COUNT;
    }
    const bool was_sent = x->open > 0;
    if (why == FAILURE_COUNT) why = wait_for_replies(l->socket, x);
    fail_open(x, why);
    if (why == UNREACHABLE ? was_sent || is_given_up(l) : why == ERROR || (why == TIMEOUT && was_sent))
        renew_line(j, l);
    give_line(j, l, why, was_sent && x->has_time);
}

static void warn(judge *j, const char *why) {
    const int64_t now = clock_now_us();
    int64_t until = atomic_load(&j->quiet_until);
    atomic_fetch_add(&j->untold, 1);
    if (now < until || !atomic_compare_exchange_strong(&j->quiet_until, &until, now + LOG_EVERY_US)) return;
    log_warning("judge %s: no answer: %s; %llu since the last such line", j->config->endpoint, why,
                (unsigned long long)atomic_exchange(&j->untold, 0));
}

static void count(judge *j, const exchange *x) {
    for (size_t i = 0; i < x->count; i++) {
        const char *why = x->questions[i].failure;
        atomic_fetch_add(&j->asked, 1);
        if (!why) atomic_fetch_add(&j->answered, 1);
        for (int f = 0; why && f < FAILURE_COUNT; f++) {
            if (why == failure_names[f]) atomic_fetch_add(&j->failed[f], 1);
        }
        if (why) warn(j, why);
    }
}

void judge_ask(filter_question *questions, size_t question_count, uint64_t time_us, void *arg) {
    judge *j = arg;
    const uint64_t most = (uint64_t)j->config->timeout_ms * 1000;
    exchange x = {.questions = questions,
                  .count = question_count,
                  .first_id = atomic_fetch_add(&j->next_id, question_count),
                  .has_time = time_us >= most,
                  .end = clock_now_us() + (int64_t)(time_us < most ? time_us : most)};
    failure why;
    size_t left = question_count;
    for (size_t i = 0; i < question_count; i++) {
        if (questions[i].size <= j->config->text_bytes) continue;
        questions[i].failure = failure_names[TOO_LARGE];
        left--;
    }
    line *l = left ? take_line(j, &why) : NULL;
    if (l) {
        atomic_fetch_add(&j->waiting, 1);
        talk(j, l, &x);
        atomic_fetch_sub(&j->waiting, 1);
    } else if (left) {
        fail_open(&x, why);
    }
    count(j, &x);
}

/* --------------------------------------------------------------------------------- lifetime ---- */

static bool read_keys(const config_judge *c, char secret_key[KEYS_Z85_SIZE], keys_list *server_key) {
    if (!keys_read_secret(c->secret_key, secret_key) || !keys_read_clients(c->server_key, server_key)) return false;
    if (server_key->count == 1) return true;
    log_error("%s: must hold one key, that of the judge, not %zu", c->server_key, server_key->count);
    return false;
}

bool judge_check_keys(const config *c) {
    char secret_key[KEYS_Z85_SIZE] = "";
    keys_list server_key = {NULL, 0};
    if (!c->judge.endpoint || !c->judge.secret_key) return true;
    bool ok = read_keys(&c->judge, secret_key, &server_key);
    sodium_memzero(secret_key, sizeof secret_key);
    keys_free(&server_key);
    return ok;
}

judge *judge_new(const config *c, void *context, int *status) {
    judge *j = calloc(1, sizeof *j);
    *status = CONFIG_EXIT_SYSTEM;
    if (!j) return NULL;
    pthread_mutex_init(&j->lock, NULL);
    j->config = &c->judge;
    j->context = context;
    atomic_store(&j->next_id, 1);
    j->lines = calloc(c->judge.waiting, sizeof *j->lines);
    bool ok = j->lines != NULL;
    if (ok && c->judge.secret_key) {
        ok = read_keys(&c->judge, j->secret_key, &j->server_key) && zmq_curve_public(j->public_key, j->secret_key) == 0;
        if (!ok) *status = CONFIG_EXIT_KEYS;
    }
    for (size_t i = 0; ok && i < c->judge.waiting; i++) {
        ok = make_line(j, &j->lines[i]);
        if (!ok) log_error("judge %s: cannot be connected to: %s", c->judge.endpoint, zmq_strerror(zmq_errno()));
    }
    if (!ok) {
        judge_free(j);
        return NULL;
    }
    log_info("judge: %s is asked about scores in the grey band, for %zu ms%s", c->judge.endpoint, c->judge.timeout_ms,
             *j->secret_key ? ", with CURVE" : "");
    *status = 0;
    return j;
}

void judge_free(judge *j) {
    if (!j) return;
    for (size_t i = 0; j->lines && i < j->config->waiting; i++) {
        if (j->lines[i].socket) zmq_close(j->lines[i].socket);
    }
    free(j->lines);
    keys_free(&j->server_key);
    sodium_memzero(j->secret_key, sizeof j->secret_key);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

json_t *judge_status(judge *j) {
    json_t *failed = json_object();
    for (int f = 0; f < FAILURE_COUNT; f++)
        json_build_set(&failed, failure_names[f], json_integer((json_int_t)j->failed[f]));
    return json_pack("{s:s, s:I, s:I, s:I, s:o}", "endpoint", j->config->endpoint, "asked", (json_int_t)j->asked,
                     "answered", (json_int_t)j->answered, "waiting", (json_int_t)j->waiting, "failed", failed);
}
