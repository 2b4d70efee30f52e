/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filterd: the daemon's main. Reads what it was told, drops what could leak text, and starts the parts
 * in the order in which they depend on each other.
 */
#include "core/config.h"
#include "core/control.h"
#include "core/daemon_options.h"
#include "core/engine_store.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/privileges.h"
#include "core/sandbox.h"
#include "protocol/json_build.h"
#include "shm/listener.h"
#include "zmq/server.h"
#include "zmq/zap.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <zmq.h>

/* Who becomes another user is what the system says of such processes, until this. */
static void forbid_attaching(void) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* The file first, so that options win over it. 0, or an exit status. */
static int configure(config *c, const daemon_options *o) {
    int status = o->config ? config_read(c, o->config) : 0;
    if (status) return status;
    for (size_t i = 0; i < o->endpoints.count; i++) {
        if (!config_add_endpoint(c, o->endpoints.items[i], i == 0)) return CONFIG_EXIT_SYSTEM;
    }
    if (o->rules) c->rules = o->rules;
    if (o->control) c->control = o->control;
    if (o->cache) c->cache = o->cache;
    if (o->user) c->user = o->user;
    for (int i = 0; o->sandbox && config_sandbox_names[i]; i++) {
        if (strcmp(o->sandbox, config_sandbox_names[i]) == 0) c->sandbox = i;
    }
    if (o->workers) c->workers = o->workers;
    status = privileges_drop(c->user); /* the cache that config_finish looks for is that user's */
    forbid_attaching();
    return status ? status : config_finish(c);
}

#define LARGE_BLOCK (256 << 10)

/* Requests hold personal data: no core file, no debugger, no /proc/PID/mem for other processes, and what malloc takes
 * back is overwritten (libzmq's buffers, too; what a scratch holds is overwritten by itself). */
static void keep_memory_private(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    mallopt(M_PERTURB, 0xA5);
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK); /* so that it stays there, and large blocks go back to the system */
    forbid_attaching();
}

/* Each connection takes a descriptor: as many as the system allows, not as a shell begins with. */
static void allow_descriptors(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= files.rlim_max) return;
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        log_warning("descriptors: the limit cannot be raised: %s", strerror(errno));
}

static int block_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static int check_keys(const config *c, keys_list *clients) {
    char secret_key[KEYS_Z85_SIZE];
    if (!judge_check_keys(c)) return CONFIG_EXIT_KEYS;
    if (!c->curve_secret_key) return 0;
    bool ok = keys_read_secret(c->curve_secret_key, secret_key) && keys_read_clients(c->curve_clients, clients);
    explicit_bzero(secret_key, sizeof secret_key);
    return ok ? 0 : CONFIG_EXIT_KEYS;
}

/* The ways in, and what they count together. */
typedef struct servers {
    worker_common common;
    server *zmq;
    shm_listener *shm; /* NULL: no shared memory */
} servers;

static void add_status(json_t **status, void *arg) {
    servers *s = arg;
    server_status(s->zmq, status);
    if (s->shm) json_build_set(status, "shared_memory", shm_listener_status(s->shm));
    if (s->common.judge) json_build_set(status, "judge", judge_status(s->common.judge));
    json_build_set(status, "mappings", vault_status(s->common.vault));
    if (s->common.streams) json_build_set(status, "streams", streams_status(s->common.streams));
}

static int start_servers(servers *s, engine_store *store, void *context) {
    int status = 0;
    const config *c = store->config;
    s->common.streams = streams_new(c);
    if (c->remembered_texts) s->common.memo = filter_memo_new(c->remembered_texts);
    if (status == 0 && c->judge.endpoint) s->common.judge = judge_new(c, context, &status);
    if (status == 0) s->zmq = server_new(store, &s->common, context, &status);
    if (status == 0 && *c->shm_socket) s->shm = shm_listener_start(c, store, &s->common, &status);
    return status;
}

static int serve(engine_store *store, vault *kept, const keys_list *clients, int signal_fd) {
    const config *c = store->config;
    zap handler;
    control operator;
    servers s = {.common = {.vault = kept}};
    void *context = zmq_ctx_new();
    if (!context) {
        log_error("ZeroMQ cannot be started: %s", zmq_strerror(errno));
        return CONFIG_EXIT_SYSTEM;
    }
    bool curve = c->curve_secret_key != NULL;
    if (curve && !zap_start(&handler, context, clients)) {
        log_error("the check of CURVE keys cannot be started: %s", zmq_strerror(errno));
        zmq_ctx_term(context);
        return CONFIG_EXIT_SYSTEM;
    }
    size_t rules = filter_engine_rule_count(store->engine); /* from here on another thread replaces the engine */
    int status = start_servers(&s, store, context);
    if (status == 0 && (status = control_start(&operator, store, context, add_status, &s)) == 0) {
        status = sandbox_seal(c);
        if (status == 0) {
            log_info("ready: %zu rules, %zu workers", rules, c->workers);
            sd_notify(0, "READY=1");
            server_run(s.zmq, &operator, signal_fd);
        }
        control_stop(&operator);
        log_info("stopped");
    }
    shm_listener_stop(s.shm);
    server_free(s.zmq);
    judge_free(s.common.judge);
    streams_free(s.common.streams);
    filter_memo_free(s.common.memo);
    zmq_ctx_shutdown(context);
    if (curve) zap_join(&handler);
    zmq_ctx_term(context);
    return status;
}

/* Checks keys and rules, and serves unless only that was asked for. */
static int run(const config *c, bool check, int signal_fd) {
    engine_store store;
    keys_list clients = {NULL, 0};
    int status = check_keys(c, &clients);
    vault *kept = status == 0 ? vault_open(c, &status) : NULL;
    config_log(c);
    config_warn(c);
    if (status == 0) {
        status = engine_store_open(&store, c);
        if (status == 0 && check) {
            printf("filterd: configuration, keys and %zu rules are fine\n", filter_engine_rule_count(store.engine));
        } else if (status == 0 && (status = sandbox_confine(c)) == 0) {
            privileges_tell(c->user);
            status = serve(&store, kept, &clients, signal_fd);
        }
        engine_store_close(&store);
    }
    vault_close(kept);
    keys_free(&clients);
    return status;
}

int main(int argc, char **argv) {
    config c;
    daemon_options o = {.rules = NULL};
    option_rest rest;
    keep_memory_private();
    int status = options_read(&daemon_command, argc, argv, &o, &rest);
    if (status) return status == OPTIONS_DONE ? 0 : status;
    log_set_level(o.quiet ? LOG_LEVEL_WARNING : o.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    allow_descriptors();
    config_init(&c);
    status = configure(&c, &o);
    if (status == 0) {
        int signal_fd = block_signals();
        if (signal_fd < 0) log_error("signals cannot be received: %s", strerror(errno));
        status = signal_fd < 0 ? CONFIG_EXIT_SYSTEM : run(&c, o.check, signal_fd);
        if (signal_fd >= 0) close(signal_fd);
    }
    config_fini(&c);
    return status;
}
