/* SPDX-License-Identifier: Apache-2.0 */
#include "zmq/zap.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/zmq_frames.h"

#include <string.h>
#include <zmq.h>

/* version, request id, domain, address, identity, mechanism, then the credentials */
enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES_MAX };

static bool is_text(zmq_msg_t *frame, const char *text) {
    return zmq_msg_size(frame) == strlen(text) && memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

static void answer(void *socket, zmq_msg_t *request_id, bool allowed) {
    zmq_frames_send_bytes(socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_frames_send_bytes(socket, zmq_msg_data(request_id), zmq_msg_size(request_id), ZMQ_SNDMORE);
    zmq_frames_send_bytes(socket, allowed ? "200" : "400", 3, ZMQ_SNDMORE);
    zmq_frames_send_bytes(socket, allowed ? "OK" : "key not allowed", allowed ? 2 : 15, ZMQ_SNDMORE);
    zmq_frames_send_bytes(socket, "", 0, ZMQ_SNDMORE);
    zmq_frames_send_bytes(socket, "", 0, 0);
}

/* Once a second at most: whoever knocks without a key must not fill the log. */
static void warn(zap *z) {
    int64_t now = clock_now_ms();
    if (now < z->quiet_until) return;
    z->quiet_until = now + 1000;
    log_warning("curve: a client was rejected: its key is not in the list of clients");
}

static void *run(void *arg) {
    zap *z = arg;
    for (;;) {
        zmq_msg_t frames[FRAMES_MAX];
        int count = 0, more = 1;
        bool has_extra = false; /* frames after the key: nothing that ZAP knows */
        while (more) {
            zmq_msg_t extra, *frame = count < FRAMES_MAX ? &frames[count] : &extra;
            zmq_msg_init(frame);
            if (!zmq_frames_receive(frame, z->socket, 0)) { /* the context ends */
                zmq_msg_close(frame);
                for (int i = 0; i < count; i++) zmq_msg_close(&frames[i]);
                zmq_close(z->socket);
                return NULL;
            }
            more = zmq_msg_more(frame);
            has_extra = count == FRAMES_MAX;
            if (has_extra) zmq_msg_close(frame);
            else count++;
        }
        bool allowed = count == FRAMES_MAX && !has_extra && is_text(&frames[VERSION], "1.0") &&
                       is_text(&frames[MECHANISM], "CURVE") && zmq_msg_size(&frames[KEY]) == 32 &&
                       keys_has(z->clients, zmq_msg_data(&frames[KEY]));
        if (count > REQUEST_ID) answer(z->socket, &frames[REQUEST_ID], allowed);
        if (!allowed) warn(z);
        for (int i = 0; i < count; i++) zmq_msg_close(&frames[i]);
    }
}

bool zap_start(zap *z, void *context, const keys_list *clients) {
    z->clients = clients;
    z->quiet_until = 0;
    z->socket = zmq_socket(context, ZMQ_REP);
    if (z->socket && zmq_bind(z->socket, "inproc://zeromq.zap.01") == 0 &&
        pthread_create(&z->thread, NULL, run, z) == 0) {
        return true;
    }
    if (z->socket) zmq_close(z->socket);
    return false;
}

void zap_join(zap *z) {
    pthread_join(z->thread, NULL);
}
