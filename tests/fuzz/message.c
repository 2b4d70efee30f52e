/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a message in shared memory. */
#include "protocol/wire.h"

#include "protocol/message.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static arena memory;
    wire_request request;
    wire_outcome outcome;
    char *copy = malloc(size + 1); /* of its own size, so that a read behind the end is seen */
    memcpy(copy, data, size);
    arena_init(&memory);
    wire_outcome_init(&outcome);
    if (wire_message_parse(&request, (filter_text){copy, size}, SIZE_MAX, &memory, &outcome.error)) {
        for (size_t i = 0; i < request.filter.segment_count; i++) {
            const filter_segment *s = &request.filter.segments[i];
            if (s->size && (s->text < copy || s->text + s->size > copy + size)) abort();
        }
    } else {
        char out[2048];
        if (!outcome.error.code || wire_message_reply(&request, &outcome, out, sizeof out) > sizeof out) abort();
    }
    wire_request_fini(&request);
    arena_fini(&memory);
    free(copy);
    return 0;
}
