/* SPDX-License-Identifier: Apache-2.0 */
#include "core/queue.h"

void queue_init(queue *q, size_t count_max, size_t bytes_max) {
    *q = (queue){.count_max = count_max, .bytes_max = bytes_max};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->filled, NULL);
    q->last = &q->first;
}

void queue_fini(queue *q) {
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->filled);
}

bool queue_push(queue *q, queue_item *item) {
    pthread_mutex_lock(&q->lock);
    /* One request may be larger than the byte bound: alone it is taken, or it never could be. */
    bool full =
        (q->count_max && q->count >= q->count_max) ||
        (q->bytes_max && q->count && item->bytes > q->bytes_max - (q->bytes < q->bytes_max ? q->bytes : q->bytes_max));
    bool taken = !q->closed && !full;
    if (taken) {
        item->next = NULL;
        *q->last = item;
        q->last = &item->next;
        q->count++;
        q->bytes += item->bytes;
        pthread_cond_signal(&q->filled);
    }
    pthread_mutex_unlock(&q->lock);
    return taken;
}

static queue_item *take(queue *q) {
    queue_item *item = q->first;
    if (!item) return NULL;
    q->first = item->next;
    if (!q->first) q->last = &q->first;
    q->count--;
    q->bytes -= item->bytes;
    return item;
}

queue_item *queue_pop(queue *q) {
    pthread_mutex_lock(&q->lock);
    while (!q->first && !q->closed) pthread_cond_wait(&q->filled, &q->lock);
    queue_item *item = take(q);
    pthread_mutex_unlock(&q->lock);
    return item;
}

queue_item *queue_try_pop(queue *q) {
    pthread_mutex_lock(&q->lock);
    queue_item *item = take(q);
    pthread_mutex_unlock(&q->lock);
    return item;
}

void queue_close(queue *q) {
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_count(queue *q) {
    pthread_mutex_lock(&q->lock);
    size_t count = q->count;
    pthread_mutex_unlock(&q->lock);
    return count;
}
