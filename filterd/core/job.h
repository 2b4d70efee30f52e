/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job: one request on its way through the daemon, and then its reply with the way back.
 *
 * Owned by one thread at a time: the sockets' thread makes it, a queue hands it to a worker and back.
 */
#ifndef FILTERD_CORE_JOB_H
#define FILTERD_CORE_JOB_H

#include "core/account.h"
#include "core/config.h"
#include "core/queue.h"
#include "protocol/wire.h"

#include <zmq.h>

typedef struct job {
    queue_item item; /* first: queue.h */
    int socket; /* which of the server's */
    bool delimiter; /* an empty frame came between identity and header, and goes back */
    bool has_header;
    zmq_msg_t identity, header;
    zmq_msg_t *texts;
    size_t text_count, text_capacity;
    const char *reject_code, *reject_message; /* why it is answered unread; NULL: it is not */
    int64_t received_us;
    account *account; /* pays for the frames; NULL: nobody does */
    size_t charged; /* bytes of the request */
} job;

/* Takes over the identity frame. NULL when memory is out. */
job *job_new(int socket, zmq_msg_t *identity);
void job_free(job *j);

/* Takes over a frame after the identity: delimiter, header or text. What is above the limits of `c`, or finds no
 * memory, makes the request one to be rejected. */
void job_take_frame(job *j, const config *c, zmq_msg_t *frame);

/* Puts the request's bytes on an account, which the job takes over, until the job is freed. Frames of the reply are put
 * on it until libzmq has sent them. */
void job_charge(job *j, account *a);

/* Replaces the request's frames by a reply's. Without a header, or without memory: by an error with the id. */
void job_set_reply(job *j, const char *id, const json_t *header, const filter_text *texts, size_t count);
void job_set_error(job *j, const char *id, const wire_error *error);

/* An error reply without a worker: the id is all that is read of the request. */
void job_reject(job *j, const char *code, const char *message);

#endif
