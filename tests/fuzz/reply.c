/* SPDX-License-Identifier: Apache-2.0 */
/* Replies with results, in both forms: any text is inspected, and what is said of it is read again by the client. */
#include "client/reply_check.h"
#include "fuzz.h"
#include "protocol/json_build.h"
#include "protocol/message.h"
#include "protocol/wire.h"

#include <string.h>

static const char pack[] =
    "pack: {name: fuzz, version: 1.0.0, licence: Apache-2.0}\n"
    "rules:\n"
    "  - {id: f.mail, title: t, category: pii, entity_type: MAIL, score: 0.9, pattern: '[a-z]{1,9}@[a-z]{1,9}[.]in',\n"
    "     context: {words: [mail, to], boost: 0.5}, examples: {match: []}}\n"
    "  - {id: f.say, title: t, category: injection, entity_type: SAY, score: 0.9, pattern: 'ignore[a-z ]{0,9}all',\n"
    "     examples: {match: []}}\n"
    "policies: [{id: default, title: t}]\n";

static filter_engine *engine;
static filter_scratch *scratch;

static void set_up(void) {
    scratch = fuzz_engine(&engine, pack, sizeof pack - 1);
}

/* Strict JSON with the verdict, and texts of the sizes that it says. */
static void check_json(const wire_request *request, const wire_outcome *outcome) {
    filter_text texts[3 * 2];
    size_t count, size;
    reply_check_header said;
    json_t *header = wire_reply_inspect(request, outcome->result, &outcome->timing, texts, &count);
    char *text = json_build_text(header, &size);
    fuzz_check(text && count <= sizeof texts / sizeof *texts);
    fuzz_check(reply_check_read(text, size, &said) && !said.failed);
    fuzz_check(said.verdict == (int)outcome->result->verdict);
    json_t *again = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    fuzz_check(again && json_equal(again, header));
    json_decref(again);
    json_decref(header);
    free(text);
}

static bool is_inside(filter_message_ref ref, size_t size) {
    return ref.offset <= size && ref.size <= size - ref.offset;
}

/* Paths and names lie inside the message. */
static void check_names(const char *message, size_t size, filter_message_list list) {
    fuzz_check(list.offset <= size && list.count <= (size - list.offset) / sizeof(filter_message_finding_names));
    for (size_t i = 0; i < list.count; i++) {
        filter_message_finding_names n;
        memcpy(&n, message + list.offset + i * sizeof n, sizeof n);
        fuzz_check(is_inside(n.path, size) && n.names.offset <= size && n.names.count <= 3);
        for (size_t k = 0; k < n.names.count; k++) {
            filter_message_ref name;
            fuzz_check(n.names.offset + (k + 1) * sizeof name <= size);
            memcpy(&name, message + n.names.offset + k * sizeof name, sizeof name);
            fuzz_check(is_inside(name, size));
        }
    }
}

/* The size that is announced is the size that is written, and no more is written than there is room for. */
static void check_message(const wire_request *request, const wire_outcome *outcome, size_t room) {
    size_t size = wire_message_reply(request, outcome, NULL, 0);
    char *part = malloc(room + !room), *whole = malloc(size);
    fuzz_check(wire_message_reply(request, outcome, part, room) == size);
    fuzz_check(wire_message_reply(request, outcome, whole, size) == size);
    filter_message_reply head;
    fuzz_check(size >= sizeof head);
    memcpy(&head, whole, sizeof head);
    fuzz_check(head.size == sizeof head && head.status == 0 && head.verdict == (uint32_t)outcome->result->verdict);
    fuzz_check(is_inside(head.id, size) && is_inside(head.policy, size) && is_inside(head.isolate_instruction, size));
    fuzz_check(head.findings.count == outcome->result->finding_count);
    check_names(whole, size, head.finding_names);
    free(part);
    free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const filter_role roles[] = {FILTER_ROLE_USER, FILTER_ROLE_TOOL, FILTER_ROLE_ASSISTANT,
                                        FILTER_ROLE_DOCUMENT};
    wire_request request = {.id = "q"};
    wire_outcome outcome;
    if (!engine) set_up();
    if (size < 3) return 0;
    size_t half = (size - 3) / 2;
    const filter_segment segments[] = {{(const char *)data + 3, half, roles[data[0] & 3]},
                                       {(const char *)data + 3 + half, size - 3 - half, roles[data[0] >> 2 & 3]}};
    request.filter = (filter_request)FILTER_REQUEST_INIT;
    request.filter.segments = segments;
    request.filter.segment_count = 2;
    request.filter.returns = data[1] & (15 | FILTER_RETURN_NAMES);
    wire_outcome_init(&outcome);
    if (filter_inspect(engine, scratch, &request.filter, &outcome.result, NULL) != FILTER_OK) return 0;
    check_json(&request, &outcome);
    check_message(&request, &outcome, (size_t)data[2] * 16);
    return 0;
}
