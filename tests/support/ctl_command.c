/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl_command.h"

#include "daemon_parts.h"
#include "files.h"
#include "support.h"

enum { WORDS_MAX = 32 };

int ctl_command_set_up(void **state) {
    if (files_set_up(state) != 0) return -1;
    daemon_parts_write_rules("own.yaml", DAEMON_PACK);
    setenv("XDG_CACHE_HOME", files_path(""), 1);
    setenv("FILTERD_RULES_DIR", files_path("rules"), 1);
    unsetenv("FILTERD_ENDPOINT");
    unsetenv("NO_COLOR");
    ctl_colour_init("never");
    return 0;
}

int ctl_command_tear_down(void **state) {
    return files_tear_down(state);
}

int ctl_command_run(int (*command)(int argc, char **argv), const char *const *words, const output **said) {
    char *argv[WORDS_MAX + 1] = {NULL};
    int argc = 0;
    for (; words[argc]; argc++) {
        assert_true(argc < WORDS_MAX);
        argv[argc] = strdup(words[argc]);
    }
    output_begin();
    char *copies[WORDS_MAX];
    memcpy(copies, argv, sizeof copies); /* operands are moved in argv */
    int status = command(argc, argv);
    *said = output_end();
    for (int i = 0; i < argc; i++) free(copies[i]);
    return status;
}

static void *answer(void *arg) {
    ctl_daemon *d = arg;
    int more = 1;
    for (d->request_frames = 0; more; d->request_frames++) {
        char frame[sizeof d->request];
        size_t length = sizeof more;
        int size = zmq_recv(d->socket, frame, sizeof frame - 1, 0);
        if (size < 0) return NULL;
        frame[(size_t)size < sizeof frame ? (size_t)size : sizeof frame - 1] = '\0';
        if (d->request_frames == 0) memcpy(d->request, frame, sizeof frame);
        zmq_getsockopt(d->socket, ZMQ_RCVMORE, &more, &length);
    }
    for (size_t i = 0; d->frames[i]; i++)
        zmq_send(d->socket, d->frames[i], strlen(d->frames[i]), d->frames[i + 1] ? ZMQ_SNDMORE : 0);
    return NULL;
}

void ctl_daemon_start(ctl_daemon *d, const char *name, const char *const *frames) {
    const int patience = 60000;
    *d = (ctl_daemon){.frames = frames, .context = zmq_ctx_new()};
    d->socket = zmq_socket(d->context, ZMQ_REP);
    snprintf(d->endpoint, sizeof d->endpoint, "ipc://%s", files_path(name));
    zmq_setsockopt(d->socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(zmq_bind(d->socket, d->endpoint), 0);
    assert_int_equal(pthread_create(&d->thread, NULL, answer, d), 0);
}

void ctl_daemon_end(ctl_daemon *d) {
    pthread_join(d->thread, NULL);
    zmq_close(d->socket);
    zmq_ctx_term(d->context);
}
