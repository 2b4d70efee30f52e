/* SPDX-License-Identifier: Apache-2.0 */
#include "core/engine_store.h"

#include "base/message.h"
#include "base/utf8.h"
#include "core/clock.h"
#include "core/keys.h"
#include "core/log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_BYTES 1400 /* of one mistake */

typedef struct load_log {
    char *text;
    size_t size;
    size_t count;
} load_log;

/* What packs and paths hold is made printable: JSON would refuse the answer of `status` otherwise. */
static void add_line(load_log *log, char *line) {
    size_t size = strlen(line);
    text_make_printable(line, size);
    log->count++;
    log_error("rules: %s", line);
    if (log->size + size + 2 >= ENGINE_STORE_REASON_MAX) return;
    memcpy(log->text + log->size, line, size);
    log->size += size;
    log->text[log->size++] = '\n';
    log->text[log->size] = '\0';
}

static void add_mistake(const filter_diagnostic *d, void *arg) {
    char line[LINE_MAX_BYTES];
    snprintf(line, sizeof line, "%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->rule, *d->rule ? ": " : "",
             d->message);
    add_line(arg, line);
}

static bool has_policy(const filter_engine *engine, const char *policy) {
    const char *name;
    for (size_t i = 0; (name = filter_engine_policy(engine, i)) != NULL; i++) {
        if (strcmp(name, policy) == 0) return true;
    }
    return false;
}

/* All of them, for messages; NULL when memory is out. */
static const char **policy_names(const filter_engine *engine) {
    size_t count = 0;
    while (filter_engine_policy(engine, count)) count++;
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) names[i] = filter_engine_policy(engine, i);
    return names;
}

/* A tenant whose policy no pack defines would get errors only, and a stricter policy would be gone unnoticed. */
static bool check_tenants(const config *c, const filter_engine *engine, load_log *log) {
    const char **names = policy_names(engine);
    for (size_t i = 0; i < c->tenant_count; i++) {
        char line[LINE_MAX_BYTES], message[LINE_MAX_BYTES / 2] = "unknown policy";
        const config_tenant *t = &c->tenants[i];
        if (has_policy(engine, t->policy)) continue;
        if (names) message_unknown(message, sizeof message, "policy", t->policy, names);
        snprintf(line, sizeof line, "%s:%u: tenant '%.128s': %s", c->path, t->line, t->name, message);
        add_line(log, line);
    }
    free(names);
    return log->count == 0;
}

static filter_status load(engine_store *store, const filter_engine **out, char reason[ENGINE_STORE_REASON_MAX]) {
    filter_engine *engine = NULL;
    filter_error error = {FILTER_OK, 0, 0, ""};
    load_log log = {reason, 0, 0};
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    *reason = '\0';
    options.cache_dir = store->config->cache;
    options.on_diagnostic = add_mistake;
    options.diagnostic_arg = &log;
    options.hash_key = store->hash_key;
    filter_status status = filter_engine_new_from_directory(&engine, store->config->rules, &options, &error);
    if (status != FILTER_OK && log.count == 0) {
        add_line(&log, error.message);
        if (status == FILTER_ERROR_IO && store->engine && store->config->sandbox != CONFIG_SANDBOX_OFF)
            add_line(&log, "the sandbox lets only directories be read that were there at the start: where rules are "
                           "replaced with theirs, name the one above in 'sandbox_read'");
    }
    if (status == FILTER_OK && !check_tenants(store->config, engine, &log)) {
        filter_engine_unref(engine);
        engine = NULL;
        status = FILTER_ERROR_UNKNOWN_POLICY;
    }
    *out = engine;
    return status;
}

static void publish(engine_store *store, const filter_engine *engine) {
    pthread_mutex_lock(&store->lock);
    const filter_engine *old = store->engine;
    store->engine = engine;
    store->reason[0] = '\0';
    store->loaded_at = (int64_t)time(NULL);
    pthread_mutex_unlock(&store->lock);
    atomic_fetch_add(&store->generation, 1);
    filter_engine_unref(old);
}

bool engine_store_reload(engine_store *store) {
    char reason[ENGINE_STORE_REASON_MAX];
    const filter_engine *engine;
    int64_t begun = clock_now_us();
    store->reloads++;
    log_debug("rules: reload %llu: loading %s", (unsigned long long)store->reloads, store->config->rules);
    if (load(store, &engine, reason) == FILTER_OK) {
        log_info("rules: reloaded, %zu rules, digest %.16s", filter_engine_rule_count(engine),
                 filter_engine_pack_digest(engine));
        log_debug("rules: loaded and checked in %lld ms; requests from now on take them",
                  (long long)(clock_now_us() - begun) / 1000);
        publish(store, engine);
        return true;
    }
    pthread_mutex_lock(&store->lock);
    memcpy(store->reason, reason, sizeof store->reason);
    store->failures++;
    pthread_mutex_unlock(&store->lock);
    log_error("rules: not reloaded, the old ones stay in force");
    return false;
}

int engine_store_open(engine_store *store, const config *c) {
    const filter_engine *engine;
    *store = (engine_store){.config = c};
    pthread_mutex_init(&store->lock, NULL);
    if (sodium_init() < 0) return CONFIG_EXIT_SYSTEM;
    if (!c->hash_key) randombytes_buf(store->hash_key, sizeof store->hash_key);
    else if (!keys_read_hash_key(c->hash_key, store->hash_key)) return CONFIG_EXIT_KEYS;
    filter_status status = load(store, &engine, store->reason);
    if (status == FILTER_ERROR_IO) return CONFIG_EXIT_INPUT;
    if (status == FILTER_ERROR_UNKNOWN_POLICY) return CONFIG_EXIT_CONFIG;
    if (status != FILTER_OK) return CONFIG_EXIT_RULES;
    publish(store, engine);
    return 0;
}

void engine_store_acquire(engine_store *store, const filter_engine **engine, uint64_t *generation) {
    uint64_t now = atomic_load_explicit(&store->generation, memory_order_acquire);
    if (*engine && now == *generation) return;
    filter_engine_unref(*engine);
    pthread_mutex_lock(&store->lock);
    *engine = filter_engine_ref(store->engine);
    *generation = atomic_load(&store->generation);
    pthread_mutex_unlock(&store->lock);
}

json_t *engine_store_status(engine_store *store) {
    char *directory = strdup(store->config->rules);
    if (!directory) return NULL;
    text_make_printable(directory, strlen(directory)); /* a path need not be UTF-8 */
    pthread_mutex_lock(&store->lock);
    json_t *status = json_pack("{s:s, s:s, s:{s:s, s:s}, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "status", "ok", "version",
                               filter_version(), "pack", "version", filter_engine_pack_version(store->engine), "digest",
                               filter_engine_pack_digest(store->engine), "rules",
                               (json_int_t)filter_engine_rule_count(store->engine), "engine_bytes",
                               (json_int_t)filter_engine_size(store->engine), "loaded_at", (json_int_t)store->loaded_at,
                               "reloads", (json_int_t)store->reloads, "reload_failures", (json_int_t)store->failures,
                               "last_error", store->reason, "directory", directory);
    pthread_mutex_unlock(&store->lock);
    free(directory);
    return status;
}

void engine_store_close(engine_store *store) {
    filter_engine_unref(store->engine);
    sodium_memzero(store->hash_key, sizeof store->hash_key);
    pthread_mutex_destroy(&store->lock);
}
