/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"

#include "filter.h"
#include "core/log.h"
#include "core/default_paths.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_FILE_MAX (1 << 20)

void config_init(config *c) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *c = (config){.rules = paths_rules(),
                  .workers = cores > 0 ? (size_t)cores : 1,
                  .queue_requests = 1024,
                  .queue_bytes = (size_t)256 << 20,
                  .request_bytes = (size_t)32 << 20,
                  .segments = 16384,
                  .header_bytes = (size_t)4 << 20,
                  .ipc_mode = 600,
                  .stop_ms = 10000,
                  .shm_attachments = 64,
                  .shm_request_bytes = (size_t)64 << 20,
                  .shm_reply_bytes = (size_t)128 << 20,
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

static void read_tenants(config *c, const yaml_node *map, diagnostics *d) {
    static const yaml_field fields[] = {{"policy", YAML_TEXT, offsetof(config_tenant, policy), true, 0, 0}};
    if (map->kind != YAML_MAP) {
        diagnose(d, map->line, map->column, "'tenants' must be a map from tenant to its settings");
        return;
    }
    c->tenants = arena_alloc(&c->memory, map->count / 2 + 1, sizeof *c->tenants);
    for (size_t i = 0; c->tenants && i + 1 < map->count; i += 2) {
        config_tenant *tenant = &c->tenants[c->tenant_count];
        tenant->name = map->items[i]->text;
        if (yaml_read(&c->memory, map->items[i + 1], fields, 1, tenant, "a tenant", d)) c->tenant_count++;
    }
}

static void read_root(config *c, const yaml_node *root, diagnostics *d) {
    struct raw {
        const yaml_node *queue, *limits, *curve, *shm, *tenants;
    } sections = {0};
    struct all {
        config c;
        struct raw raw;
    } all = {*c, sections};
    static const yaml_field fields[] = {
        {"endpoints", YAML_STRINGS, offsetof(struct all, c.endpoints), false, 0, 0},
        {"control", YAML_TEXT, offsetof(struct all, c.control), false, 0, 0},
        {"rules", YAML_TEXT, offsetof(struct all, c.rules), false, 0, 0},
        {"cache", YAML_TEXT, offsetof(struct all, c.cache), false, 0, 0},
        {"watch", YAML_BOOL, offsetof(struct all, c.watch), false, 0, 0},
        {"workers", YAML_COUNT, offsetof(struct all, c.workers), false, 1, 256},
        {"deadline_ms", YAML_COUNT, offsetof(struct all, c.deadline_ms), false, 0, 86400000},
        {"ipc_mode", YAML_COUNT, offsetof(struct all, c.ipc_mode), false, 600, 777},
        {"stop_ms", YAML_COUNT, offsetof(struct all, c.stop_ms), false, 0, 600000},
        {"hash_key", YAML_TEXT, offsetof(struct all, c.hash_key), false, 0, 0},
        {"queue", YAML_NODE, offsetof(struct all, raw.queue), false, 0, 0},
        {"limits", YAML_NODE, offsetof(struct all, raw.limits), false, 0, 0},
        {"curve", YAML_NODE, offsetof(struct all, raw.curve), false, 0, 0},
        {"shared_memory", YAML_NODE, offsetof(struct all, raw.shm), false, 0, 0},
        {"tenants", YAML_NODE, offsetof(struct all, raw.tenants), false, 0, 0},
    };
    static const yaml_field shm_fields[] = {
        {"socket", YAML_TEXT, offsetof(config, shm_socket), false, 0, 0},
        {"attachments", YAML_COUNT, offsetof(config, shm_attachments), false, 1, 4096},
        {"request_bytes", YAML_COUNT, offsetof(config, shm_request_bytes), false, 65536, 1 << 30},
        {"reply_bytes", YAML_COUNT, offsetof(config, shm_reply_bytes), false, 65536, 1 << 30},
        {"users", YAML_STRINGS, offsetof(config, shm_users), false, 0, 0},
    };
    static const yaml_field queue_fields[] = {
        {"requests", YAML_COUNT, offsetof(config, queue_requests), false, 1, 1000000},
        {"bytes", YAML_COUNT, offsetof(config, queue_bytes), false, 1, 1e12},
    };
    static const yaml_field limit_fields[] = {
        {"request_bytes", YAML_COUNT, offsetof(config, request_bytes), false, 1, (double)FILTER_TEXT_MAX},
        {"segments", YAML_COUNT, offsetof(config, segments), false, 1, (double)FILTER_SEGMENTS_MAX},
        {"header_bytes", YAML_COUNT, offsetof(config, header_bytes), false, 64, 67108864},
    };
    static const yaml_field curve_fields[] = {
        {"secret_key", YAML_TEXT, offsetof(config, curve_secret_key), true, 0, 0},
        {"clients", YAML_TEXT, offsetof(config, curve_clients), true, 0, 0},
    };
    yaml_read(&c->memory, root, fields, sizeof fields / sizeof *fields, &all, "the configuration", d);
    arena memory = c->memory; /* it grew while reading */
    *c = all.c;
    c->memory = memory;
    if (all.raw.queue) yaml_read(&c->memory, all.raw.queue, queue_fields, 2, c, "queue", d);
    if (all.raw.limits) yaml_read(&c->memory, all.raw.limits, limit_fields, 3, c, "limits", d);
    if (all.raw.curve) yaml_read(&c->memory, all.raw.curve, curve_fields, 2, c, "curve", d);
    if (all.raw.shm) yaml_read(&c->memory, all.raw.shm, shm_fields, 5, c, "shared_memory", d);
    if (all.raw.tenants) read_tenants(c, all.raw.tenants, d);
}

int config_read(config *c, const char *path) {
    FILE *file = fopen(path, "re");
    char *text = file ? arena_alloc(&c->memory, CONFIG_FILE_MAX, 1) : NULL;
    if (!file) {
        log_error("%s: cannot be read: %s", path, strerror(errno));
        return CONFIG_EXIT_INPUT;
    }
    size_t size = text ? fread(text, 1, CONFIG_FILE_MAX, file) : 0;
    bool fine = !ferror(file) && size < CONFIG_FILE_MAX;
    fclose(file);
    if (!fine) {
        log_error("%s: cannot be read, or is larger than 1 MiB", path);
        return CONFIG_EXIT_INPUT;
    }
    diagnostics d = {.fn = log_mistake, .file = path};
    const yaml_node *root = yaml_parse(&c->memory, text, size, &d);
    if (root) read_root(c, root, &d);
    return d.count ? CONFIG_EXIT_CONFIG : 0;
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

static bool is_endpoint(const char *endpoint) {
    return (strncmp(endpoint, "ipc://", 6) == 0 && endpoint[6]) || (strncmp(endpoint, "tcp://", 6) == 0 && endpoint[6]);
}

/* systemd's directory, else the user's. */
static const char *default_cache(config *c) {
    const char *directory = getenv("CACHE_DIRECTORY");
    return directory && *directory ? arena_copy(&c->memory, directory, strcspn(directory, ":")) : paths_cache();
}

/* The path of the first ipc:// endpoint, with something in front and behind; "" when there is none. */
static const char *beside_endpoint(config *c, const char *before, const char *behind) {
    for (size_t i = 0; i < c->endpoints.count; i++) {
        const char *endpoint = c->endpoints.items[i];
        if (strncmp(endpoint, "ipc://", 6) == 0)
            return arena_printf(&c->memory, "%s%s%s", before, endpoint + 6, behind);
    }
    return "";
}

static bool are_numbers(const yaml_strings *list) {
    for (size_t i = 0; i < list->count; i++) {
        if (!*list->items[i] || list->items[i][strspn(list->items[i], "0123456789")] || strlen(list->items[i]) > 10)
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
            log_error("endpoint '%s' is neither ipc://PATH nor tcp://HOST:PORT", endpoint);
            return CONFIG_EXIT_CONFIG;
        }
        if (config_is_remote(endpoint) && !c->curve_secret_key) {
            log_error("endpoint '%s' can be reached from other hosts: give 'curve' keys, or bind to 127.0.0.1",
                      endpoint);
            return CONFIG_EXIT_CONFIG;
        }
    }
    size_t mode = c->ipc_mode;
    if (mode % 10 > 7 || mode / 10 % 10 > 7 || mode / 100 > 7) {
        log_error("ipc_mode %zu is no permission mode; write it like 600 or 660", mode);
        return CONFIG_EXIT_CONFIG;
    }
    if (!c->control) c->control = beside_endpoint(c, "ipc://", ".ctl");
    if (!c->shm_socket) c->shm_socket = beside_endpoint(c, "", ".shm");
    else if (strcmp(c->shm_socket, "none") == 0) c->shm_socket = "";
    if (!are_numbers(&c->shm_users)) {
        log_error("shared_memory: 'users' must be numbers of users, as `id -u` prints them");
        return CONFIG_EXIT_CONFIG;
    }
    if (*c->control && strncmp(c->control, "ipc://", 6) != 0) {
        log_error("control '%s' must be ipc://PATH: it reloads rules, and only its file's owner may", c->control);
        return CONFIG_EXIT_CONFIG;
    }
    if (!c->cache) c->cache = default_cache(c);
    else if (strcmp(c->cache, "none") == 0) c->cache = NULL;
    return 0;
}

const char *config_tenant_policy(const config *c, const char *tenant) {
    for (size_t i = 0; i < c->tenant_count; i++) {
        if (strcmp(c->tenants[i].name, tenant) == 0) return c->tenants[i].policy;
    }
    return NULL;
}
