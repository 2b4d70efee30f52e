/* SPDX-License-Identifier: Apache-2.0 */
#include "core/worker.h"

#include "core/clock.h"
#include "core/log.h"
#include "protocol/json_build.h"

#include <stdlib.h>
#include <string.h>

void worker_init(worker *w, const config *c, engine_store *store, worker_common *common) {
    filter_error error;
    *w = (worker){.config = c, .store = store, .common = common, .due_us = 0};
    arena_init(&w->memory);
    if (filter_scratch_new(&w->scratch, &error) != FILTER_OK) log_error("worker: %s", error.message);
}

void worker_rest(worker *w) {
    filter_engine_unref(w->engine);
    w->engine = NULL;
}

void worker_fini(worker *w) {
    worker_rest(w);
    filter_scratch_free(w->scratch);
    free(w->texts);
    free(w->frames);
    arena_fini(&w->memory);
}

static bool make_room(worker *w, size_t count) {
    if (count <= w->capacity) return true;
    filter_text *texts = realloc(w->texts, count * sizeof *texts);
    if (texts) w->texts = texts;
    filter_text *frames = realloc(w->frames, 3 * count * sizeof *frames);
    if (frames) w->frames = frames;
    if (!texts || !frames) return false;
    w->capacity = count;
    return true;
}

static json_t *make_info(worker *w, const char *id) {
    const config *c = w->config;
    json_t *reply = wire_reply_info(id, w->engine);
    json_t *limits = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "request_bytes", (json_int_t)c->request_bytes,
                               "segments", (json_int_t)c->segments, "header_bytes", (json_int_t)c->header_bytes,
                               "queue_requests", (json_int_t)c->queue_requests, "deadline_ms",
                               (json_int_t)c->deadline_ms, "findings", (json_int_t)WIRE_FINDINGS_MAX);
    json_build_set(&reply, "limits", limits);
    return reply;
}

/* Puts what a reply has beside its verdict into place: keys, and the mapping that the daemon keeps. False after setting
 * the error. */
static bool begin_scope(worker *w, wire_request *request, filter_scope *scope, wire_outcome *out) {
    vault *v = w->common->vault;
    if (!v) {
        if (request->restore) wire_fail(&out->error, "bad_mapping", "there are no keys for mappings");
        return !out->error.code;
    }
    *scope = vault_scope(v, request);
    /* Parts of an answer have one token for a value, also where nobody says whose session it is. */
    if (request->op == WIRE_STREAM && !request->restore && !*request->session) scope->session = request->stream.name;
    request->filter.scope = request->restoring.scope = scope;
    request->restoring.policy = request->filter.policy;
    if (!request->restore) return true;
    if (request->chat.direction == FILTER_TO_MODEL) request->chat.seal_seconds = vault_seconds(v);
    if (request->restore != WIRE_RESTORE_STORE) return true;
    arena_reset(&w->memory, 1 << 16);
    request->chat.sealed = request->restoring.sealed = vault_get(v, request, &w->memory);
    if (request->op == WIRE_RESTORE && !request->restoring.sealed.text)
        wire_fail(&out->error, "bad_mapping", "there is no mapping of this session, or it is too old");
    return !out->error.code;
}

/* An answer with its tokens is better than none: a mapping that finds no place is told in the log. */
static void keep_mapping(worker *w, const wire_request *request, const filter_chat_result *chat) {
    if (request->restore != WIRE_RESTORE_STORE || !chat->sealed.text) return;
    if (!vault_put(w->common->vault, request, chat->sealed))
        log_warning("tokens: a mapping of %zu bytes finds no place in 'tokens.store_bytes'", chat->sealed.size);
}

static void inspect(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    filter_error failure;
    const char *policy = request->has_policy ? NULL : config_tenant_policy(w->config, request->tenant);
    if (policy) request->filter.policy = policy;
    if (w->common->judge) {
        request->filter.judge = judge_ask;
        request->filter.judge_arg = w->common->judge;
    }
    filter_status status;
    filter_scope scope;
    if (!begin_scope(w, request, &scope, out)) return;
    if (request->op == WIRE_CHAT) {
        request->chat.request = &request->filter;
        request->chat.memo = w->common->memo;
        status = filter_chat_inspect(w->engine, w->scratch, &request->chat, &out->chat, &failure);
        out->result = status == FILTER_OK ? out->chat->result : NULL;
        if (status == FILTER_OK) keep_mapping(w, request, out->chat);
    } else {
        status = filter_inspect(w->engine, w->scratch, &request->filter, &out->result, &failure);
    }
    if (status != FILTER_OK) {
        wire_fail_from_filter(&out->error, &failure);
        return;
    }
    int64_t now = clock_now_us();
    out->timing = (wire_timing){times.begun_us - times.received_us, now - times.begun_us, now - times.received_us};
    atomic_fetch_add(&w->common->verdicts[out->result->verdict], 1);
    atomic_fetch_add(&w->common->bytes, out->result->bytes);
}

static void restore(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    filter_error failure;
    filter_scope scope;
    (void)times;
    const char *policy = request->has_policy ? NULL : config_tenant_policy(w->config, request->tenant);
    if (policy) request->filter.policy = policy;
    if (!begin_scope(w, request, &scope, out)) return;
    if (filter_restore_texts(w->engine, w->scratch, &request->restoring, &out->restored, &failure) != FILTER_OK)
        wire_fail_from_filter(&out->error, &failure);
}

static void stream(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    filter_scope scope;
    const char *policy = request->has_policy ? NULL : config_tenant_policy(w->config, request->tenant);
    if (policy) request->filter.policy = policy;
    if (!w->common->streams) wire_fail(&out->error, "internal", "out of memory");
    if (out->error.code || !begin_scope(w, request, &scope, out)) return;
    if (!streams_push(w->common->streams, w->engine, w->scratch, request, &out->settled, &out->error)) return;
    const int64_t now = clock_now_us();
    out->timing = (wire_timing){times.begun_us - times.received_us, now - times.begun_us, now - times.received_us};
    if (request->stream.is_end) atomic_fetch_add(&w->common->verdicts[out->settled->verdict], 1);
    atomic_fetch_add(&w->common->bytes, request->chat.body.size);
}

static void ping(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    (void)w;
    (void)times;
    out->header = wire_reply_ping(request->id);
}

static void info(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    (void)times;
    out->header = make_info(w, request->id);
}

/* Who does what: those that protocol/operations.c lets pass. */
static void (*const operations[])(worker *w, wire_request *request, worker_times times, wire_outcome *out) = {
    [WIRE_INSPECT] = inspect, [WIRE_PING] = ping,       [WIRE_INFO] = info,
    [WIRE_CHAT] = inspect,    [WIRE_RESTORE] = restore, [WIRE_STREAM] = stream,
};

/* What is left of the request's deadline when its turn begins: microseconds, 0 for no deadline, below 0 when it passed
 * before. */
static int64_t time_left(const worker *w, const wire_request *request, worker_times times) {
    int64_t deadline = request->deadline_ms >= 0 ? request->deadline_ms
                       : w->config->deadline_ms  ? (int64_t)w->config->deadline_ms
                                                 : -1;
    if (deadline < 0) return 0;
    int64_t left = deadline * 1000 - (times.begun_us - times.received_us);
    return left ? left : 1;
}

#define STUCK_US INT64_C(10000000)

bool worker_is_stuck(const worker *w, int64_t now_us) {
    int64_t due = atomic_load_explicit(&w->due_us, memory_order_relaxed);
    return due && now_us - due > STUCK_US;
}

void worker_handle(worker *w, wire_request *request, worker_times times, wire_outcome *out) {
    int64_t left = time_left(w, request, times);
    engine_store_acquire(w->store, &w->engine, &w->generation);
    if (left < 0) {
        wire_fail(&out->error, "deadline", "waited longer than its deadline for its turn");
    } else {
        request->filter.deadline_us = (uint64_t)left;
        atomic_store_explicit(&w->due_us, left ? times.begun_us + left : 0, memory_order_relaxed);
        operations[request->op](w, request, times, out);
        atomic_store_explicit(&w->due_us, 0, memory_order_relaxed);
    }
    if (!out->error.code) return;
    atomic_fetch_add(&w->common->errors, 1);
    if (strcmp(out->error.code, "deadline") == 0) atomic_fetch_add(&w->common->late, 1);
}

json_t *worker_header(worker *w, const wire_request *request, wire_outcome *out, size_t *text_count) {
    json_t *header = out->header;
    *text_count = 0;
    out->header = NULL;
    if (!out->result && !out->restored && !out->settled) return header;
    const size_t texts = out->result && !out->chat ? out->result->segment_count
                         : out->restored           ? out->restored->text_count
                                                   : 1;
    if (!make_room(w, texts + 1)) return NULL;
    if (out->settled) return wire_reply_settled(request, out->settled, &out->timing, w->frames, text_count);
    if (out->restored) return wire_reply_restored(request, out->restored, w->frames, text_count);
    if (out->chat) return wire_reply_chat(request, out->chat, &out->timing, w->frames, text_count);
    return wire_reply_inspect(request, out->result, &out->timing, w->frames, text_count);
}

void worker_answer(worker *w, job *j) {
    wire_request request = {0};
    wire_outcome out;
    worker_times times = {j->received_us, clock_now_us()};
    if (!w->scratch || !make_room(w, j->text_count + 1)) {
        job_reject(j, "internal", "out of memory");
        return;
    }
    for (size_t i = 0; i < j->text_count; i++) {
        w->texts[i] = (filter_text){zmq_msg_data(&j->texts[i]), zmq_msg_size(&j->texts[i])};
    }
    wire_outcome_init(&out);
    filter_text header = {zmq_msg_data(&j->header), zmq_msg_size(&j->header)};
    if (wire_request_parse(&request, header, w->texts, j->text_count, &out.error)) {
        worker_handle(w, &request, times, &out);
    } else {
        atomic_fetch_add(&w->common->errors, 1);
    }
    if (out.error.code) {
        job_set_error(j, request.id, &out.error);
    } else {
        size_t count;
        json_t *reply = worker_header(w, &request, &out, &count);
        job_set_reply(j, request.id, reply, w->frames, count);
        json_decref(reply);
    }
    filter_scratch_wipe(w->scratch);
    wire_request_fini(&request);
}
