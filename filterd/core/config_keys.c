/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the configuration. filterd.schema.json and the keys in filterd.yaml(5) are made from these tables. */
#include "core/config.h"

#include "filter.h"

#define DAY_MS 86400000
#define MIB ((double)1048576)
#define SHM_BYTES_MIN 65536
#define SHM_BYTES_MAX ((double)(1 << 30))

static const yaml_field queue_fields[] = {
    {.key = "requests",
     .type = YAML_COUNT,
     .offset = offsetof(config, queue_requests),
     .min = 1,
     .max = 1000000,
     .standard = "1024",
     .about = "Requests that may wait for a worker. One more is answered with 'overloaded' at once."},
    {.key = "bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, queue_bytes),
     .min = 1,
     .max = 1e12,
     .standard = "256MiB",
     .about = "Bytes of all requests that wait. A single larger request is taken when the queue is empty."},
};

static const yaml_field limit_fields[] = {
    {.key = "request_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, request_bytes),
     .min = 1,
     .max = (double)FILTER_TEXT_MAX,
     .standard = "32MiB",
     .about = "All texts of one request together. More is answered with 'too_large'."},
    {.key = "segments",
     .type = YAML_COUNT,
     .offset = offsetof(config, segments),
     .min = 1,
     .max = (double)FILTER_SEGMENTS_MAX,
     .standard = "16384",
     .about = "Texts in one request."},
    {.key = "header_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, header_bytes),
     .min = 64,
     .max = 64 * MIB,
     .standard = "4MiB",
     .about = "The JSON header of one request."},
    {.key = "client_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, client_bytes),
     .min = 1,
     .max = 1e12,
     .standard = "128MiB",
     .about =
         "What one client over ZeroMQ may have on its way: requests that are not answered, and replies that it has "
         "not taken. More is answered with 'overloaded'. One request alone is always taken."},
    {.key = "total_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, total_bytes),
     .min = 1,
     .max = 1e12,
     .standard = "1GiB",
     .about =
         "The same of all clients together. Above it, who has something on its way is answered with 'overloaded'."},
    {.key = "streams",
     .type = YAML_COUNT,
     .offset = offsetof(config, streams),
     .min = 1,
     .max = 1e6,
     .standard = "1024",
     .about = "Streams that are open at a time, each part of an answer one of them. More are 'overloaded'. One that is "
              "silent for five minutes ends."},
    {.key = "stream_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, stream_bytes),
     .min = 1,
     .max = 1 << 26,
     .standard = "4MiB",
     .about = "The text of one stream."},
    {.key = "remembered_texts",
     .type = YAML_COUNT,
     .offset = offsetof(config, remembered_texts),
     .max = 1e8,
     .standard = "262144",
     .about = "Texts of chats that were found clean and are not read again when the conversation comes back with its "
              "next turn. Eight bytes each, a keyed hash and no text; 0: every turn is read."},
    {.key = "connections",
     .type = YAML_COUNT,
     .offset = offsetof(config, connections),
     .min = 1,
     .max = 60000,
     .standard = "1024",
     .about = "Connections over ZeroMQ at a time. More are closed at once, and the log says so. Fewer are taken where "
              "the system allows fewer descriptors."},
};

static const yaml_field token_fields[] = {
    {.key = "keys",
     .type = YAML_STRINGS,
     .offset = offsetof(config, token_keys),
     .about =
         "Files with the key of tokens and sealed mappings: 64 hexadecimal digits each, mode 600. The first makes "
         "and seals, all of them open, so that a new one goes first. All hosts of a fleet have the same. When it is "
         "absent, the key is random and new at each start."},
    {.key = "lifetime",
     .type = YAML_MILLISECONDS,
     .offset = offsetof(config, token_ms),
     .min = 1000,
     .max = 604800000,
     .standard = "15min",
     .about = "How long a mapping opens."},
    {.key = "store_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, token_bytes),
     .max = 1e12,
     .standard = "64MiB",
     .about = "Mappings that are kept, sealed, for callers that ask for 'restore: store'. The oldest give way."},
};

static const yaml_field curve_fields[] = {
    {.key = "secret_key",
     .type = YAML_TEXT,
     .offset = offsetof(config, curve_secret_key),
     .required = true,
     .about = "File with the secret key of the daemon, mode 600, as 'filterctl keygen' writes it."},
    {.key = "clients",
     .type = YAML_TEXT,
     .offset = offsetof(config, curve_clients),
     .required = true,
     .about = "File with the public keys of the clients that may connect, one a line. Lines that begin with '#' are "
              "comments."},
};

static const yaml_field shm_fields[] = {
    {.key = "socket",
     .type = YAML_TEXT,
     .offset = offsetof(config, shm_socket),
     .about =
         "Path of the socket at which clients ask for shared memory, or 'none'. When it is absent: the path of the "
         "first ipc:// endpoint and '.shm'."},
    {.key = "attachments", .renamed = "sessions"},
    {.key = "sessions",
     .type = YAML_COUNT,
     .offset = offsetof(config, shm_sessions),
     .min = 1,
     .max = 4096,
     .standard = "64",
     .about = "Clients at a time. Each has a thread of its own."},
    {.key = "sessions_per_user",
     .type = YAML_COUNT,
     .offset = offsetof(config, shm_sessions_per_user),
     .min = 1,
     .max = 4096,
     .about =
         "Clients of one user at a time. When it is absent: three quarters of 'sessions', so that no user can take "
         "the places of all others."},
    {.key = "request_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, shm_request_bytes),
     .min = SHM_BYTES_MIN,
     .max = SHM_BYTES_MAX,
     .standard = "64MiB",
     .about = "The largest request buffer that a client gets."},
    {.key = "reply_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, shm_reply_bytes),
     .min = SHM_BYTES_MIN,
     .max = SHM_BYTES_MAX,
     .standard = "128MiB",
     .about = "The largest reply buffer that a client gets."},
    {.key = "users",
     .type = YAML_STRINGS,
     .offset = offsetof(config, shm_users),
     .about = "Numbers of the users who may connect, as 'id -u' prints them. When it is absent: whoever may open the "
              "socket."},
};

static const yaml_field judge_curve_fields[] = {
    {.key = "secret_key",
     .type = YAML_TEXT,
     .offset = offsetof(config, judge.secret_key),
     .required = true,
     .about = "File with the secret key that filterd shows to the judge, mode 600, as 'filterctl keygen' writes it."},
    {.key = "server_key",
     .type = YAML_TEXT,
     .offset = offsetof(config, judge.server_key),
     .required = true,
     .about = "File with the public key of the judge: nobody else gets a text."},
};

static const yaml_table judge_curve_table = YAML_TABLE("curve", judge_curve_fields);

static const yaml_field judge_fields[] = {
    {.key = "endpoint",
     .type = YAML_TEXT,
     .offset = offsetof(config, judge.endpoint),
     .about =
         "Where the judge listens: ipc://PATH or tcp://ADDRESS:PORT, with an address in numbers. It must be there. "
         "Another host needs 'curve'."},
    {.key = "timeout_ms",
     .type = YAML_MILLISECONDS,
     .offset = offsetof(config, judge.timeout_ms),
     .min = 1,
     .max = 60000,
     .standard = "200ms",
     .about = "How long a request may wait for all its answers. Its own deadline may end that earlier."},
    {.key = "waiting",
     .type = YAML_COUNT,
     .offset = offsetof(config, judge.waiting),
     .min = 1,
     .max = CONFIG_WORKERS_MAX,
     .about =
         "Requests that may wait for the judge at a time, over ZeroMQ and shared memory together. For one more the "
         "judge counts as not answering. Keep it below 'workers', so that others are always served. When it is "
         "absent: half of 'workers', and at least one."},
    {.key = "text_bytes",
     .type = YAML_BYTES,
     .offset = offsetof(config, judge.text_bytes),
     .min = 1,
     .max = 16 * MIB,
     .standard = "64KiB",
     .about = "The longest text that is sent. For a longer one the judge counts as not answering."},
    {.key = "curve",
     .type = YAML_SECTION,
     .table = &judge_curve_table,
     .about = "CURVE keys: encryption, and who the judge is."},
};

static const yaml_field tenant_fields[] = {
    {.key = "policy",
     .type = YAML_TEXT,
     .offset = offsetof(config_tenant, policy),
     .required = true,
     .about =
         "The policy of the tenant's requests that name none. A loaded pack must define it; this is checked at the "
         "start and at each reload."},
};

static const yaml_table queue_table = YAML_TABLE("queue", queue_fields);
static const yaml_table limit_table = YAML_TABLE("limits", limit_fields);
static const yaml_table token_table = YAML_TABLE("tokens", token_fields);
static const yaml_table curve_table = YAML_TABLE("curve", curve_fields);
static const yaml_table shm_table = YAML_TABLE("shared_memory", shm_fields);
static const yaml_table judge_table = YAML_TABLE("judge", judge_fields);
const yaml_table config_tenant_table = YAML_TABLE("a tenant", tenant_fields);

const char *const config_sandbox_names[] = {"auto", "required", "off", NULL};

static const yaml_field fields[] = {
    {.key = "endpoints",
     .type = YAML_STRINGS,
     .offset = offsetof(config, endpoints),
     .standard = "ipc:///run/filterd/filterd.sock",
     .about =
         "Where ZeroMQ clients connect: ipc://PATH or tcp://HOST:PORT. An address that other hosts can reach needs "
         "'curve'."},
    {.key = "control",
     .type = YAML_TEXT,
     .offset = offsetof(config, control),
     .about = "ipc://PATH for 'filterctl status' and 'filterctl reload'. When it is absent: the first ipc:// endpoint "
              "and '.ctl'. The mode of its file is 600."},
    {.key = "rules",
     .type = YAML_TEXT,
     .offset = offsetof(config, rules),
     .about = "Directory of rule packs. When it is absent: where they are installed."},
    {.key = "cache",
     .type = YAML_TEXT,
     .offset = offsetof(config, cache),
     .about = "Directory of compiled rules, or 'none'. It must belong to the user of the daemon, and nobody else may "
              "write to it. When it is absent: $CACHE_DIRECTORY, $XDG_CACHE_HOME/filterd or ~/.cache/filterd."},
    {.key = "watch",
     .type = YAML_BOOL,
     .offset = offsetof(config, watch),
     .standard = "true",
     .about = "Reload when the rule directory has changed and was quiet for a tenth of a second."},
    {.key = "user",
     .type = YAML_TEXT,
     .offset = offsetof(config, user),
     .about = "Who the daemon becomes when root starts it, before it opens anything but its configuration: rules, keys "
              "and the directories of sockets and cache must be that user's. No capability is left. When it is "
              "absent: 'filterd' where there is such a user, else root."},
    {.key = "sandbox",
     .type = YAML_CHOICE,
     .offset = offsetof(config, sandbox),
     .choices = config_sandbox_names,
     .standard = "auto",
     .about = "What the daemon gives up when it has started: files by Landlock, system calls by seccomp. 'auto' warns "
              "of what the kernel lacks, 'required' then does not start, 'off' gives up nothing."},
    {.key = "sandbox_read",
     .type = YAML_STRINGS,
     .offset = offsetof(config, sandbox_read),
     .about = "Directories that stay readable besides the rules: for rules that are links to elsewhere, or whose "
              "directory is replaced as a whole. When it is absent: none."},
    {.key = "workers",
     .type = YAML_COUNT,
     .offset = offsetof(config, workers),
     .min = 1,
     .max = CONFIG_WORKERS_MAX,
     .about = "Threads that inspect requests over ZeroMQ. When it is absent: one for each core."},
    {.key = "deadline_ms",
     .type = YAML_MILLISECONDS,
     .offset = offsetof(config, deadline_ms),
     .max = DAY_MS,
     .standard = "30s",
     .about =
         "How long a request that names no deadline may take, waiting included. What is not read by then is named in "
         "'coverage', and the verdict is at least the policy's 'incomplete'. 0 is for ever."},
    {.key = "ipc_mode",
     .type = YAML_COUNT,
     .offset = offsetof(config, ipc_mode),
     .min = 600,
     .max = 777,
     .standard = "600",
     .about = "Permissions of ipc:// sockets and of the socket for shared memory, written without quotes: 600 or 660."},
    {.key = "stop_ms",
     .type = YAML_MILLISECONDS,
     .offset = offsetof(config, stop_ms),
     .max = 600000,
     .standard = "10s",
     .about = "How long a stop may take to answer what was accepted."},
    {.key = "hash_key",
     .type = YAML_TEXT,
     .offset = offsetof(config, hash_key),
     .about =
         "File with the key of the 'hash' operator: 64 hexadecimal digits, mode 600. When it is absent, the key is "
         "random and new at each start."},
    {.key = "tokens", .type = YAML_SECTION, .table = &token_table, .about = "Tokens that become values again."},
    {.key = "queue", .type = YAML_SECTION, .table = &queue_table, .about = "Bounds of what waits for a worker."},
    {.key = "limits", .type = YAML_SECTION, .table = &limit_table, .about = "Bounds of one request."},
    {.key = "curve",
     .type = YAML_SECTION,
     .table = &curve_table,
     .about = "CURVE keys: encryption and a list of clients for tcp:// endpoints."},
    {.key = "shared_memory",
     .type = YAML_SECTION,
     .table = &shm_table,
     .about = "Clients of the same host that share memory with the daemon."},
    {.key = "judge",
     .type = YAML_SECTION,
     .table = &judge_table,
     .about = "A slower judge that is asked about scores in the grey band of a policy: 'injection.judge' in "
              "filter-rules(5). When it is absent: nobody is asked."},
    {.key = "tenants",
     .type = YAML_NODE,
     .offset = offsetof(config, tenant_map),
     .table = &config_tenant_table,
     .holds = YAML_HOLDS_NAMED,
     .about = "What holds for the requests of one tenant, by the name that requests give in 'tenant'."},
};

const yaml_table config_table = {
    .what = "the configuration",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .about = "What filterd reads with --config. All keys are optional; an unknown one is an error.",
};
