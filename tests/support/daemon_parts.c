/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon_parts.h"

#include "core/log.h"
#include "files.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define LOOK_US 2000

void daemon_parts_write_rules(const char *name, const char *text) {
    char path[300];
    mkdir(files_path("rules"), 0700);
    snprintf(path, sizeof path, "rules/%s", name);
    files_write(path, text, strlen(text));
}

void daemon_parts_configure(config *c) {
    log_set_level(LOG_LEVEL_ERROR);
    config_init(c);
    c->shm_sessions_per_user = c->shm_sessions; /* config_finish says, where a configuration is read */
    c->rules = arena_copy(&c->memory, files_path("rules"), strlen(files_path("rules")));
    c->cache = NULL;
    c->control = c->shm_socket = "";
    c->watch = false;
    c->workers = 1;
}

daemon_parts *daemon_parts_open(void) {
    static daemon_parts d;
    d = (daemon_parts){.common = {.errors = 0}};
    daemon_parts_write_rules("own.yaml", DAEMON_PACK);
    daemon_parts_configure(&d.config);
    assert_int_equal(engine_store_open(&d.store, &d.config), 0);
    return &d;
}

void daemon_parts_close(daemon_parts *d) {
    engine_store_close(&d->store);
    config_fini(&d->config);
}

bool daemon_parts_until(bool (*holds)(void *arg), void *arg) {
    for (size_t i = 0; i < (size_t)PATIENCE_MS * 1000 / LOOK_US; i++) {
        if (holds(arg)) return true;
        usleep(LOOK_US);
    }
    return false;
}

static void set_patience(void *socket) {
    const int patience = PATIENCE_MS, linger = 0;
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
}

json_t *daemon_parts_ask(void *socket, const char *const *frames) {
    json_t *answer = NULL;
    int more = 1;
    set_patience(socket);
    for (size_t i = 0; frames[i]; i++) zmq_send(socket, frames[i], strlen(frames[i]), frames[i + 1] ? ZMQ_SNDMORE : 0);
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        more = zmq_msg_recv(&frame, socket, 0) >= 0 && zmq_msg_more(&frame);
        if (!answer && zmq_msg_size(&frame)) {
            answer = json_loadb(zmq_msg_data(&frame), zmq_msg_size(&frame), 0, NULL);
        }
        zmq_msg_close(&frame);
    }
    return answer;
}
