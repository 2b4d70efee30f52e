/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream: the way of a text that comes in pieces. What is cold goes out at once. What is hot waits until enough has
 * come after it, is inspected with the text around it, and goes out as far as it is settled. Attacks are looked for at
 * the end, in the whole text: what is around them counts as far as that reaches.
 */
#include "base/error.h"
#include "base/struct_size.h"
#include "inspect.h"
#include "render/tokens.h"
#include "restore/restore.h"
#include "sealed.h"
#include "stream/cold.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Text before what is not settled that is inspected with it, at least, and at most, to the blank line above. */
#define LOOK_BACK ((size_t)512)
#define BLOCK_MAX ((size_t)4096)
#define BLOCK_LINES 3 /* in so many bytes: what has fewer is prose, whose paragraphs are long lines */
/* Bytes of new text that are inspected together, at least: as many as are around them, so that each byte is read twice
 * at most. */
#define STEP ((size_t)640)
#define STEP_MAX ((size_t)4096)
#define STEP_FIRST ((size_t)64) /* after what is cold: most values are shorter */
/* A value has 4,096 bytes at most (packs/value_format.h): what is longer is none. */
#define VALUE_BYTES_MAX ((size_t)4096)
#define TEXT_FIRST ((size_t)256) /* bytes that there is room for, at least */
#define REACH_MORE ((size_t)96) /* the last word that a rule looks at may go on, and name the value after it */

struct filter_stream {
    const filter_engine *engine;
    filter_request request;
    filter_scope scope;
    const pack_policy *policy;
    arena memory; /* of the strings of the request, the mapping, and names that were seen */
    mapping values;
    bool restores, is_arguments;
    size_t reach; /* bytes after a value that may change what becomes of it */
    char *text;
    size_t size, capacity, text_max;
    size_t valid; /* of the text that is whole characters */
    size_t settled; /* went out */
    size_t next; /* size from which on it is worth inspecting what is hot */
    filter_verdict verdict;
    bool is_hot; /* something at `settled` has to be looked at */
    bool is_over;
    size_t restored, withheld, unknown;
    token_entry *names; /* of persons, by which they may be called again */
    size_t name_count, name_capacity;
    unsigned char session[16];
};

static filter_status fail(filter_error *error, filter_status status, const char *why) {
    error_set(error, status, "%s", why);
    return status;
}

/* ------------------------------------------------------------------------------- beginning ---- */

static const char *copy_string(filter_stream *s, const char *text) {
    return text ? arena_copy(&s->memory, text, strlen(text)) : NULL;
}

static void copy_entities(filter_stream *s) {
    const char **copies =
        s->request.entities ? arena_alloc(&s->memory, s->request.entity_count + 1, sizeof *copies) : NULL;
    for (size_t i = 0; copies && i < s->request.entity_count; i++) copies[i] = copy_string(s, s->request.entities[i]);
    s->request.entities = copies;
}

/* Tokens of a stream are keyed: those of nobody's session are of one that lasts as long as the stream. */
static void copy_scope(filter_stream *s, const filter_scope *from) {
    const filter_scope none = FILTER_SCOPE_INIT;
    s->scope = from ? *from : none;
    s->scope.tenant = copy_string(s, s->scope.tenant);
    s->scope.user = copy_string(s, s->scope.user);
    s->scope.session = copy_string(s, s->scope.session);
    uint8_t *keys = arena_alloc(&s->memory, s->scope.key_count + 1, FILTER_SCOPE_KEY_SIZE);
    if (!keys) return;
    if (s->scope.key_count) memcpy(keys, s->scope.keys, s->scope.key_count * FILTER_SCOPE_KEY_SIZE);
    if (!s->scope.key_count) {
        randombytes_buf(keys, FILTER_SCOPE_KEY_SIZE);
        s->scope.key_count = 1;
    }
    s->scope.keys = keys;
    if (!s->scope.session || !*s->scope.session) {
        char name[2 * sizeof s->session + 1];
        randombytes_buf(s->session, sizeof s->session);
        s->scope.session = copy_string(s, sodium_bin2hex(name, sizeof name, s->session, sizeof s->session));
    }
}

/* How far after a value some rule looks. */
static size_t reach_of(const filter_engine *engine) {
    size_t reach = 0;
    for (size_t i = 0; i < engine->set.rule_count; i++) {
        const pack_rule *r = &engine->set.rules[i];
        const size_t each[] = {r->context.within, r->negative_context.within, r->near_rules.within};
        for (size_t k = 0; k < sizeof each / sizeof *each; k++) reach = each[k] > reach ? each[k] : reach;
    }
    return reach + REACH_MORE;
}

static filter_status begin(filter_stream *s, const filter_stream_options *o, filter_error *error) {
    const filter_request defaults = FILTER_REQUEST_INIT;
    const filter_scope *scope = NULL;
    s->request = defaults;
    if (o->request &&
        !struct_size_take(&s->request, sizeof s->request, o->request, STRUCT_SIZE_WITH(filter_request, model_family)))
        return fail(error, FILTER_ERROR_ARGUMENT, "struct_size of the request is not set, or of a newer library");
    scope = s->request.scope;
    s->policy = pack_find_policy(&s->engine->set, s->request.policy ? s->request.policy : "default");
    if (!s->policy) return fail(error, FILTER_ERROR_UNKNOWN_POLICY, "no loaded pack has the policy");
    s->restores = o->sealed.text != NULL;
    s->is_arguments = o->is_arguments;
    s->text_max = o->text_max ? o->text_max : FILTER_STREAM_TEXT_MAX;
    s->values.memory = &s->memory;
    const filter_status status = sealed_open(&s->values, o->sealed, scope, error);
    if (status != FILTER_OK) return status;
    s->request.policy = copy_string(s, s->request.policy);
    s->request.model_family = copy_string(s, s->request.model_family);
    copy_entities(s);
    copy_scope(s, scope);
    s->request.scope = &s->scope;
    s->request.struct_size = sizeof s->request;
    if (!s->request.categories) s->request.categories = FILTER_CATEGORIES_ALL;
    s->request.flags = NULL;
    s->request.judge = NULL;
    s->request.returns = FILTER_RETURN_REDACTED | FILTER_RETURN_EDITS | FILTER_RETURN_FINDINGS;
    s->request.offsets = FILTER_OFFSETS_BYTE;
    s->reach = reach_of(s->engine);
    return s->memory.failed ? fail(error, FILTER_ERROR_MEMORY, "out of memory for a stream") : FILTER_OK;
}

filter_status filter_stream_new(filter_stream **stream, const filter_engine *engine,
                                const filter_stream_options *options, filter_error *error) {
    filter_stream_options o = FILTER_STREAM_OPTIONS_INIT;
    *stream = NULL;
    if (!engine) return fail(error, FILTER_ERROR_ARGUMENT, "engine must not be NULL");
    if (options && !struct_size_take(&o, sizeof o, options, STRUCT_SIZE_WITH(filter_stream_options, text_max)))
        return fail(error, FILTER_ERROR_ARGUMENT, "struct_size is not set, or of a newer library");
    filter_stream *s = sodium_init() < 0 ? NULL : calloc(1, sizeof *s);
    if (!s) return fail(error, FILTER_ERROR_MEMORY, "out of memory for a stream");
    arena_init(&s->memory);
    s->memory.holds_text = true;
    s->engine = filter_engine_ref(engine);
    const filter_status status = begin(s, &o, error);
    if (status == FILTER_OK) *stream = s;
    else filter_stream_free(s);
    return status;
}

void filter_stream_free(filter_stream *s) {
    if (!s) return;
    if (s->text) explicit_bzero(s->text, s->capacity);
    free(s->text);
    filter_engine_unref(s->engine);
    arena_fini(&s->memory);
    explicit_bzero(s, sizeof *s);
    free(s);
}

/* --------------------------------------------------------------------------------- the text ---- */

static bool add_piece(filter_stream *s, filter_text piece) {
    if (!s->text || s->size + piece.size > s->capacity) {
        const size_t capacity = (s->size + piece.size) * 2 + TEXT_FIRST;
        char *grown = malloc(capacity);
        if (!grown) return false;
        if (s->size) memcpy(grown, s->text, s->size);
        if (s->text) explicit_bzero(s->text, s->capacity);
        free(s->text);
        s->text = grown;
        s->capacity = capacity;
    }
    if (piece.size) memcpy(s->text + s->size, piece.text, piece.size);
    s->size += piece.size;
    return true;
}

/* A character may be cut by the end of a piece. */
static filter_status check_piece(filter_stream *s, bool is_end, filter_error *error) {
    s->valid += text_valid_prefix(s->text + s->valid, s->size - s->valid);
    const size_t left = s->size - s->valid;
    if (left == 0) return FILTER_OK;
    const unsigned char first = (unsigned char)s->text[s->valid];
    const size_t needs = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    bool may_go_on = first >= 0xC2 && first <= 0xF4 && left < needs && !is_end;
    for (size_t i = 1; i < left; i++) may_go_on = may_go_on && ((unsigned char)s->text[s->valid + i] & 0xC0) == 0x80;
    if (may_go_on) return FILTER_OK;
    error_set(error, FILTER_ERROR_TEXT, "the stream is not UTF-8 at byte %zu", s->valid);
    if (error) error->segment = 0, error->offset = s->valid;
    return FILTER_ERROR_TEXT;
}

static bool ends_sentence(const char *text, size_t at) {
    return text[at - 1] == '\n' || (at >= 2 && text[at - 1] == ' ' && strchr(".!?", text[at - 2]));
}

/* Are there lines, as tables and code have them, before what is not settled? */
static bool is_block(const filter_stream *s) {
    size_t lines = 0;
    for (size_t at = s->settled - LOOK_BACK; at < s->settled; at++) lines += s->text[at] == '\n';
    return lines >= BLOCK_LINES;
}

/* Where to begin to read for what is not settled: a word that is far enough before, or the block that it is in. */
static size_t window_start(const filter_stream *s) {
    if (s->settled <= LOOK_BACK) return 0;
    size_t at = s->settled - LOOK_BACK;
    if (!is_block(s)) {
        while (at > 0 && s->settled - at < 2 * LOOK_BACK && !ends_sentence(s->text, at)) at--;
        return text_align_back(s->text, at);
    }
    const size_t least = s->settled > BLOCK_MAX ? s->settled - BLOCK_MAX : 0;
    while (at > least && !(s->text[at - 1] == '\n' && (at < 2 || s->text[at - 2] == '\n'))) at--;
    if (at > least || at == 0) return at;
    at = s->settled - LOOK_BACK; /* a block without end: a line, or a word, of it */
    while (at > least && s->text[at - 1] != '\n') at--;
    return at > least ? at : text_align_back(s->text, s->settled - LOOK_BACK);
}

/* -------------------------------------------------------------------------------- settling ---- */

/* What nothing that follows can change ends at most there: at the end of a sentence of prose; of what is longer than
 * any value, at a blank. */
static size_t last_boundary(const filter_stream *s) {
    if (s->valid < s->settled + s->reach) return s->settled;
    const size_t end = s->valid - s->reach;
    const filter_text text = {s->text, s->valid};
    for (size_t at = end; at > s->settled; at--) {
        if (ends_sentence(s->text, at) && cold_is_prose_at(text, at)) return at;
    }
    if (end - s->settled <= VALUE_BYTES_MAX) return s->settled;
    for (size_t at = end - VALUE_BYTES_MAX; at > s->settled; at--) {
        if (text_is_space(s->text[at - 1])) return at;
    }
    return text_align_back(s->text, end - VALUE_BYTES_MAX);
}

/* Before the edit or the finding that a boundary falls into. */
static size_t avoid_findings(const filter_result *r, size_t start, size_t at) {
    for (size_t i = r->finding_count; i > 0; i--) {
        const filter_finding *f = &r->findings[i - 1];
        if (f->category != FILTER_INJECTION && start + f->byte_start < at && start + f->byte_end > at)
            at = start + f->byte_start;
    }
    const filter_segment_result *out = &r->segments[0];
    for (size_t i = out->edit_count; i > 0; i--) {
        const filter_edit *e = &out->edits[i - 1];
        if (start + e->start < at && start + e->end > at) at = start + e->start;
    }
    return at;
}

static bool keep_name(filter_stream *s, const token_entry *e) {
    size_t k = 0;
    while (k < s->name_count && (s->names[k].value.size != e->value.size ||
                                 memcmp(s->names[k].value.text, e->value.text, e->value.size) != 0))
        k++;
    if (k == s->name_count) {
        if (!arena_grow(&s->memory, &s->names, &s->name_capacity, k + 1, sizeof *s->names)) return false;
        s->names[s->name_count++] = (token_entry){
            .entity_type = e->entity_type,
            .value = {arena_copy(&s->memory, e->value.text, e->value.size), e->value.size},
            .token = arena_copy(&s->memory, e->token, strlen(e->token)),
        };
    }
    s->names[k].is_part = e->is_part;
    return !s->memory.failed;
}

/* Does a token stand in the settled part of a window? */
static bool is_settled(const filter_stream *s, const filter_segment_result *r, size_t start, const char *token) {
    const size_t size = strlen(token);
    for (size_t i = 0; i < r->edit_count && start + r->edits[i].end <= s->settled; i++) {
        if (text_find(r->edits[i].with.text, r->edits[i].with.size, token, size)) return true;
    }
    return false;
}

/* Persons are called by parts of their names later: those of settled text are remembered, with their parts. */
static bool keep_names(filter_stream *s, const filter_segment_result *r, size_t start, known_tokens made) {
    for (size_t i = 0; i < made.count; i++) {
        const token_entry *e = &made.items[i];
        if (!e->entity_type || !e->surface.text || strcmp(e->entity_type, "PERSON") != 0) continue;
        if (!is_settled(s, r, start, e->token)) continue;
        for (size_t k = 0; k < made.count; k++) {
            const token_entry *part = &made.items[k];
            const bool is_same = part->token && strcmp(part->token, e->token) == 0;
            if (is_same && (k == i || part->is_part) && !keep_name(s, part)) return false;
        }
    }
    return true;
}

typedef struct push {
    filter_stream *stream;
    filter_scratch *scratch;
    filter_settled *out;
    text_buffer text; /* what goes out */
    filter_error *error;
} push;

/* Puts out some text, restored where that is asked for. */
static bool put(push *p, filter_text text) {
    filter_stream *s = p->stream;
    if (s->restores && text.size) {
        restorer r = {.engine = s->engine, .policy = s->policy, .values = &s->values, .memory = &p->scratch->memory};
        text = restore_text(&r, text, s->is_arguments ? RESTORE_TOOL_ARGUMENTS : RESTORE_CONTENT, s->is_arguments);
        s->restored += r.restored;
        s->withheld += r.withheld;
        s->unknown += r.unknown;
        if (!text.text) return false;
    }
    text_append(&p->text, text.text, text.size);
    return !p->text.failed;
}

/* Puts out what lies between the settled text and `to`, with the edits of the window that begins at `start`. */
static bool put_settled(push *p, const filter_segment_result *r, size_t start, size_t to) {
    filter_stream *s = p->stream;
    text_buffer region = {.memory = &p->scratch->memory};
    size_t done = s->settled;
    for (size_t i = 0; i < r->edit_count; i++) {
        const filter_edit *e = &r->edits[i];
        const size_t from = start + e->start > done ? start + e->start : done; /* its first words may have gone out */
        if (start + e->end <= done) continue;
        if (from >= to) break;
        text_append(&region, s->text + done, from - done);
        text_append(&region, e->with.text, e->with.size);
        done = start + e->end;
    }
    if (to > done) text_append(&region, s->text + done, to - done);
    s->settled = to > done ? to : done;
    return !region.failed && put(p, (filter_text){region.data ? region.data : "", region.size});
}

/* Inspects the text from `start` on for some categories. */
static filter_status inspect_window(push *p, size_t start, unsigned categories, const filter_result **result) {
    filter_stream *s = p->stream;
    const unsigned asked = s->request.categories;
    const filter_segment window = {s->text + start, s->valid - start, FILTER_ROLE_ASSISTANT};
    s->request.categories = categories;
    s->request.segments = &window;
    s->request.segment_count = 1;
    scratch_renew(p->scratch);
    p->scratch->known_tokens = (known_tokens){s->names, s->name_count};
    const filter_status status = inspect_texts(s->engine, p->scratch, &s->request, result, p->error);
    s->request.segments = NULL;
    s->request.categories = asked;
    return status;
}

static void take_verdict(push *p, const filter_result *r, filter_verdict verdict) {
    p->stream->verdict = verdict;
    p->out->reasons = r->reasons;
    p->out->reason_count = r->reason_count;
}

/* What the settled text, up to `to`, says already. Returns where it blocks; `to`, where it does not. */
static size_t judge_settled(push *p, const filter_result *r, size_t start, size_t to) {
    filter_stream *s = p->stream;
    for (size_t i = 0; i < r->finding_count; i++) {
        const filter_finding *f = &r->findings[i];
        if (start + f->byte_end > to || start + f->byte_end <= s->settled) continue;
        if ((filter_verdict)f->action > s->verdict) take_verdict(p, r, (filter_verdict)f->action);
        if (f->action == FILTER_ACTION_BLOCK)
            return start + f->byte_start > s->settled ? start + f->byte_start : s->settled;
    }
    return to;
}

/* New text until the next look, after one at so much. */
static size_t step_after(size_t window) {
    if (window < STEP) return STEP;
    return window < STEP_MAX ? window : STEP_MAX;
}

static filter_status settle(push *p, bool is_end) {
    filter_stream *s = p->stream;
    const filter_result *r;
    const size_t start = window_start(s);
    const filter_status status = inspect_window(p, start, s->request.categories & ~(unsigned)FILTER_INJECTION, &r);
    if (status != FILTER_OK) return status;
    s->next = s->valid + step_after(s->valid - start);
    const size_t most = is_end ? s->valid : avoid_findings(r, start, last_boundary(s));
    const size_t to = judge_settled(p, r, start, most);
    if (to > s->settled) {
        if (!put_settled(p, &r->segments[0], start, to) ||
            !keep_names(s, &r->segments[0], start, p->scratch->made_tokens))
            return fail(p->error, FILTER_ERROR_MEMORY, "out of memory in a stream");
        s->next = s->settled + s->reach + STEP / 2 > s->valid ? s->settled + s->reach + STEP / 2 : s->next;
    }
    return FILTER_OK;
}

/* Puts out what is cold, and notes whether something hot follows. */
static filter_status put_cold(push *p, bool is_end) {
    filter_stream *s = p->stream;
    const filter_text text = {s->text, s->valid};
    const bool is_any = s->request.categories & ~(unsigned)FILTER_INJECTION;
    const size_t cold = is_any ? cold_end(p->scratch, s->engine, text, s->settled, is_end, &s->is_hot) : s->valid;
    const size_t least = cold + s->reach + STEP_FIRST;
    if (s->is_hot && (cold > s->settled || s->next < least)) s->next = least;
    if (cold == s->settled) return FILTER_OK;
    if (!put(p, (filter_text){s->text + s->settled, cold - s->settled}))
        return fail(p->error, FILTER_ERROR_MEMORY, "out of memory in a stream");
    s->settled = cold;
    return FILTER_OK;
}

/* Lets go out what is settled, as far as that is worth the work. */
static filter_status advance(push *p, bool is_end) {
    filter_stream *s = p->stream;
    for (;;) {
        filter_status status = s->is_hot ? FILTER_OK : put_cold(p, is_end);
        if (status != FILTER_OK || !s->is_hot || (!is_end && s->valid < s->next)) return status;
        const size_t before = s->settled;
        status = settle(p, is_end);
        if (status != FILTER_OK || s->verdict == FILTER_BLOCK || s->settled == before) return status;
        s->is_hot = false;
        if (s->settled == s->valid) return FILTER_OK;
    }
}

/* Does the policy expect of an answer what only the whole of it can show? */
static bool expects_more(const output_policy *o) {
    return o->json || o->max_bytes || o->match.count || o->no_match.count || o->hosts.node || o->unseen_data >= 0;
}

/* The verdict is that of the whole text: what is to be said of its data is known by now, unless the policy asks. */
static filter_status finish(push *p) {
    filter_stream *s = p->stream;
    const filter_result *r;
    s->is_over = true;
    if (s->verdict == FILTER_BLOCK) return FILTER_OK;
    const bool is_all = expects_more(&s->policy->output);
    const unsigned categories = is_all ? s->request.categories : s->request.categories & FILTER_INJECTION;
    if (!categories) return FILTER_OK;
    const filter_status status = inspect_window(p, 0, categories, &r);
    if (status == FILTER_OK && (is_all || r->verdict > s->verdict)) take_verdict(p, r, r->verdict);
    return status;
}

filter_status filter_stream_push(filter_stream *s, filter_scratch *scratch, filter_text piece, bool is_end,
                                 const filter_settled **settled, filter_error *error) {
    *settled = NULL;
    if (!s || !scratch) return fail(error, FILTER_ERROR_ARGUMENT, "stream and scratch must not be NULL");
    if (s->is_over) return fail(error, FILTER_ERROR_ARGUMENT, "the stream is over");
    if (piece.size > s->text_max - s->size) {
        s->is_over = true;
        return fail(error, FILTER_ERROR_TOO_LARGE, "the text of the stream is too long");
    }
    filter_status status = scratch_begin(scratch, s->engine, error);
    if (status != FILTER_OK) return status;
    filter_settled *out = arena_alloc(&scratch->memory, 1, sizeof *out);
    push p = {s, scratch, out, {.memory = &scratch->memory}, error};
    if (!out || !add_piece(s, piece)) status = fail(error, FILTER_ERROR_MEMORY, "out of memory in a stream");
    if (status == FILTER_OK) status = check_piece(s, is_end, error);
    if (status == FILTER_OK && s->verdict != FILTER_BLOCK) status = advance(&p, is_end);
    if (status == FILTER_OK && is_end) status = finish(&p);
    if (status == FILTER_OK && scratch->failed) status = fail(error, FILTER_ERROR_MEMORY, "out of memory in a stream");
    if (status == FILTER_OK) {
        out->text = (filter_text){p.text.data ? p.text.data : "", p.text.size};
        out->held = s->size - s->settled;
        out->verdict = s->verdict;
        out->restored = s->restored;
        out->withheld = s->withheld;
        out->unknown = s->unknown;
        *settled = out;
    } else {
        s->is_over = true;
    }
    inspect_end(scratch);
    return status;
}
