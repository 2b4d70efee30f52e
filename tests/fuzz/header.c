/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a request header, with as many texts as the first byte says. */
#include "protocol/json_build.h"
#include "protocol/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const filter_text texts[8] = {{"a", 1}, {"b", 1}, {"", 0}, {"d", 1}, {"e", 1}, {"f", 1}, {"g", 1}, {"h", 1}};
    wire_request request;
    wire_error error;
    char id[WIRE_NAME_MAX + 1];
    if (size == 0) return 0;
    bool ok = wire_request_parse(&request, (filter_text){(const char *)data + 1, size - 1}, texts, data[0] % 8, &error);
    if (!ok) {
        json_t *reply = wire_reply_error(request.id, &error);
        size_t length;
        free(json_build_text(reply, &length));
        json_decref(reply);
    }
    wire_request_fini(&request);
    wire_read_id((filter_text){(const char *)data + 1, size - 1}, id);
    return 0;
}
