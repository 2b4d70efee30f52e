/* SPDX-License-Identifier: Apache-2.0 */
#include "core/account.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_MIN 64 /* accounts: fewer are not worth looking through */

struct account {
    account *next; /* of its bucket */
    atomic_size_t references, bytes;
    size_t size;
    char name[];
};

static atomic_size_t total;

static size_t bucket_of(const char *name, size_t size) {
    uint64_t hash = HASH64_BASIS;
    for (size_t i = 0; i < size; i++) hash = hash64_step(hash, (unsigned char)name[i]);
    return (size_t)(hash ^ hash >> 32) % ACCOUNT_BUCKETS;
}

/* Takes accounts out of the book that have no bytes and that nobody else holds. */
static void sweep(account_book *book) {
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++) {
        for (account **at = &book->buckets[i]; *at;) {
            account *a = *at;
            if (atomic_load(&a->references) > 1) {
                at = &a->next;
                continue;
            }
            *at = a->next;
            book->count--;
            account_unref(a);
        }
    }
    book->sweep_at = book->count < SWEEP_MIN ? 2 * SWEEP_MIN : 2 * book->count;
}

account *accounts_of(account_book *book, const void *name, size_t size) {
    account **bucket = &book->buckets[bucket_of(name, size)];
    for (account *a = *bucket; a; a = a->next) {
        if (a->size == size && memcmp(a->name, name, size) == 0) return account_ref(a);
    }
    if (book->count >= SWEEP_MIN && book->count >= book->sweep_at) sweep(book);
    account *a = malloc(sizeof *a + size);
    if (!a) return NULL;
    *a = (account){.next = *bucket, .size = size};
    atomic_init(&a->references, 2); /* the book's, and the caller's */
    if (size) memcpy(a->name, name, size);
    *bucket = a;
    book->count++;
    return a;
}

void accounts_fini(account_book *book) {
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++) {
        for (account *a = book->buckets[i], *next; a; a = next) {
            next = a->next;
            account_unref(a);
        }
    }
    *book = (account_book){.count = 0};
}

account *account_ref(account *a) {
    if (a) atomic_fetch_add(&a->references, 1);
    return a;
}

void account_unref(account *a) {
    if (a && atomic_fetch_sub(&a->references, 1) == 1) free(a);
}

static bool fits(size_t used, size_t bytes, size_t limit) {
    return used <= limit && bytes <= limit - used;
}

bool account_has_room(const account *a, size_t bytes, size_t limit, size_t total_limit) {
    size_t used = atomic_load(&a->bytes);
    return used == 0 || (fits(used, bytes, limit) && fits(account_total(), bytes, total_limit));
}

void account_take(account *a, size_t bytes) {
    if (!a) return;
    atomic_fetch_add(&a->bytes, bytes);
    atomic_fetch_add(&total, bytes);
}

void account_give(account *a, size_t bytes) {
    if (!a) return;
    atomic_fetch_sub(&a->bytes, bytes);
    atomic_fetch_sub(&total, bytes);
}

size_t account_total(void) {
    return atomic_load(&total);
}
