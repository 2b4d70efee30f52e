/* SPDX-License-Identifier: Apache-2.0 */
/* Any text in any pieces: what goes out is what the whole text gives, or an error. The first bytes say how it is cut.
 */
#include "fuzz.h"

#include <string.h>

static const char pack[] =
    "pack: {name: fuzz, version: 1.0.0, licence: Apache-2.0}\n"
    "rules:\n"
    "  - {id: f.mail, title: t, category: pii, entity_type: MAIL, score: 0.9, pattern: '[a-z]{1,9}@[a-z]{1,9}[.]in',\n"
    "     examples: {match: []}}\n"
    "  - {id: f.number, title: t, category: pii, entity_type: N, score: 0.6, format: 'ddddd', examples: {match: []},\n"
    "     context: {words: [code], within: 40}, negative_context: {words: [build], within: 30, penalty: 0.9}}\n"
    "policies: [{id: default, title: t}]\n";

#define PIECES_MAX 16

static filter_engine *engine;
static filter_scratch *scratch, *other;
static filter_scope scope = FILTER_SCOPE_INIT;

static void set_up(void) {
    static const uint8_t key[FILTER_SCOPE_KEY_SIZE] = {1};
    filter_error error;
    scratch = fuzz_engine(&engine, pack, sizeof pack - 1);
    fuzz_check(filter_scratch_new(&other, &error) == FILTER_OK);
    scope.keys = key;
    scope.key_count = 1;
    scope.session = "s";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    filter_request request = FILTER_REQUEST_INIT;
    filter_stream_options options = FILTER_STREAM_OPTIONS_INIT;
    filter_stream *stream;
    const filter_result *whole;
    if (!engine) set_up();
    if (size < PIECES_MAX) return 0;
    const char *text = (const char *)data + PIECES_MAX;
    const filter_segment segment = {text, size - PIECES_MAX, FILTER_ROLE_ASSISTANT};
    request.scope = &scope;
    options.request = &request;
    fuzz_check(filter_stream_new(&stream, engine, &options, NULL) == FILTER_OK);
    request.segments = &segment;
    request.segment_count = 1;
    const filter_status expected = filter_inspect(engine, other, &request, &whole, NULL);
    filter_status status = FILTER_OK;
    const filter_settled *settled = NULL;
    size_t out = 0;
    for (size_t i = 0, at = 0; status == FILTER_OK && (!settled || at < segment.size); i++) {
        size_t piece = data[i % PIECES_MAX];
        if (piece > segment.size - at) piece = segment.size - at;
        if (i > 4 * PIECES_MAX) piece = segment.size - at;
        at += piece;
        status = filter_stream_push(stream, scratch, (filter_text){text + at - piece, piece}, at == segment.size,
                                    &settled, NULL);
        if (status != FILTER_OK || expected != FILTER_OK) continue;
        const filter_text redacted = whole->segments[0].redacted;
        fuzz_check(out + settled->text.size <= redacted.size);
        fuzz_check(!memcmp(redacted.text + out, settled->text.text, settled->text.size));
        out += settled->text.size;
    }
    fuzz_check(status == expected);
    if (status == FILTER_OK) fuzz_check(out == whole->segments[0].redacted.size && settled->verdict == whole->verdict);
    filter_stream_free(stream);
    return 0;
}
