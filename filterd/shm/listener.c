/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/listener.h"

#include "core/log.h"
#include "core/unix_socket.h"
#include "shm/handshake.h"
#include "shm/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_MS 50 /* before the next accept when one failed: descriptors or memory may be out */

struct shm_listener {
    shm_shared shared;
    int socket;
    unix_socket file;
    pthread_t thread;
};

/* A free place for a connection. NULL when there is one; else why not. */
static const char *take_place(shm_shared *shared, int connection, uid_t user, size_t *number) {
    const config *c = shared->config;
    size_t free_place = c->shm_sessions, own = 0;
    pthread_mutex_lock(&shared->lock);
    for (size_t i = 0; i < c->shm_sessions; i++) {
        bool is_free = shared->places[i].connection < 0;
        if (is_free && free_place == c->shm_sessions) free_place = i;
        own += !is_free && shared->places[i].user == user;
    }
    bool found = free_place < c->shm_sessions && own < c->shm_sessions_per_user;
    if (found) {
        shared->places[free_place] = (shm_place){connection, user};
        shared->count++;
    }
    pthread_mutex_unlock(&shared->lock);
    *number = free_place;
    if (found) return NULL;
    return free_place < c->shm_sessions
               ? "this user has as many clients as a user may; see 'shared_memory: sessions_per_user'"
               : "the daemon serves as many clients as it may; see 'shared_memory: sessions'";
}

static void reject(shm_shared *shared, int connection, const char *why) {
    shm_session nobody = {.connection = connection};
    shm_send_hello_reply(&nobody, why);
    atomic_fetch_add(&shared->rejected, 1);
    close(connection);
}

/* Takes over the connection. */
static void accept_session(shm_shared *shared, int connection) {
    size_t number;
    pthread_t thread;
    pthread_attr_t detached;
    uid_t user = (uid_t)-1; /* nobody, who may not connect */
    (void)unix_socket_user(connection, &user);
    const char *why_not = take_place(shared, connection, user, &number);
    if (why_not) {
        reject(shared, connection, why_not);
        return;
    }
    shm_session *s = shm_session_new(shared, number, connection);
    if (!s) {
        pthread_mutex_lock(&shared->lock);
        shared->places[number].connection = -1;
        shared->count--;
        pthread_mutex_unlock(&shared->lock);
        reject(shared, connection, "the daemon is out of memory or file descriptors");
        return;
    }
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &detached, shm_session_main, s) != 0) {
        shm_send_hello_reply(s, "the daemon cannot start another thread");
        atomic_fetch_add(&shared->rejected, 1);
        shm_session_free(s);
    }
    pthread_attr_destroy(&detached);
}

/* The socket itself is no longer one to accept at; other errors are of one connection, or pass. */
static bool is_fatal(int error) {
    return error == EBADF || error == EINVAL || error == ENOTSOCK || error == EOPNOTSUPP || error == EFAULT;
}

/* Says an error once until a client is accepted again. False when there is no use in going on. */
static bool handle_accept_error(int error, int *logged) {
    if (error == EINTR || error == ECONNABORTED) return true;
    if (is_fatal(error)) {
        log_error("shared memory: no more clients are accepted: %s; restart filterd", strerror(error));
        return false;
    }
    if (error != *logged) log_warning("shared memory: a client cannot be accepted: %s; trying again", strerror(error));
    *logged = error;
    poll(NULL, 0, RETRY_MS);
    return true;
}

static void *accept_clients(void *arg) {
    shm_listener *l = arg;
    int logged = 0;
    while (!atomic_load(&l->shared.stopping)) {
        int connection = accept4(l->socket, NULL, NULL, SOCK_CLOEXEC), error = errno;
        if (connection >= 0) {
            logged = 0;
            accept_session(&l->shared, connection);
        } else if (!atomic_load(&l->shared.stopping) && !handle_accept_error(error, &logged)) {
            break;
        }
    }
    return NULL;
}

static void release(shm_listener *l) {
    unix_socket_remove(&l->file);
    if (l->socket >= 0) close(l->socket);
    pthread_mutex_destroy(&l->shared.lock);
    pthread_cond_destroy(&l->shared.left);
    free(l->shared.places);
    free(l);
}

shm_listener *shm_listener_start(const config *c, engine_store *store, worker_common *common, int *status) {
    shm_listener *l = malloc(sizeof *l);
    *status = CONFIG_EXIT_SYSTEM;
    if (!l) return NULL;
    *l = (shm_listener){.shared = {.config = c, .store = store, .common = common}};
    pthread_mutex_init(&l->shared.lock, NULL);
    pthread_cond_init(&l->shared.left, NULL);
    l->shared.places = malloc(c->shm_sessions * sizeof *l->shared.places);
    bool ok = l->shared.places != NULL;
    if (!ok) log_error("shared memory: out of memory");
    for (size_t i = 0; ok && i < c->shm_sessions; i++) l->shared.places[i].connection = -1;
    l->socket =
        ok ? unix_socket_listen(&l->file, "shared memory socket", c->shm_socket, SOCK_SEQPACKET, c->ipc_mode) : -1;
    if (ok && l->socket < 0) {
        *status = CONFIG_EXIT_BIND;
        ok = false;
    }
    int error = ok ? pthread_create(&l->thread, NULL, accept_clients, l) : 0;
    if (error) {
        log_error("shared memory: the accepting thread cannot be started: %s", strerror(error));
        ok = false;
    }
    if (!ok) {
        release(l);
        return NULL;
    }
    log_info("shared memory on %s", c->shm_socket);
    *status = 0;
    return l;
}

void shm_listener_stop(shm_listener *l) {
    if (!l) return;
    shm_shared *shared = &l->shared;
    atomic_store(&shared->stopping, true);
    unix_socket_remove(&l->file); /* nobody connects any more */
    shutdown(l->socket, SHUT_RDWR); /* wakes accept */
    pthread_join(l->thread, NULL);
    pthread_mutex_lock(&shared->lock);
    while (shared->count > 0) {
        for (size_t i = 0; i < shared->config->shm_sessions; i++) {
            if (shared->places[i].connection >= 0) shutdown(shared->places[i].connection, SHUT_RDWR);
        }
        pthread_cond_wait(&shared->left, &shared->lock);
    }
    pthread_mutex_unlock(&shared->lock);
    release(l);
}

json_t *shm_listener_status(shm_listener *l) {
    shm_shared *shared = &l->shared;
    pthread_mutex_lock(&shared->lock);
    size_t count = shared->count;
    pthread_mutex_unlock(&shared->lock);
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "sessions", (json_int_t)count, "accepted",
                     (json_int_t)shared->accepted, "rejected", (json_int_t)shared->rejected, "protocol_errors",
                     (json_int_t)shared->protocol_errors, "bytes", (json_int_t)shared->bytes);
}
