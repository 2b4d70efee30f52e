/* SPDX-License-Identifier: Apache-2.0 */
#include "memo.h"

#include "support.h"

static void a_memo_holds_as_many_as_it_says(void **state) {
    (void)state;
    filter_memo *memo = filter_memo_new(1000);
    const memo_key key = {"digest", "default", FILTER_ROLE_USER, true},
                   other = {"digest", "strict", FILTER_ROLE_USER, true};
    size_t kept = 0;
    char text[16];
    for (int i = 0; i < 1000; i++)
        memo_add(memo, memo_hash(memo, &key, (filter_text){text, (size_t)snprintf(text, sizeof text, "%d", i)}));
    for (int i = 0; i < 1000; i++) {
        const filter_text t = {text, (size_t)snprintf(text, sizeof text, "%d", i)};
        kept += memo_has(memo, memo_hash(memo, &key, t));
        assert_false(memo_has(memo, memo_hash(memo, &other, t)));
    }
    assert_true(kept > 700);
    filter_memo_free(memo);
}

static void what_a_text_was_judged_by_counts(void **state) {
    (void)state;
    filter_memo *memo = filter_memo_new(64), *another = filter_memo_new(64);
    static const memo_key keys[] = {
        {"digest", "default", FILTER_ROLE_USER, true},  {"other", "default", FILTER_ROLE_USER, true},
        {"digest", "strict", FILTER_ROLE_USER, true},   {"digest", "default", FILTER_ROLE_TOOL, true},
        {"digest", "default", FILTER_ROLE_USER, false},
    };
    const filter_text text = {"a text", 6};
    memo_add(memo, memo_hash(memo, &keys[0], text));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(memo_has(memo, memo_hash(memo, &keys[i], text)), i == 0);
    assert_int_not_equal(memo_hash(memo, &keys[0], text), memo_hash(another, &keys[0], text));
    filter_memo_free(memo);
    filter_memo_free(another);
    filter_memo_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_memo_holds_as_many_as_it_says),
        cmocka_unit_test(what_a_text_was_judged_by_counts),
    };
    return cmocka_run_group_tests_name("memo", tests, NULL, NULL);
}
