/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shortest client: what is said on standard input goes to filterd through shared memory, and comes back redacted.
 *
 *   cc ask.c $(pkg-config --cflags --libs libfilter-client) -o ask
 *   echo 'mail a.b@example.org' | ./ask /run/filterd/filterd.sock.shm
 */
#include <filterd/filter-client.h>

#include <stdio.h>

int main(int argc, char **argv) {
    static char prompt[1 << 16];
    char why[256];
    filter_client *client;
    filter_client_options options = FILTER_CLIENT_OPTIONS_INIT;
    if (argc > 1) options.socket = argv[1];
    if (filter_client_open(&client, &options, why) != FILTER_CLIENT_OK) {
        fprintf(stderr, "ask: %s\n", why);
        return 1;
    }

    filter_client_text text = {prompt, fread(prompt, 1, sizeof prompt, stdin), FILTER_MESSAGE_USER};
    filter_client_request request = FILTER_CLIENT_REQUEST_INIT;
    request.texts = &text;
    request.text_count = 1;

    filter_client_reply reply;
    filter_client_status status = filter_client_ask(client, &request, &reply);
    if (status != FILTER_CLIENT_OK || reply.message->status != 0 || reply.message->verdict == FILTER_MESSAGE_BLOCK) {
        fprintf(stderr, "ask: not sent to the model: %s\n",
                status ? filter_client_status_text(status) : "blocked, or an error");
        filter_client_close(client);
        return 2; /* an error is never an allow */
    }
    const filter_message_segment_result *first = filter_client_item(&reply, reply.message->segments, 0, sizeof *first);
    size_t size;
    const char *redacted = filter_client_bytes(&reply, first->redacted, &size);
    if (redacted) fwrite(redacted, 1, size, stdout);
    filter_client_release(client);
    filter_client_close(client);
    return 0;
}
