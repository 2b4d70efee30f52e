/* SPDX-License-Identifier: Apache-2.0 */
#include "core/watchdog.h"

#include "files.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int heard; /* a socket as systemd's */

/* How many messages came since the last look. */
static int messages(void) {
    char message[64];
    int count = 0;
    for (ssize_t size; (size = recv(heard, message, sizeof message, MSG_DONTWAIT)) > 0; count++)
        assert_int_equal(strncmp(message, "WATCHDOG=1", (size_t)size), 0);
    return count;
}

static int set_up(void **state) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (files_set_up(state) != 0) return -1;
    heard = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", files_path("notify"));
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    return bind(heard, (const struct sockaddr *)&address, sizeof address);
}

static int tear_down(void **state) {
    close(heard);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    return files_tear_down(state);
}

static void it_tells_twice_in_the_time_that_is_asked_for(void **state) {
    (void)state;
    watchdog w;
    setenv("WATCHDOG_USEC", "1000000", 1);
    watchdog_init(&w);
    assert_int_equal(watchdog_wait_ms(&w, -1), 500);
    assert_int_equal(watchdog_wait_ms(&w, 100), 100);
    assert_int_equal(watchdog_wait_ms(&w, 9000), 500);
    for (int64_t now = 7000000; now < 9000000; now += 1000) watchdog_turn(&w, now, true);
    assert_int_equal(messages(), 4);
}

static void it_is_silent_while_something_is_stuck(void **state) {
    (void)state;
    watchdog w;
    setenv("WATCHDOG_USEC", "1000000", 1);
    watchdog_init(&w);
    watchdog_turn(&w, 1000000, true);
    watchdog_turn(&w, 2000000, false);
    watchdog_turn(&w, 3000000, false);
    assert_int_equal(messages(), 1);
    watchdog_turn(&w, 4000000, true);
    assert_int_equal(messages(), 1);
}

static void without_one_there_is_nothing_to_tell(void **state) {
    (void)state;
    watchdog w;
    unsetenv("WATCHDOG_USEC");
    watchdog_init(&w);
    assert_int_equal(watchdog_wait_ms(&w, -1), -1);
    assert_int_equal(watchdog_wait_ms(&w, 100), 100);
    watchdog_turn(&w, 1000000, true);
    assert_int_equal(messages(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_tells_twice_in_the_time_that_is_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_silent_while_something_is_stuck, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_one_there_is_nothing_to_tell, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("watchdog", tests, NULL, NULL);
}
