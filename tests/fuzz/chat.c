/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a chat body, in both directions: what goes on is JSON, and its parts lie in it one after the other. */
#include "fuzz.h"

#include "verdict/json_answer.h"

#include <string.h>

static const char pack[] =
    "pack: {name: fuzz, version: 1.0.0, licence: Apache-2.0}\n"
    "rules:\n"
    "  - {id: f.mail, title: t, category: pii, entity_type: MAIL, score: 0.9, pattern: '[a-z]{1,9}@[a-z]{1,9}[.]in',\n"
    "     examples: {match: []}}\n"
    "  - {id: f.number, title: t, category: pii, entity_type: N, score: 0.9, format: 'dddddd', examples: {match: []}}\n"
    "  - {id: f.attack, title: t, category: injection, entity_type: A, score: 0.9, pattern: 'obey me',\n"
    "     examples: {match: []}}\n"
    "policies: [{id: default, title: t}]\n";

static filter_engine *engine;
static filter_scratch *scratch;
static filter_memo *memo;

static void set_up(void) {
    scratch = fuzz_engine(&engine, pack, sizeof pack - 1);
    memo = filter_memo_new(64);
}

static void check_json(filter_text text) {
    arena memory;
    arena_init(&memory);
    fuzz_check(json_answer_is_valid(&memory, text.text, text.size));
    arena_fini(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const filter_chat_result *r;
    if (!engine) set_up();
    if (size < 1) return 0;
    filter_chat chat = FILTER_CHAT_INIT;
    chat.body = (filter_text){(const char *)data + 1, size - 1};
    chat.direction = data[0] & 1 ? FILTER_FROM_MODEL : FILTER_TO_MODEL;
    chat.api = data[0] & 2 ? FILTER_API_OPENAI_CHAT : FILTER_API_AUTO;
    chat.memo = data[0] & 4 ? memo : NULL;
    if (filter_chat_inspect(engine, scratch, &chat, &r, NULL) != FILTER_OK) return 0;
    fuzz_check(r->result->segment_count == r->part_count);
    fuzz_check((r->verdict == FILTER_BLOCK) == (r->ending.text != NULL));
    if (r->verdict == FILTER_BLOCK) check_json(r->ending);
    else check_json(r->body);
    fuzz_check(r->changed || r->verdict == FILTER_BLOCK || r->body.text == chat.body.text);
    for (size_t i = 0; i < r->result->finding_count; i++) {
        const filter_finding *f = &r->result->findings[i];
        fuzz_check(f->byte_start < f->byte_end && f->byte_end <= r->parts[f->segment].text.size);
    }
    return 0;
}
