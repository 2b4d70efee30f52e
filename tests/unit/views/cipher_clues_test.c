/* SPDX-License-Identifier: Apache-2.0 */
#include "views/cipher_clues.h"
#include "decoding.h"

static arena memory;
static view_list views;
static char text[20000];

static const view *start_view(void) {
    arena_reset(&memory, 1 << 20);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('b' + support_random() % 20);
    views = (view_list){.count = 1};
    views.items[0] = (view){.name = FILTER_VIEW_RAW, .text = text, .size = sizeof text};
    return &views.items[0];
}

static bool follow(const cipher_clues *clues) {
    return cipher_clues_follow(clues, &views, &memory, decoding_words());
}

static void a_clue_gives_a_view_that_undoes_its_cipher_around_it(void **state) {
    (void)state;
    const view *v = start_view();
    cipher_clues clues = {.too_many = false};
    memcpy(text + 10000, "vtaber", 6); /* ignore, in ROT13 */
    cipher_clues_add(&clues, (cipher)(CIPHER_CAESAR + 13), v, 10000);
    assert_true(follow(&clues));
    assert_int_equal(views.count, 2);
    const view *undone = &views.items[1];
    assert_string_equal(undone->name, FILTER_VIEW_ROT13);
    assert_int_equal(undone->size, 2 * CIPHER_AROUND);
    assert_true(undone->injection_only && undone->reveals_obfuscation);
    const char *at = text_find(undone->text, undone->size, "ignore", 6);
    assert_non_null(at);
    size_t start = (size_t)(at - undone->text);
    span s = view_source(undone, (span){start, start + 6});
    assert_true(s.start == 10000 && s.end == 10006);
    assert_int_equal(views.limits, 0);
}

static void a_clue_inside_what_another_one_undoes_is_not_followed(void **state) {
    (void)state;
    const view *v = start_view();
    cipher_clues clues = {.too_many = false};
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 5000);
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 5000 + CIPHER_AROUND - 1);
    assert_int_equal(clues.of[CIPHER_ATBASH].count, 1);
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 5000 + CIPHER_AROUND);
    assert_int_equal(clues.of[CIPHER_ATBASH].count, 2);
    cipher_clues_add(&clues, CIPHER_REVERSED, v, 5000); /* another cipher */
    assert_int_equal(clues.of[CIPHER_REVERSED].count, 1);
    view other = *v;
    cipher_clues_add(&clues, CIPHER_ATBASH, &other, 5000 + CIPHER_AROUND); /* another view */
    assert_int_equal(clues.of[CIPHER_ATBASH].count, 3);
    assert_true(follow(&clues));
    assert_int_equal(views.count, 4); /* the other view has the same text */
}

/* The last place grows: nothing of a text is left alone because there are many words of a cipher in it. */
static void many_clues_are_followed_together(void **state) {
    (void)state;
    const view *v = start_view();
    cipher_clues clues = {.too_many = false};
    for (size_t i = 0; i <= CIPHER_CLUES_MAX; i++) cipher_clues_add(&clues, CIPHER_ATBASH, v, i * CIPHER_AROUND);
    assert_false(clues.too_many);
    assert_int_equal(clues.of[CIPHER_ATBASH].count, CIPHER_CLUES_MAX);
    assert_true(follow(&clues));
    assert_int_equal(views.limits, 0);
    assert_int_equal(views.items[CIPHER_CLUES_MAX].size, 3 * CIPHER_AROUND);
}

static void clues_in_more_views_than_are_followed_are_told(void **state) {
    (void)state;
    const view *v = start_view();
    view others[CIPHER_CLUES_MAX];
    cipher_clues clues = {.too_many = false};
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 0);
    for (size_t i = 0; i < CIPHER_CLUES_MAX; i++) {
        others[i] = *v;
        assert_false(clues.too_many);
        cipher_clues_add(&clues, CIPHER_ATBASH, &others[i], 0);
    }
    assert_true(clues.too_many);
    assert_true(follow(&clues));
    assert_int_equal(views.limits, VIEW_LIMIT_CIPHERS);
}

static void a_cipher_that_the_work_does_not_reach_to_is_told(void **state) {
    (void)state;
    const view *v = start_view();
    work_budget work = WORK_UNBOUNDED;
    cipher_clues clues = {.too_many = false};
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 10000);
    work.derived = 2 * CIPHER_AROUND - 1;
    views.work = &work;
    assert_true(follow(&clues));
    views.work = NULL;
    assert_int_equal(views.count, 1);
    assert_int_equal(views.limits, VIEW_LIMIT_WORK);
}

static void no_clue_gives_no_view(void **state) {
    (void)state;
    (void)start_view();
    const cipher_clues clues = {.too_many = false};
    assert_true(follow(&clues));
    assert_int_equal(views.count, 1);
}

static void a_clue_without_memory_fails(void **state) {
    (void)state;
    const view *v = start_view();
    cipher_clues clues = {.too_many = false};
    arena none = support_exhausted_arena();
    cipher_clues_add(&clues, CIPHER_ATBASH, v, 100);
    assert_false(cipher_clues_follow(&clues, &views, &none, decoding_words()));
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clue_gives_a_view_that_undoes_its_cipher_around_it),
        cmocka_unit_test(a_clue_inside_what_another_one_undoes_is_not_followed),
        cmocka_unit_test(many_clues_are_followed_together),
        cmocka_unit_test(clues_in_more_views_than_are_followed_are_told),
        cmocka_unit_test(a_cipher_that_the_work_does_not_reach_to_is_told),
        cmocka_unit_test(no_clue_gives_no_view),
        cmocka_unit_test(a_clue_without_memory_fails),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("cipher_clues", tests, NULL, teardown);
}
