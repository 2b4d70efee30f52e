/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"

#include "filter.h"
#include "core/log.h"
#include "core/default_paths.h"
#include "protocol/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_FILE_MAX (1 << 20)

void config_init(config *c) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *c = (config){.rules = default_rules_path(),
                  .workers = cores > 0 ? (size_t)cores : 1,
                  .queue_requests = 1024,
                  .queue_bytes = (size_t)256 << 20,
                  .request_bytes = (size_t)32 << 20,
                  .segments = 16384,
                  .header_bytes = (size_t)4 << 20,
                  .client_bytes = (size_t)128 << 20,
                  .total_bytes = (size_t)1 << 30,
                  .connections = 1024,
                  .streams = 1024,
                  .stream_bytes = FILTER_STREAM_TEXT_MAX,
                  .remembered_texts = 262144,
                  .token_ms = 15 * 60 * 1000,
                  .token_bytes = (size_t)64 << 20,
                  .ipc_mode = 600,
                  .deadline_ms = 30000,
                  .sandbox = CONFIG_SANDBOX_AUTO,
                  .stop_ms = 10000,
                  .shm_sessions = 64,
                  .shm_request_bytes = (size_t)64 << 20,
                  .shm_reply_bytes = (size_t)128 << 20,
                  .judge = {.timeout_ms = 200, .waiting = SIZE_MAX, .text_bytes = (size_t)64 << 10},
                  .watch = true};
    arena_init(&c->memory);
}

void config_fini(config *c) {
    arena_fini(&c->memory);
}

static void log_mistake(const filter_diagnostic *d, void *arg) {
    (void)arg;
    log_error("%s:%u:%u: %s", d->file, d->line, d->column, d->message);
}

static void read_tenants(config *c, diagnostics *d) {
    const yaml_node *map = c->tenant_map;
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'tenants' must be a map from tenant to its settings");
        return;
    }
    c->tenants = arena_alloc(&c->memory, map->count / 2 + 1, sizeof *c->tenants);
    for (size_t i = 0; c->tenants && i + 1 < map->count; i += 2) {
        config_tenant *tenant = &c->tenants[c->tenant_count];
        tenant->name = map->items[i]->text;
        tenant->line = map->items[i + 1]->line;
        if (strlen(tenant->name) > WIRE_NAME_MAX) {
            diagnose(d, map->items[i]->line, map->items[i]->column,
                     "the name of a tenant must be %d bytes long at most, as in requests, not %zu", WIRE_NAME_MAX,
                     strlen(tenant->name));
            continue;
        }
        if (yaml_read(&c->memory, map->items[i + 1], &config_tenant_table, tenant, d)) c->tenant_count++;
    }
}

static char *read_file(config *c, const char *path, size_t *size) {
    FILE *file = fopen(path, "re");
    if (!file) {
        log_error("%s: cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    char *text = arena_alloc(&c->memory, CONFIG_FILE_MAX, 1);
    *size = text ? fread(text, 1, CONFIG_FILE_MAX, file) : 0;
    bool ok = text && !ferror(file) && *size < CONFIG_FILE_MAX;
    fclose(file);
    if (!ok) log_error("%s: cannot be read, or is larger than 1 MiB", path);
    return ok ? text : NULL;
}

static void check_mode(const config *c, const yaml_node *root, diagnostics *d) {
    const yaml_node *node = yaml_get(root, "ipc_mode");
    size_t mode = c->ipc_mode;
    if (!node || (mode % 10 <= 7 && mode / 10 % 10 <= 7 && mode / 100 <= 7)) return;
    diagnose(d, node->line, node->column, "'ipc_mode' must be three digits from 0 to 7, such as 600 or 660, not '%zu'",
             mode);
}

static bool is_user(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 10 && !text[digits] && strtoull(text, NULL, 10) < UINT32_MAX;
}

static void check_users(const config *c, diagnostics *d) {
    const yaml_node *list = c->shm_users.node;
    if (list && c->shm_users.count == 0) {
        diagnose(d, list->line, list->column,
                 "'users' must name at least one user; leave the key out to serve whoever may open the socket");
    }
    for (size_t i = 0; list && i < c->shm_users.count; i++) {
        const yaml_node *node = yaml_strings_node(&c->shm_users, i);
        if (is_user(c->shm_users.items[i])) continue;
        diagnose(d, node->line, node->column,
                 "'users' must be numbers of users from 0 to 4294967294, as 'id -u' prints them, not '%.60s'",
                 c->shm_users.items[i]);
    }
}

static bool has_memory(const config *c) {
    if (c->memory.failed) log_error("out of memory while the configuration is read");
    return !c->memory.failed;
}

int config_read(config *c, const char *path) {
    size_t size;
    const char *text = read_file(c, path, &size);
    if (!text) return CONFIG_EXIT_INPUT;
    diagnostics d = {.fn = log_mistake, .file = path};
    const yaml_node *root = yaml_parse(&c->memory, text, size, &d);
    c->path = path;
    if (root) yaml_read(&c->memory, root, &config_table, c, &d);
    if (c->tenant_map) read_tenants(c, &d);
    if (root) check_mode(c, root, &d);
    check_users(c, &d);
    if (root && yaml_get(root, "judge")) c->judge.line = yaml_get(root, "judge")->line;
    if (d.count) return CONFIG_EXIT_CONFIG;
    return has_memory(c) ? 0 : CONFIG_EXIT_SYSTEM; /* what found no room would be as if it were not said */
}

bool config_add_endpoint(config *c, const char *endpoint, bool first) {
    size_t count = first ? 0 : c->endpoints.count;
    const char **items = arena_alloc(&c->memory, count + 2, sizeof *items);
    if (!items) return false;
    for (size_t i = 0; i < count; i++) items[i] = c->endpoints.items[i];
    items[count] = endpoint;
    c->endpoints = (yaml_strings){items, count + 1, NULL};
    return true;
}

bool config_is_remote(const char *endpoint) {
    char host[64];
    struct in_addr address;
    if (strncmp(endpoint, "tcp://", 6) != 0) return false;
    endpoint += 6;
    if (strncmp(endpoint, "[::1]:", 6) == 0) return false;
    size_t size = strcspn(endpoint, ":");
    if (size >= sizeof host) return true;
    memcpy(host, endpoint, size);
    host[size] = '\0';
    /* Only numbers: a name may resolve to anything. */
    return inet_pton(AF_INET, host, &address) != 1 || ntohl(address.s_addr) >> 24 != 127;
}

uint16_t config_tcp_port(const char *endpoint) {
    char host[64];
    unsigned char address[sizeof(struct in6_addr)];
    const char *colon = strrchr(endpoint, ':');
    if (strncmp(endpoint, "tcp://", 6) != 0 || colon < endpoint + 6) return 0;
    const bool is_v6 = endpoint[6] == '[' && colon[-1] == ']';
    const char *from = endpoint + 6 + is_v6;
    const size_t size = (size_t)(colon - from) - is_v6, digits = strspn(colon + 1, "0123456789");
    if (size >= sizeof host || digits == 0 || digits > 5 || colon[1 + digits]) return 0;
    memcpy(host, from, size);
    host[size] = '\0';
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, host, address) != 1) return 0;
    const unsigned long port = strtoul(colon + 1, NULL, 10);
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static bool is_endpoint(const char *endpoint) {
    return (strncmp(endpoint, "ipc://", 6) == 0 && endpoint[6]) || (strncmp(endpoint, "tcp://", 6) == 0 && endpoint[6]);
}

/* systemd's directory, else the user's. */
static const char *default_cache(config *c) {
    const char *directory = getenv("CACHE_DIRECTORY");
    return directory && *directory ? arena_copy(&c->memory, directory, strcspn(directory, ":")) : default_cache_path();
}

/* The path of the first ipc:// endpoint, between two texts; "" when there is none. */
static const char *beside_endpoint(config *c, const char *before, const char *after) {
    for (size_t i = 0; i < c->endpoints.count; i++) {
        const char *endpoint = c->endpoints.items[i];
        if (strncmp(endpoint, "ipc://", 6) == 0) return arena_printf(&c->memory, "%s%s%s", before, endpoint + 6, after);
    }
    return "";
}

/* Only numbers: inside the sandbox no name is looked up. */
static bool is_judge_right(config *c) {
    config_judge *judge = &c->judge;
    if (judge->waiting == SIZE_MAX) judge->waiting = c->workers > 1 ? c->workers / 2 : 1;
    if (!judge->endpoint) {
        if (judge->line)
            log_error("%s:%u: judge needs 'endpoint': ipc://PATH or tcp://ADDRESS:PORT", c->path, judge->line);
        return !judge->line;
    }
    const bool is_ipc = strncmp(judge->endpoint, "ipc://", 6) == 0 && judge->endpoint[6];
    if (!is_ipc && !config_tcp_port(judge->endpoint)) {
        log_error("judge: not an endpoint: '%s'; write ipc://PATH or tcp://ADDRESS:PORT, with an address in numbers",
                  judge->endpoint);
        return false;
    }
    if (config_is_remote(judge->endpoint) && !judge->secret_key) {
        log_error("judge: '%s' is another host: give 'curve' keys, or ask a judge on this one", judge->endpoint);
        return false;
    }
    return true;
}

int config_finish(config *c) {
    if (c->endpoints.count == 0) {
        const char *directory = getenv("RUNTIME_DIRECTORY");
        const char *endpoint =
            arena_printf(&c->memory, "ipc://%s/filterd.sock", directory ? directory : "/run/filterd");
        if (!endpoint || !config_add_endpoint(c, endpoint, true)) return CONFIG_EXIT_SYSTEM;
    }
    for (size_t i = 0; i < c->endpoints.count; i++) {
        const char *endpoint = c->endpoints.items[i];
        if (!is_endpoint(endpoint)) {
            log_error("endpoints: not an endpoint: '%s'; write ipc://PATH or tcp://HOST:PORT", endpoint);
            return CONFIG_EXIT_CONFIG;
        }
        if (config_is_remote(endpoint) && !c->curve_secret_key) {
            log_error("endpoints: '%s' can be reached from other hosts: give 'curve' keys, or bind to 127.0.0.1",
                      endpoint);
            return CONFIG_EXIT_CONFIG;
        }
    }
    if (!is_judge_right(c)) return CONFIG_EXIT_CONFIG;
    if (!c->control) c->control = beside_endpoint(c, "ipc://", ".ctl");
    if (!c->shm_socket) c->shm_socket = beside_endpoint(c, "", ".shm");
    else if (strcmp(c->shm_socket, "none") == 0) c->shm_socket = "";
    if (!c->shm_sessions_per_user) c->shm_sessions_per_user = c->shm_sessions - c->shm_sessions / 4;
    if (!c->cache) c->cache = default_cache(c);
    else if (strcmp(c->cache, "none") == 0) c->cache = NULL;
    if (!has_memory(c)) return CONFIG_EXIT_SYSTEM;
    if (*c->control && strncmp(c->control, "ipc://", 6) != 0) {
        log_error("control: must be ipc://PATH, not '%s'; it reloads rules, and only the owner of its file may",
                  c->control);
        return CONFIG_EXIT_CONFIG;
    }
    return 0;
}

const char *config_tenant_policy(const config *c, const char *tenant) {
    for (size_t i = 0; i < c->tenant_count; i++) {
        if (strcmp(c->tenants[i].name, tenant) == 0) return c->tenants[i].policy;
    }
    return NULL;
}
