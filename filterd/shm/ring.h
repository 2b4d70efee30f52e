/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring: what client and daemon share, and the rules by which they hand messages over.
 *
 * Two buffers. The request buffer, which both write: a control block, and after it the client's messages. The reply
 * buffer, which only the daemon can write: its messages. Two rings of descriptors in the control block say where
 * messages lie; each has one producer and one consumer.
 *
 * Ordering. The producer writes a message and its descriptor, then its index with release; the consumer reads that
 * index with acquire, and so sees both. The consumer writes its own index with release when it needs the slot and the
 * message no more; the producer reads it with acquire before it writes there again. Indices run freely through 2^32
 * and are taken modulo the number of slots, a power of two; what is between them is their difference, so that
 * wrapping is nothing special.
 *
 * Sleeping. Who finds nothing to do writes 1 to its `sleeping`, looks once more, and only then sleeps on the socket.
 * Who has changed an index reads the other's `sleeping`, and sends a byte when it is 1. Both the write of the index
 * and of `sleeping` and the reads after them are sequentially consistent: of the two, at least one sees the other's
 * write, so that no wake-up is lost, and none too many is needed: a client with many requests in flight says how many
 * replies it waits for, and is woken when they are there, or when the daemon has nothing more to do (the argument of
 * Dekker's algorithm; tests/unit/shm/ring_test.c walks through all interleavings). What was sent before the sleep is
 * still in the socket: such a wake-up is not lost either. (A byte in a socket, and no eventfd: that would be one open
 * file for both, and a client could make the daemon's reads and writes of it block.)
 *
 * Trust. The daemon believes nothing that it reads from the request buffer: each index, each descriptor, each byte of
 * a message is read once, checked, and used from a private copy.
 */
#ifndef FILTERD_SHM_RING_H
#define FILTERD_SHM_RING_H

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define RING_MAGIC UINT32_C(0x31484D46) /* "FMH1" */
#define RING_VERSION UINT32_C(2)
#define RING_LINE 64 /* bytes of a cache line */

/* Indices begin here, so that every session wraps soon and nobody can forget that they do. */
#define RING_FIRST UINT32_C(0xFFFFFF80)

typedef struct ring_descriptor {
    _Atomic uint64_t tag; /* the client's; goes back with the reply */
    _Atomic uint64_t sent; /* CLOCK_MONOTONIC, nanoseconds */
    _Atomic uint64_t place; /* offset in the buffer, times 2^32, and size */
} ring_descriptor;

typedef struct ring_control {
    uint32_t magic, version;
    uint32_t slots; /* of each ring, a power of two */
    uint32_t data_offset; /* where messages begin in the request buffer */
    uint32_t request_bytes; /* of messages, in the request buffer */
    uint32_t reply_bytes; /* of the reply buffer */
    alignas(RING_LINE) _Atomic uint32_t request_head; /* written by the client */
    alignas(RING_LINE) _Atomic uint32_t request_tail; /* written by the daemon */
    alignas(RING_LINE) _Atomic uint32_t reply_head; /* written by the daemon */
    alignas(RING_LINE) _Atomic uint32_t reply_tail; /* written by the client */
    alignas(RING_LINE) _Atomic uint32_t client_sleeping;
    _Atomic uint32_t client_wants; /* how far reply_head must get before it is worth a wake-up */
    alignas(RING_LINE) _Atomic uint32_t daemon_sleeping;
    alignas(RING_LINE) ring_descriptor descriptors[]; /* of requests, then of replies */
} ring_control;

/* One message in a buffer. */
typedef struct ring_message {
    uint64_t tag, sent;
    uint32_t offset, size;
} ring_message;

/* One end of a ring, private to its side. */
typedef struct ring_end {
    _Atomic uint32_t *own, *other; /* indices: the one that this end writes, and the one that it reads */
    ring_descriptor *descriptors;
    uint32_t slots;
    uint32_t index; /* what `own` was set to last */
    uint32_t cached_index; /* what `other` was when it was last read */
} ring_end;

static inline ring_end ring_end_of(_Atomic uint32_t *own, _Atomic uint32_t *other, ring_descriptor *descriptors,
                                   uint32_t slots, uint32_t first) {
    return (ring_end){own, other, descriptors, slots, first, first};
}

/* The producer: how many slots are free. Above `slots` when the other side's index is nonsense. */
static inline uint32_t ring_free(ring_end *e) {
    e->cached_index = atomic_load_explicit(e->other, memory_order_acquire);
    return e->slots - (e->index - e->cached_index);
}

/* The producer hands a message over. Only when a slot is free. */
static inline void ring_push(ring_end *e, ring_message m) {
    ring_descriptor *d = &e->descriptors[e->index & (e->slots - 1)];
    atomic_store_explicit(&d->tag, m.tag, memory_order_relaxed);
    atomic_store_explicit(&d->sent, m.sent, memory_order_relaxed);
    atomic_store_explicit(&d->place, (uint64_t)m.offset << 32 | m.size, memory_order_relaxed);
    atomic_store(e->own, ++e->index);
}

/* The consumer: how many messages wait. Above `slots` when the other side's index is nonsense. */
static inline uint32_t ring_ready(ring_end *e) {
    if (e->cached_index == e->index) e->cached_index = atomic_load_explicit(e->other, memory_order_acquire);
    return e->cached_index - e->index;
}

/* The consumer: the message `ahead` places after the oldest. Only when that many are ready. */
static inline ring_message ring_peek(const ring_end *e, uint32_t ahead) {
    const ring_descriptor *d = &e->descriptors[(e->index + ahead) & (e->slots - 1)];
    uint64_t place = atomic_load_explicit(&d->place, memory_order_relaxed);
    return (ring_message){atomic_load_explicit(&d->tag, memory_order_relaxed),
                          atomic_load_explicit(&d->sent, memory_order_relaxed), (uint32_t)(place >> 32),
                          (uint32_t)place};
}

/* The consumer gives the oldest message back. */
static inline void ring_pop(ring_end *e) {
    atomic_store(e->own, ++e->index);
}

/* -------------------------------------------------------------------------------- wake-ups ---- */

/* Wakes who says that it sleeps at the other end of the socket. A full socket wakes as well; that the other end is
 * gone will be seen. */
static inline void ring_wake(_Atomic uint32_t *sleeping, int connection) {
    if (!atomic_load(sleeping) || !atomic_exchange(sleeping, 0)) return;
    (void)!send(connection, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Takes the wake-ups out of the socket. False when the other end is gone. */
static inline bool ring_take_wake_ups(int connection) {
    char bytes[64];
    ssize_t size;
    do size = recv(connection, bytes, sizeof bytes, MSG_DONTWAIT);
    while (size > 0 || (size < 0 && errno == EINTR));
    return size < 0 && errno == EAGAIN;
}

/* ------------------------------------------------------------------------ room for messages ---- */

/* The producer's account of a buffer: messages follow each other, in the order of the ring, and are given back in that
 * order. Positions run freely; a message never wraps round the end of its buffer. */
typedef struct ring_buffer {
    uint64_t head, tail; /* bytes given out, and given back */
    uint64_t *ends; /* by slot: head after the message */
    uint64_t bytes;
    uint32_t slots, released; /* index up to which messages were given back */
} ring_buffer;

/* Takes note of what the consumer gave back, up to its index `tail`. */
static inline void ring_buffer_release(ring_buffer *a, uint32_t tail) {
    if (tail == a->released) return;
    a->released = tail;
    a->tail = a->ends[(tail - 1) & (a->slots - 1)];
}

/* How long a message may be that is written before room for it is taken: at *offset, where ring_buffer_take
 * will put it when no ring_buffer_release comes between. */
static inline uint32_t ring_buffer_room(const ring_buffer *a, uint32_t *offset) {
    uint64_t at = a->head % a->bytes, room = a->bytes - (a->head - a->tail);
    *offset = (uint32_t)at;
    if (a->head == a->tail) { /* see ring_buffer_take: it begins anew */
        *offset = 0;
        return (uint32_t)a->bytes;
    }
    return (uint32_t)(room < a->bytes - at ? room : a->bytes - at);
}

/* Room for a message of `size` bytes that will go into slot `index`: true with its offset, a multiple of eight. */
static inline bool ring_buffer_take(ring_buffer *a, uint32_t index, uint32_t size, uint32_t *offset) {
    uint64_t rounded = ((uint64_t)size + 7) & ~UINT64_C(7), at = a->head % a->bytes;
    if (rounded > a->bytes) return false;
    uint64_t start = at + rounded > a->bytes ? a->head + (a->bytes - at) : a->head;
    if (a->head == a->tail) { /* empty: begin anew, so that any message fits that is no larger than the buffer */
        start = a->head + (at ? a->bytes - at : 0);
        a->tail = start;
    }
    if (start + rounded - a->tail > a->bytes) return false;
    *offset = (uint32_t)(start % a->bytes);
    a->head = start + rounded;
    a->ends[index & (a->slots - 1)] = a->head;
    return true;
}

/* --------------------------------------------------------------------------------- spinning ---- */

/* How long to look before going to sleep, in nanoseconds. Waking up takes tens of microseconds: who has waited for
 * less than that looks for longer the next time, and who has looked in vain for a shorter time. */
#define RING_SPIN_MIN 1000u
#define RING_SPIN_MAX 100000u
#define RING_SPIN_FIRST 20000u
/* A wait up to here would have been spent better by spinning on: the longest spin, and the waking up. */
#define RING_WAKE_UP (RING_SPIN_MAX + 60000u)

static inline uint64_t ring_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline void ring_relax(void) {
    for (int i = 0; i < 8; i++) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
}

/* What the next spin may take, after a wait of `waited` nanoseconds. */
static inline uint32_t ring_next_spin(uint32_t spin, uint64_t waited) {
    if (waited < RING_WAKE_UP) return spin < RING_SPIN_MAX / 2 ? spin * 2 : RING_SPIN_MAX;
    return spin / 2 > RING_SPIN_MIN ? spin / 2 : RING_SPIN_MIN;
}

/* ------------------------------------------------------------------------------- handshake ---- */

/* What a client sends when it has connected. */
typedef struct ring_hello {
    uint32_t magic, version;
    uint32_t slots; /* wanted, at most; 0: as many as the daemon likes */
    uint32_t request_bytes; /* likewise */
    uint32_t reply_bytes; /* likewise */
} ring_hello;

/* What it gets: a text that says why it is rejected, or "" and two descriptors. */
enum { RING_FD_REQUEST, RING_FD_REPLY, RING_FD_COUNT };

typedef struct ring_hello_reply {
    uint32_t magic, version;
    uint32_t slots, data_offset, request_bytes, reply_bytes;
    char rejected[104];
} ring_hello_reply;

#endif
