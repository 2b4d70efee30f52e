/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config: what the daemon was told, from a YAML file and the command line, checked before anything
 * is opened. Options win over the file; every field has a default. Described in filterd.yaml(5).
 */
#ifndef FILTERD_CORE_CONFIG_H
#define FILTERD_CORE_CONFIG_H

#include "base/arena.h"
#include "base/yaml_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct config_tenant {
    const char *name;
    const char *policy;
    unsigned line; /* in the file */
} config_tenant;

/* Whom the daemon asks about scores in the grey band of a policy. */
typedef struct config_judge {
    const char *endpoint; /* NULL: nobody */
    size_t timeout_ms; /* of all questions of a request */
    size_t waiting; /* requests that may wait for an answer at a time; SIZE_MAX: half as many as there are workers */
    size_t text_bytes; /* of one question */
    const char *secret_key, *server_key; /* files; NULL: no CURVE */
    unsigned line; /* in the file; 0: it is not there */
} config_judge;

typedef struct config {
    arena memory; /* owns all strings below */
    const char *path; /* the file; NULL: none was read */
    yaml_strings endpoints;
    const char *control; /* endpoint of `filterctl reload` and `status`; "" for none */
    const char *rules; /* directory */
    const char *cache; /* directory, or NULL: no cache */
    size_t workers;
    size_t queue_requests, queue_bytes;
    size_t request_bytes, segments, header_bytes, client_bytes, total_bytes, connections;
    size_t streams, stream_bytes; /* open at a time; of the text of one */
    size_t remembered_texts; /* of chats that were found clean; 0: none */
    size_t deadline_ms; /* for requests that name none; 0: none */
    size_t ipc_mode; /* permission bits of ipc:// sockets, as written: 600, 660 */
    size_t stop_ms; /* how long a stop may take to answer what was accepted */
    const char *curve_secret_key; /* file; NULL: no CURVE */
    const char *curve_clients; /* file; NULL: no client is allowed */
    yaml_strings token_keys; /* files; the first makes tokens and seals mappings, all of them open */
    size_t token_ms; /* how long a mapping opens */
    size_t token_bytes; /* of mappings that are kept for their callers */
    const char *hash_key; /* file with the key of the hash operator; NULL: random */
    const char *shm_socket; /* where clients ask for shared memory; "" for nowhere */
    size_t shm_sessions; /* at a time, … */
    size_t shm_sessions_per_user; /* … and of one user */
    size_t shm_request_bytes, shm_reply_bytes; /* of a session, at most */
    yaml_strings shm_users; /* numbers; none: whoever may open the socket */
    config_judge judge;
    const char *user; /* whose rights the daemon has when it is started as root; NULL: see privileges.h */
    int sandbox; /* CONFIG_SANDBOX_… */
    yaml_strings sandbox_read; /* directories that stay readable */
    bool watch; /* reload when the rule directory changes */
    const yaml_node *tenant_map; /* as read */
    config_tenant *tenants;
    size_t tenant_count;
} config;

#define CONFIG_WORKERS_MAX 256

/* What happens when the kernel lacks a part of the sandbox: it is said, or the start fails. */
enum { CONFIG_SANDBOX_AUTO, CONFIG_SANDBOX_REQUIRED, CONFIG_SANDBOX_OFF };

/* Their names, in this order; ends with NULL. */
extern const char *const config_sandbox_names[];

/* The keys of the file, and of one tenant in it. */
extern const yaml_table config_table, config_tenant_table;

/* Exit statuses, after sysexits(3). */
enum {
    CONFIG_EXIT_USAGE = 64, /* the command line                                 */
    CONFIG_EXIT_RULES = 65, /* rule packs that hold mistakes                    */
    CONFIG_EXIT_BIND = 69, /* an endpoint cannot be bound                      */
    CONFIG_EXIT_SYSTEM = 71, /* memory, threads, sockets                         */
    CONFIG_EXIT_INPUT = 66, /* a file that cannot be read                       */
    CONFIG_EXIT_KEYS = 77, /* a key file that others may read, or that is none */
    CONFIG_EXIT_CONFIG = 78 /* the configuration                                */
};

void config_init(config *c);
void config_fini(config *c);

/* Reads a file over the defaults. Mistakes are logged. Returns 0 or an exit status. */
int config_read(config *c, const char *path);

/* Adds an endpoint from the command line; the first one replaces those of the file. */
bool config_add_endpoint(config *c, const char *endpoint, bool first);

/* Fills what depends on other fields and refuses what cannot work. Returns 0 or an exit status. */
int config_finish(config *c);

/* Logs what works and is not what was meant: a cache that cannot be used. */
void config_warn(const config *c);

/* Logs the values in force, for --verbose. */
void config_log(const config *c);

/* Is this endpoint reachable from other hosts? ipc://, inproc:// and loopback are not. */
bool config_is_remote(const char *endpoint);

/* The port of tcp://ADDRESS:PORT with an address in numbers; 0: it is none. */
uint16_t config_tcp_port(const char *endpoint);

/* The policy of a tenant, or NULL. */
const char *config_tenant_policy(const config *c, const char *tenant);

#endif
