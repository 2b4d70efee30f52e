/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as text through the whole engine, with everything asked for; what comes back must be well
 * formed, and unwrapping must give the redacted text back. */
#include "base/utf8.h"
#include "fuzz.h"

#include <string.h>

static filter_engine *engine;
static filter_scratch *scratch;

static void set_up(void) {
    filter_error error;
    filter_engine_options options = FILTER_ENGINE_OPTIONS_INIT;
    options.skip_examples = true;
    options.cache_dir = getenv("FILTERD_TEST_CACHE");
    scratch = fuzz_scratch(filter_engine_new_from_directory(&engine, "rules", &options, &error), &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const policies[] = {"default", "strict", "support", "analytics"};
    const filter_result *r;
    if (!engine) set_up();
    if (size < 1) return 0;
    size_t half = 1 + (size - 1) / 2;
    filter_segment segments[2] = {{(const char *)data + 1, half - 1, (filter_role)(data[0] % 7)},
                                  {(const char *)data + half, size - half, FILTER_ROLE_DOCUMENT}};
    filter_request request = FILTER_REQUEST_INIT;
    request.segments = segments;
    request.segment_count = 2;
    request.returns = 15 | FILTER_RETURN_NAMES;
    request.policy = policies[data[0] / 6 % 4];
    request.isolate_mode = (filter_isolate_mode)(1 + data[0] / 24 % 3);
    request.offsets = (filter_offsets)(data[0] / 72 % 3);
    request.min_score = data[0] & 0x80 ? 0.0 : -1.0;
    if (filter_inspect(engine, scratch, &request, &r, NULL) != FILTER_OK) return 0;
    for (size_t i = 0; i < r->finding_count; i++) {
        const filter_finding *f = &r->findings[i];
        fuzz_check(f->byte_start < f->byte_end && f->byte_end <= segments[f->segment].size && f->score >= 0 &&
                   f->score <= 1);
        fuzz_check(f->start <= f->end && f->end <= f->byte_end);
        fuzz_check(!f->path.size || text_valid_prefix(f->path.text, f->path.size) == f->path.size);
        fuzz_check(f->name_count <= 3);
    }
    filter_text wrapped = r->segments[1].isolated, redacted = r->segments[1].redacted;
    char *out = malloc(wrapped.size + 1);
    size_t out_size;
    fuzz_check(filter_unwrap(wrapped.text, wrapped.size, r->isolate_mode, r->isolate_boundary, out, &out_size, NULL) ==
               FILTER_OK);
    fuzz_check(out_size == redacted.size && memcmp(out, redacted.text, out_size) == 0);
    free(out);
    return 0;
}
