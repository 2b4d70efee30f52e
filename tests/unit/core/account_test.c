/* SPDX-License-Identifier: Apache-2.0 */
#include "core/account.h"
#include "support.h"

static account_book book;

static int teardown(void **state) {
    (void)state;
    accounts_fini(&book);
    return 0;
}

static void a_name_has_one_account(void **state) {
    (void)state;
    account *a = accounts_of(&book, "ab", 2), *again = accounts_of(&book, "ab", 2), *other = accounts_of(&book, "a", 1);
    assert_ptr_equal(a, again);
    assert_ptr_not_equal(a, other);
    assert_int_equal(book.count, 2);
    account_unref(a);
    account_unref(again);
    account_unref(other);
}

static void all_accounts_together_have_a_limit(void **state) {
    (void)state;
    account *full = accounts_of(&book, "full", 4), *busy = accounts_of(&book, "busy", 4),
            *idle = accounts_of(&book, "idle", 4);
    account_take(full, 90);
    account_take(busy, 5);
    assert_true(account_has_room(busy, 5, 1000, 100));
    assert_false(account_has_room(busy, 6, 1000, 100));
    assert_true(account_has_room(idle, 500, 1000, 100)); /* who has nothing on its way */
    account_give(full, 90);
    assert_true(account_has_room(busy, 6, 1000, 100));
    account_give(busy, 5);
    account_unref(full);
    account_unref(busy);
    account_unref(idle);
}

static void an_account_has_room_up_to_the_limit_and_for_one_request_of_any_size(void **state) {
    (void)state;
    account *a = accounts_of(&book, "x", 1);
    size_t before = account_total();
    assert_true(account_has_room(a, 1000, 10, SIZE_MAX));
    account_take(a, 6);
    assert_true(account_has_room(a, 4, 10, SIZE_MAX));
    assert_false(account_has_room(a, 5, 10, SIZE_MAX));
    assert_false(account_has_room(a, SIZE_MAX, 10, SIZE_MAX));
    account_take(a, 1000);
    assert_false(account_has_room(a, 0, 10, SIZE_MAX));
    assert_int_equal(account_total() - before, 1006);
    account_give(a, 1006);
    assert_true(account_has_room(a, 1000, 10, SIZE_MAX));
    assert_int_equal(account_total(), before);
    account_unref(a);
}

/* Clients come and go: an account that nobody holds does not stay for ever. */
static void idle_accounts_are_forgotten(void **state) {
    (void)state;
    account *held = accounts_of(&book, "held", 4);
    account_take(held, 5);
    for (uint32_t i = 0; i < 100000; i++) {
        account *a = accounts_of(&book, &i, sizeof i);
        account_take(a, 1);
        account_give(a, 1);
        account_unref(a);
        assert_true(book.count < 1000);
    }
    account *again = accounts_of(&book, "held", 4);
    assert_ptr_equal(again, held);
    assert_false(account_has_room(again, 1, 5, SIZE_MAX));
    account_give(held, 5);
    account_unref(held);
    account_unref(again);
}

static void nobody_pays_for_a_job_without_an_account(void **state) {
    (void)state;
    size_t before = account_total();
    account_take(NULL, 5);
    account_give(NULL, 5);
    account_unref(NULL);
    assert_null(account_ref(NULL));
    assert_int_equal(account_total(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_account),
        cmocka_unit_test(all_accounts_together_have_a_limit),
        cmocka_unit_test(an_account_has_room_up_to_the_limit_and_for_one_request_of_any_size),
        cmocka_unit_test(idle_accounts_are_forgotten),
        cmocka_unit_test(nobody_pays_for_a_job_without_an_account),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, teardown);
}
