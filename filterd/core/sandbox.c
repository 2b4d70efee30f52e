/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sandbox.h"

#include "base/rule_files.h"
#include "core/landlock.h"
#include "core/log.h"
#include "core/syscall_filter.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* Says what is missing; an exit status when the configuration requires it. */
static int lacks(const config *c, const char *part, int error) {
    if (c->sandbox == CONFIG_SANDBOX_REQUIRED) {
        log_error("sandbox: %s is not available: %s; 'sandbox: auto' starts without it", part, strerror(error));
        return CONFIG_EXIT_CONFIG;
    }
    log_warning("sandbox: %s is not available: %s; filterd runs without it", part, strerror(error));
    return 0;
}

typedef struct grants {
    landlock landlock;
    bool failed; /* something that is needed could not be allowed, which is logged */
} grants;

/* A path that is not there needs no rule: who uses it says what is wrong with it. */
static void allow(grants *g, const char *path, landlock_right right) {
    if (landlock_allow(&g->landlock, path, right) || errno == ENOENT) return;
    log_error("sandbox: %s cannot be allowed: %s", path, strerror(errno));
    g->failed = true;
}

/* A pack may be a link to a file elsewhere. */
static void allow_links(const char *folder, void *arg) {
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char path[PATH_MAX];
        struct stat info;
        bool is_rule = rule_files_is_pack(entry->d_name) || rule_files_is_data(entry->d_name);
        int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!is_rule || size >= (int)sizeof path || lstat(path, &info) != 0 || !S_ISLNK(info.st_mode)) continue;
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) allow(arg, path, LANDLOCK_READ);
    }
    if (dir) closedir(dir);
}

static void allow_rules(grants *g, const char *directory) {
    rule_files files = {.on_folder = allow_links, .arg = g};
    allow(g, directory, LANDLOCK_READ);
    (void)rule_files_list(&files, directory); /* loading says what is wrong with it */
    rule_files_fini(&files);
}

/* The directory in which a socket is made, and removed at the end. */
static void allow_socket(grants *g, const char *path) {
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (path[0] == '@') return; /* abstract: no file */
    size_t size = slash ? (size_t)(slash - path) : 0;
    if (size >= sizeof directory) return;
    snprintf(directory, sizeof directory, "%.*s", (int)size, path);
    allow(g, size ? directory : slash ? "/" : ".", LANDLOCK_KEEP_SOCKETS);
}

static void allow_endpoint(grants *g, const char *endpoint) {
    if (strncmp(endpoint, "ipc://", 6) == 0) allow_socket(g, endpoint + 6);
}

/* Its keys are read once more when its sockets are made. */
static void allow_judge(grants *g, const config_judge *judge) {
    const uint16_t port = config_tcp_port(judge->endpoint);
    if (judge->secret_key) allow(g, judge->secret_key, LANDLOCK_READ);
    if (judge->server_key) allow(g, judge->server_key, LANDLOCK_READ);
    if (!port || landlock_allow_port(&g->landlock, port)) return;
    log_error("sandbox: connecting to port %u cannot be allowed: %s", (unsigned)port, strerror(errno));
    g->failed = true;
}

static void allow_what_is_used(grants *g, const config *c) {
    allow_rules(g, c->rules);
    if (c->cache) allow(g, c->cache, LANDLOCK_KEEP_FILES);
    for (size_t i = 0; i < c->sandbox_read.count; i++) allow(g, c->sandbox_read.items[i], LANDLOCK_READ);
    for (size_t i = 0; i < c->endpoints.count; i++) allow_endpoint(g, c->endpoints.items[i]);
    allow_endpoint(g, c->control);
    if (*c->shm_socket) allow_socket(g, c->shm_socket);
    if (c->curve_secret_key) allow(g, c->curve_secret_key, LANDLOCK_READ); /* read once more when sockets are made */
    if (c->judge.endpoint) allow_judge(g, &c->judge);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    allow(g, "/proc", LANDLOCK_READ); /* the leak check lists threads and mappings */
    allow(g, "/usr", LANDLOCK_READ); /* and reports name functions, by the symbols of libraries */
    allow(g, "/proc/self/exe", LANDLOCK_READ);
#endif
}

int sandbox_confine(const config *c) {
    grants g = {.failed = false};
    if (c->sandbox == CONFIG_SANDBOX_OFF) return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return lacks(c, "no_new_privs", errno);
    if (!landlock_begin(&g.landlock)) return lacks(c, "Landlock", g.landlock.error);
    allow_what_is_used(&g, c);
    if (g.failed) return CONFIG_EXIT_SYSTEM; /* which ends the process, and what it did not come to use */
    int abi = g.landlock.abi;
    if (!landlock_enforce(&g.landlock)) return lacks(c, "Landlock", g.landlock.error);
    log_debug("sandbox: Landlock, version %d of its interface", abi);
    return 0;
}

int sandbox_seal(const config *c) {
    if (c->sandbox == CONFIG_SANDBOX_OFF) return 0;
    const char *judge = c->judge.endpoint;
    int error = syscall_filter_enforce(!judge                   ? SYSCALL_FILTER_NO_PEER
                                       : config_tcp_port(judge) ? SYSCALL_FILTER_TCP_PEER
                                                                : SYSCALL_FILTER_UNIX_PEER);
    return error ? lacks(c, "seccomp", error) : 0;
}
