/* SPDX-License-Identifier: Apache-2.0 */
/* operations: what a request may ask for. A new one is a line here, and a line in the table of core/worker.c. */
#include "protocol/wire.h"

const char *const wire_op_names[] = {"inspect", "restore", "ping", "info", "chat", "stream", NULL};

/* By wire_op. */
static const struct operation {
    size_t texts_min, texts_max;
    const char *takes; /* in words, where it is not any number */
    bool needs_json; /* there is no binary form of it */
} operations[] = {
    [WIRE_INSPECT] = {.texts_max = SIZE_MAX},
    [WIRE_RESTORE] = {.texts_min = 1,
                      .texts_max = SIZE_MAX,
                      .takes = "texts, and a sealed mapping or none",
                      .needs_json = true},
    [WIRE_PING] = {.texts_max = 0},
    [WIRE_INFO] = {.texts_max = 0},
    [WIRE_CHAT] = {.texts_min = 1,
                   .texts_max = 2,
                   .takes = "the body, and a sealed mapping or none",
                   .needs_json = true},
    [WIRE_STREAM] = {.texts_min = 1,
                     .texts_max = 2,
                     .takes = "a piece, and a sealed mapping or none",
                     .needs_json = true},
};

bool wire_check_operation(const wire_request *request, size_t text_count, wire_error *error) {
    if (error->code) return false;
    const struct operation *o = &operations[request->op];
    const char *name = wire_op_names[request->op];
    if (o->needs_json && !request->has_json)
        wire_fail(error, "bad_request", "op '%s' needs a JSON header; there is no binary form of it", name);
    else if (text_count > o->texts_max && o->texts_max == 0)
        wire_fail(error, "bad_request", "op '%s' takes no texts, and %zu came", name, text_count);
    else if (text_count < o->texts_min || text_count > o->texts_max)
        wire_fail(error, "bad_request", "op '%s' takes %s, and %zu came", name, o->takes, text_count);
    return !error->code;
}
