/* SPDX-License-Identifier: Apache-2.0 */
#include "render/redact.h"

#include "base/utf8.h"
#include "render/sanitise.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct redact_entry {
    const char *entity_type; /* NULL: free */
    const char *value; /* letters and digits only where that is what counts */
    size_t size;
    const char *token;
    bool is_part; /* of a person's name, of which alone it was not seen */
};

void redact_begin(redactor *r, const filter_engine *engine, filter_scratch *s, const checked_request *request) {
    *r = (redactor){.engine = engine, .scratch = s, .request = request};
}

/* -------------------------------------------------------------------------------- tokens ---- */

/* Digits of a number that is counted on from, at most: no request holds so many values that a longer one is met. */
#define TYPED_DIGITS_MAX 18
#define TYPE_MAX 64 /* characters of an entity type: packs/rule.c */

/* Reads the token that may begin after the '<' before `at`; counts on from its number. */
static void note_typed(redactor *r, const char *at, size_t left) {
    size_t name = 0, digits = 0;
    uint64_t number = 0;
    while (name < left && name <= TYPE_MAX + 1 + TYPED_DIGITS_MAX &&
           (text_is_digit(at[name]) || (at[name] >= 'A' && at[name] <= 'Z') || at[name] == '_')) {
        name++;
    }
    if (name == left || at[name] != '>') return;
    while (name > 0 && text_is_digit(at[name - 1])) name--, digits++;
    if (digits == 0 || digits > TYPED_DIGITS_MAX || name < 2 || at[name - 1] != '_') return;
    size_t type = pack_entity_index(&r->engine->set, at, name - 1);
    if (type == r->engine->set.entity_type_count) return;
    for (size_t i = 0; i < digits; i++) number = number * 10 + (uint64_t)(at[name + i] - '0');
    if (number > r->numbers[type]) r->numbers[type] = number;
}

/* Tokens that someone typed: <IN_PAN_1> in the text as sent must not be mistaken for the value that it would be
 * restored to. One pass over the request, when its first token is made. */
static bool count_typed(redactor *r) {
    if (r->numbers) return true;
    r->numbers = arena_alloc(&r->scratch->memory, r->engine->set.entity_type_count + 1, sizeof *r->numbers);
    for (size_t i = 0; r->numbers && i < r->request->asked.segment_count; i++) {
        const filter_segment *s = &r->request->asked.segments[i];
        const char *at = s->text, *end = s->size ? s->text + s->size : s->text;
        while (at < end && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
            at++;
            note_typed(r, at, (size_t)(end - at));
        }
    }
    return r->numbers != NULL;
}

/* The next token of a type that nobody has typed himself. */
static const char *new_token(redactor *r, const pack_rule *rule) {
    if (!count_typed(r)) return NULL;
    unsigned long long number = ++r->numbers[rule->entity_index];
    return arena_printf(&r->scratch->memory, "<%s_%llu>", rule->entity_type, number);
}

/* What makes two spellings one value, as it was found: decoded and folded. Case does not count in personal data, nor
 * separators in numbers and codes; of secrets every byte counts. */
static const char *normalise(redactor *r, const candidate *c, size_t *out_size) {
    char *out = arena_copy(&r->scratch->memory, c->found.text, c->found.size);
    const bool is_code = c->rule->pattern_count && c->rule->patterns[0].value;
    const bool is_secret = c->rule->category == FILTER_SECRET;
    *out_size = 0;
    for (size_t i = 0; out && i < c->found.size; i++) {
        char ch = c->found.text[i];
        if (is_code && !text_is_alnum(ch) && (unsigned char)ch < 0x80) continue;
        out[(*out_size)++] = is_secret && !c->rule->caseless ? ch : text_lower(ch);
    }
    return out;
}

static size_t slot_of(const redactor *r, const char *entity_type, const char *value, size_t size) {
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t slot;
    crypto_shorthash(hash, (const unsigned char *)value, size, r->engine->hash_key);
    memcpy(&slot, hash, sizeof slot);
    size_t mask = r->entry_capacity - 1, i = (size_t)slot & mask;
    for (; r->entries[i].entity_type; i = (i + 1) & mask) {
        const redact_entry *e = &r->entries[i];
        if (e->size == size && strcmp(e->entity_type, entity_type) == 0 && memcmp(e->value, value, size) == 0) break;
    }
    return i;
}

static bool make_room(redactor *r) {
    if (r->entry_count * 2 < r->entry_capacity) return true;
    size_t old_capacity = r->entry_capacity, capacity = old_capacity ? old_capacity * 2 : 32;
    redact_entry *old = r->entries, *entries = arena_alloc(&r->scratch->memory, capacity, sizeof *entries);
    if (!entries) return false;
    r->entries = entries;
    r->entry_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].entity_type) r->entries[slot_of(r, old[i].entity_type, old[i].value, old[i].size)] = old[i];
    }
    return true;
}

/* The entry of a value, made when there is none: then it has no token yet. NULL: memory is out. */
static redact_entry *entry_of(redactor *r, const char *entity_type, filter_text value) {
    if (!make_room(r)) return NULL;
    redact_entry *e = &r->entries[slot_of(r, entity_type, value.text, value.size)];
    if (!e->entity_type) {
        *e = (redact_entry){.entity_type = entity_type, .value = value.text, .size = value.size};
        r->entry_count++;
    }
    return e;
}

/* The entity type of names of persons. */
#define PERSON "PERSON"

/* Letters of a part of a name by which a person is called, at least. */
#define CALLED_BY_MIN 3

/* The first or the last word of a name of several, in `part`. False: it is one word, or nobody is called so. */
static bool part_of(filter_text name, bool is_last, filter_text *part) {
    const char *blank = is_last ? memrchr(name.text, ' ', name.size) : memchr(name.text, ' ', name.size);
    if (!blank) return false;
    const size_t at = (size_t)(blank - name.text);
    *part = is_last ? (filter_text){blank + 1, name.size - at - 1} : (filter_text){name.text, at};
    return part->size >= CALLED_BY_MIN && part->text[part->size - 1] != '.';
}

/* A person is called by a part of the name, too: Asha Rao, Asha, Ms Rao. A part that was seen alone before gives its
 * token to the name; parts that were not get that of the name. */
static const char *token_of_person(redactor *r, const candidate *c, filter_text name) {
    const char *type = c->rule->entity_type, *token = NULL;
    filter_text part;
    for (int last = 0; last < 2 && !token; last++) {
        if (!part_of(name, last, &part)) continue;
        redact_entry *e = &r->entries[slot_of(r, type, part.text, part.size)];
        if (!e->entity_type || e->is_part) continue;
        token = e->token;
        e->is_part = true; /* of this person; the next one of the name is another */
    }
    if (!token) token = new_token(r, c->rule);
    for (int last = 0; last < 2 && token; last++) {
        redact_entry *e = part_of(name, last, &part) ? entry_of(r, type, part) : NULL;
        if (e && !e->token) *e = (redact_entry){type, part.text, part.size, token, true};
    }
    return token;
}

static const char *token_for(redactor *r, const candidate *c) {
    filter_text value = {.size = 0};
    value.text = normalise(r, c, &value.size);
    redact_entry *e = value.text ? entry_of(r, c->rule->entity_type, value) : NULL;
    if (!e) return NULL;
    if (!e->token) {
        const bool is_person = strcmp(c->rule->entity_type, PERSON) == 0;
        const char *token = is_person ? token_of_person(r, c, value) : new_token(r, c->rule);
        e = entry_of(r, c->rule->entity_type, value); /* the table may have moved */
        if (!e || !token) return NULL;
        e->token = token;
    }
    return e->token;
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
    size_t normal_size;
    const char *normal = normalise(r, c, &normal_size);
    if (!normal) {
        out->failed = true;
        return;
    }
    crypto_generichash(digest, sizeof digest, (const unsigned char *)normal, normal_size, r->engine->hash_key,
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

static void replace(redactor *r, const candidate *c, const char *value, size_t size, text_buffer *out) {
    const entity_policy *entity = policy_entity(r->request->policy, c->rule->entity_type);
    const pack_redaction *how = entity && entity->has_redaction ? &entity->redaction : &r->request->policy->redaction;
    const char *token;
    switch (how->operator) {
    case REDACT_MASK: mask(how, c->goes_on ? 0 : how->keep, value, size, out); break;
    case REDACT_HASH: hash(r, c, out); break;
    case REDACT_REMOVE: break;
    case REDACT_REPLACE:
        token = token_for(r, c);
        text_append(out, value, issuer_prefix(c->rule, value, size));
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

static void apply(redactor *r, const edit_list *list, text_buffer *out) {
    const char *text = list->segment->text;
    size_t done = 0;
    for (size_t i = 0; i < list->count; i++) {
        const edit *e = &list->items[i];
        text_append(out, text + done, e->at.start - done);
        if (e->with) write_in_place(r, e->with, list->segment, out);
        else text_append_string(out, SANITISE_STRIPPED);
        done = e->at.end;
    }
    text_append(out, text + done, list->segment->size - done);
}

filter_text redact_segment(redactor *r, const filter_segment *segment, const size_t range[2], size_t *stripped) {
    filter_scratch *s = r->scratch;
    text_buffer out = {.memory = &s->memory};
    edit_list list = {segment, arena_alloc(&s->memory, range[1] - range[0] + 1, sizeof(edit)), 0};
    if (stripped) *stripped = 0;
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
