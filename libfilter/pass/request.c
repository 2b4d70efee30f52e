/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/request.h"

#include "base/error.h"
#include "base/message.h"
#include "base/struct_size.h"
#include "base/utf8.h"

#include <string.h>

#define RETURNS_ALL                                                                                                    \
    (FILTER_RETURN_FINDINGS | FILTER_RETURN_REDACTED | FILTER_RETURN_SANITIZED | FILTER_RETURN_ISOLATED |              \
     FILTER_RETURN_NAMES | FILTER_RETURN_TOKENS | FILTER_RETURN_EDITS)

#define SEGMENT_FLAGS_ALL (FILTER_SEGMENT_EARLIER | FILTER_SEGMENT_FIXED | FILTER_SEGMENT_CLEAN | FILTER_SEGMENT_BEGINS)

static filter_status bad_argument(filter_error *error, const char *message) {
    error_set(error, FILTER_ERROR_ARGUMENT, "%s", message);
    return FILTER_ERROR_ARGUMENT;
}

static filter_status unknown_name(filter_error *error, const filter_engine *engine, pack_kind kind, const char *name) {
    filter_status status = kind == PACK_POLICIES ? FILTER_ERROR_UNKNOWN_POLICY : FILTER_ERROR_ARGUMENT;
    char suggestion[MESSAGE_SUGGESTION_MAX];
    error_set(error, status, "no loaded pack has the %s '%.96s'%s", pack_kind_names[kind], name,
              message_suggestion(suggestion, pack_nearest(&engine->set, kind, name)));
    return status;
}

filter_status request_read(checked_request *checked, const filter_engine *engine, const filter_request *asked,
                           filter_error *error) {
    const filter_request defaults = FILTER_REQUEST_INIT;
    checked->asked = defaults;
    if (!struct_size_take(&checked->asked, sizeof checked->asked, asked,
                          STRUCT_SIZE_WITH(filter_request, model_family))) {
        return bad_argument(error, "struct_size is not set, or of a newer library; begin with FILTER_REQUEST_INIT");
    }
    const filter_request *r = &checked->asked;
    if (r->segment_count && !r->segments) return bad_argument(error, "segments is NULL");
    if (r->entity_count && !r->entities) return bad_argument(error, "entities is NULL");
    if (r->returns & ~(unsigned)RETURNS_ALL) return bad_argument(error, "returns has a bit that means nothing");
    if (r->categories & ~(unsigned)FILTER_CATEGORIES_ALL)
        return bad_argument(error, "categories has a bit that means nothing");
    if ((unsigned)r->offsets > FILTER_OFFSETS_UTF16)
        return bad_argument(error, "offsets must be one of FILTER_OFFSETS_BYTE, …_CODEPOINT, …_UTF16");
    if ((unsigned)r->isolate_mode > FILTER_ISOLATE_ENCODE)
        return bad_argument(error,
                            "isolate_mode must be one of FILTER_ISOLATE_POLICY, …_DELIMIT, …_DATAMARK, …_ENCODE");
    if (!(r->min_score <= 1.0)) return bad_argument(error, "min_score must not be above 1");
    for (size_t i = 0; i < r->entity_count; i++) {
        if (filter_engine_has_entity(engine, r->entities[i])) continue;
        return unknown_name(error, engine, PACK_ENTITY_TYPES, r->entities[i]);
    }
    if (r->scope && (r->scope->struct_size != sizeof *r->scope || (r->scope->key_count && !r->scope->keys)))
        return bad_argument(error, "the scope is not set up, or of another library; begin with FILTER_SCOPE_INIT");
    if (checked->asked.categories == 0) checked->asked.categories = FILTER_CATEGORIES_ALL;
    checked->policy = pack_find_policy(&engine->set, r->policy ? r->policy : "default");
    if (!checked->policy) {
        return unknown_name(error, engine, PACK_POLICIES, r->policy ? r->policy : "default");
    }
    const char *family = r->model_family ? r->model_family : checked->policy->model_family;
    checked->families = engine_family(engine, family);
    if (!checked->families) {
        return unknown_name(error, engine, PACK_FAMILIES, family);
    }
    checked->isolate_mode = r->isolate_mode ? r->isolate_mode : checked->policy->isolate_mode;
    return FILTER_OK;
}

/* A part of a text that is checked at once: so much takes about a tenth of a millisecond. */
#define CHECKED_AT_ONCE ((size_t)64 << 10)

static filter_status check_encoding(size_t index, const filter_segment *segment, work_budget *left,
                                    filter_error *error) {
    for (size_t at = 0; at < segment->size;) {
        const char *text = segment->text + at;
        size_t size = segment->size - at, valid;
        size_t part = size > CHECKED_AT_ONCE ? text_align_back(text, CHECKED_AT_ONCE) : 0; /* whole characters */
        if (part) size = part;
        if (!work_spend(left, size)) {
            error_set(error, FILTER_ERROR_DEADLINE, "the deadline passed before the texts were checked");
            return FILTER_ERROR_DEADLINE;
        }
        if ((valid = text_valid_prefix(text, size)) == size) {
            at += size;
            continue;
        }
        error_set(error, FILTER_ERROR_TEXT, "text %zu is not UTF-8 at byte %zu", index, at + valid);
        if (error) {
            error->segment = index;
            error->offset = at + valid;
        }
        return FILTER_ERROR_TEXT;
    }
    return FILTER_OK;
}

filter_status request_check_texts(checked_request *checked, work_budget *left, filter_error *error) {
    const filter_request *r = &checked->asked;
    if (r->segment_count > FILTER_SEGMENTS_MAX) {
        error_set(error, FILTER_ERROR_TOO_LARGE, "more than %zu segments", FILTER_SEGMENTS_MAX);
        return FILTER_ERROR_TOO_LARGE;
    }
    filter_status status = FILTER_OK;
    for (size_t i = 0; i < r->segment_count && status == FILTER_OK; i++) {
        const filter_segment *segment = &r->segments[i];
        if (segment->size && !segment->text) return bad_argument(error, "a segment's text is NULL");
        if ((unsigned)segment->role >= ROLE_COUNT) return bad_argument(error, "a segment's role is none");
        if (request_flags(r, i) & ~(unsigned)SEGMENT_FLAGS_ALL)
            return bad_argument(error, "a segment's flags have a bit that means nothing");
        if (segment->size > FILTER_TEXT_MAX - checked->bytes) {
            error_set(error, FILTER_ERROR_TOO_LARGE, "more than %zu bytes of text", FILTER_TEXT_MAX);
            return FILTER_ERROR_TOO_LARGE;
        }
        checked->bytes += segment->size;
        status = check_encoding(i, segment, left, error);
    }
    return status;
}

void request_min_scores(const checked_request *checked, double min_scores[3]) {
    for (size_t i = 0; i < 3; i++) {
        min_scores[i] = checked->policy->threshold[i];
        for (size_t k = 0; k < checked->policy->entity_count; k++) {
            double threshold = checked->policy->entities[k].threshold;
            if (threshold >= 0 && threshold < min_scores[i]) min_scores[i] = threshold;
        }
        if (checked->asked.min_score >= 0 && checked->asked.min_score < min_scores[i])
            min_scores[i] = checked->asked.min_score;
    }
}
