/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job: one request on its way through the daemon, and then its reply with the way back.
 *
 * Owned by one thread at a time: the sockets' thread makes it, a queue hands it to a worker and back.
 */
#ifndef FILTERD_JOB_H
#define FILTERD_JOB_H

#include "core/queue.h"
#include "protocol/wire.h"

#include <zmq.h>

typedef struct job {
    queue_item item; /* first: queue.h */
    int socket; /* which of the server's */
    bool delimiter; /* an empty frame stood between identity and header, and goes back */
    zmq_msg_t identity, header;
    zmq_msg_t *texts;
    size_t text_count, text_capacity;
    const char *refused; /* what reading already found wrong, or NULL */
    int64_t received_us;
} job;

/* Takes over the identity frame. NULL when memory is out. */
job *job_new(int socket, zmq_msg_t *identity);
void job_free(job *j);

/* Takes over a text frame. False when memory is out. */
bool job_add_text(job *j, zmq_msg_t *frame);
void job_drop_texts(job *j);

/* Replaces the request's frames by a reply's; NULL for a header says that memory was out. */
void job_set_reply(job *j, const json_t *header, const filter_text *texts, size_t count);
void job_set_error(job *j, const char *id, const wire_error *error);

/* An error reply without a worker: the id is all that is read of the request. */
void job_refuse(job *j, const char *code, const char *message);

#endif
