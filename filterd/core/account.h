/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account: how many bytes are on their way for each client: of requests that are not answered yet, and of replies that
 * are not sent yet. A client that asks and does not read fills its account and nobody's memory.
 *
 *     account *a = accounts_of(&s->accounts, identity, size);
 *     if (account_has_room(a, bytes, limit, total_limit)) …account_take(a, bytes); …later: account_give(a, bytes);
 *     account_unref(a);
 *
 * The book belongs to one thread. Bytes are taken and given by any thread: libzmq gives back what it has sent from its
 * own.
 */
#ifndef FILTERD_CORE_ACCOUNT_H
#define FILTERD_CORE_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct account account;

#define ACCOUNT_BUCKETS 256

typedef struct account_book {
    account *buckets[ACCOUNT_BUCKETS];
    size_t count, sweep_at; /* accounts that are listed; how many are worth looking for idle ones */
} account_book;

/* The account of a client, by the name that the socket gives it. Has a reference more; NULL when memory is out. */
account *accounts_of(account_book *book, const void *name, size_t size);
void accounts_fini(account_book *book);

account *account_ref(account *a);
void account_unref(account *a); /* NULL is allowed */

/* May so many bytes more be on their way, of this account and of all? An account without any takes one request of any
 * size, so that who fills all memory keeps nobody else out. */
bool account_has_room(const account *a, size_t bytes, size_t limit, size_t total_limit);

/* NULL is allowed: then nobody counts. */
void account_take(account *a, size_t bytes);
void account_give(account *a, size_t bytes);

/* Bytes of all accounts of the process. */
size_t account_total(void);

#endif
