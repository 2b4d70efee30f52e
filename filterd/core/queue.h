/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue: requests on their way to the workers, and replies on their way back.
 *
 * Bounded in number and in bytes: a push that would exceed either is refused at once, so that the
 * caller can answer `overloaded` instead of making everybody wait. One lock; the items are owned by
 * whoever pushed, then by whoever pops.
 */
#ifndef FILTERD_CORE_QUEUE_H
#define FILTERD_CORE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct queue_item queue_item;
struct queue_item { /* first member of what is queued */
    queue_item *next;
    size_t bytes;
};

typedef struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    queue_item *first, **last;
    size_t count, bytes;
    size_t count_max, bytes_max; /* 0: unbounded */
    bool closed;
} queue;

void queue_init(queue *q, size_t count_max, size_t bytes_max);
void queue_fini(queue *q);

/* False when the queue is full or closed. */
bool queue_push(queue *q, queue_item *item);

/* Waits for an item; NULL once the queue is closed and empty. */
queue_item *queue_pop(queue *q);

/* The next item, or NULL when there is none now. */
queue_item *queue_try_pop(queue *q);

/* Nothing more is taken; what is in it still comes out. */
void queue_close(queue *q);

size_t queue_count(queue *q);

#endif
