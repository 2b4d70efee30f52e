/* SPDX-License-Identifier: Apache-2.0 */
#include "core/engine_store.h"

#include "core/keys.h"
#include "core/log.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* An editor writes several times; a package manager, many files. */
#define SETTLE_MS 100
#define LOST_MS 500 /* how often to look whether a directory that was moved away is back */

/* --------------------------------------------------------------------------------- loading ---- */

typedef struct load_log {
    char *text;
    size_t size;
    size_t count;
} load_log;

static void add_mistake(const filter_diagnostic *d, void *arg) {
    load_log *log = arg;
    char line[1400];
    int size = snprintf(line, sizeof line, "%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->rule,
                        *d->rule ? ": " : "", d->message);
    log->count++;
    log_error("rules: %s", line);
    if (size > 0 && (size_t)size < sizeof line && log->size + (size_t)size + 2 < RULES_REASON_MAX) {
        memcpy(log->text + log->size, line, (size_t)size);
        log->size += (size_t)size;
        log->text[log->size++] = '\n';
        log->text[log->size] = '\0';
    }
}

static filter_status load(rules *r, const filter_engine **out, char reason[RULES_REASON_MAX]) {
    filter_engine *engine = NULL;
    filter_error error = {FILTER_OK, 0, 0, ""};
    load_log log = {reason, 0, 0};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    *reason = '\0';
    options.cache_dir = r->config->cache;
    options.on_diagnostic = add_mistake;
    options.diagnostic_arg = &log;
    options.hash_key = r->hash_key;
    filter_status status = filter_engine_new_from_directory(&engine, r->config->rules, &options, &error);
    if (status != FILTER_OK && log.count == 0) {
        snprintf(reason, RULES_REASON_MAX, "%s\n", error.message);
        log_error("rules: %s", error.message);
    }
    *out = engine;
    return status;
}

static void publish(rules *r, const filter_engine *engine) {
    pthread_mutex_lock(&r->lock);
    const filter_engine *old = r->engine;
    r->engine = engine;
    r->reason[0] = '\0';
    r->loaded_at = (int64_t)time(NULL);
    pthread_mutex_unlock(&r->lock);
    atomic_fetch_add(&r->generation, 1);
    filter_engine_unref(old);
}

static void reload(rules *r) {
    char reason[RULES_REASON_MAX];
    const filter_engine *engine;
    r->reloads++;
    if (load(r, &engine, reason) == FILTER_OK) {
        log_info("rules: reloaded, %zu rules, digest %.16s", filter_engine_rule_count(engine),
                 filter_engine_pack_digest(engine));
        publish(r, engine);
        return;
    }
    pthread_mutex_lock(&r->lock);
    memcpy(r->reason, reason, sizeof r->reason);
    r->failures++;
    pthread_mutex_unlock(&r->lock);
    log_error("rules: not reloaded, the old ones stay in force");
}

int rules_open(rules *r, const config *c) {
    const filter_engine *engine;
    *r = (rules){.config = c, .wake = -1, .watch = RULE_WATCH_NONE};
    pthread_mutex_init(&r->lock, NULL);
    if (sodium_init() < 0) return CONFIG_EXIT_SYSTEM;
    if (!c->hash_key) randombytes_buf(r->hash_key, sizeof r->hash_key);
    else if (!keys_read_hash_key(c->hash_key, r->hash_key)) return CONFIG_EXIT_KEYS;
    filter_status status = load(r, &engine, r->reason);
    if (status != FILTER_OK) return status == FILTER_ERROR_IO ? CONFIG_EXIT_INPUT : CONFIG_EXIT_RULES;
    publish(r, engine);
    return 0;
}

void rules_follow(rules *r, const filter_engine **engine, uint64_t *generation) {
    uint64_t now = atomic_load_explicit(&r->generation, memory_order_acquire);
    if (*engine && now == *generation) return;
    filter_engine_unref(*engine);
    pthread_mutex_lock(&r->lock);
    *engine = filter_engine_ref(r->engine);
    *generation = atomic_load(&r->generation);
    pthread_mutex_unlock(&r->lock);
}

/* --------------------------------------------------------------------------------- control ---- */

static json_t *control_status(rules *r) {
    pthread_mutex_lock(&r->lock);
    json_t *status =
        json_pack("{s:s, s:s, s:{s:s, s:s}, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "status", "ok", "version",
                  filter_version(), "pack", "version", filter_engine_pack_version(r->engine), "digest",
                  filter_engine_pack_digest(r->engine), "rules", (json_int_t)filter_engine_rule_count(r->engine),
                  "engine_bytes", (json_int_t)filter_engine_size(r->engine), "loaded_at", (json_int_t)r->loaded_at,
                  "reloads", (json_int_t)r->reloads, "reload_failures", (json_int_t)r->failures, "last_error",
                  r->reason, "directory", r->config->rules);
    pthread_mutex_unlock(&r->lock);
    if (status) r->status(status, r->status_arg);
    return status;
}

static json_t *control_answer(rules *r, const char *request, size_t size) {
    json_t *json = json_loadb(request, size, JSON_REJECT_DUPLICATES, NULL);
    const char *op = json_string_value(json_object_get(json, "op"));
    json_t *answer;
    if (op && strcmp(op, "status") == 0) {
        answer = control_status(r);
    } else if (op && strcmp(op, "reload") == 0) {
        reload(r);
        answer = control_status(r);
        if (*r->reason) json_object_set_new(answer, "status", json_string("error"));
    } else {
        answer = json_pack("{s:s, s:s}", "status", "error", "last_error", "op must be 'status' or 'reload'");
    }
    json_decref(json);
    return answer;
}

static void serve_control(rules *r) {
    zmq_msg_t request;
    zmq_msg_init(&request);
    if (zmq_msg_recv(&request, r->control, ZMQ_DONTWAIT) >= 0) {
        int more = zmq_msg_more(&request);
        while (more) { /* one frame is all there is to say */
            zmq_msg_t extra;
            zmq_msg_init(&extra);
            if (zmq_msg_recv(&extra, r->control, 0) < 0) more = 0;
            else more = zmq_msg_more(&extra);
            zmq_msg_close(&extra);
        }
        json_t *answer = control_answer(r, zmq_msg_data(&request), zmq_msg_size(&request));
        char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
        zmq_send(r->control, text ? text : "{}", text ? strlen(text) : 2, ZMQ_DONTWAIT);
        free(text);
        json_decref(answer);
    }
    zmq_msg_close(&request);
}

/* ------------------------------------------------------------------------------------ thread ---- */

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *run(void *arg) {
    rules *r = arg;
    int64_t settled = -1; /* when the directory will have been quiet for long enough */
    while (!atomic_load(&r->stop_asked)) {
        zmq_pollitem_t items[3] = {
            {NULL, r->wake, ZMQ_POLLIN, 0}, {NULL, r->watch.fd, ZMQ_POLLIN, 0}, {r->control, 0, ZMQ_POLLIN, 0}};
        /* inotify may be missing: put the control socket in its place. */
        int count = 1;
        int watch_at = -1, control_at = -1;
        if (r->watch.fd >= 0) watch_at = count++;
        if (r->control) {
            control_at = count++;
            if (control_at == 1) items[1] = items[2];
        }
        int64_t left = settled < 0 ? (rule_watch_is_lost(&r->watch) ? LOST_MS : -1) : settled - now_ms();
        zmq_poll(items, count, settled >= 0 && left < 0 ? 0 : (long)left);
        if (items[0].revents) {
            uint64_t value;
            if (read(r->wake, &value, sizeof value) < 0 && errno != EAGAIN) break;
        }
        if (watch_at >= 0 && items[watch_at].revents && rule_watch_changed(&r->watch)) settled = now_ms() + SETTLE_MS;
        if (rule_watch_is_lost(&r->watch) && settled < 0) {
            rule_watch_renew(&r->watch); /* when it is back, its rules may be others */
            if (!rule_watch_is_lost(&r->watch)) settled = now_ms() + SETTLE_MS;
        }
        if (atomic_load(&r->stop_asked)) break;
        bool asked = atomic_exchange(&r->reload_asked, false);
        if (asked || (settled >= 0 && now_ms() >= settled)) {
            settled = -1;
            rule_watch_renew(&r->watch);
            reload(r);
        }
        if (control_at >= 0 && items[control_at].revents) serve_control(r);
    }
    if (r->control) {
        zmq_close(r->control);
        unlink(r->config->control + 6); /* ipc:// */
    }
    r->control = NULL;
    return NULL;
}

int rules_start(rules *r, void *context, rules_status_fn *status, void *arg) {
    int linger = 500;
    r->status = status;
    r->status_arg = arg;
    r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (r->wake < 0) return CONFIG_EXIT_SYSTEM;
    if (r->config->watch) rule_watch_open(&r->watch, r->config->rules);
    if (*r->config->control) {
        int64_t max = 65536;
        r->control = zmq_socket(context, ZMQ_REP);
        mode_t old = umask(0177);
        bool bound = r->control && zmq_setsockopt(r->control, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
                     zmq_setsockopt(r->control, ZMQ_MAXMSGSIZE, &max, sizeof max) == 0 &&
                     zmq_bind(r->control, r->config->control) == 0;
        umask(old);
        if (!bound) {
            log_error("control %s: cannot be bound: %s", r->config->control, zmq_strerror(zmq_errno()));
            return CONFIG_EXIT_BIND;
        }
    }
    return pthread_create(&r->thread, NULL, run, r) == 0 ? 0 : CONFIG_EXIT_SYSTEM;
}

static void wake(rules *r) {
    uint64_t one = 1;
    if (write(r->wake, &one, sizeof one) < 0)
        log_warning("rules: the reloading thread cannot be woken: %s", strerror(errno));
}

void rules_reload(rules *r) {
    atomic_store(&r->reload_asked, true);
    wake(r);
}

void rules_stop(rules *r) {
    atomic_store(&r->stop_asked, true);
    wake(r);
    pthread_join(r->thread, NULL);
}

void rules_close(rules *r) {
    filter_engine_unref(r->engine);
    if (r->wake >= 0) close(r->wake);
    rule_watch_close(&r->watch);
    sodium_memzero(r->hash_key, sizeof r->hash_key);
    pthread_mutex_destroy(&r->lock);
}
