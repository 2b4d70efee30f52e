/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filterd: the daemon's main. Reads what it was told, drops what could leak text, and starts the parts
 * in the order in which they depend on each other.
 */
#include "core/config.h"
#include "core/control.h"
#include "core/engine_store.h"
#include "core/keys.h"
#include "core/log.h"
#include "shm/listener.h"
#include "zmq/server.h"
#include "zmq/zap.h"

#include <errno.h>
#include <getopt.h>
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

static const char usage[] =
    "usage: filterd [--endpoint ENDPOINT]... [--rules DIR] [--config FILE] [OPTION]...\n"
    "\n"
    "Finds personal data, secrets and prompt injection in the texts that gateways send\n"
    "over ZeroMQ, and answers with verdicts and redacted, sanitised, isolated text.\n"
    "\n"
    "  -e, --endpoint ENDPOINT  ipc://PATH or tcp://HOST:PORT; may be given more than once\n"
    "                           (default: ipc:///run/filterd/filterd.sock)\n"
    "  -r, --rules DIR          directory of rule packs (*.yaml)\n"
    "  -c, --config FILE        configuration in YAML; options win over it\n"
    "      --control ENDPOINT   ipc://PATH for filterctl (default: the first ipc endpoint and .ctl)\n"
    "      --cache DIR          where compiled rules are kept; 'none' for nowhere\n"
    "  -w, --workers N          threads that inspect (default: one for each core)\n"
    "  -n, --check              check configuration, keys and rules, and exit\n"
    "  -v, --verbose            log more;  -q, --quiet  log warnings and errors only\n"
    "  -h, --help               this text\n"
    "  -V, --version            the version\n"
    "\n"
    "Signals: SIGHUP reloads the rules; SIGTERM and SIGINT answer what was accepted and stop.\n"
    "Exit statuses: 0 stopped, 64 usage, 65 rules, 66 unreadable file, 69 endpoint, 71 system,\n"
    "77 keys, 78 configuration. See filterd(8).\n";

enum { OPTION_CONTROL = 256, OPTION_CACHE };

/* 0: go on; -1: done well; else an exit status. */
static int read_options(int argc, char **argv, config *c, bool *check) {
    static const struct option options[] = {{"endpoint", required_argument, NULL, 'e'},
                                            {"rules", required_argument, NULL, 'r'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"control", required_argument, NULL, OPTION_CONTROL},
                                            {"cache", required_argument, NULL, OPTION_CACHE},
                                            {"workers", required_argument, NULL, 'w'},
                                            {"check", no_argument, NULL, 'n'},
                                            {"verbose", no_argument, NULL, 'v'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {NULL, 0, NULL, 0}};
    static const char letters[] = "e:r:c:w:nvqhV";
    bool endpoint_seen = false;
    int letter;
    /* The file first, wherever it stands, so that options win over it. */
    opterr = 0;
    while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        int status = letter == 'c' ? config_read(c, optarg) : 0;
        if (status) return status;
    }
    optind = 0;
    opterr = 1;
    while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        char *end;
        switch (letter) {
        case 'e':
            if (!config_add_endpoint(c, optarg, !endpoint_seen)) return CONFIG_EXIT_SYSTEM;
            endpoint_seen = true;
            break;
        case 'r': c->rules = optarg; break;
        case 'c': break;
        case OPTION_CONTROL: c->control = optarg; break;
        case OPTION_CACHE: c->cache = optarg; break;
        case 'w':
            errno = 0;
            c->workers = strtoul(optarg, &end, 10);
            if (errno || *end || c->workers < 1 || c->workers > 256) {
                fprintf(stderr, "filterd: --workers takes a number from 1 to 256, not '%s'\n", optarg);
                return CONFIG_EXIT_USAGE;
            }
            break;
        case 'n': *check = true; break;
        case 'v': log_set_level(LOG_LEVEL_DEBUG); break;
        case 'q': log_set_level(LOG_LEVEL_WARNING); break;
        case 'h': fputs(usage, stdout); return -1;
        case 'V': printf("filterd %s\n", filter_version()); return -1;
        default: fputs("Try 'filterd --help'.\n", stderr); return CONFIG_EXIT_USAGE;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "filterd: '%s' is no option; try 'filterd --help'\n", argv[optind]);
        return CONFIG_EXIT_USAGE;
    }
    return config_finish(c);
}

/* Requests hold personal data: no core file, no debugger, no /proc/PID/mem for other processes. */
static void keep_memory_private(void) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    prctl(PR_SET_DUMPABLE, 0);
#endif
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
    if (!c->curve_secret_key) return 0;
    bool ok = keys_read_secret(c->curve_secret_key, secret_key) && keys_read_clients(c->curve_clients, clients);
    explicit_bzero(secret_key, sizeof secret_key);
    return ok ? 0 : CONFIG_EXIT_KEYS;
}

/* The ways in, and what they count together. */
typedef struct servers {
    worker_counters counters;
    server *zmq;
    shm_listener *shm; /* NULL: no shared memory */
} servers;

static void add_status(json_t *status, void *arg) {
    servers *s = arg;
    server_status(s->zmq, status);
    if (s->shm) json_object_set_new(status, "shared_memory", shm_listener_status(s->shm));
}

static int start_servers(servers *s, engine_store *store, void *context) {
    int status;
    const config *c = store->config;
    s->zmq = server_new(store, &s->counters, context, &status);
    if (status == 0 && *c->shm_socket) s->shm = shm_listener_start(c, store, &s->counters, &status);
    return status;
}

static int serve(engine_store *store, const keys_list *clients, int signal_fd) {
    const config *c = store->config;
    zap handler;
    control operator;
    servers s = {.zmq = NULL};
    void *context = zmq_ctx_new();
    if (!context) return CONFIG_EXIT_SYSTEM;
    bool curve = c->curve_secret_key != NULL;
    if (curve && !zap_start(&handler, context, clients)) {
        zmq_ctx_term(context);
        return CONFIG_EXIT_SYSTEM;
    }
    size_t rules = filter_engine_rule_count(store->engine); /* from here on another thread replaces the engine */
    int status = start_servers(&s, store, context);
    if (status == 0 && (status = control_start(&operator, store, context, add_status, &s)) == 0) {
        log_info("ready: %zu rules, %zu workers", rules, c->workers);
        sd_notify(0, "READY=1");
        server_run(s.zmq, &operator, signal_fd);
        control_stop(&operator);
        log_info("stopped");
    }
    shm_listener_stop(s.shm);
    server_free(s.zmq);
    zmq_ctx_shutdown(context);
    if (curve) zap_join(&handler);
    zmq_ctx_term(context);
    return status;
}

int main(int argc, char **argv) {
    config c;
    engine_store store;
    keys_list clients = {NULL, 0};
    bool check = false;
    keep_memory_private();
    config_init(&c);
    int status = read_options(argc, argv, &c, &check);
    if (status == 0) {
        int signal_fd = block_signals();
        status = signal_fd < 0 ? CONFIG_EXIT_SYSTEM : check_keys(&c, &clients);
        if (status == 0) {
            status = engine_store_open(&store, &c);
            if (status == 0 && check) {
                printf("filterd: configuration, keys and %zu rules are fine\n", filter_engine_rule_count(store.engine));
            } else if (status == 0) {
                status = serve(&store, &clients, signal_fd);
            }
            engine_store_close(&store);
        }
        if (signal_fd >= 0) close(signal_fd);
    }
    keys_free(&clients);
    config_fini(&c);
    return status < 0 ? 0 : status;
}
