/* SPDX-License-Identifier: Apache-2.0 */
#include "shm/ring.h"
#include "support.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS 8

typedef struct pair {
    _Atomic uint32_t head, tail;
    ring_descriptor descriptors[SLOTS];
    ring_end producer, consumer;
} pair;

static void make(pair *p, uint32_t first) {
    *p = (pair){.head = first, .tail = first};
    p->producer = ring_end_of(&p->head, &p->tail, p->descriptors, SLOTS, first);
    p->consumer = ring_end_of(&p->tail, &p->head, p->descriptors, SLOTS, first);
}

/* Against a queue of numbers, through the wrap of the indices at 2^32. */
static void messages_come_out_in_the_order_they_went_in(void **state) {
    (void)state;
    static const uint32_t firsts[] = {0, UINT32_MAX, UINT32_MAX - 3, RING_FIRST, UINT32_C(0x80000000) - 2};
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++) {
        pair p;
        uint64_t pushed = 0, popped = 0;
        make(&p, firsts[f]);
        srand(7);
        for (int i = 0; i < 20000; i++) {
            if (rand() % 2 && ring_free(&p.producer) > 0) {
                ring_push(&p.producer, (ring_message){pushed, pushed * 3, (uint32_t)pushed * 8, (uint32_t)pushed});
                pushed++;
            } else if (ring_ready(&p.consumer) > 0) {
                ring_message m = ring_peek(&p.consumer, 0);
                assert_int_equal(m.tag, popped);
                assert_int_equal(m.sent, popped * 3);
                assert_int_equal(m.offset, (uint32_t)popped * 8);
                assert_int_equal(m.size, (uint32_t)popped);
                ring_pop(&p.consumer);
                popped++;
            }
            assert_int_equal(ring_free(&p.producer), SLOTS - (pushed - popped));
        }
        assert_true(popped > 1000);
    }
}

/* An index that jumps is told by more than there can be. */
static void an_index_that_jumps_is_noticed(void **state) {
    (void)state;
    pair p;
    static const uint32_t jumps[] = {SLOTS + 1, 1000, UINT32_C(0x80000000), UINT32_MAX, UINT32_MAX - SLOTS};
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        make(&p, RING_FIRST);
        atomic_store(&p.head, RING_FIRST + jumps[i]);
        assert_true(ring_ready(&p.consumer) > SLOTS);
        make(&p, RING_FIRST);
        atomic_store(&p.tail, RING_FIRST + jumps[i]);
        assert_true(ring_free(&p.producer) > SLOTS || jumps[i] > UINT32_MAX - SLOTS);
    }
}

/* Messages that were not given back do not touch each other, and what was given back can be used again. */
static void messages_never_overlap(void **state) {
    (void)state;
    enum { BYTES = 4096 };
    uint64_t ends[SLOTS];
    ring_buffer a = {.ends = ends, .bytes = BYTES, .slots = SLOTS, .released = RING_FIRST};
    struct {
        uint32_t offset, size;
    } live[SLOTS];
    uint32_t head = RING_FIRST, tail = RING_FIRST, offset;
    srand(11);
    for (int i = 0; i < 100000; i++) {
        uint32_t size = 1 + (uint32_t)rand() % (rand() % 8 ? 600 : BYTES + 100);
        ring_buffer_release(&a, tail);
        uint32_t place, room = ring_buffer_room(&a, &place);
        if (head - tail < SLOTS && ring_buffer_take(&a, head, size, &offset)) {
            assert_true(size <= BYTES && offset % 8 == 0 && offset + size <= BYTES);
            assert_true(size > room || offset == place);
            for (uint32_t k = tail; k != head; k++) {
                assert_true(offset + size <= live[k % SLOTS].offset ||
                            live[k % SLOTS].offset + live[k % SLOTS].size <= offset);
            }
            live[head % SLOTS].offset = offset;
            live[head % SLOTS].size = size;
            head++;
        } else {
            assert_true(size > room || head - tail == SLOTS);
            assert_true(head != tail || size > BYTES); /* an empty area takes what is no larger than it */
            if (head != tail) tail++;
        }
    }
}

/* ------------------------------------------------------------------------------- two threads ---- */

typedef struct traffic {
    pair p;
    uint64_t values[SLOTS]; /* what a message holds, by slot */
} traffic;

enum { MESSAGES = 200000 };

static void *produce(void *arg) {
    traffic *t = arg;
    for (uint64_t i = 0; i < MESSAGES;) {
        if (ring_free(&t->p.producer) == 0) continue;
        t->values[t->p.producer.index % SLOTS] = i * i;
        ring_push(&t->p.producer, (ring_message){i, 0, 0, 8});
        i++;
    }
    return NULL;
}

/* For ThreadSanitizer: a message is seen whole, and is not written to before it was given back. */
static void a_thread_at_each_end_sees_whole_messages(void **state) {
    (void)state;
    static traffic t;
    pthread_t thread;
    make(&t.p, RING_FIRST);
    pthread_create(&thread, NULL, produce, &t);
    for (uint64_t i = 0; i < MESSAGES;) {
        if (ring_ready(&t.p.consumer) == 0) continue;
        assert_int_equal(ring_peek(&t.p.consumer, 0).tag, i);
        assert_int_equal(t.values[t.p.consumer.index % SLOTS], i * i);
        ring_pop(&t.p.consumer);
        i++;
    }
    pthread_join(thread, NULL);
}

/* ------------------------------------------------------------------------------ no lost wake-up ---- */

/*
 * All interleavings of a client and a daemon that hand N requests over and back, step by step as ring.h, session.c
 * and client.c do it; memory is sequentially consistent, as their operations on these words are. The state is small,
 * so that all of it can be walked. A wake-up is lost when both sleep, or one sleeps and the other is done, and
 * neither has a wake-up under way.
 */
enum { WANTED = 3 };

typedef enum step {
    CLIENT_SUBMIT, /* request_head++ */
    CLIENT_SEES_SLEEP, /* reads daemon_sleeping; wakes it */
    CLIENT_ARM, /* client_wants, client_sleeping = 1 */
    CLIENT_LOOKS, /* are the replies there? else sleeps */
    CLIENT_SLEEPS, /* until its event */
    CLIENT_TAKES, /* counts what is there */
    CLIENT_DONE
} client_step;

typedef enum daemon_step {
    DAEMON_LOOKS, /* is there a request? */
    DAEMON_ANSWERS, /* reply_head++ */
    DAEMON_SEES_SLEEP, /* reads client_sleeping and client_wants; wakes it when enough are there */
    DAEMON_IDLE_SEES, /* nothing to do: wakes the client whatever it wants */
    DAEMON_ARM, /* daemon_sleeping = 1 */
    DAEMON_LOOKS_AGAIN,
    DAEMON_SLEEPS
} daemon_step;

typedef struct world {
    unsigned char client, daemon;
    unsigned char submitted, answered, taken, served;
    unsigned char client_sleeping, daemon_sleeping, wants;
    unsigned char client_event, daemon_event;
} world;

typedef struct model {
    bool
        /* each side looks once more after it has said that it sleeps: what the test takes away to see it fail */
        looks_again;
} model;

static unsigned char next_wants(const world *w) {
    unsigned char left = (unsigned char)(w->submitted - w->taken);
    return (unsigned char)(w->taken + (left + 1) / 2);
}

/* One step of one side. False when it cannot move. */
static bool move_client(world *w, const model *m) {
    switch (w->client) {
    case CLIENT_SUBMIT:
        w->submitted++;
        w->client = CLIENT_SEES_SLEEP;
        return true;
    case CLIENT_SEES_SLEEP:
        if (w->daemon_sleeping) {
            w->daemon_sleeping = 0;
            w->daemon_event = 1;
        }
        w->client = w->submitted < WANTED && w->submitted - w->taken < 2 ? CLIENT_SUBMIT : CLIENT_ARM;
        return true;
    case CLIENT_ARM:
        w->client_event = 0; /* read before it says that it sleeps */
        w->wants = next_wants(w);
        w->client_sleeping = 1;
        w->client = m->looks_again ? CLIENT_LOOKS : CLIENT_SLEEPS;
        return true;
    case CLIENT_LOOKS: w->client = w->answered >= w->wants ? CLIENT_TAKES : CLIENT_SLEEPS; return true;
    case CLIENT_SLEEPS:
        if (!w->client_event) return false;
        w->client_event = 0;
        w->client = w->answered >= w->wants ? CLIENT_TAKES : CLIENT_ARM;
        return true;
    case CLIENT_TAKES:
        w->client_sleeping = 0;
        w->taken = w->answered;
        w->client = w->taken == WANTED ? CLIENT_DONE : w->submitted < WANTED ? CLIENT_SUBMIT : CLIENT_ARM;
        return true;
    default: return false;
    }
}

static bool move_daemon(world *w, const model *m) {
    switch (w->daemon) {
    case DAEMON_LOOKS: w->daemon = w->submitted > w->served ? DAEMON_ANSWERS : DAEMON_IDLE_SEES; return true;
    case DAEMON_ANSWERS:
        w->served++;
        w->answered++;
        w->daemon = DAEMON_SEES_SLEEP;
        return true;
    case DAEMON_SEES_SLEEP:
    case DAEMON_IDLE_SEES:
        if (w->client_sleeping && (w->daemon == DAEMON_IDLE_SEES || w->answered >= w->wants)) {
            w->client_sleeping = 0;
            w->client_event = 1;
        }
        w->daemon = w->daemon == DAEMON_IDLE_SEES ? DAEMON_ARM : DAEMON_LOOKS;
        return true;
    case DAEMON_ARM:
        w->daemon_sleeping = 1;
        w->daemon = m->looks_again ? DAEMON_LOOKS_AGAIN : DAEMON_SLEEPS;
        return true;
    case DAEMON_LOOKS_AGAIN:
        if (w->submitted > w->served) w->daemon_sleeping = 0;
        w->daemon = w->submitted > w->served ? DAEMON_LOOKS : DAEMON_SLEEPS;
        return true;
    case DAEMON_SLEEPS:
        if (!w->daemon_event) return false;
        w->daemon_event = w->daemon_sleeping = 0;
        w->daemon = DAEMON_LOOKS;
        return true;
    default: return false;
    }
}

typedef struct walk {
    world *seen;
    size_t count, capacity;
} walk;

static void visit(walk *k, const world *w) {
    for (size_t i = 0; i < k->count; i++) {
        if (memcmp(&k->seen[i], w, sizeof *w) == 0) return;
    }
    if (k->count == k->capacity) {
        k->capacity = k->capacity ? k->capacity * 2 : 1024;
        k->seen = realloc(k->seen, k->capacity * sizeof *k->seen);
        assert_non_null(k->seen);
    }
    k->seen[k->count++] = *w;
}

/* Walks through all states; returns how many of them are stuck before the client is done. */
static size_t stuck_states(const model *m, size_t *states) {
    walk k = {NULL, 0, 0};
    size_t stuck = 0;
    world first;
    memset(&first, 0, sizeof first);
    visit(&k, &first);
    for (size_t i = 0; i < k.count; i++) {
        world a = k.seen[i], b = k.seen[i];
        bool client_moves = move_client(&a, m), daemon_moves = move_daemon(&b, m);
        if (client_moves) visit(&k, &a);
        if (daemon_moves) visit(&k, &b);
        if (!client_moves && !daemon_moves && k.seen[i].client != CLIENT_DONE) stuck++;
    }
    *states = k.count;
    free(k.seen);
    return stuck;
}

static void no_wake_up_is_lost(void **state) {
    (void)state;
    size_t states;
    assert_int_equal(stuck_states(&(model){true}, &states), 0);
    assert_true(states > 200);
    /* The walk finds a lost wake-up where there is one. */
    assert_true(stuck_states(&(model){false}, &states) > 0);
}

/* Who waits for one reply looks for it in time that fits its waits. */
static void a_spin_fits_the_waits_before_it(void **state) {
    (void)state;
    uint32_t spin = RING_SPIN_FIRST;
    for (int i = 0; i < 20; i++) spin = ring_next_spin(spin, 5000);
    assert_int_equal(spin, RING_SPIN_MAX);
    for (int i = 0; i < 20; i++) spin = ring_next_spin(spin, 10000000);
    assert_int_equal(spin, RING_SPIN_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_in_the_order_they_went_in),
        cmocka_unit_test(an_index_that_jumps_is_noticed),
        cmocka_unit_test(messages_never_overlap),
        cmocka_unit_test(a_thread_at_each_end_sees_whole_messages),
        cmocka_unit_test(no_wake_up_is_lost),
        cmocka_unit_test(a_spin_fits_the_waits_before_it),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
