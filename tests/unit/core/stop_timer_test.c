/* SPDX-License-Identifier: Apache-2.0 */
#include "core/stop_timer.h"
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

/* A child that would wait for ever. */
static void a_process_that_does_not_end_is_ended(void **state) {
    (void)state;
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        stop_timer_start(1);
        for (;;) pause();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_process_that_ends_by_itself_keeps_its_status(void **state) {
    (void)state;
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        stop_timer_start(600000);
        _exit(3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_does_not_end_is_ended),
        cmocka_unit_test(a_process_that_ends_by_itself_keeps_its_status),
    };
    return cmocka_run_group_tests_name("stop_timer", tests, NULL, NULL);
}
