/* SPDX-License-Identifier: Apache-2.0 */
#include "render/redact.h"

#include "base/utf8.h"
#include "render/sanitise.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

void redact_begin(redactor *r, const filter_engine *engine, filter_scratch *s, const checked_request *request) {
    *r = (redactor){.engine = engine, .scratch = s, .request = request};
    tokens_begin(&r->tokens, engine, s, request);
}

/* ------------------------------------------------------------------------------- operators ---- */

/* Letters and digits become the mask character, but for the last `keep`; separators stay, so that
 * the shape can still be read. A character beyond ASCII becomes one mask character. */
static void mask(const pack_redaction *how, size_t kept, const char *value, size_t size, text_buffer *out) {
    size_t characters = 0, seen = 0;
    for (size_t i = 0; i < size; i++) {
        bool starts = ((unsigned char)value[i] & 0xC0) != 0x80;
        characters += starts && (text_is_alnum(value[i]) || (unsigned char)value[i] >= 0x80);
    }
    /* Never show most of a short value. */
    size_t keep = kept < characters / 2 ? kept : characters / 2;
    for (size_t i = 0; i < size; i++) {
        bool starts = ((unsigned char)value[i] & 0xC0) != 0x80;
        bool counts = text_is_alnum(value[i]) || (unsigned char)value[i] >= 0x80;
        seen += starts && counts;
        if (!counts || seen > characters - keep) text_append(out, &value[i], 1);
        else if (starts) text_append(out, &how->character, 1);
    }
}

static void hash(redactor *r, const candidate *c, text_buffer *out) {
    unsigned char digest[16];
    char hex[2 * sizeof digest + 1];
    const filter_text value = tokens_canonical(r->scratch, c);
    if (!value.text) {
        out->failed = true;
        return;
    }
    crypto_generichash(digest, sizeof digest, (const unsigned char *)value.text, value.size, r->engine->hash_key,
                       sizeof r->engine->hash_key);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    text_append_string(out, "<");
    text_append_string(out, c->rule->entity_type);
    text_append_string(out, ":");
    text_append_string(out, hex);
    text_append_string(out, ">");
}

/* The literal head of a secret's shape says whose it is and nothing else: "ghp_<GITHUB_TOKEN_1>". */
static size_t issuer_prefix(const pack_rule *rule, const char *value, size_t size) {
    for (size_t i = 0; rule->category == FILTER_SECRET && i < rule->pattern_count; i++) {
        const value_format *t = rule->patterns[i].value;
        if (t && t->prefix_size && t->prefix_size < size && memcmp(value, t->head, t->prefix_size) == 0)
            return t->prefix_size;
    }
    return 0;
}

/* How the value is written where it may come back: as it stands, or decoded, where it stands in a notation. */
static filter_text surface_of(const candidate *c, filter_text as_sent) {
    const bool is_plain = strcmp(c->view_name, FILTER_VIEW_RAW) == 0 || strcmp(c->view_name, FILTER_VIEW_FOLDED) == 0;
    return is_plain ? as_sent : c->found;
}

static void replace(redactor *r, const candidate *c, const char *value, size_t size, text_buffer *out) {
    const entity_policy *entity = policy_entity(r->request->policy, c->rule->entity_type);
    const pack_redaction *how = entity && entity->has_redaction ? &entity->redaction : &r->request->policy->redaction;
    const char *token;
    size_t prefix;
    switch (how->operator) {
    case REDACT_MASK: mask(how, c->goes_on ? 0 : how->keep, value, size, out); break;
    case REDACT_HASH: hash(r, c, out); break;
    case REDACT_REMOVE: break;
    case REDACT_REPLACE:
        prefix = issuer_prefix(c->rule, value, size);
        token = tokens_for(&r->tokens, c, surface_of(c, (filter_text){value + prefix, size - prefix}));
        text_append(out, value, prefix);
        if (token) text_append_string(out, token);
        else out->failed = true;
        break;
    }
}

/* What begins a value of YAML that is no plain text. */
#define YAML_INDICATORS "*&!|>%@[]{}#,?`\"'-"

static void put_quote(const field_writing *how, text_buffer *out) {
    for (unsigned i = 0; i < how->slashes; i++) text_append(out, "\\", 1);
    for (unsigned i = 0; i <= how->is_twice; i++) text_append(out, &how->quote, 1);
}

/* Writes what stands for a value, so that what is around it can still be read. */
static void write_in_place(redactor *r, const candidate *c, const filter_segment *segment, text_buffer *out) {
    field_writing how = c->writing;
    text_buffer made = {.memory = &r->scratch->memory};
    replace(r, c, segment->text + c->at.start, c->at.end - c->at.start, &made);
    for (size_t i = 0; how.is_markup && i < made.size; i++) {
        if (made.data[i] == '<') made.data[i] = '[';
        else if (made.data[i] == '>') made.data[i] = ']';
    }
    if (how.is_scalar && !how.is_markup && made.size && strchr(YAML_INDICATORS, made.data[0])) how.quote = '"';
    if (how.quote) put_quote(&how, out);
    text_append(out, made.data, made.size);
    if (how.quote) put_quote(&how, out);
    out->failed = out->failed || made.failed;
}

/* One piece of the text that changes. */
typedef struct edit {
    span at;
    const candidate *with; /* NULL: an attack, stripped */
} edit;

/* The edits of a segment, in order, none touching another. */
typedef struct edit_list {
    const filter_segment *segment;
    edit *items;
    size_t count;
} edit_list;

static void add_data(edit_list *list, const candidate *c) {
    edit *last = list->count ? &list->items[list->count - 1] : NULL;
    const span at = c->writing.quote ? (span){c->writing.start, c->writing.end} : c->at;
    if (!last || at.start >= last->at.end) {
        list->items[list->count++] = (edit){at, c};
        return;
    }
    if (last->with && last->with->writing.quote && at.end <= last->at.end) return; /* of one number, which is gone */
    if (at.end > last->at.end) last->at.end = at.end; /* data inside an attack, or across its end: all goes */
    last->with = NULL;
}

static void add_attack(edit_list *list, const candidate *c) {
    const edit *last = list->count ? &list->items[list->count - 1] : NULL;
    if (last && !last->with && c->at.end <= last->at.end) return; /* gone already */
    span at = sanitise_span(list->segment, c);
    for (; list->count; list->count--) {
        last = &list->items[list->count - 1];
        bool apart = at.start >= last->at.end;
        if (apart && (last->with || !sanitise_joins(list->segment, last->at.end, at.start))) break;
        if (last->at.start < at.start) at.start = last->at.start;
        if (last->at.end > at.end) at.end = last->at.end;
    }
    list->items[list->count++] = (edit){at, NULL};
}

/* Points the edits to what was made of them, once that moves no more. */
static void point_edits(redactor *r, const text_buffer *out) {
    size_t source = 0, made = 0;
    for (size_t i = 0; i < r->made_count; i++) {
        filter_edit *e = &r->made[i];
        made += e->start - source;
        e->with.text = out->data + made;
        made += e->with.size;
        source = e->end;
    }
}

static void apply(redactor *r, const edit_list *list, text_buffer *out) {
    const char *text = list->segment->text;
    size_t done = 0;
    for (size_t i = 0; i < list->count; i++) {
        const edit *e = &list->items[i];
        text_append(out, text + done, e->at.start - done);
        const size_t start = out->size;
        if (e->with) write_in_place(r, e->with, list->segment, out);
        else text_append_string(out, SANITISE_STRIPPED);
        if (r->made) r->made[r->made_count++] = (filter_edit){e->at.start, e->at.end, {NULL, out->size - start}};
        done = e->at.end;
    }
    text_append(out, text + done, list->segment->size - done);
    if (!out->failed) point_edits(r, out);
}

filter_text redact_segment(redactor *r, const filter_segment *segment, const size_t range[2], size_t *stripped) {
    filter_scratch *s = r->scratch;
    text_buffer out = {.memory = &s->memory};
    edit_list list = {segment, arena_alloc(&s->memory, range[1] - range[0] + 1, sizeof(edit)), 0};
    if (stripped) *stripped = 0;
    r->made_count = 0;
    r->made = NULL;
    if (r->request->asked.returns & FILTER_RETURN_EDITS && list.items)
        r->made = arena_alloc(&s->memory, range[1] - range[0] + 1, sizeof *r->made);
    for (size_t i = range[0]; list.items && i < range[1]; i++) { /* in order of start */
        const candidate *c = &s->found.items[i];
        bool is_attack = c->rule->category == FILTER_INJECTION;
        if (c->dropped || c->action < (is_attack ? FILTER_ACTION_FLAG : FILTER_ACTION_REDACT)) continue;
        if (!is_attack) {
            add_data(&list, c);
        } else if (stripped) {
            add_attack(&list, c);
            ++*stripped;
        }
    }
    if (list.items && list.count == 0) return (filter_text){segment->text ? segment->text : "", segment->size};
    if (list.items) apply(r, &list, &out);
    if (list.items && !out.failed) return (filter_text){out.data ? out.data : "", out.size};
    s->failed = true;
    return (filter_text){NULL, 0};
}
