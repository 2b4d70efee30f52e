/* SPDX-License-Identifier: Apache-2.0 */
#include "core/vault.h"

#include "core/keys.h"
#include "core/log.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct entry {
    struct entry *older, *newer; /* by when they were put */
    struct entry *next; /* of the same bucket */
    uint64_t hash[2]; /* of tenant and session, keyed: no name is kept */
    int64_t until;
    size_t size;
    char sealed[];
} entry;

#define BUCKETS 4096

struct vault {
    uint8_t *keys;
    size_t key_count;
    size_t seconds, bytes_max;
    unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
    pthread_mutex_t lock; /* of all below */
    entry *buckets[BUCKETS];
    entry *oldest, *newest;
    size_t count, bytes;
    uint64_t evicted;
};

/* ------------------------------------------------------------------------------------- keys ---- */

static bool read_keys(vault *v, const config *c) {
    v->key_count = c->token_keys.count ? c->token_keys.count : 1;
    v->keys = sodium_allocarray(v->key_count, FILTER_SCOPE_KEY_SIZE);
    if (!v->keys) return false;
    if (!c->token_keys.count) randombytes_buf(v->keys, FILTER_SCOPE_KEY_SIZE);
    for (size_t i = 0; i < c->token_keys.count; i++) {
        if (!keys_read_hash_key(c->token_keys.items[i], v->keys + i * FILTER_SCOPE_KEY_SIZE)) return false;
    }
    return true;
}

vault *vault_open(const config *c, int *status) {
    vault *v = sodium_init() < 0 ? NULL : calloc(1, sizeof *v);
    *status = CONFIG_EXIT_SYSTEM;
    if (!v) {
        log_error("tokens: out of memory");
        return NULL;
    }
    v->seconds = c->token_ms / 1000;
    v->bytes_max = c->token_bytes;
    randombytes_buf(v->secret, sizeof v->secret);
    pthread_mutex_init(&v->lock, NULL);
    if (read_keys(v, c)) {
        *status = 0;
        return v;
    }
    if (v->keys) *status = CONFIG_EXIT_KEYS;
    else log_error("tokens: out of memory");
    vault_close(v);
    return NULL;
}

filter_scope vault_scope(const vault *v, const wire_request *request) {
    filter_scope scope = FILTER_SCOPE_INIT;
    scope.keys = v->keys;
    scope.key_count = v->key_count;
    scope.tenant = request->tenant;
    scope.user = request->user;
    scope.session = request->session;
    return scope;
}

uint64_t vault_seconds(const vault *v) {
    return v->seconds;
}

/* ------------------------------------------------------------------------------------ store ---- */

static int64_t now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void hash_of(const vault *v, const wire_request *request, uint64_t hash[2]) {
    unsigned char names[2 * (WIRE_NAME_MAX + 1)] = {0};
    const size_t tenant = strlen(request->tenant) + 1, session = strlen(request->session);
    memcpy(names, request->tenant, tenant);
    memcpy(names + tenant, request->session, session);
    crypto_shorthash_siphashx24((unsigned char *)hash, names, tenant + session, v->secret);
}

static entry **slot_of(vault *v, const uint64_t hash[2]) {
    entry **at = &v->buckets[hash[0] % BUCKETS];
    while (*at && memcmp((*at)->hash, hash, sizeof(*at)->hash) != 0) at = &(*at)->next;
    return at;
}

static void drop(vault *v, entry **slot) {
    entry *e = *slot;
    *slot = e->next;
    *(e->older ? &e->older->newer : &v->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &v->newest) = e->older;
    v->count--;
    v->bytes -= sizeof *e + e->size;
    free(e);
}

/* Makes room, by age: those whose time is over first, as all have the same. */
static void make_room(vault *v, size_t size) {
    const int64_t now = now_s();
    while (v->oldest && (v->oldest->until <= now || v->bytes + size > v->bytes_max)) {
        v->evicted += v->oldest->until > now;
        drop(v, slot_of(v, v->oldest->hash));
    }
}

bool vault_put(vault *v, const wire_request *request, filter_text sealed) {
    const size_t size = sizeof(entry) + sealed.size;
    entry *e = size <= v->bytes_max ? malloc(size) : NULL;
    if (!e) return false;
    *e = (entry){.until = now_s() + (int64_t)v->seconds, .size = sealed.size};
    memcpy(e->sealed, sealed.text, sealed.size);
    hash_of(v, request, e->hash);
    pthread_mutex_lock(&v->lock);
    if (*slot_of(v, e->hash)) drop(v, slot_of(v, e->hash));
    make_room(v, size);
    entry **slot = slot_of(v, e->hash);
    *slot = e;
    e->older = v->newest;
    *(v->newest ? &v->newest->newer : &v->oldest) = e;
    v->newest = e;
    v->count++;
    v->bytes += size;
    pthread_mutex_unlock(&v->lock);
    return true;
}

filter_text vault_get(vault *v, const wire_request *request, arena *memory) {
    filter_text out = {NULL, 0};
    uint64_t hash[2];
    hash_of(v, request, hash);
    pthread_mutex_lock(&v->lock);
    const entry *e = *slot_of(v, hash);
    if (e && e->until > now_s()) out = (filter_text){arena_copy(memory, e->sealed, e->size), e->size};
    pthread_mutex_unlock(&v->lock);
    return out;
}

json_t *vault_status(vault *v) {
    pthread_mutex_lock(&v->lock);
    json_t *status = json_pack("{s:I, s:I, s:I}", "mappings", (json_int_t)v->count, "bytes", (json_int_t)v->bytes,
                               "evicted", (json_int_t)v->evicted);
    pthread_mutex_unlock(&v->lock);
    return status;
}

void vault_close(vault *v) {
    if (!v) return;
    while (v->oldest) drop(v, slot_of(v, v->oldest->hash));
    sodium_free(v->keys);
    pthread_mutex_destroy(&v->lock);
    free(v);
}
