/* SPDX-License-Identifier: Apache-2.0 */
#include "core/job.h"

#include "core/clock.h"
#include "protocol/json_build.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

job *job_new(int socket, zmq_msg_t *identity) {
    job *j = calloc(1, sizeof *j);
    if (!j) return NULL;
    j->socket = socket;
    j->received_us = clock_now_us();
    zmq_msg_init(&j->identity);
    zmq_msg_init(&j->header);
    zmq_msg_move(&j->identity, identity);
    return j;
}

static void drop_texts(job *j) {
    for (size_t i = 0; i < j->text_count; i++) zmq_msg_close(&j->texts[i]);
    j->text_count = 0;
}

void job_free(job *j) {
    drop_texts(j);
    free(j->texts);
    zmq_msg_close(&j->identity);
    zmq_msg_close(&j->header);
    account_give(j->account, j->charged);
    account_unref(j->account);
    free(j);
}

static bool add_text(job *j, zmq_msg_t *frame) {
    if (j->text_count == j->text_capacity) {
        size_t capacity = j->text_capacity ? j->text_capacity * 2 : 4;
        zmq_msg_t *grown = realloc(j->texts, capacity * sizeof *grown);
        if (!grown) return false;
        j->texts = grown;
        j->text_capacity = capacity;
    }
    zmq_msg_init(&j->texts[j->text_count]);
    return zmq_msg_move(&j->texts[j->text_count++], frame) == 0;
}

static void reject_frames(job *j, const char *code, const char *message) {
    j->reject_code = code;
    j->reject_message = message;
    drop_texts(j);
}

void job_take_frame(job *j, const config *c, zmq_msg_t *frame) {
    size_t size = zmq_msg_size(frame);
    bool is_first = !j->delimiter && !j->has_header;
    if (is_first && size == 0 && zmq_msg_more(frame)) {
        j->delimiter = true;
    } else if (!j->has_header) {
        j->has_header = true;
        if (size > c->header_bytes) reject_frames(j, "too_large", "the header is larger than the limit");
        else zmq_msg_move(&j->header, frame);
    } else if (!j->reject_code) {
        j->item.bytes += size;
        if (j->item.bytes > c->request_bytes) reject_frames(j, "too_large", "the texts are larger than the limit");
        else if (j->text_count >= c->segments) reject_frames(j, "too_large", "more text frames than the limit");
        else if (!add_text(j, frame)) reject_frames(j, "internal", "out of memory");
    }
}

void job_charge(job *j, account *a) {
    j->account = a;
    j->charged = j->item.bytes;
    account_take(a, j->charged);
}

/* Bytes of a reply, which libzmq holds until they are sent. */
typedef struct reply_bytes {
    account *account;
    size_t size;
    char data[];
} reply_bytes;

/* Called by libzmq, from its own thread, when the bytes are sent or never will be. */
static void release_bytes(void *data, void *owner) {
    reply_bytes *bytes = owner;
    explicit_bzero(data, bytes->size);
    account_give(bytes->account, bytes->size);
    account_unref(bytes->account);
    free(bytes);
}

/* A frame of the reply: a copy, because texts lie in the request or in a worker's scratch, which are overwritten. */
static bool make_frame(const job *j, zmq_msg_t *frame, const char *text, size_t size) {
    reply_bytes *bytes = malloc(sizeof *bytes + size);
    if (!bytes) return false;
    *bytes = (reply_bytes){.account = account_ref(j->account), .size = size};
    if (size) memcpy(bytes->data, text, size);
    account_take(j->account, size);
    if (zmq_msg_init_data(frame, bytes->data, size, release_bytes, bytes) == 0) return true;
    release_bytes(bytes->data, bytes);
    return false;
}

/* A header is never empty. A constant takes no memory: libzmq sends it from where it stands, and frees nothing. */
static void set_header(job *j, const char *content, size_t size) {
    zmq_msg_close(&j->header);
    if (make_frame(j, &j->header, content, size)) return;
    zmq_msg_init_data(&j->header, (void *)(uintptr_t)wire_internal_constant, strlen(wire_internal_constant), NULL,
                      NULL);
    drop_texts(j);
}

/* Replaces the job's frames by a reply's. */
void job_set_reply(job *j, const char *id, const json_t *header, const filter_text *texts, size_t count) {
    char failed[WIRE_INTERNAL_MAX];
    size_t size = 0, made = 0;
    char *text = json_build_text(header, &size);
    zmq_msg_t *frames = calloc(count + 1, sizeof *frames);
    while (text && frames && made < count && make_frame(j, &frames[made], texts[made].text, texts[made].size)) made++;
    bool ok = text && frames && made == count;
    if (!ok) {
        for (size_t i = 0; i < made; i++) zmq_msg_close(&frames[i]);
        free(frames);
        frames = NULL;
        made = 0;
    }
    drop_texts(j);
    free(j->texts);
    j->texts = frames;
    j->text_count = j->text_capacity = made;
    if (!ok) size = wire_internal_error(id, failed);
    set_header(j, ok ? text : failed, size);
    free(text);
}

void job_set_error(job *j, const char *id, const wire_error *error) {
    json_t *header = wire_reply_error(id, error);
    job_set_reply(j, id, header, NULL, 0);
    json_decref(header);
}

/* Answers without a worker: the id is all that is read of the request. */
void job_reject(job *j, const char *code, const char *message) {
    char id[WIRE_NAME_MAX + 1] = "";
    wire_error error = {0};
    size_t size = zmq_msg_size(&j->header);
    if (size <= 65536) wire_read_id((filter_text){zmq_msg_data(&j->header), size}, id);
    wire_fail(&error, code, "%s", message);
    job_set_error(j, id, &error);
}
