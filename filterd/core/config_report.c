/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon says of its configuration. */
#include "core/config.h"

#include "core/log.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why the library will not use this directory; NULL when it will. See filter_engine_options.cache_dir. */
static const char *cache_fault(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) return strerror(errno);
    if (!S_ISDIR(info.st_mode)) return "not a directory";
    if (info.st_uid != geteuid()) return "it belongs to another user";
    if (info.st_mode & (S_IWGRP | S_IWOTH)) return "others can write to it; chmod 700 it";
    return access(path, W_OK | X_OK) == 0 ? NULL : strerror(errno);
}

static void warn_of_judge(const config *c) {
    if (c->judge.endpoint && c->judge.waiting >= c->workers)
        log_warning("judge: waiting: %zu requests may wait, and there are %zu workers: a slow judge can hold up all "
                    "requests over ZeroMQ for %zu ms at a time",
                    c->judge.waiting, c->workers, c->judge.timeout_ms);
}

void config_warn(const config *c) {
    const char *fault = c->cache ? cache_fault(c->cache) : NULL;
    if (fault)
        log_warning("cache: %s: cannot be used: %s; each start compiles all rules anew, which takes seconds", c->cache,
                    fault);
    warn_of_judge(c);
}

void config_log(const config *c) {
    log_debug("configuration: file %s, rules %s, cache %s, watch %s", c->path ? c->path : "none", c->rules,
              c->cache ? c->cache : "none", c->watch ? "true" : "false");
    for (size_t i = 0; i < c->endpoints.count; i++) log_debug("configuration: endpoint %s", c->endpoints.items[i]);
    log_debug("configuration: control %s, ipc_mode %zu, curve %s", *c->control ? c->control : "none", c->ipc_mode,
              c->curve_secret_key ? c->curve_secret_key : "none");
    log_debug("configuration: workers %zu, queue %zu requests and %zu bytes, deadline %zu ms, stop %zu ms", c->workers,
              c->queue_requests, c->queue_bytes, c->deadline_ms, c->stop_ms);
    log_debug("configuration: a request has at most %zu bytes, %zu segments, %zu header bytes; a client %zu bytes on "
              "their way, all %zu; %zu connections",
              c->request_bytes, c->segments, c->header_bytes, c->client_bytes, c->total_bytes, c->connections);
    log_debug("configuration: shared memory %s, %zu sessions, buffers of %zu and %zu bytes, %zu users named",
              *c->shm_socket ? c->shm_socket : "none", c->shm_sessions, c->shm_request_bytes, c->shm_reply_bytes,
              c->shm_users.count);
    if (c->judge.endpoint)
        log_debug("configuration: judge %s, %zu ms, %zu requests wait at most, texts of %zu bytes, curve %s",
                  c->judge.endpoint, c->judge.timeout_ms, c->judge.waiting, c->judge.text_bytes,
                  c->judge.secret_key ? c->judge.secret_key : "none");
    for (size_t i = 0; i < c->tenant_count; i++)
        log_debug("configuration: tenant %s has the policy %s", c->tenants[i].name, c->tenants[i].policy);
}
