/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect: the way of one request through all steps, in their order.
 */
#include "values/confirm.h"
#include "verdict/decide.h"
#include "render/isolate.h"
#include "injection/prompt_leak.h"
#include "injection/sentence_model.h"
#include "injection/phrase.h"
#include "render/redact.h"
#include "values/scan.h"
#include "injection/adversarial_suffix.h"
#include "base/utf8.h"
#include "injection/many_shot.h"
#include "injection/obfuscated_terms.h"
#include "views/view.h"

#include <string.h>

#define RETURNS_ALL (FILTER_RETURN_FINDINGS | FILTER_RETURN_REDACTED | FILTER_RETURN_SANITIZED | FILTER_RETURN_ISOLATED)

typedef struct inspection {
    const filter_engine *engine;
    filter_scratch *scratch;
    filter_request request; /* with this header's defaults for what an older caller does not know */
    const pack_policy *policy;
    uint64_t families;
    filter_isolate_mode isolate_mode;
    filter_segment_result *segments;
    leak_set instructions; /* of the trusted segments, when an output could repeat them */
    size_t *first; /* candidates of segment i are first[i] … first[i + 1] */
    size_t bytes;
} inspection;

/* ---------------------------------------------------------------------------------- the call ---- */

static filter_status bad_argument(filter_error *error, const char *message) {
    engine_fail(error, FILTER_ERROR_ARGUMENT, "%s", message);
    return FILTER_ERROR_ARGUMENT;
}

static filter_status read_request(inspection *in, const filter_request *request, filter_error *error) {
    const filter_request defaults = FILTER_REQUEST_INIT;
    in->request = defaults;
    if (request->struct_size < offsetof(filter_request, segment_count) + sizeof request->segment_count) {
        return bad_argument(error, "struct_size is not set; begin with FILTER_REQUEST_INIT");
    }
    size_t known = request->struct_size < sizeof defaults ? request->struct_size : sizeof defaults;
    memcpy(&in->request, request, known);
    const filter_request *r = &in->request;
    if (r->segment_count && !r->segments) return bad_argument(error, "segments is NULL");
    if (r->returns & ~(unsigned)RETURNS_ALL) return bad_argument(error, "returns has a bit that means nothing");
    if (r->categories & ~(unsigned)FILTER_CATEGORIES_ALL)
        return bad_argument(error, "categories has a bit that means nothing");
    if ((unsigned)r->offsets > FILTER_OFFSETS_UTF16) return bad_argument(error, "offsets is no unit");
    if ((unsigned)r->isolate_mode > FILTER_ISOLATE_ENCODE) return bad_argument(error, "isolate_mode is no mode");
    if (!(r->min_score <= 1.0)) return bad_argument(error, "min_score must not be above 1");
    for (size_t i = 0; i < r->entity_count; i++) {
        if (filter_engine_has_entity(in->engine, r->entities[i])) continue;
        engine_fail(error, FILTER_ERROR_ARGUMENT, "no loaded rule finds the entity '%.64s'", r->entities[i]);
        return FILTER_ERROR_ARGUMENT;
    }
    if (in->request.categories == 0) in->request.categories = FILTER_CATEGORIES_ALL;
    in->policy = pack_find_policy(&in->engine->set, r->policy ? r->policy : "default");
    if (!in->policy) {
        engine_fail(error, FILTER_ERROR_UNKNOWN_POLICY, "no loaded pack defines the policy '%.64s'", r->policy);
        return FILTER_ERROR_UNKNOWN_POLICY;
    }
    const char *family = r->model_family ? r->model_family : in->policy->model_family;
    in->families = engine_family(in->engine, family);
    if (!in->families) {
        engine_fail(error, FILTER_ERROR_ARGUMENT, "no loaded pack knows the model family '%.64s'", family);
        return FILTER_ERROR_ARGUMENT;
    }
    in->isolate_mode = r->isolate_mode ? r->isolate_mode : in->policy->isolate_mode;
    return FILTER_OK;
}

static filter_status check_texts(inspection *in, filter_error *error) {
    const filter_request *r = &in->request;
    if (r->segment_count > FILTER_SEGMENTS_MAX) {
        engine_fail(error, FILTER_ERROR_TOO_LARGE, "more than %zu segments", FILTER_SEGMENTS_MAX);
        return FILTER_ERROR_TOO_LARGE;
    }
    for (size_t i = 0; i < r->segment_count; i++) {
        const filter_segment *segment = &r->segments[i];
        if (segment->size && !segment->text) return bad_argument(error, "a segment's text is NULL");
        if ((unsigned)segment->role >= ROLE_COUNT) return bad_argument(error, "a segment's role is none");
        if (segment->size > FILTER_TEXT_MAX - in->bytes) {
            engine_fail(error, FILTER_ERROR_TOO_LARGE, "more than %zu bytes of text", FILTER_TEXT_MAX);
            return FILTER_ERROR_TOO_LARGE;
        }
        in->bytes += segment->size;
        size_t valid = segment->size ? text_valid_prefix(segment->text, segment->size) : 0;
        if (valid < segment->size) {
            engine_fail(error, FILTER_ERROR_TEXT, "segment %zu is not UTF-8 at byte %zu", i, valid);
            if (error) {
                error->segment = i;
                error->offset = valid;
            }
            return FILTER_ERROR_TEXT;
        }
    }
    return FILTER_OK;
}

/* What the least score is that the request lists or the policy acts on. */
static void set_floors(inspection *in) {
    double *floors = in->scratch->floors;
    for (size_t i = 0; i < 3; i++) {
        floors[i] = in->policy->threshold[i];
        for (size_t k = 0; k < in->policy->entity_count; k++) {
            double threshold = in->policy->entities[k].threshold;
            if (threshold >= 0 && threshold < floors[i]) floors[i] = threshold;
        }
        if (in->request.min_score >= 0 && in->request.min_score < floors[i]) floors[i] = in->request.min_score;
    }
}

/* ---------------------------------------------------------------------------------- segments ---- */

/* Leaves only the entity types that were asked for. */
static void narrow(inspection *in, size_t first) {
    filter_scratch *s = in->scratch;
    for (size_t i = first; in->request.entities && i < s->candidate_count; i++) {
        bool wanted = false;
        for (size_t k = 0; k < in->request.entity_count && !wanted; k++) {
            wanted = strcmp(s->candidates[i].rule->entity_type, in->request.entities[k]) == 0;
        }
        if (!wanted) s->candidates[i].dropped = true;
    }
}

/* Looks at the views from `from` on. */
static void inspect_views(inspection *in, size_t index, size_t from, unsigned categories) {
    filter_scratch *s = in->scratch;
    const filter_role role = in->request.segments[index].role;
    for (size_t i = from; i < s->views.count && !s->failed; i++) {
        const view *v = &s->views.items[i];
        unsigned wanted = v->injection_only ? categories & FILTER_INJECTION : categories;
        if (!wanted) continue;
        if (!scan_view(in->engine, s, v, wanted)) scratch_skip(s, index, "hits: more than a view may have");
        confirm_hits(in->engine, s, v, index, role, wanted);
        confirm_named(in->engine, s, v, index, role, wanted);
        if (!(wanted & FILTER_INJECTION)) continue;
        phrase_find(in->engine, s, v, index, role);
        model_score(in->engine, s, v, index, role, in->first[index]);
        tail_find(in->engine, s, v, index, role);
        veil_find(in->engine, s, v, index, role);
        turns_find(in->engine, s, v, index, role);
        if (role == FILTER_ROLE_ASSISTANT && !v->source) leak_find(&in->instructions, in->engine, s, v, index, role);
    }
}

static void inspect_segment(inspection *in, size_t index) {
    const filter_segment *segment = &in->request.segments[index];
    filter_scratch *s = in->scratch;
    size_t first = s->candidate_count, skips = s->skip_count;
    unsigned categories = in->request.categories;
    if (role_is_trusted(segment->role)) categories &= ~(unsigned)FILTER_INJECTION;
    in->first[index] = first;
    if (segment->size && categories) {
        if (!view_make(&s->views, &s->memory, segment->text, segment->size,
                       categories & FILTER_INJECTION ? &in->engine->vocabulary : NULL))
            s->failed = true;
        memset(s->tells, 0, sizeof s->tells);
        s->window_count = 0;
        inspect_views(in, index, 0, categories);
        size_t seen = s->views.count;
        for (int c = 0; c < CIPHER_COUNT && !s->failed; c++) {
            for (size_t i = 0; i < s->tells[c].count; i++) {
                const cipher_tell *tell = &s->tells[c].items[i];
                if (!view_add_cipher(&s->views, &s->memory, tell->view, (cipher)c, tell->at, &in->engine->vocabulary))
                    s->failed = true;
            }
        }
        inspect_views(in, index, seen, categories);
        if (s->views.incomplete) scratch_skip(s, index, "decoding: nested too deep, or more than three times the text");
    }
    confirm_segment(in->engine, s, first);
    narrow(in, first);
    filter_segment_result *out = &in->segments[index];
    decide_segment(s, in->policy, &in->request, first, segment, out);
    if (s->skip_count > skips && in->policy->incomplete > out->verdict) out->verdict = in->policy->incomplete;
    /* What was dropped is needed no more; a request of many segments stays small. */
    size_t kept = first;
    for (size_t i = first; i < s->candidate_count; i++) {
        if (s->candidates[i].dropped) continue;
        s->candidates[kept] = s->candidates[i];
        s->candidates[kept++].view = NULL; /* the list of views is used again */
    }
    s->candidate_count = kept;
    in->first[index + 1] = kept;
}

/* ------------------------------------------------------------------------------------ texts ---- */

static bool is_wrapped(filter_role role) {
    return role == FILTER_ROLE_USER || role == FILTER_ROLE_TOOL || role == FILTER_ROLE_DOCUMENT;
}

static void render(inspection *in, filter_result *result) {
    filter_scratch *s = in->scratch;
    const filter_request *r = &in->request;
    redactor redaction;
    isolation wrapping;
    redact_begin(&redaction, in->engine, s, in->policy, r);
    if (r->returns & FILTER_RETURN_ISOLATED) {
        if (!isolate_begin(&wrapping, s, r, in->isolate_mode, in->families)) {
            s->failed = true;
            return;
        }
        result->isolate_mode = wrapping.mode;
        result->isolate_boundary = wrapping.boundary;
        result->isolate_instruction = wrapping.instruction;
    }
    for (size_t i = 0; i < r->segment_count && !s->failed; i++) {
        const filter_segment *segment = &r->segments[i];
        filter_segment_result *out = &in->segments[i];
        filter_text redacted = {NULL, 0};
        size_t none;
        if (r->returns & (FILTER_RETURN_REDACTED | FILTER_RETURN_ISOLATED)) {
            redacted = redact_segment(&redaction, segment, in->first[i], in->first[i + 1], false, &none);
        }
        if (r->returns & FILTER_RETURN_REDACTED) out->redacted = redacted;
        if (r->returns & FILTER_RETURN_SANITIZED) {
            out->sanitized = redact_segment(&redaction, segment, in->first[i], in->first[i + 1], true, &out->stripped);
        }
        if ((r->returns & FILTER_RETURN_ISOLATED) && !s->failed) {
            out->isolated = is_wrapped(segment->role)
                                ? isolate_text(&wrapping, in->engine, s, segment->role, redacted, &out->neutralised)
                                : redacted;
        }
    }
}

static void list_findings(inspection *in, filter_result *result) {
    filter_scratch *s = in->scratch;
    filter_finding *findings = arena_alloc(&s->memory, s->candidate_count + 1, sizeof *findings);
    if (!findings) {
        s->failed = true;
        return;
    }
    text_ruler starts = {0}, ends = {0};
    size_t segment = SIZE_MAX;
    for (size_t i = 0; i < s->candidate_count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->segment != segment) {
            segment = c->segment;
            const filter_segment *text = &in->request.segments[segment];
            starts = ends = (text_ruler){.text = text->text, .size = text->size, .unit = in->request.offsets};
        }
        if (c->at.end < ends.byte) ends = starts; /* spans may nest: measure this end from its own start */
        findings[i] = (filter_finding){.segment = c->segment,
                                       .rule = c->rule->id,
                                       .entity_type = c->rule->entity_type,
                                       .category = c->rule->category,
                                       .start = text_ruler_at(&starts, c->at.start),
                                       .end = text_ruler_at(&ends, c->at.end),
                                       .byte_start = c->at.start,
                                       .byte_end = c->at.end,
                                       .score = c->score,
                                       .action = c->action,
                                       .view = c->view_name,
                                       .evidence = c->evidence};
    }
    result->findings = findings;
    result->finding_count = s->candidate_count;
}

filter_status filter_inspect(const filter_engine *engine, filter_scratch *scratch, const filter_request *request,
                             const filter_result **out, filter_error *error) {
    inspection in = {.engine = engine, .scratch = scratch};
    *out = NULL;
    if (!engine || !scratch || !request) return bad_argument(error, "engine, scratch and request must not be NULL");
    filter_status status = read_request(&in, request, error);
    if (status == FILTER_OK) status = check_texts(&in, error);
    if (status == FILTER_OK) status = scratch_begin(scratch, engine, error);
    if (status != FILTER_OK) return status;
    set_floors(&in);
    size_t count = in.request.segment_count;
    in.segments = arena_alloc(&scratch->memory, count + 1, sizeof *in.segments);
    in.first = arena_alloc(&scratch->memory, count + 2, sizeof *in.first);
    filter_result *result = arena_alloc(&scratch->memory, 1, sizeof *result);
    if (!in.segments || !in.first || !result) scratch->failed = true;
    bool answers = false;
    for (size_t i = 0; i < count; i++) answers = answers || in.request.segments[i].role == FILTER_ROLE_ASSISTANT;
    if (answers && (in.request.categories & FILTER_INJECTION) &&
        !leak_learn(&in.instructions, &scratch->memory, in.request.segments, count))
        scratch->failed = true;
    for (size_t i = 0; i < count && !scratch->failed; i++) inspect_segment(&in, i);
    if (!scratch->failed) {
        *result = (filter_result){.segments = in.segments,
                                  .segment_count = count,
                                  .bytes = in.bytes,
                                  .policy = in.policy->id,
                                  .pack_version = engine->version,
                                  .pack_digest = engine->digest,
                                  .isolate_boundary = "",
                                  .isolate_instruction = "",
                                  .skipped = scratch->skips,
                                  .skip_count = scratch->skip_count};
        for (size_t i = 0; i < count; i++) {
            if (in.segments[i].verdict > result->verdict) result->verdict = in.segments[i].verdict;
            if (in.segments[i].score > result->score) result->score = in.segments[i].score;
        }
        result->reasons = decide_reasons(scratch, in.policy, result->verdict, &result->reason_count);
        if (!result->reasons) scratch->failed = true;
        render(&in, result);
        if (in.request.returns & FILTER_RETURN_FINDINGS) list_findings(&in, result);
    }
    if (scratch->failed) {
        engine_fail(error, FILTER_ERROR_MEMORY, "out of memory while inspecting");
        return FILTER_ERROR_MEMORY;
    }
    *out = result;
    return FILTER_OK;
}
