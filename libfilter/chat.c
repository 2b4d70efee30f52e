/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat: the way of a chat body: its parts are found, inspected together, and written back where they changed.
 */
#include "base/error.h"
#include "base/names.h"
#include "base/struct_size.h"
#include "body/body_write.h"
#include "body/ending.h"
#include "body/file.h"
#include "inspect.h"
#include "memo.h"
#include "sealed.h"
#include "verdict/json_answer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct chat {
    const filter_engine *engine;
    filter_scratch *scratch;
    filter_chat asked;
    filter_request request;
    const pack_policy *policy;
    json_tree tree;
    body_parts found;
    mapping values; /* what came sealed */
    uint64_t *hashes; /* of parts, in the memo; 0: it is not asked */
    filter_chat_result *out;
    filter_result *result; /* what `out` gives back */
} chat;

static arena *memory_of(const chat *c) {
    return &c->scratch->memory;
}

static filter_status out_of_memory(filter_error *error) {
    error_set(error, FILTER_ERROR_MEMORY, "out of memory while inspecting");
    return FILTER_ERROR_MEMORY;
}

/* ---------------------------------------------------------------------------------- asking ---- */

static filter_status check_asked(chat *c, const filter_chat *asked, filter_error *error) {
    const filter_chat chat_defaults = FILTER_CHAT_INIT;
    const filter_request defaults = FILTER_REQUEST_INIT;
    c->asked = chat_defaults;
    c->request = defaults;
    const char *wrong = NULL;
    if (!struct_size_take(&c->asked, sizeof c->asked, asked, STRUCT_SIZE_WITH(filter_chat, memo)))
        wrong = "struct_size of the chat is not set, or of a newer library; begin with FILTER_CHAT_INIT";
    else if ((unsigned)c->asked.direction > FILTER_FROM_MODEL)
        wrong = "direction must be one of FILTER_TO_MODEL, FILTER_FROM_MODEL";
    else if ((unsigned)c->asked.api > FILTER_API_TGI) wrong = "api must be one of FILTER_API_…";
    else if (c->asked.body.size && !c->asked.body.text) wrong = "the body is NULL";
    else if (c->asked.request && !struct_size_take(&c->request, sizeof c->request, c->asked.request,
                                                   STRUCT_SIZE_WITH(filter_request, model_family)))
        wrong = "struct_size of the request is not set, or of a newer library; begin with FILTER_REQUEST_INIT";
    if (wrong) {
        error_set(error, FILTER_ERROR_ARGUMENT, "%s", wrong);
        return FILTER_ERROR_ARGUMENT;
    }
    if (c->asked.body.size > FILTER_TEXT_MAX) {
        error_set(error, FILTER_ERROR_TOO_LARGE, "the body has more than %zu bytes", FILTER_TEXT_MAX);
        return FILTER_ERROR_TOO_LARGE;
    }
    c->request.struct_size = sizeof c->request;
    c->policy = pack_find_policy(&c->engine->set, c->request.policy ? c->request.policy : "default");
    return FILTER_OK;
}

static filter_status bad_body(filter_error *error, size_t at, const char *why) {
    error_set(error, FILTER_ERROR_TEXT, "the body cannot be read at byte %zu: %s", at, why);
    if (error) error->segment = 0, error->offset = at;
    return FILTER_ERROR_TEXT;
}

static filter_status read_body(chat *c, filter_error *error) {
    const filter_text body = c->asked.body;
    const char *why;
    size_t bad_at = text_valid_prefix(body.text, body.size);
    if (bad_at < body.size) return bad_body(error, bad_at, "no UTF-8");
    if (!json_tree_read(&c->tree, memory_of(c), body, &bad_at, &why)) {
        return memory_of(c)->failed ? out_of_memory(error) : bad_body(error, bad_at, why);
    }
    c->found.memory = memory_of(c);
    if (!body_parts_find(&c->found, &c->tree, c->asked.direction)) {
        return memory_of(c)->failed ? out_of_memory(error) : bad_body(error, 0, "it is no object of a model's API");
    }
    if (c->asked.api == FILTER_API_AUTO) c->asked.api = c->found.api;
    if (c->asked.api != FILTER_API_AUTO) return FILTER_OK;
    error_set(error, FILTER_ERROR_ARGUMENT, "the body has the shape of no known API: %s",
              c->asked.direction == FILTER_TO_MODEL ? "none of 'messages', 'input', 'prompt', 'inputs'"
                                                    : "none of 'choices', 'output', 'content', 'generated_text'");
    return FILTER_ERROR_ARGUMENT;
}

/* ------------------------------------------------------------------------------ inspecting ---- */

/* A text that was clean is clean again, when all is looked for, and nothing else of the body speaks about it. */
static bool may_remember(const chat *c, const body_part *part) {
    const filter_request *r = &c->request;
    const bool is_whole =
        (r->categories == 0 || r->categories == FILTER_CATEGORIES_ALL) && !r->entities && r->min_score < 0;
    return c->asked.memo && c->policy && is_whole &&
           (part->role != FILTER_ROLE_ASSISTANT || part->flags & FILTER_SEGMENT_EARLIER);
}

static uint64_t hash_of(const chat *c, const body_part *part) {
    const memo_key key = {c->engine->set.digest, c->policy->id, part->role, part->is_string};
    return may_remember(c, part) ? memo_hash(c->asked.memo, &key, part->text) : 0;
}

/* Is the mapping of its tokens to be sealed? */
static bool is_sealed(const chat *c) {
    return c->asked.direction == FILTER_TO_MODEL && c->asked.seal_seconds;
}

/* The parts as segments. False: memory is out. */
static bool make_segments(chat *c) {
    const body_parts *p = &c->found;
    filter_segment *segments = arena_alloc(memory_of(c), p->count + 1, sizeof *segments);
    unsigned char *flags = arena_alloc(memory_of(c), p->count + 1, 1);
    c->hashes = arena_alloc(memory_of(c), p->count + 1, sizeof *c->hashes);
    if (!segments || !flags || !c->hashes) return false;
    for (size_t i = 0; i < p->count; i++) {
        const body_part *part = &p->items[i];
        c->hashes[i] = hash_of(c, part);
        segments[i] = (filter_segment){part->text.text, part->text.size, part->role};
        flags[i] = part->flags;
        if (c->hashes[i] && memo_has(c->asked.memo, c->hashes[i])) flags[i] |= FILTER_SEGMENT_CLEAN;
    }
    c->request.segments = segments;
    c->request.segment_count = p->count;
    c->request.flags = flags;
    c->request.returns |= FILTER_RETURN_REDACTED | FILTER_RETURN_FINDINGS;
    if (is_sealed(c)) c->request.returns |= FILTER_RETURN_TOKENS;
    return true;
}

/* Notes which texts were clean: what is only listed in them, as places are, is listed once. */
static void remember(const chat *c) {
    const filter_result *r = c->result;
    bool *unread = arena_alloc(memory_of(c), r->segment_count + 1, sizeof *unread);
    if (!unread || !c->asked.memo) return;
    for (size_t i = 0; i < r->skip_count; i++) unread[r->skipped[i].segment] = true;
    for (size_t i = 0; i < r->segment_count; i++) {
        const bool is_new = !(c->request.flags[i] & FILTER_SEGMENT_CLEAN);
        if (is_new && c->hashes[i] && !unread[i] && r->segments[i].verdict == FILTER_ALLOW)
            memo_add(c->asked.memo, c->hashes[i]);
    }
}

/* --------------------------------------------------------------------------------- verdict ---- */

static void raise_verdict(chat *c, filter_verdict least, const char *reason) {
    filter_result *r = c->result;
    const char **reasons = arena_alloc(memory_of(c), r->reason_count + 1, sizeof *reasons);
    if (least == FILTER_ALLOW || !reasons) return;
    if (r->reason_count) memcpy(reasons, r->reasons, r->reason_count * sizeof *reasons);
    reasons[r->reason_count++] = reason;
    r->reasons = reasons;
    if (least > r->verdict) r->verdict = least;
}

/* What the policy says of the body itself. */
static void judge_body(chat *c) {
    if (c->found.has_template) raise_verdict(c, c->policy->chat.chat_template, "chat:chat_template");
    if (c->found.unread_count) raise_verdict(c, c->policy->chat.unread, "chat:unread");
}

/* --------------------------------------------------------------------------------- writing ---- */

static int by_start(const void *a, const void *b) {
    const uint32_t x = ((const body_edit *)a)->start, y = ((const body_edit *)b)->start;
    return (x > y) - (x < y);
}

static bool begins_as_json(filter_text text) {
    size_t at = 0;
    while (at < text.size && text_is_space(text.text[at])) at++;
    return at < text.size && (text.text[at] == '{' || text.text[at] == '[');
}

/* An answer's tokens become values, once it was inspected. */
static filter_text restore_part(const chat *c, restorer *r, const body_part *part, filter_text text) {
    if (c->asked.direction == FILTER_TO_MODEL || !c->asked.sealed.text) return text;
    const bool is_json = !part->is_string || (part->place == RESTORE_TOOL_ARGUMENTS && begins_as_json(text));
    return restore_text(r, text, part->place, is_json);
}

/* Writes the body that goes on. What would not be JSON any more is not written. */
static void write_body(chat *c) {
    const body_parts *p = &c->found;
    body_edit *edits = arena_alloc(memory_of(c), p->count + p->echo_count + 1, sizeof *edits);
    size_t count = 0;
    restorer r = {.engine = c->engine, .policy = c->policy, .values = &c->values, .memory = memory_of(c)};
    for (size_t i = 0; edits && i < p->count; i++) {
        const body_part *part = &p->items[i];
        if (part->flags & FILTER_SEGMENT_FIXED) continue;
        filter_text text = restore_part(c, &r, part, c->result->segments[i].redacted);
        if (text.text == part->text.text) continue;
        if (!part->is_string && !json_answer_is_valid(memory_of(c), text.text, text.size)) {
            raise_verdict(c, FILTER_BLOCK, "chat:unwritable");
            return;
        }
        if (part->is_base64) text = file_encode(memory_of(c), part->head, text);
        if (part->has_key) text = (filter_text){text.text + 1, text.size - 2};
        edits[count++] = (body_edit){part->start, part->end, text, part->is_string};
    }
    c->out->changed = count > 0;
    c->out->restored = r.restored;
    c->out->withheld = r.withheld;
    c->out->unknown = r.unknown;
    for (size_t i = 0; edits && count && i < p->echo_count; i++) {
        edits[count++] = (body_edit){p->echoes[i].start, p->echoes[i].end, {"null", 4}, false};
    }
    if (p->echo_count && edits) qsort(edits, count, sizeof *edits, by_start);
    text_buffer out = {.memory = memory_of(c)};
    if (count) body_write(&out, c->asked.body, edits, count);
    c->out->body = count ? (filter_text){out.data, out.size} : c->asked.body;
}

/* Names the body by what it asks, whoever it asks about. */
static void make_cache_key(chat *c) {
    const filter_text body = c->out->body;
    crypto_generichash_state state;
    unsigned char digest[crypto_generichash_BYTES];
    size_t done = 0;
    token_place t;
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t at = 0; token_next(c->engine, memory_of(c), body, at, &t); at = t.end) {
        const char *type_end = memrchr(t.name.text, '_', t.name.size);
        crypto_generichash_update(&state, (const unsigned char *)body.text + done, t.start - done);
        crypto_generichash_update(&state, (const unsigned char *)t.name.text, (size_t)(type_end - t.name.text));
        done = t.end;
    }
    crypto_generichash_update(&state, (const unsigned char *)body.text + done, body.size - done);
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_memzero(&state, sizeof state);
    sodium_bin2hex(c->out->cache_key, sizeof c->out->cache_key, digest, sizeof digest);
}

static void write_ending(chat *c) {
    text_buffer out = {.memory = memory_of(c)};
    c->out->http_status = body_ending(&out, c->asked.api, c->asked.direction, &c->tree);
    c->out->ending = (filter_text){out.data, out.size};
    c->out->body = (filter_text){NULL, 0};
    c->out->changed = false;
}

static void list_parts(chat *c) {
    const body_parts *p = &c->found;
    filter_chat_part *parts = arena_alloc(memory_of(c), p->count + 1, sizeof *parts);
    filter_chat_unread *unread = arena_alloc(memory_of(c), p->unread_count + 1, sizeof *unread);
    for (size_t i = 0; parts && i < p->count; i++) {
        const body_part *part = &p->items[i];
        parts[i] = (filter_chat_part){part->path, part->text, part->is_string, part->role, c->request.flags[i]};
    }
    for (size_t i = 0; unread && i < p->unread_count; i++) {
        const body_rest *rest = &p->unread[i];
        unread[i] = (filter_chat_unread){rest->path, rest->what, rest->end - rest->start};
    }
    c->out->parts = parts;
    c->out->part_count = p->count;
    c->out->unread = unread;
    c->out->unread_count = p->unread_count;
}

/* -------------------------------------------------------------------------------- the call ---- */

static filter_status inspect_body(chat *c, filter_error *error) {
    const filter_result *result = NULL;
    filter_status status = read_body(c, error);
    if (status != FILTER_OK) return status;
    c->values.memory = memory_of(c);
    status = sealed_open(&c->values, c->asked.sealed, c->request.scope, error);
    if (status != FILTER_OK) return status;
    if (!make_segments(c)) return out_of_memory(error);
    status = inspect_texts(c->engine, c->scratch, &c->request, &result, error);
    if (status != FILTER_OK) return status;
    c->out = arena_alloc(memory_of(c), 1, sizeof *c->out);
    c->result = arena_alloc(memory_of(c), 1, sizeof *c->result);
    if (!c->out || !c->result) return out_of_memory(error);
    *c->result = *result;
    remember(c);
    judge_body(c);
    list_parts(c);
    if (c->result->verdict != FILTER_BLOCK) write_body(c);
    if (c->result->verdict == FILTER_BLOCK) write_ending(c);
    else if (c->asked.direction == FILTER_TO_MODEL) make_cache_key(c);
    if (is_sealed(c) && c->result->verdict != FILTER_BLOCK)
        status = sealed_make(&c->out->sealed, &c->values, result, c->request.scope, c->asked.seal_seconds, error);
    if (status != FILTER_OK) return status;
    c->out->verdict = c->result->verdict;
    c->out->result = c->result;
    c->out->api = c->asked.api;
    return memory_of(c)->failed ? out_of_memory(error) : FILTER_OK;
}

filter_status filter_chat_inspect(const filter_engine *engine, filter_scratch *scratch, const filter_chat *asked,
                                  const filter_chat_result **out, filter_error *error) {
    chat c = {.engine = engine, .scratch = scratch};
    *out = NULL;
    if (!engine || !scratch || !asked) {
        error_set(error, FILTER_ERROR_ARGUMENT, "engine, scratch and chat must not be NULL");
        return FILTER_ERROR_ARGUMENT;
    }
    filter_status status = check_asked(&c, asked, error);
    if (status == FILTER_OK) status = scratch_begin(scratch, engine, error);
    if (status != FILTER_OK) return status;
    status = inspect_body(&c, error);
    if (status == FILTER_OK) *out = c.out;
    inspect_end(scratch);
    return status;
}
