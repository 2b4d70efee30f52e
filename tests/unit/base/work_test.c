/* SPDX-License-Identifier: Apache-2.0 */
#include "base/work.h"
#include "support.h"

static void nobody_counts_is_never_late(void **state) {
    (void)state;
    assert_true(work_spend(NULL, SIZE_MAX));
    work_budget w = WORK_UNBOUNDED;
    for (int i = 0; i < 100; i++) assert_true(work_spend(&w, WORK_STEP));
    assert_true(work_fits(&w, INT64_MAX / 2));
}

static void the_clock_is_read_once_for_each_step(void **state) {
    (void)state;
    work_budget w = WORK_UNBOUNDED;
    w.deadline = 0; /* long ago */
    assert_true(work_spend(&w, WORK_STEP - 1)); /* nobody has looked */
    assert_false(work_spend(&w, 1));
}

static void what_is_late_stays_late(void **state) {
    (void)state;
    work_budget w = WORK_UNBOUNDED;
    w.deadline = 0;
    assert_false(work_fits(&w, 0));
    w.deadline = INT64_MAX;
    assert_false(work_fits(&w, 0));
    assert_false(work_spend(&w, 0));
}

static void what_would_end_too_late_is_not_begun(void **state) {
    (void)state;
    const int64_t hour = INT64_C(3600000000000);
    work_budget w = WORK_UNBOUNDED;
    w.deadline = work_now() + 2 * hour;
    assert_true(work_fits(&w, hour));
    w.reserve = hour;
    assert_true(work_fits(&w, 0));
    assert_false(work_fits(&w, hour + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_counts_is_never_late),
        cmocka_unit_test(the_clock_is_read_once_for_each_step),
        cmocka_unit_test(what_is_late_stays_late),
        cmocka_unit_test(what_would_end_too_late_is_not_begun),
    };
    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
