/* SPDX-License-Identifier: Apache-2.0 */
#include "core/streams.h"

#include "core/clock.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    struct entry *next; /* of the same bucket */
    uint64_t hash[2]; /* of all names, keyed: no name is kept */
    filter_stream *stream;
    int64_t used_us;
    bool is_taken;
} entry;

#define BUCKETS 1024
#define IDLE_US INT64_C(300000000) /* a caller that is silent for so long is gone */

struct streams {
    const config *config;
    unsigned char secret[crypto_shorthash_siphashx24_KEYBYTES];
    pthread_mutex_t lock; /* of all below */
    entry *buckets[BUCKETS];
    size_t count;
    int64_t swept_us;
    uint64_t begun, expired;
};

streams *streams_new(const config *c) {
    streams *all = sodium_init() < 0 ? NULL : calloc(1, sizeof *all);
    if (!all) return NULL;
    all->config = c;
    randombytes_buf(all->secret, sizeof all->secret);
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

static void drop(streams *all, entry **slot) {
    entry *e = *slot;
    *slot = e->next;
    filter_stream_free(e->stream);
    free(e);
    all->count--;
}

void streams_free(streams *all) {
    if (!all) return;
    for (size_t i = 0; i < BUCKETS; i++) {
        while (all->buckets[i]) drop(all, &all->buckets[i]);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

/* Names end with a NUL, so that no two rows of them are alike. */
static void hash_of(const streams *all, const wire_request *request, uint64_t hash[2]) {
    const char *const names[] = {request->tenant, request->session, request->stream.name, request->stream.part};
    unsigned char bytes[4 * (WIRE_NAME_MAX + 1)];
    size_t used = 0;
    for (size_t i = 0; i < 4; i++) {
        const size_t size = strlen(names[i]) + 1;
        memcpy(bytes + used, names[i], size);
        used += size;
    }
    crypto_shorthash_siphashx24((unsigned char *)hash, bytes, used, all->secret);
    sodium_memzero(bytes, sizeof bytes);
}

static entry **slot_of(streams *all, const uint64_t hash[2]) {
    entry **at = &all->buckets[hash[0] % BUCKETS];
    while (*at && memcmp((*at)->hash, hash, sizeof(*at)->hash) != 0) at = &(*at)->next;
    return at;
}

static void drop_idle(streams *all, int64_t now) {
    for (size_t i = 0; i < BUCKETS; i++) {
        for (entry **slot = &all->buckets[i]; *slot;) {
            if ((*slot)->is_taken || now - (*slot)->used_us < IDLE_US) {
                slot = &(*slot)->next;
                continue;
            }
            drop(all, slot);
            all->expired++;
        }
    }
}

/* A new entry, taken. NULL after setting the error. */
static entry *begin(streams *all, const filter_engine *engine, const wire_request *request, const uint64_t hash[2],
                    wire_error *error) {
    filter_stream_options options = FILTER_STREAM_OPTIONS_INIT;
    filter_error failure;
    if (all->count >= all->config->streams) drop_idle(all, clock_now_us());
    if (all->count >= all->config->streams) {
        wire_fail(error, "overloaded", "there are %zu open streams, as many as 'limits.streams' allows", all->count);
        return NULL;
    }
    entry *e = calloc(1, sizeof *e);
    if (!e) {
        wire_fail(error, "internal", "out of memory");
        return NULL;
    }
    options.request = &request->filter;
    options.sealed = request->chat.sealed;
    options.is_arguments = request->stream.is_arguments;
    options.text_max = all->config->stream_bytes;
    if (filter_stream_new(&e->stream, engine, &options, &failure) != FILTER_OK) {
        wire_fail_from_filter(error, &failure);
        free(e);
        return NULL;
    }
    memcpy(e->hash, hash, sizeof e->hash);
    e->is_taken = true;
    entry **slot = &all->buckets[hash[0] % BUCKETS];
    e->next = *slot;
    *slot = e;
    all->count++;
    all->begun++;
    return e;
}

/* NULL after setting the error. */
static entry *take(streams *all, const filter_engine *engine, const wire_request *request, wire_error *error) {
    uint64_t hash[2];
    hash_of(all, request, hash);
    pthread_mutex_lock(&all->lock);
    entry *e = *slot_of(all, hash);
    if (!e) e = begin(all, engine, request, hash, error);
    else if (e->is_taken) {
        wire_fail(error, "bad_request", "a piece of this stream is being read; wait for its reply before the next one");
        e = NULL;
    } else {
        e->is_taken = true;
    }
    pthread_mutex_unlock(&all->lock);
    return e;
}

static void give(streams *all, entry *e, bool is_over) {
    pthread_mutex_lock(&all->lock);
    e->is_taken = false;
    e->used_us = clock_now_us();
    if (is_over) drop(all, slot_of(all, e->hash));
    pthread_mutex_unlock(&all->lock);
}

bool streams_push(streams *all, const filter_engine *engine, filter_scratch *scratch, const wire_request *request,
                  const filter_settled **settled, wire_error *error) {
    filter_error failure;
    entry *e = take(all, engine, request, error);
    if (!e) return false;
    const filter_status status =
        filter_stream_push(e->stream, scratch, request->chat.body, request->stream.is_end, settled, &failure);
    if (status != FILTER_OK) wire_fail_from_filter(error, &failure);
    give(all, e, status != FILTER_OK || request->stream.is_end || (*settled)->verdict == FILTER_BLOCK);
    return status == FILTER_OK;
}

void streams_sweep(streams *all, int64_t now_us) {
    pthread_mutex_lock(&all->lock);
    if (all->count && now_us - all->swept_us >= STREAMS_SWEEP_MS * 1000) {
        drop_idle(all, now_us);
        all->swept_us = now_us;
    }
    pthread_mutex_unlock(&all->lock);
}

json_t *streams_status(streams *all) {
    pthread_mutex_lock(&all->lock);
    json_t *status = json_pack("{s:I, s:I, s:I}", "open", (json_int_t)all->count, "begun", (json_int_t)all->begun,
                               "expired", (json_int_t)all->expired);
    pthread_mutex_unlock(&all->lock);
    return status;
}
