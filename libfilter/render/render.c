/* SPDX-License-Identifier: Apache-2.0 */
#include "render/render.h"

#include "render/isolate.h"
#include "render/redact.h"

static bool is_isolated(filter_role role) {
    return role == FILTER_ROLE_USER || role_may_plant(role);
}

/* Nobody sends on what is blocked, and the time is up. */
static bool is_left_empty(const decided *d, size_t index) {
    return index >= d->scratch->cut_off && d->segments[index].verdict == FILTER_BLOCK;
}

/* A boundary is searched for in all texts, which is for nothing then. */
static bool are_all_left_empty(const decided *d, size_t count) {
    size_t empty = 0;
    while (empty < count && is_left_empty(d, empty)) empty++;
    return count && empty == count;
}

static void leave_empty(unsigned returns, filter_segment_result *out) {
    const filter_text nothing = {"", 0};
    if (returns & FILTER_RETURN_REDACTED) out->redacted = nothing;
    if (returns & FILTER_RETURN_SANITIZED) out->sanitized = nothing;
    if (returns & FILTER_RETURN_ISOLATED) out->isolated = nothing;
}

/* What stands for what, of the texts that were redacted. */
static void list_tokens(const token_table *t, filter_scratch *s, filter_result *result) {
    filter_token *tokens = arena_alloc(&s->memory, t->entry_count + 1, sizeof *tokens);
    if (!tokens) s->failed = true;
    for (size_t i = 0; tokens && i < t->entry_capacity; i++) {
        const token_entry *e = &t->entries[i];
        if (!e->surface.text) continue;
        tokens[result->token_count++] = (filter_token){e->token, e->entity_type, e->surface, e->category, e->roles};
    }
    result->tokens = tokens;
}

void render_texts(const decided *d, filter_result *result) {
    filter_scratch *s = d->scratch;
    const filter_request *r = &d->request->asked;
    redactor redaction;
    isolation wrapping;
    redact_begin(&redaction, d->engine, s, d->request);
    if (r->returns & FILTER_RETURN_ISOLATED && !are_all_left_empty(d, r->segment_count)) {
        if (!isolate_begin(&wrapping, d->engine, s, d->request)) {
            s->failed = true;
            return;
        }
        result->isolate_mode = wrapping.mode;
        result->isolate_boundary = wrapping.boundary;
        result->isolate_instruction = wrapping.instruction;
    }
    for (size_t i = 0; i < r->segment_count && !s->failed && work_spend(&s->work, WORK_STEP); i++) {
        const filter_segment *segment = &r->segments[i];
        filter_segment_result *out = &d->segments[i];
        filter_text redacted = {NULL, 0};
        if (is_left_empty(d, i)) {
            leave_empty(r->returns, out);
            continue;
        }
        if (r->returns & (FILTER_RETURN_REDACTED | FILTER_RETURN_ISOLATED)) {
            redacted = redact_segment(&redaction, segment, &d->first[i], NULL);
            out->edits = redaction.made;
            out->edit_count = redaction.made_count;
        }
        if (r->returns & FILTER_RETURN_REDACTED) out->redacted = redacted;
        if (r->returns & FILTER_RETURN_SANITIZED) {
            out->sanitized = redact_segment(&redaction, segment, &d->first[i], &out->stripped);
        }
        if ((r->returns & FILTER_RETURN_ISOLATED) && !s->failed) {
            out->isolated = is_isolated(segment->role)
                                ? isolate_text(&wrapping, segment->role, redacted, &out->neutralised)
                                : redacted;
        }
    }
    s->made_tokens = (known_tokens){redaction.tokens.entries, redaction.tokens.entry_capacity};
    if (r->returns & FILTER_RETURN_TOKENS && !s->failed) list_tokens(&redaction.tokens, s, result);
}
