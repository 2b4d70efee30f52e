/* SPDX-License-Identifier: Apache-2.0 */
#include "restore/mapping.h"

#include "base/hash.h"

#include <sodium.h>
#include <string.h>

#define MAGIC "FSM1"
#define MAGIC_SIZE ((size_t)4)
#define KEY_ID_SIZE ((size_t)8)
#define EXPIRY_SIZE ((size_t)8)
#define HEAD_SIZE (MAGIC_SIZE + KEY_ID_SIZE + EXPIRY_SIZE)
#define NONCE_SIZE ((size_t)crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define TAG_SIZE ((size_t)crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define KEY_SIZE ((size_t)crypto_aead_xchacha20poly1305_ietf_KEYBYTES)

/* An entry: category, roles, size of the token, size of the value, token, value. */
#define ENTRY_HEAD ((size_t)1 + 1 + 2 + 4)

/* ------------------------------------------------------------------------------------ table ---- */

static uint32_t *place_of(const mapping *m, filter_text token) {
    uint64_t hash = HASH64_BASIS;
    for (size_t i = 0; i < token.size; i++) hash = hash64_step(hash, (unsigned char)token.text[i]);
    for (size_t at = (size_t)(hash * HASH_GOLDEN >> 32) & (m->table_size - 1);; at = (at + 1) & (m->table_size - 1)) {
        uint32_t *place = &m->table[at];
        if (!*place) return place;
        const filter_text there = m->items[*place - 1].token;
        if (there.size == token.size && memcmp(there.text, token.text, token.size) == 0) return place;
    }
}

static bool make_room(mapping *m) {
    if (!arena_grow(m->memory, &m->items, &m->capacity, m->count + 1, sizeof *m->items)) return false;
    if (m->count * 2 < m->table_size) return true;
    const size_t size = m->table_size ? m->table_size * 2 : 32;
    uint32_t *table = arena_alloc(m->memory, size, sizeof *table);
    if (!table) return false;
    m->table = table;
    m->table_size = size;
    for (size_t i = 0; i < m->count; i++) *place_of(m, m->items[i].token) = (uint32_t)i + 1;
    return true;
}

bool mapping_add(mapping *m, const mapping_entry *entry) {
    if (m->count == MAPPING_ENTRIES_MAX) return true;
    if (!make_room(m)) return false;
    uint32_t *place = place_of(m, entry->token);
    if (*place) {
        m->items[*place - 1].roles |= entry->roles;
        return true;
    }
    m->items[m->count++] = *entry;
    *place = (uint32_t)m->count;
    return true;
}

const mapping_entry *mapping_find(const mapping *m, filter_text token) {
    const uint32_t place = m->count ? *place_of(m, token) : 0;
    return place ? &m->items[place - 1] : NULL;
}

/* ------------------------------------------------------------------------------------- keys ---- */

/* A key for sealing, and its public name, of one that the caller has. */
static void derive(const uint8_t *key, const char *purpose, unsigned char *out, size_t size) {
    crypto_generichash(out, size, (const unsigned char *)purpose, strlen(purpose), key, FILTER_SCOPE_KEY_SIZE);
}

static void put_number(unsigned char *out, uint64_t number, size_t size) {
    for (size_t i = 0; i < size; i++, number >>= 8) out[i] = (unsigned char)number;
}

static uint64_t get_number(const unsigned char *from, size_t size) {
    uint64_t number = 0;
    for (size_t i = size; i > 0; i--) number = number << 8 | from[i - 1];
    return number;
}

/* What the seal is bound to beside its entries: its head, the tenant and the session. */
static filter_text associated(arena *memory, const unsigned char head[HEAD_SIZE], const filter_scope *scope) {
    const char *tenant = scope->tenant ? scope->tenant : "", *session = scope->session ? scope->session : "";
    const size_t tenant_size = strlen(tenant) + 1, session_size = strlen(session) + 1;
    const size_t size = HEAD_SIZE + tenant_size + session_size;
    char *out = arena_alloc(memory, size, 1);
    if (!out) return (filter_text){NULL, 0};
    memcpy(out, head, HEAD_SIZE);
    memcpy(out + HEAD_SIZE, tenant, tenant_size);
    memcpy(out + HEAD_SIZE + tenant_size, session, session_size);
    return (filter_text){out, size};
}

/* ------------------------------------------------------------------------------------- seal ---- */

static size_t plain_size(const mapping *m) {
    size_t size = 0;
    for (size_t i = 0; i < m->count; i++) size += ENTRY_HEAD + m->items[i].token.size + m->items[i].value.size;
    return size;
}

static void write_entries(const mapping *m, unsigned char *out) {
    for (size_t i = 0; i < m->count; i++) {
        const mapping_entry *e = &m->items[i];
        *out++ = (unsigned char)e->category;
        *out++ = (unsigned char)e->roles;
        put_number(out, e->token.size, 2);
        put_number(out + 2, e->value.size, 4);
        out += 6;
        memcpy(out, e->token.text, e->token.size);
        out += e->token.size;
        if (e->value.size) memcpy(out, e->value.text, e->value.size);
        out += e->value.size;
    }
}

filter_text mapping_seal(const mapping *m, const filter_scope *scope, uint64_t expires) {
    const size_t plain = plain_size(m);
    unsigned char key[KEY_SIZE], *out = arena_alloc(m->memory, HEAD_SIZE + NONCE_SIZE + plain + TAG_SIZE, 1);
    unsigned char *entries = arena_alloc(m->memory, plain + 1, 1);
    unsigned long long sealed = 0;
    if (!out || !entries) return (filter_text){NULL, 0};
    memcpy(out, MAGIC, MAGIC_SIZE);
    derive(scope->keys, "filterd seal id", out + MAGIC_SIZE, KEY_ID_SIZE);
    put_number(out + MAGIC_SIZE + KEY_ID_SIZE, expires, EXPIRY_SIZE);
    randombytes_buf(out + HEAD_SIZE, NONCE_SIZE);
    write_entries(m, entries);
    const filter_text with = associated(m->memory, out, scope);
    if (!with.text) return (filter_text){NULL, 0};
    derive(scope->keys, "filterd seal key", key, sizeof key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEAD_SIZE + NONCE_SIZE, &sealed, entries, plain,
                                               (const unsigned char *)with.text, with.size, NULL, out + HEAD_SIZE, key);
    sodium_memzero(key, sizeof key);
    return (filter_text){(const char *)out, HEAD_SIZE + NONCE_SIZE + (size_t)sealed};
}

/* ------------------------------------------------------------------------------------- open ---- */

static const uint8_t *key_of(const filter_scope *scope, const unsigned char id[KEY_ID_SIZE]) {
    unsigned char there[KEY_ID_SIZE];
    for (size_t i = 0; i < scope->key_count; i++) {
        const uint8_t *key = scope->keys + i * FILTER_SCOPE_KEY_SIZE;
        derive(key, "filterd seal id", there, sizeof there);
        if (memcmp(there, id, sizeof there) == 0) return key;
    }
    return NULL;
}

/* Nobody but the holder of a key can write entries; they are checked all the same. */
static mapping_status read_entries(mapping *m, const unsigned char *at, size_t size) {
    while (size) {
        if (size < ENTRY_HEAD) return MAPPING_MALFORMED;
        const size_t token = (size_t)get_number(at + 2, 2), value = (size_t)get_number(at + 4, 4);
        if (size - ENTRY_HEAD < token || size - ENTRY_HEAD - token < value) return MAPPING_MALFORMED;
        const char *text = (const char *)at + ENTRY_HEAD;
        const mapping_entry entry = {{text, token}, {text + token, value}, (filter_category)at[0], at[1]};
        if (!mapping_add(m, &entry)) return MAPPING_MEMORY;
        at += ENTRY_HEAD + token + value;
        size -= ENTRY_HEAD + token + value;
    }
    return MAPPING_OK;
}

mapping_status mapping_open(mapping *m, filter_text seal, const filter_scope *scope, uint64_t now) {
    const unsigned char *at = (const unsigned char *)seal.text;
    unsigned char key[KEY_SIZE];
    unsigned long long size = 0;
    if (seal.size < HEAD_SIZE + NONCE_SIZE + TAG_SIZE || memcmp(at, MAGIC, MAGIC_SIZE) != 0) return MAPPING_MALFORMED;
    const uint8_t *secret = key_of(scope, at + MAGIC_SIZE);
    if (!secret) return MAPPING_UNKNOWN_KEY;
    const filter_text with = associated(m->memory, at, scope);
    unsigned char *entries = arena_alloc(m->memory, seal.size, 1);
    if (!with.text || !entries) return MAPPING_MEMORY;
    derive(secret, "filterd seal key", key, sizeof key);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        entries, &size, NULL, at + HEAD_SIZE + NONCE_SIZE, seal.size - HEAD_SIZE - NONCE_SIZE,
        (const unsigned char *)with.text, with.size, at + HEAD_SIZE, key);
    sodium_memzero(key, sizeof key);
    if (failed) return MAPPING_FOREIGN;
    if (get_number(at + MAGIC_SIZE + KEY_ID_SIZE, EXPIRY_SIZE) <= now) return MAPPING_EXPIRED;
    return read_entries(m, entries, (size_t)size);
}
