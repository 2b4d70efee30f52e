/* SPDX-License-Identifier: Apache-2.0 */
#include "core/queue.h"
#include "support.h"

static void a_full_queue_refuses(void **state) {
    (void)state;
    queue q;
    queue_item a = {.bytes = 10}, b = {.bytes = 10}, c = {.bytes = 10}, huge = {.bytes = 1000};
    queue_init(&q, 2, 100);
    assert_true(queue_push(&q, &a) && queue_push(&q, &b));
    assert_false(queue_push(&q, &c)); /* by number */
    assert_ptr_equal(queue_pop(&q), &a);
    assert_false(queue_push(&q, &huge)); /* by bytes */
    assert_ptr_equal(queue_pop(&q), &b);
    assert_null(queue_try_pop(&q));
    assert_true(queue_push(&q, &huge)); /* alone it may */
    queue_close(&q);
    assert_false(queue_push(&q, &c));
    assert_ptr_equal(queue_pop(&q), &huge); /* what was taken still comes out */
    assert_null(queue_pop(&q));
    queue_fini(&q);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_full_queue_refuses)};
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
