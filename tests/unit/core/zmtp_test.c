/* SPDX-License-Identifier: Apache-2.0 */
#include "core/zmtp.h"

#include "support.h"

#include <string.h>

enum { MORE = 1, LONG = 2, COMMAND = 4 };

static const zmtp_limits limits = {
    .frames = 5, .bytes = 1000, .untaken_frames = UINT64_MAX, .untaken_bytes = UINT64_MAX};

/* A stream as a peer writes it. */
typedef struct wire {
    unsigned char bytes[20000];
    size_t size;
} wire;

static void greet_only(wire *w, const char *mechanism) {
    static const unsigned char signature[] = {0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1};
    memset(w->bytes, 0, 64);
    memcpy(w->bytes, signature, sizeof signature);
    memcpy(w->bytes + sizeof signature, mechanism, strlen(mechanism));
    w->size = 64;
}


/* A frame of this length, whose body is there in full or missing. */
static void put(wire *w, unsigned flags, uint64_t length, bool has_body) {
    size_t count = flags & LONG ? 8 : 1;
    w->bytes[w->size++] = (unsigned char)flags;
    for (size_t i = count; i-- > 0;) w->bytes[w->size++] = (unsigned char)(length >> 8 * i);
    for (uint64_t i = 0; has_body && i < length; i++) w->bytes[w->size++] = (unsigned char)support_random();
}

/* A greeting and a hand-shake. */
static void greet(wire *w) {
    greet_only(w, "NULL");
    put(w, COMMAND, 41, true);
}

static bool follow_whole(const wire *w) {
    zmtp_stream s = {.greeted = 0};
    return zmtp_follow(&s, w->bytes, w->size, &limits);
}

static bool follow_in_pieces(const wire *w) {
    zmtp_stream s = {.greeted = 0};
    for (size_t at = 0; at < w->size;) {
        size_t piece = 1 + support_random() % (support_random() % 8 ? 12 : 900);
        if (piece > w->size - at) piece = w->size - at;
        if (!zmtp_follow(&s, w->bytes + at, piece, &limits)) return false;
        at += piece;
    }
    return true;
}

static void the_largest_message_passes_and_one_more_frame_or_byte_does_not(void **state) {
    (void)state;
    static wire w;
    for (int extra = 0; extra < 2; extra++) {
        greet(&w);
        for (int round = 0; round < 3; round++) { /* a message that ended counts no more */
            for (int i = 1; i < 5; i++) put(&w, MORE, 200, true);
            put(&w, 0, 200, true);
        }
        for (int i = 1; i < 5 + extra; i++) put(&w, MORE, 0, true);
        put(&w, 0, 0, true);
        assert_int_equal(follow_whole(&w), extra == 0);
        greet(&w);
        put(&w, MORE, 100, true);
        put(&w, LONG, 900 + (uint64_t)extra, true);
        assert_int_equal(follow_whole(&w), extra == 0);
    }
}

static void a_length_is_refused_before_its_body_comes(void **state) {
    (void)state;
    static wire w;
    static const uint64_t lengths[] = {1001, UINT32_MAX, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        greet(&w);
        put(&w, MORE, 7, true);
        put(&w, MORE | LONG, lengths[i], false);
        assert_false(follow_whole(&w));
    }
}

static void commands_are_part_of_no_message(void **state) {
    (void)state;
    static wire w;
    greet(&w);
    for (int i = 0; i < 50; i++) {
        put(&w, i % 2 ? COMMAND : COMMAND | LONG, 100, true);
        if (i < 4) put(&w, MORE, 1, true);
    }
    put(&w, 0, 1, true);
    assert_true(follow_whole(&w));
}

/* As under CURVE, where each frame looks like a message. */
static void what_nobody_takes_is_bounded(void **state) {
    (void)state;
    const zmtp_limits few = {.frames = 9, .bytes = 1000, .untaken_frames = 20, .untaken_bytes = 150};
    for (uint64_t length = 0; length <= 10; length += 10) {
        static wire w;
        zmtp_stream s = {.greeted = 0};
        const int most = length ? 15 : 20;
        greet_only(&w, "CURVE");
        put(&w, COMMAND, 200, true); /* HELLO and INITIATE */
        put(&w, COMMAND | LONG, 300, true);
        const size_t begun = w.size;
        for (int i = 0; i < most; i++) put(&w, i % 2 ? COMMAND : 0, length, true); /* whatever its flags say */
        for (int round = 0; round < 3; round++) {
            size_t greeting = round ? begun : 0;
            assert_true(zmtp_follow(&s, w.bytes + greeting, w.size - greeting, &few));
            zmtp_taken(&s);
        }
        assert_true(zmtp_follow(&s, w.bytes + begun, w.size - begun, &few));
        assert_false(zmtp_follow(&s, w.bytes + begun, 2 + length, &few));
    }
}

static void nobody_announces_much_before_the_hand_shake(void **state) {
    (void)state;
    static const struct {
        const char *mechanism;
        unsigned flags[3];
        uint64_t lengths[3];
        bool is_fine;
    } cases[] = {
        {"NULL", {COMMAND, 0, 0}, {41, 900, 0}, true},
        {"NULL", {0, 0, 0}, {9, 0, 0}, false},
        {"NULL", {COMMAND | LONG, 0, 0}, {4097, 0, 0}, false},
        {"NULL", {COMMAND, COMMAND | LONG, 0}, {41, 1 << 20, 0}, false},
        {"NULL", {COMMAND, COMMAND | MORE, 0}, {41, 10, 0}, false}, /* which libzmq may take for a part of a message */
        {"CURVE", {COMMAND, COMMAND, 0}, {200, 250, 900}, true},
        {"CURVE", {COMMAND, 0, 0}, {200, 9, 0}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static wire w;
        greet_only(&w, cases[i].mechanism);
        for (int k = 0; k < 3; k++)
            put(&w, cases[i].flags[k] | (cases[i].lengths[k] > 255 ? LONG : 0), cases[i].lengths[k],
                cases[i].lengths[k] < 5000);
        assert_int_equal(follow_whole(&w), cases[i].is_fine);
    }
}

static void older_protocols_and_others_are_refused(void **state) {
    (void)state;
    static const struct {
        size_t at;
        unsigned char byte;
    } changes[] = {{0, 'G'}, {0, 1}, {9, 0}, {9, 0x7E}, {10, 0}, {10, 1}, {10, 2}};
    static wire w;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        greet(&w);
        w.bytes[changes[i].at] = changes[i].byte;
        assert_false(follow_whole(&w));
    }
    greet(&w);
    w.bytes[10] = 4; /* a newer one is spoken as 3 */
    assert_true(follow_whole(&w));
}

/* However the bytes of a stream come, what is said of it is the same, and what a plain count of its messages says. */
static void any_split_gives_the_same(void **state) {
    (void)state;
    static wire w;
    int refused = 0;
    for (int round = 0; round < 4000; round++) {
        uint64_t frames = 0, bytes = 0;
        bool fine = true;
        greet(&w);
        while (fine && w.size < sizeof w.bytes - 300 && support_random() % 40) {
            unsigned flags = support_random() % 8;
            uint64_t length = support_random() % 3 ? support_random() % 90 : support_random() % 256;
            if (flags & COMMAND) {
                flags &= ~(unsigned)MORE;
                put(&w, flags, length, true);
                continue;
            }
            frames++;
            bytes += length;
            fine = frames <= limits.frames && bytes <= limits.bytes;
            put(&w, flags, length, true);
            if (!(flags & MORE)) frames = bytes = 0;
        }
        assert_int_equal(follow_whole(&w), fine);
        assert_int_equal(follow_in_pieces(&w), fine);
        refused += !fine;
    }
    assert_in_range(refused, 100, 3900);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_message_passes_and_one_more_frame_or_byte_does_not),
        cmocka_unit_test(a_length_is_refused_before_its_body_comes),
        cmocka_unit_test(commands_are_part_of_no_message),
        cmocka_unit_test(what_nobody_takes_is_bounded),
        cmocka_unit_test(nobody_announces_much_before_the_hand_shake),
        cmocka_unit_test(older_protocols_and_others_are_refused),
        cmocka_unit_test(any_split_gives_the_same),
    };
    return cmocka_run_group_tests_name("zmtp", tests, NULL, NULL);
}
