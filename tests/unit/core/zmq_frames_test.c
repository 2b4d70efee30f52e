/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>
#include <zmq.h>

static int interruptions; /* how often a call fails before it is made */

static bool is_interrupted(void) {
    if (interruptions-- <= 0) return false;
    errno = EINTR;
    return true;
}

static int interrupted_send(zmq_msg_t *frame, void *socket, int flags) {
    return is_interrupted() ? -1 : zmq_msg_send(frame, socket, flags);
}

static int interrupted_send_bytes(void *socket, const void *bytes, size_t size, int flags) {
    return is_interrupted() ? -1 : zmq_send(socket, bytes, size, flags);
}

static int interrupted_receive(zmq_msg_t *frame, void *socket, int flags) {
    return is_interrupted() ? -1 : zmq_msg_recv(frame, socket, flags);
}

#define zmq_msg_send interrupted_send
#define zmq_send interrupted_send_bytes
#define zmq_msg_recv interrupted_receive
#include "core/zmq_frames.h"
#undef zmq_msg_send
#undef zmq_send
#undef zmq_msg_recv

static void an_interrupted_message_is_whole(void **state) {
    (void)state;
    void *context = zmq_ctx_new(), *from = zmq_socket(context, ZMQ_PAIR), *to = zmq_socket(context, ZMQ_PAIR);
    zmq_msg_t frame;
    assert_int_equal(zmq_bind(to, "inproc://frames"), 0);
    assert_int_equal(zmq_connect(from, "inproc://frames"), 0);
    zmq_msg_init_size(&frame, 1);
    memcpy(zmq_msg_data(&frame), "a", 1);
    interruptions = 3;
    assert_true(zmq_frames_send(&frame, from, ZMQ_SNDMORE | ZMQ_DONTWAIT));
    interruptions = 1;
    assert_true(zmq_frames_send_bytes(from, "b", 1, ZMQ_DONTWAIT));
    for (const char *wanted = "ab"; *wanted; wanted++) {
        zmq_msg_init(&frame);
        interruptions = 2;
        assert_true(zmq_frames_receive(&frame, to, 0));
        assert_memory_equal(zmq_msg_data(&frame), wanted, 1);
        assert_int_equal(zmq_msg_more(&frame), wanted[1] != 0);
        zmq_msg_close(&frame);
    }
    zmq_msg_init(&frame);
    assert_false(zmq_frames_receive(&frame, to, ZMQ_DONTWAIT)); /* another error ends it */
    zmq_msg_close(&frame);
    zmq_close(from);
    zmq_close(to);
    zmq_ctx_term(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_interrupted_message_is_whole)};
    return cmocka_run_group_tests_name("zmq_frames", tests, NULL, NULL);
}
