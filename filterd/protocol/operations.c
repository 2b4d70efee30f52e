/* SPDX-License-Identifier: Apache-2.0 */
/* operations: what a request may ask for. A new one is a line here, and a line in the table of core/worker.c. */
#include "protocol/wire.h"

const char *const wire_op_names[] = {"inspect", "restore", "ping", "info", NULL};

/* By wire_op. */
static const struct operation {
    bool takes_texts;
    bool is_missing; /* its name is reserved */
} operations[] = {
    [WIRE_INSPECT] = {.takes_texts = true},
    [WIRE_RESTORE] = {.takes_texts = true, .is_missing = true},
    [WIRE_PING] = {.takes_texts = false},
    [WIRE_INFO] = {.takes_texts = false},
};

bool wire_check_operation(wire_op op, size_t text_count, wire_error *error) {
    if (error->code) return false;
    const struct operation *o = &operations[op];
    if (o->is_missing) wire_fail(error, "bad_request", "op '%s' is not available in this version", wire_op_names[op]);
    else if (text_count && !o->takes_texts) {
        wire_fail(error, "bad_request", "op '%s' takes no texts, and %zu came", wire_op_names[op], text_count);
    }
    return !error->code;
}
