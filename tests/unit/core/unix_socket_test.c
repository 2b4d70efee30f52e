/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unix_socket.h"
#include "support.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void a_socket_is_served_while_somebody_listens(void **state) {
    (void)state;
    static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "/tmp/filterd-socket-%d-%zu", (int)getpid(), i);
        int fd = socket(AF_UNIX, types[i], 0);
        assert_false(unix_socket_is_served(address.sun_path, types[i])); /* no file */
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 4), 0);
        assert_true(unix_socket_is_served(address.sun_path, types[i]));
        assert_false(unix_socket_is_served(address.sun_path, types[1 - i])); /* of another kind */
        close(fd);
        assert_false(unix_socket_is_served(address.sun_path, types[i])); /* a file that was left there */
        unlink(address.sun_path);
    }
    char path[300];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(unix_socket_is_served(path, SOCK_STREAM)); /* too long to be one */
}

static void a_mode_is_read_in_decimal_digits(void **state) {
    (void)state;
    assert_int_equal(unix_socket_umask(600), 0177);
    assert_int_equal(unix_socket_umask(660), 0117);
    assert_int_equal(unix_socket_umask(777), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_served_while_somebody_listens),
        cmocka_unit_test(a_mode_is_read_in_decimal_digits),
    };
    return cmocka_run_group_tests_name("unix_socket", tests, NULL, NULL);
}
