/* SPDX-License-Identifier: Apache-2.0 */
#include "render/tokens.h"

#include "base/utf8.h"
#include "text/fold.h"

#include <sodium.h>
#include <string.h>

/* --------------------------------------------------------------------------------- numbered ---- */

/* Digits of a number that is counted on from, at most: no request holds so many values that a longer one is met. */
#define TYPED_DIGITS_MAX 18
#define TYPE_MAX 64 /* characters of an entity type: packs/rule.c */

/* Reads the token that may begin after the '<' before `at`; counts on from its number. */
static void note_typed(token_table *t, const char *at, size_t left) {
    size_t name = 0, digits = 0;
    uint64_t number = 0;
    while (name < left && name <= TYPE_MAX + 1 + TYPED_DIGITS_MAX &&
           (text_is_digit(at[name]) || (at[name] >= 'A' && at[name] <= 'Z') || at[name] == '_')) {
        name++;
    }
    if (name == left || at[name] != '>') return;
    while (name > 0 && text_is_digit(at[name - 1])) name--, digits++;
    if (digits == 0 || digits > TYPED_DIGITS_MAX || name < 2 || at[name - 1] != '_') return;
    size_t type = pack_entity_index(&t->engine->set, at, name - 1);
    if (type == t->engine->set.entity_type_count) return;
    for (size_t i = 0; i < digits; i++) number = number * 10 + (uint64_t)(at[name + i] - '0');
    if (number > t->numbers[type]) t->numbers[type] = number;
}

/* Tokens that someone typed: <IN_PAN_1> in the text as sent must not be mistaken for the value that it would be
 * restored to. One pass over the request, when its first token is made. */
static bool count_typed(token_table *t) {
    if (t->numbers) return true;
    t->numbers = arena_alloc(&t->scratch->memory, t->engine->set.entity_type_count + 1, sizeof *t->numbers);
    for (size_t i = 0; t->numbers && i < t->request->asked.segment_count; i++) {
        const filter_segment *s = &t->request->asked.segments[i];
        const char *at = s->text, *end = s->size ? s->text + s->size : s->text;
        while (at < end && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
            at++;
            note_typed(t, at, (size_t)(end - at));
        }
    }
    return t->numbers != NULL;
}

static const char *numbered_token(token_table *t, const pack_rule *rule) {
    if (!count_typed(t)) return NULL;
    unsigned long long number = ++t->numbers[rule->entity_index];
    return arena_printf(&t->scratch->memory, "<%s_%llu>", rule->entity_type, number);
}

/* ------------------------------------------------------------------------------------ keyed ---- */

/* Without vowels no token is a word, and its first character tells it from a number: 28 bits in six characters, and
 * 38 in eight, for two values of one request whose six are the same. */
#define CODE_LETTERS "bcdfghjkmnpqrstvwxz"
#define CODE_CHARACTERS "23456789" CODE_LETTERS
#define CODE_SIZE 6
#define CODE_LONG_SIZE 8

/* A key for one purpose and one tenant, of the one that the caller has. */
static void derive_key(unsigned char key[32], const filter_scope *scope) {
    crypto_generichash_state state;
    const char *tenant = scope->tenant ? scope->tenant : "";
    crypto_generichash_init(&state, scope->keys, FILTER_SCOPE_KEY_SIZE, 32);
    crypto_generichash_update(&state, (const unsigned char *)"filterd token", sizeof "filterd token");
    crypto_generichash_update(&state, (const unsigned char *)tenant, strlen(tenant));
    crypto_generichash_final(&state, key, 32);
    sodium_memzero(&state, sizeof state);
}

/* Whose tokens are alike, by the policy; NULL: nobody's, or the caller did not say whose they are. */
static const char *scope_name(const filter_scope *scope, token_scope by) {
    const char *name = NULL;
    if (!scope || !scope->key_count) return NULL;
    if (by == TOKENS_BY_TENANT) name = scope->tenant ? scope->tenant : "";
    else if (by == TOKENS_BY_USER) name = scope->user;
    else if (by == TOKENS_BY_SESSION) name = scope->session;
    return name && (*name || by == TOKENS_BY_TENANT) ? name : NULL;
}

/* Takes the place of a code; false: another value has it. */
static bool take_code(token_table *t, uint64_t code) {
    const size_t mask = t->entry_capacity - 1;
    size_t i = (size_t)code & mask;
    for (; t->codes[i]; i = (i + 1) & mask) {
        if (t->codes[i] == code) return false;
    }
    t->codes[i] = code;
    return true;
}

static uint64_t hash_value(const token_table *t, const pack_rule *rule, filter_text value) {
    crypto_generichash_state state;
    unsigned char hash[crypto_generichash_BYTES_MIN];
    const unsigned char by = (unsigned char)t->request->policy->tokens;
    uint64_t number;
    crypto_generichash_init(&state, t->key, sizeof t->key, sizeof hash);
    crypto_generichash_update(&state, &by, 1);
    crypto_generichash_update(&state, (const unsigned char *)t->scope, strlen(t->scope) + 1);
    crypto_generichash_update(&state, (const unsigned char *)rule->entity_type, strlen(rule->entity_type) + 1);
    crypto_generichash_update(&state, (const unsigned char *)value.text, value.size);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_memzero(&state, sizeof state);
    memcpy(&number, hash, sizeof number);
    return number;
}

static const char *keyed_token(token_table *t, const pack_rule *rule, filter_text value) {
    char code[CODE_LONG_SIZE + 1] = {0};
    uint64_t number = hash_value(t, rule, value), taken = 0;
    for (size_t i = 0; i < CODE_LONG_SIZE; i++) {
        const char *characters = i ? CODE_CHARACTERS : CODE_LETTERS;
        const size_t count = strlen(characters);
        code[i] = characters[number % count];
        number /= count;
        taken = taken << 8 | (unsigned char)code[i];
        if (i == CODE_SIZE - 1 && take_code(t, taken ^ rule->entity_index << 1)) break;
    }
    return arena_printf(&t->scratch->memory, "<%s_%s>", rule->entity_type, code);
}

static const char *new_token(token_table *t, const pack_rule *rule, filter_text value) {
    return t->scope ? keyed_token(t, rule, value) : numbered_token(t, rule);
}

/* ------------------------------------------------------------------------------------ table ---- */

static token_entry *entry_of(token_table *t, const char *entity_type, filter_text value);

void tokens_begin(token_table *t, const filter_engine *engine, filter_scratch *s, const checked_request *request) {
    const filter_scope *scope = request->asked.scope;
    *t = (token_table){.engine = engine, .scratch = s, .request = request};
    t->scope = scope_name(scope, request->policy->tokens);
    if (t->scope) derive_key(t->key, scope);
    for (size_t i = 0; i < s->known_tokens.count; i++) {
        const token_entry *known = &s->known_tokens.items[i];
        token_entry *e = entry_of(t, known->entity_type, known->value);
        if (!e) s->failed = true;
        else if (!e->token) *e = *known;
    }
}

/* As it was found, decoded, and folded in any case: whether the text around it was folded must not count. Case does not
 * count in personal data, nor separators in numbers and codes; of secrets every byte counts. */
filter_text tokens_canonical(filter_scratch *s, const candidate *c) {
    const bool is_code = c->rule->pattern_count && c->rule->patterns[0].value;
    const bool is_secret = c->rule->category == FILTER_SECRET;
    text_buffer folded = {.memory = &s->memory};
    filter_text found = c->found;
    size_t size = 0;
    if (text_ascii_prefix(found.text, found.size) < found.size &&
        fold_text(found.text, found.size, true, &folded, NULL) != FOLD_NONE)
        found = (filter_text){folded.data, folded.size};
    char *out = folded.failed ? NULL : arena_copy(&s->memory, found.text, found.size);
    for (size_t i = 0; out && i < found.size; i++) {
        char ch = found.text[i];
        if (is_code && !text_is_alnum(ch) && (unsigned char)ch < 0x80) continue;
        out[size++] = is_secret && !c->rule->caseless ? ch : text_lower(ch);
    }
    return (filter_text){out, size};
}

static size_t slot_of(const token_table *t, const char *entity_type, filter_text value) {
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t slot;
    crypto_shorthash(hash, (const unsigned char *)value.text, value.size, t->engine->hash_key);
    memcpy(&slot, hash, sizeof slot);
    size_t mask = t->entry_capacity - 1, i = (size_t)slot & mask;
    for (; t->entries[i].entity_type; i = (i + 1) & mask) {
        const token_entry *e = &t->entries[i];
        const bool is_same = e->value.size == value.size && memcmp(e->value.text, value.text, value.size) == 0;
        if (is_same && strcmp(e->entity_type, entity_type) == 0) break;
    }
    return i;
}

static bool make_room(token_table *t) {
    if (t->entry_count * 2 < t->entry_capacity) return true;
    size_t old_capacity = t->entry_capacity, capacity = old_capacity ? old_capacity * 2 : 32;
    token_entry *old = t->entries, *entries = arena_alloc(&t->scratch->memory, capacity, sizeof *entries);
    if (!entries) return false;
    uint64_t *old_codes = t->codes;
    t->codes = arena_alloc(&t->scratch->memory, capacity, sizeof *t->codes);
    if (!t->codes) return false;
    t->entries = entries;
    t->entry_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old_codes[i]) take_code(t, old_codes[i]);
        if (old[i].entity_type) t->entries[slot_of(t, old[i].entity_type, old[i].value)] = old[i];
    }
    return true;
}

/* The entry of a value, made when there is none: then it has no token yet. NULL: memory is out. */
static token_entry *entry_of(token_table *t, const char *entity_type, filter_text value) {
    if (!make_room(t)) return NULL;
    token_entry *e = &t->entries[slot_of(t, entity_type, value)];
    if (!e->entity_type) {
        *e = (token_entry){.entity_type = entity_type, .value = value};
        t->entry_count++;
    }
    return e;
}

/* ---------------------------------------------------------------------------------- persons ---- */

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
static const char *token_of_person(token_table *t, const candidate *c, filter_text name) {
    const char *type = c->rule->entity_type, *token = NULL;
    filter_text part;
    for (int last = 0; last < 2 && !token; last++) {
        if (!part_of(name, last, &part)) continue;
        token_entry *e = &t->entries[slot_of(t, type, part)];
        if (!e->entity_type || e->is_part) continue;
        token = e->token;
        e->is_part = true; /* of this person; the next one of the name is another */
    }
    if (!token) token = new_token(t, c->rule, name);
    for (int last = 0; last < 2 && token; last++) {
        token_entry *e = part_of(name, last, &part) ? entry_of(t, type, part) : NULL;
        if (e && !e->token) {
            e->token = token;
            e->is_part = true;
        }
    }
    return token;
}

const char *tokens_for(token_table *t, const candidate *c, filter_text surface) {
    const filter_text value = tokens_canonical(t->scratch, c);
    token_entry *e = value.text ? entry_of(t, c->rule->entity_type, value) : NULL;
    if (!e) return NULL;
    if (!e->token) {
        const bool is_person = strcmp(c->rule->entity_type, PERSON) == 0;
        const char *token = is_person ? token_of_person(t, c, value) : new_token(t, c->rule, value);
        e = entry_of(t, c->rule->entity_type, value); /* the table may have moved */
        if (!e || !token) return NULL;
        e->token = token;
    }
    if (!e->surface.text) {
        e->surface = surface;
        e->category = c->rule->category;
    }
    e->roles |= 1U << t->request->asked.segments[c->segment].role;
    return e->token;
}
