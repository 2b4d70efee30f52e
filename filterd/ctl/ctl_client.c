/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ctl.h"

#include "core/keys.h"
#include "core/unix_socket.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#define IPC "ipc://"
#define TCP "tcp://"
#define DEFAULT_ENDPOINT "ipc:///run/filterd/filterd.sock"
#define NOT_AN_ANSWER EPROTO /* errno for an answer that has not the form of one; libzmq never sets it when receiving */

const char *ctl_endpoint(const char *option) {
    const char *set = getenv("FILTERD_ENDPOINT");
    return option ? option : set && *set ? set : DEFAULT_ENDPOINT;
}

static bool read_public(const char *path, char key[KEYS_Z85_SIZE]) {
    keys_list list;
    bool ok = keys_read_clients(path, &list); /* the same form: a line with one key */
    if (ok) zmq_z85_encode(key, list.keys[0], 32);
    keys_free(&list);
    return ok;
}

static bool set_curve(void *socket, const ctl_connection *connection) {
    char server[KEYS_Z85_SIZE], public_key[KEYS_Z85_SIZE], secret[KEYS_Z85_SIZE], path[4096];
    if (!connection->server_key) return true;
    snprintf(path, sizeof path, "%s.pub", connection->client_key);
    bool ok = read_public(connection->server_key, server) && read_public(path, public_key) &&
              keys_read_secret(connection->client_key, secret) &&
              zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, 40) == 0 &&
              zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 40) == 0 &&
              zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, 40) == 0;
    sodium_memzero(secret, sizeof secret);
    return ok;
}

/* Nobody at the socket is known at once; ZeroMQ would wait for someone to come. */
static bool is_reachable(const char *endpoint) {
    struct stat file;
    const char *path = endpoint + strlen(IPC);
    if (strncmp(endpoint, TCP, strlen(TCP)) == 0) return true;
    if (strncmp(endpoint, IPC, strlen(IPC)) != 0 || !*path) {
        ctl_fail("%s: not an endpoint; write ipc://PATH or tcp://HOST:PORT", endpoint);
        return false;
    }
    if (unix_socket_is_served(path, SOCK_STREAM)) return true;
    if (stat(path, &file) == 0 && access(path, W_OK) != 0)
        ctl_fail("%s: cannot be opened: %s; only the user who runs filterd can", endpoint, strerror(errno));
    else
        ctl_fail("%s: filterd does not serve there; start it, or give its endpoint with --endpoint or "
                 "$FILTERD_ENDPOINT",
                 endpoint);
    return false;
}

bool ctl_connect(ctl_client *client, const ctl_connection *connection) {
    int linger = 0, timeout = (int)connection->timeout_ms;
    *client = (ctl_client){.connection = *connection};
    if (!is_reachable(connection->endpoint)) return false;
    client->context = zmq_ctx_new();
    client->socket = client->context ? zmq_socket(client->context, ZMQ_REQ) : NULL;
    if (client->socket && zmq_setsockopt(client->socket, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
        zmq_setsockopt(client->socket, ZMQ_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
        zmq_setsockopt(client->socket, ZMQ_SNDTIMEO, &timeout, sizeof timeout) == 0 &&
        set_curve(client->socket, connection)) {
        if (zmq_connect(client->socket, connection->endpoint) == 0) return true;
        ctl_fail("%s: %s", connection->endpoint, zmq_strerror(zmq_errno()));
    }
    ctl_disconnect(client);
    return false;
}

void ctl_disconnect(ctl_client *client) {
    if (client->socket) zmq_close(client->socket);
    if (client->context) zmq_ctx_term(client->context);
    client->socket = client->context = NULL;
}

/* One frame as JSON: the header the first time, else a text. When it is false, errno says why. */
static bool receive_frame(ctl_client *client, json_t **reply, json_t *texts, bool *more) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    bool ok = zmq_msg_recv(&frame, client->socket, 0) >= 0;
    int error = ok ? NOT_AN_ANSWER : zmq_errno();
    if (ok && !*reply) {
        *reply = json_loadb(zmq_msg_data(&frame), zmq_msg_size(&frame), 0, NULL);
        ok = json_is_object(*reply);
    } else if (ok) {
        json_t *text = json_stringn(zmq_msg_data(&frame), zmq_msg_size(&frame));
        json_array_append_new(texts, text ? text : json_null()); /* not UTF-8: the others keep their numbers */
    }
    *more = ok && zmq_msg_more(&frame);
    zmq_msg_close(&frame);
    errno = error;
    return ok;
}

json_t *ctl_request(ctl_client *client, const char *header, const filter_text *texts, size_t count) {
    json_t *reply = NULL, *frames = json_array();
    bool ok = zmq_send(client->socket, header, strlen(header), count ? ZMQ_SNDMORE : 0) >= 0, more = true;
    for (size_t i = 0; ok && i < count; i++) {
        ok = zmq_send(client->socket, texts[i].text, texts[i].size, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0;
    }
    while (ok && more) ok = receive_frame(client, &reply, frames, &more);
    if (!ok) {
        const ctl_connection *c = &client->connection;
        int error = zmq_errno();
        if (error == EAGAIN) ctl_fail("%s: timed out after %zu ms; see --timeout", c->endpoint, c->timeout_ms);
        else if (error == NOT_AN_ANSWER) ctl_fail(CTL_NOT_AN_ANSWER, c->endpoint);
        else ctl_fail("%s: no answer: %s", c->endpoint, zmq_strerror(error));
        json_decref(reply);
        json_decref(frames);
        return NULL;
    }
    json_object_set_new(reply, "texts", frames);
    return reply;
}
