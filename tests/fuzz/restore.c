/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a sealed mapping, and any text with tokens: nothing opens that was not sealed, and a JSON document stays
 * one. */
#include "fuzz.h"

#include "restore/restore.h"
#include "verdict/json_answer.h"

#include <string.h>

static const char pack[] =
    "pack: {name: fuzz, version: 1.0.0, licence: Apache-2.0}\n"
    "rules:\n"
    "  - {id: f.mail, title: t, category: pii, entity_type: MAIL, score: 0.9, pattern: '[a-z]{1,9}@[a-z]{1,9}[.]in',\n"
    "     examples: {match: []}}\n"
    "policies: [{id: default, title: t, output: {hosts: [a.in]}}]\n";

static filter_engine *engine;
static const uint8_t key[FILTER_SCOPE_KEY_SIZE] = {1};

static void set_up(void) {
    filter_scratch_free(fuzz_engine(&engine, pack, sizeof pack - 1));
}

static void open_bytes(arena *memory, filter_text text) {
    filter_scope scope = FILTER_SCOPE_INIT;
    mapping m = {.memory = memory};
    scope.keys = key;
    scope.key_count = 1;
    fuzz_check(mapping_open(&m, text, &scope, 0) != MAPPING_OK);
}

static void restore_bytes(arena *memory, filter_text text, unsigned how) {
    static const char value[] = "\"a\\ <b>\n@c.in";
    mapping values = {.memory = memory};
    const mapping_entry entry = {{"MAIL_b2", 7}, {value, sizeof value - 1}, FILTER_PII, 1};
    fuzz_check(mapping_add(&values, &entry));
    restorer r = {
        .engine = engine, .policy = pack_find_policy(&engine->set, "default"), .values = &values, .memory = memory};
    const bool is_json = json_answer_is_valid(memory, text.text, text.size);
    const filter_text out = restore_text(&r, text, (restore_place)(how % 3), is_json);
    fuzz_check(out.text || !text.text);
    fuzz_check((out.text == text.text) == (r.restored == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena memory;
    if (!engine) set_up();
    if (size < 1) return 0;
    arena_init(&memory);
    const filter_text text = {(const char *)data + 1, size - 1};
    open_bytes(&memory, text);
    if (text_valid_prefix(text.text, text.size) == text.size) restore_bytes(&memory, text, data[0]);
    arena_fini(&memory);
    return 0;
}
