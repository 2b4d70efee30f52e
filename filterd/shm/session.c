/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/session.h"

#include "protocol/message.h"
#include "shm/ring.h"
#include "core/unix_socket.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SLOTS_DEFAULT 256
#define SLOTS_MAX 4096
#define BYTES_DEFAULT ((uint32_t)4 << 20)
#define BYTES_MIN ((uint32_t)64 << 10)
/* A larger copy of a request is not kept for the next one. */
#define MESSAGE_KEPT ((size_t)8 << 20)
/* A client that has connected says hello within this time. */
#define HELLO_MS 2000

struct attach {
    const config *config;
    rules *rules;
    worker_counters *counters;
    int listener;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t left;
    int *connections; /* by attachment, -1 where there is none; under the lock */
    size_t count; /* threads that run; under the lock */
    atomic_bool stopping;
    atomic_uint_fast64_t attached, refused, expelled, bytes;
};

/* One client. */
typedef struct attachment {
    attach *server;
    size_t number;
    int connection;
    int files[RING_FD_COUNT];
    ring_control *control;
    size_t control_bytes;
    char *requests, *replies; /* messages; the first behind the control block */
    uint32_t slots, request_bytes, reply_bytes;
    ring_end in, out;
    ring_area area;
    worker worker;
    arena memory; /* of one request */
    char *message; /* a private copy of a request */
    size_t message_capacity;
    uint32_t spin; /* nanoseconds to look before sleeping */
} attachment;

/* --------------------------------------------------------------------------------- waiting ---- */

/* Has the client handed something over, or given something back? */
static bool has_moved(const attachment *a, bool for_room) {
    return for_room ? atomic_load(a->out.other) != a->out.known : atomic_load(a->in.other) != a->in.at;
}

/* Wakes a client that sleeps; unless `now`, only when as many replies are there as it waits for. */
static void wake_client(attachment *a, bool now) {
    if (!atomic_load(&a->control->client_sleeping)) return;
    uint32_t wants = atomic_load_explicit(&a->control->client_wants, memory_order_relaxed);
    if (!now && (int32_t)(a->out.at - wants) < 0) return;
    ring_wake(&a->control->client_sleeping, a->connection);
}

/* Waits for the client to move. False when the client is gone or the daemon stops. */
static bool wait_for_client(attachment *a, bool for_room) {
    atomic_uint *sleeping = &a->control->daemon_sleeping;
    const uint64_t begun = ring_now_ns();
    wake_client(a, true);
    while (!has_moved(a, for_room)) {
        struct pollfd item = {a->connection, POLLIN, 0};
        ring_relax();
        if (ring_now_ns() - begun < a->spin) continue;
        atomic_store(sleeping, 1);
        if (!has_moved(a, for_room) && !atomic_load(&a->server->stopping)) (void)poll(&item, 1, -1);
        atomic_store(sleeping, 0);
        if (atomic_load(&a->server->stopping) || (item.revents && !ring_take_wake_ups(a->connection))) return false;
    }
    a->spin = ring_next_spin(a->spin, ring_now_ns() - begun);
    return true;
}

/* --------------------------------------------------------------------------------- serving ---- */

/* Room in the reply area. False when there never will be. */
static bool take_room(attachment *a, uint32_t size, uint32_t *offset) {
    for (;;) {
        uint32_t free_slots = ring_free(&a->out);
        if (free_slots > a->slots) return false;
        ring_area_release(&a->area, a->out.known);
        if (free_slots > 0 && ring_area_take(&a->area, a->out.at, size, offset)) return true;
        if (!wait_for_client(a, true)) return false;
    }
}

/* A request, and what is answered: an error when there is one, else the outcome. */
typedef struct answer {
    wire_request request;
    worker_outcome outcome;
    wire_error error;
    char *json; /* NULL: the binary form */
    size_t json_size, text_count;
} answer;

static size_t write_answer(attachment *a, const answer *r, char *out, size_t capacity) {
    if (r->json)
        return wire_message_json(r->json, r->json_size, a->worker.frames, r->text_count, r->error.code != NULL, out,
                                 capacity);
    return wire_message_reply(&r->request, r->outcome.result, &r->outcome.timing, &r->error, out, capacity);
}

/* Takes over the header. */
static void set_json(answer *r, json_t *header) {
    free(r->json);
    r->json = header ? wire_dump(header, &r->json_size) : NULL;
    if (r->error.code) r->text_count = 0;
    if (!r->json) wire_fail(&r->error, "internal", "out of memory");
    json_decref(header);
}

/* False when the client is gone, or talks nonsense. */
static bool send_answer(attachment *a, uint64_t tag, answer *r) {
    uint32_t offset = 0, room = 0, free_slots = ring_free(&a->out);
    if (free_slots > 0 && free_slots <= a->slots) {
        ring_area_release(&a->area, a->out.known);
        room = ring_area_room(&a->area, &offset);
    }
    /* Most often there is room, and once is enough. */
    size_t size = write_answer(a, r, a->replies + offset, room);
    if (size <= room) {
        /* The place that was written to: nothing was looked at meanwhile that the client gave back. */
        if (!ring_area_take(&a->area, a->out.at, (uint32_t)size, &offset)) return false;
    } else {
        if (size > a->reply_bytes) {
            wire_fail(&r->error, "too_large",
                      "the reply takes %zu bytes, and the reply area has %u; attach with a larger one", size,
                      a->reply_bytes);
            if (r->json) set_json(r, wire_reply_error(r->request.id, &r->error));
            size = write_answer(a, r, NULL, 0);
        }
        if (!take_room(a, (uint32_t)size, &offset)) return false;
        write_answer(a, r, a->replies + offset, size);
    }
    ring_push(&a->out, (ring_message){tag, 0, offset, (uint32_t)size});
    wake_client(a, false);
    return true;
}

/* A private copy of a message: what the client does to it from now on changes nothing. */
static bool copy_message(attachment *a, ring_message m) {
    if (m.size > a->message_capacity) {
        size_t capacity = m.size < 4096 ? 4096 : m.size;
        char *grown = realloc(a->message, capacity);
        if (!grown) return false;
        a->message = grown;
        a->message_capacity = capacity;
    }
    memcpy(a->message, a->requests + m.offset, m.size);
    return true;
}

static size_t text_bytes(const wire_request *request) {
    size_t bytes = 0;
    for (size_t i = 0; i < request->filter.segment_count; i++) bytes += request->filter.segments[i].size;
    return bytes;
}

static void handle(attachment *a, ring_message m, answer *r) {
    const config *c = a->server->config;
    int64_t begun = job_now_us(), sent = (int64_t)(m.sent / 1000);
    int64_t received = sent > 0 && sent < begun ? sent : begun;
    bool json = false;
    bool fine = wire_message_parse(&r->request, a->message, m.size, c->header_bytes, &a->memory, &json, &r->error);
    if (fine && r->request.filter.segment_count > c->segments)
        wire_fail(&r->error, "too_large", "more segments than the limit");
    if (fine && text_bytes(&r->request) > c->request_bytes)
        wire_fail(&r->error, "too_large", "the texts are larger than the limit");
    if (r->error.code) atomic_fetch_add(&a->server->counters->errors, 1);
    else worker_handle(&a->worker, &r->request, received, begun, &r->outcome, &r->error);
    if (!json && !(r->outcome.header && r->request.op == WIRE_INFO)) {
        json_decref(r->outcome.header);
        return;
    }
    set_json(r, r->error.code ? wire_reply_error(r->request.id, &r->error)
                              : worker_header(&a->worker, &r->request, &r->outcome, &r->text_count));
}

/* One request. False when the client is gone or talks nonsense. */
static bool serve_one(attachment *a) {
    answer r;
    ring_message m = ring_peek(&a->in, 0);
    if (m.offset > a->request_bytes || m.size > a->request_bytes - m.offset || m.offset % 8) return false;
    r.outcome = (worker_outcome){0};
    r.json = NULL;
    r.json_size = r.text_count = 0;
    if (!copy_message(a, m)) return false;
    ring_pop(&a->in);
    handle(a, m, &r);
    bool fine = send_answer(a, m.tag, &r);
    free(r.json);
    wire_request_fini(&r.request);
    arena_reset(&a->memory, 1 << 20);
    if (a->message_capacity > MESSAGE_KEPT) {
        free(a->message);
        a->message = NULL;
        a->message_capacity = 0;
    }
    return fine;
}

static void serve(attachment *a) {
    while (!atomic_load_explicit(&a->server->stopping, memory_order_relaxed)) {
        uint32_t ready = ring_ready(&a->in);
        if (ready == 0) {
            if (!wait_for_client(a, false)) return;
            continue;
        }
        if (ready > a->slots || !serve_one(a)) {
            /* Gone, or stopping? Else it broke the contract. */
            if (ring_take_wake_ups(a->connection) && !atomic_load(&a->server->stopping)) {
                log_warning("attachment %zu: cut off: its ring or a descriptor holds what cannot be", a->number);
                atomic_fetch_add(&a->server->expelled, 1);
            }
            return;
        }
    }
}

/* ------------------------------------------------------------------------------- attaching ---- */

static int sealed_memory(const char *name, size_t bytes, int seals) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && (ftruncate(fd, (off_t)bytes) != 0 || fcntl(fd, F_ADD_SEALS, seals) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static uint32_t choose(uint32_t wanted, uint32_t least, uint32_t usual, size_t most) {
    uint32_t value = wanted ? wanted : usual;
    if (value < least) value = least;
    if (value > most) value = (uint32_t)most;
    return value;
}

/* Makes both areas. The reply area is mapped before it is sealed against all later writers. */
static bool make_areas(attachment *a, const ring_hello *hello) {
    const config *c = a->server->config;
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW;
    uint32_t wanted = choose(hello->slots, 1, SLOTS_DEFAULT, SLOTS_MAX);
    for (a->slots = 1; a->slots * 2 <= wanted;) a->slots *= 2;
    a->request_bytes = choose(hello->request_bytes, BYTES_MIN, BYTES_DEFAULT, c->shm_request_bytes) & ~UINT32_C(4095);
    a->reply_bytes = choose(hello->reply_bytes, BYTES_MIN, BYTES_DEFAULT, c->shm_reply_bytes) & ~UINT32_C(4095);
    size_t head = sizeof(ring_control) + 2 * a->slots * sizeof(ring_descriptor);
    uint32_t data_offset = (uint32_t)((head + 4095) & ~(size_t)4095);
    a->control_bytes = data_offset + a->request_bytes;
    a->files[RING_FD_REQUEST] = sealed_memory("filterd-requests", a->control_bytes, seals | F_SEAL_SEAL);
    a->files[RING_FD_REPLY] = sealed_memory("filterd-replies", a->reply_bytes, seals);
    for (int i = 0; i < RING_FD_COUNT; i++) {
        if (a->files[i] < 0) return false;
    }
    void *control = mmap(NULL, a->control_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, a->files[RING_FD_REQUEST], 0);
    void *replies = mmap(NULL, a->reply_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, a->files[RING_FD_REPLY], 0);
    if (control != MAP_FAILED) a->control = control;
    if (replies != MAP_FAILED) a->replies = replies;
    a->area.ends = calloc(a->slots, sizeof *a->area.ends);
    if (!a->control || !a->replies || !a->area.ends) return false;
    if (fcntl(a->files[RING_FD_REPLY], F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) != 0) return false;
    a->requests = (char *)a->control + data_offset;
    ring_control *k = a->control;
    k->magic = RING_MAGIC;
    k->version = RING_VERSION;
    k->slots = a->slots;
    k->data_offset = data_offset;
    k->request_bytes = a->request_bytes;
    k->reply_bytes = a->reply_bytes;
    atomic_store(&k->request_head, RING_FIRST);
    atomic_store(&k->request_tail, RING_FIRST);
    atomic_store(&k->reply_head, RING_FIRST);
    atomic_store(&k->reply_tail, RING_FIRST);
    a->in = ring_end_of(&k->request_tail, &k->request_head, k->descriptors, a->slots, RING_FIRST);
    a->out = ring_end_of(&k->reply_head, &k->reply_tail, k->descriptors + a->slots, a->slots, RING_FIRST);
    a->area.bytes = a->reply_bytes;
    a->area.slots = a->slots;
    a->area.released = RING_FIRST;
    return true;
}

static bool welcome(attachment *a, const char *refused) {
    ring_welcome w = {RING_MAGIC, RING_VERSION, a->slots, 0, a->request_bytes, a->reply_bytes, ""};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof a->files)];
    } rights = {.bytes = {0}};
    struct iovec data = {&w, sizeof w};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (refused) {
        snprintf(w.refused, sizeof w.refused, "%s", refused);
    } else {
        w.data_offset = (uint32_t)(a->requests - (char *)a->control);
        message.msg_control = rights.bytes;
        message.msg_controllen = sizeof rights.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof a->files);
        memcpy(CMSG_DATA(c), a->files, sizeof a->files);
    }
    return sendmsg(a->connection, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof w;
}

/* Only users that the configuration names; without names, whoever may open the socket. */
static bool may_attach(const config *c, int connection) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    if (c->shm_users.count == 0) return true;
    for (size_t i = 0; i < c->shm_users.count; i++) {
        if (strtoul(c->shm_users.items[i], NULL, 10) == peer.uid) return true;
    }
    return false;
}

/* The hand-shake. NULL when the client is attached; else why not, "" when it went away. */
static const char *shake_hands(attachment *a) {
    ring_hello hello;
    struct pollfd item = {a->connection, POLLIN, 0};
    if (!may_attach(a->server->config, a->connection)) return "this user may not attach; see 'shared_memory: users'";
    if (poll(&item, 1, HELLO_MS) != 1) return "no hello came in time";
    ssize_t size = recv(a->connection, &hello, sizeof hello, MSG_DONTWAIT);
    if (size <= 0) return "";
    if (size != (ssize_t)sizeof hello || hello.magic != RING_MAGIC) return "this is no hello of a client";
    if (hello.version != RING_VERSION) return "this daemon speaks version 1 of the shared memory";
    worker_init(&a->worker, a->server->config, a->server->rules, a->server->counters);
    if (!a->worker.scratch || !make_areas(a, &hello)) return "the daemon is out of memory or file descriptors";
    return NULL;
}

static void release(attachment *a) {
    attach *server = a->server;
    for (int i = 0; i < RING_FD_COUNT; i++) {
        if (a->files[i] >= 0) close(a->files[i]);
    }
    if (a->control) munmap(a->control, a->control_bytes);
    if (a->replies) munmap(a->replies, a->reply_bytes);
    free(a->area.ends);
    free(a->message);
    worker_fini(&a->worker);
    arena_fini(&a->memory);
    pthread_mutex_lock(&server->lock);
    close(a->connection);
    server->connections[a->number] = -1;
    server->count--;
    pthread_cond_signal(&server->left);
    pthread_mutex_unlock(&server->lock);
    free(a);
}

static void *attend(void *arg) {
    attachment *a = arg;
    attach *server = a->server;
    const char *refused = shake_hands(a);
    size_t bytes = a->control_bytes + a->reply_bytes;
    if (refused) {
        atomic_fetch_add(&server->refused, 1);
        if (*refused) welcome(a, refused);
    } else if (welcome(a, NULL)) {
        atomic_fetch_add(&server->attached, 1);
        atomic_fetch_add(&server->bytes, bytes);
        serve(a);
        atomic_fetch_sub(&server->bytes, bytes);
    }
    release(a);
    return NULL;
}

/* --------------------------------------------------------------------------------- listening ---- */

/* Takes over the connection. */
static void admit(attach *s, int connection) {
    const config *c = s->config;
    attachment *a = calloc(1, sizeof *a);
    size_t number = 0;
    pthread_t thread;
    pthread_attr_t detached;
    pthread_mutex_lock(&s->lock);
    while (number < c->shm_attachments && s->connections[number] >= 0) number++;
    bool room = a && number < c->shm_attachments;
    if (room) {
        s->connections[number] = connection;
        s->count++;
    }
    pthread_mutex_unlock(&s->lock);
    if (!room) {
        attachment nobody = {.connection = connection};
        welcome(&nobody, "as many clients are attached as the daemon takes; see 'shared_memory: attachments'");
        atomic_fetch_add(&s->refused, 1);
        close(connection);
        free(a);
        return;
    }
    *a = (attachment){
        .server = s, .number = number, .connection = connection, .files = {-1, -1}, .spin = RING_SPIN_FIRST};
    arena_init(&a->memory);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &detached, attend, a) != 0) release(a);
    pthread_attr_destroy(&detached);
}

static void *listen_for_clients(void *arg) {
    attach *s = arg;
    while (!atomic_load(&s->stopping)) {
        int connection = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection >= 0) admit(s, connection);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) poll(NULL, 0, 50);
        else if (errno != EINTR && errno != ECONNABORTED && !atomic_load(&s->stopping)) break;
    }
    return NULL;
}

static bool bind_socket(attach *s) {
    const char *path = s->config->shm_socket;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        log_error("shared memory socket %s: the path is longer than %zu bytes", path, sizeof address.sun_path - 1);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    bool taken = local_is_served(path, SOCK_SEQPACKET);
    struct stat file; /* that a daemon before left behind */
    if (!taken && lstat(path, &file) == 0 && S_ISSOCK(file.st_mode)) unlink(path);
    mode_t old = umask(local_umask(s->config->ipc_mode));
    bool bound = !taken && bind(s->listener, (const struct sockaddr *)&address, sizeof address) == 0;
    int error = errno;
    umask(old);
    if (taken) log_error("shared memory socket %s: another process serves there", path);
    else if (!bound) log_error("shared memory socket %s: cannot be bound: %s", path, strerror(error));
    return bound && listen(s->listener, 128) == 0;
}

attach *attach_start(const config *c, rules *r, worker_counters *counters, int *status) {
    attach *s = calloc(1, sizeof *s);
    *status = CONFIG_EXIT_SYSTEM;
    if (!s) return NULL;
    *s = (attach){.config = c, .rules = r, .counters = counters};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->left, NULL);
    s->connections = malloc(c->shm_attachments * sizeof *s->connections);
    s->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    bool fine = s->connections && s->listener >= 0;
    for (size_t i = 0; fine && i < c->shm_attachments; i++) s->connections[i] = -1;
    if (fine && !bind_socket(s)) {
        *status = CONFIG_EXIT_BIND;
        fine = false;
    }
    if (fine && pthread_create(&s->thread, NULL, listen_for_clients, s) != 0) {
        unlink(c->shm_socket);
        fine = false;
    }
    if (fine) {
        log_info("shared memory on %s", c->shm_socket);
        *status = 0;
        return s;
    }
    if (s->listener >= 0) close(s->listener);
    free(s->connections);
    free(s);
    return NULL;
}

void attach_stop(attach *s) {
    if (!s) return;
    atomic_store(&s->stopping, true);
    unlink(s->config->shm_socket);
    shutdown(s->listener, SHUT_RDWR); /* wakes accept */
    pthread_join(s->thread, NULL);
    close(s->listener);
    pthread_mutex_lock(&s->lock);
    while (s->count > 0) {
        for (size_t i = 0; i < s->config->shm_attachments; i++) {
            if (s->connections[i] >= 0) shutdown(s->connections[i], SHUT_RDWR);
        }
        pthread_cond_wait(&s->left, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->left);
    free(s->connections);
    free(s);
}

json_t *attach_status(attach *s) {
    pthread_mutex_lock(&s->lock);
    size_t count = s->count;
    pthread_mutex_unlock(&s->lock);
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "attached", (json_int_t)count, "attachments", (json_int_t)s->attached,
                     "refused", (json_int_t)s->refused, "cut_off", (json_int_t)s->expelled, "bytes",
                     (json_int_t)s->bytes);
}
