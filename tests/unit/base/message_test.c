/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"
#include "base/names.h"
#include "support.h"

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* The definition of optimal string alignment, by recursion: slow and short. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    if (!a_size || !b_size) return a_size + b_size;
    bool same = (a[a_size - 1] | 0x20) == (b[b_size - 1] | 0x20);
    size_t best = distance(a, a_size - 1, b, b_size - 1) + (same ? 0 : 1);
    best = least(best, distance(a, a_size - 1, b, b_size) + 1);
    best = least(best, distance(a, a_size, b, b_size - 1) + 1);
    if (a_size > 1 && b_size > 1 && (a[a_size - 1] | 0x20) == (b[b_size - 2] | 0x20) &&
        (a[a_size - 2] | 0x20) == (b[b_size - 1] | 0x20)) {
        best = least(best, distance(a, a_size - 2, b, b_size - 2) + 1);
    }
    return best;
}

static void random_word(char out[7]) {
    size_t size = support_random() % 7;
    for (size_t i = 0; i < size; i++) out[i] = "abcAB"[support_random() % 5];
    out[size] = '\0';
}

static void the_nearest_name_is_the_first_one_of_least_distance(void **state) {
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char words[4][7], value[7];
        const char *names[5] = {0}, *expected = NULL;
        random_word(value);
        size_t size = strlen(value), best = 2 + size / 3; /* one mistake for three letters, and one more */
        for (size_t i = 0; i < 4; i++) {
            random_word(words[i]);
            names[i] = words[i];
            size_t here = distance(value, size, words[i], strlen(words[i]));
            if (here >= best || here >= size) continue;
            best = here;
            expected = words[i];
        }
        const char *nearest = message_nearest(value, names);
        if (nearest != expected) fail_msg("'%s': %s", value, nearest ? nearest : "none");
    }
}

static void a_misspelling_is_recognised_and_another_word_is_not(void **state) {
    (void)state;
    static const char *const names[] = {"assistant", "user", "delimit", NULL};
    static const struct {
        const char *value, *nearest, *why;
    } cases[] = {
        {"asistant", "assistant", "a letter is missing"},
        {"asssistant", "assistant", "one too many"},
        {"assistnat", "assistant", "neighbours are swapped: one mistake"},
        {"USER", "user", "case does not count"},
        {"usre", "user", "a swap in a short word"},
        {"banana", NULL, "nothing is near"},
        {"x", NULL, "one letter could be anything"},
        {"", NULL, "nothing was written"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = message_nearest(cases[i].value, names);
        bool right = cases[i].nearest ? nearest && strcmp(nearest, cases[i].nearest) == 0 : !nearest;
        if (!right) fail_msg("%s: %s", cases[i].why, nearest ? nearest : "none");
    }
}

static void a_word_longer_than_any_name_is_compared_with_none(void **state) {
    (void)state;
    char value[60], name[60];
    const char *names[] = {name, NULL};
    for (size_t size = 46; size <= 50; size++) {
        memset(value, 'a', size);
        value[size] = '\0';
        memcpy(name, value, size + 1);
        assert_ptr_equal(message_nearest(value, names), size <= 48 ? name : NULL);
        name[0] = 'b'; /* a short value beside a long name */
        assert_null(message_nearest("aaa", names));
    }
}

static void a_message_says_what_is_wrong_what_is_near_and_what_is_allowed(void **state) {
    (void)state;
    char out[256];
    assert_string_equal(message_unknown(out, sizeof out, "role", "asistant", names_roles),
                        "unknown role 'asistant'; did you mean 'assistant'? "
                        "One of: user, system, developer, tool, document, assistant, tool_definition");
    assert_string_equal(message_unknown(out, sizeof out, "verdict", "perhaps", names_verdicts),
                        "unknown verdict 'perhaps'; one of: allow, flag, redact, block");
    static const char *const none[] = {NULL};
    assert_string_equal(message_unknown(out, sizeof out, "key", "x", none), "unknown key 'x'");
}

static void a_message_is_cut_to_the_room_there_is(void **state) {
    (void)state;
    char whole[256], out[256];
    message_unknown(whole, sizeof whole, "role", "asistant", names_roles);
    for (size_t size = 1; size <= sizeof out; size++) {
        memset(out, 0x7F, sizeof out);
        assert_ptr_equal(message_unknown(out, size, "role", "asistant", names_roles), out);
        size_t kept = least(size - 1, strlen(whole));
        assert_memory_equal(out, whole, kept);
        assert_int_equal(out[kept], 0);
        for (size_t i = size; i < sizeof out; i++) assert_int_equal(out[i], 0x7F);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name_is_the_first_one_of_least_distance),
        cmocka_unit_test(a_misspelling_is_recognised_and_another_word_is_not),
        cmocka_unit_test(a_word_longer_than_any_name_is_compared_with_none),
        cmocka_unit_test(a_message_says_what_is_wrong_what_is_near_and_what_is_allowed),
        cmocka_unit_test(a_message_is_cut_to_the_room_there_is),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
