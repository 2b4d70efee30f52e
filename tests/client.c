/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client: a gateway in C, as an end-to-end test drives it. Sends N requests over a DEALER socket with up
 * to WINDOW in flight, checks that each answer carries the id and the text of its own request, and prints
 * how many came back well. usage: client ENDPOINT N WINDOW
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static void send_request(void *socket, int number) {
    char header[200], text[200];
    snprintf(header, sizeof header, "{\"v\":1,\"id\":\"%d\",\"return\":[\"redacted\"]}", number);
    snprintf(text, sizeof text, "request %d of user%d@example.org", number, number);
    zmq_send(socket, header, strlen(header), ZMQ_SNDMORE);
    zmq_send(socket, text, strlen(text), 0);
}

static bool check_answer(void *socket, char *seen, int count) {
    char expected[200];
    zmq_msg_t header, text;
    zmq_msg_init(&header);
    zmq_msg_init(&text);
    bool ok = zmq_msg_recv(&header, socket, 0) >= 0 && zmq_msg_more(&header) && zmq_msg_recv(&text, socket, 0) >= 0;
    json_t *json = ok ? json_loadb(zmq_msg_data(&header), zmq_msg_size(&header), 0, NULL) : NULL;
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *status = json_string_value(json_object_get(json, "status"));
    int number = id ? atoi(id) : -1;
    ok = ok && status && strcmp(status, "ok") == 0 && number >= 0 && number < count && !seen[number];
    if (ok) {
        seen[number] = 1;
        snprintf(expected, sizeof expected, "request %d of <EMAIL_ADDRESS_1>", number);
        ok = zmq_msg_size(&text) == strlen(expected) && memcmp(zmq_msg_data(&text), expected, strlen(expected)) == 0;
    }
    json_decref(json);
    zmq_msg_close(&header);
    zmq_msg_close(&text);
    return ok;
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    int count = atoi(argv[2]), window = atoi(argv[3]), sent = 0, good = 0, bad = 0, timeout = 10000, linger = 0;
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_DEALER);
    char *seen = calloc((size_t)count, 1);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    if (zmq_connect(socket, argv[1]) != 0) return 1;
    while (good + bad < count) {
        while (sent < count && sent - good - bad < window) send_request(socket, sent++);
        if (check_answer(socket, seen, count)) good++;
        else bad++;
        if (bad > 10) break;
    }
    printf("%d good, %d bad\n", good, bad);
    zmq_close(socket);
    zmq_ctx_term(context);
    free(seen);
    return bad ? 1 : 0;
}
