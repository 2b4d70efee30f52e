/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"
#include "support.h"

#include <fcntl.h>
#include <unistd.h>

/* What is written while `level` is set, for a message of each level. */
static void written(log_level level, char out[2048]) {
    int pipes[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    log_set_level(level);
    log_error("one %d", 1);
    log_warning("two %d", 2);
    log_info("three %d", 3);
    log_debug("four %d", 4);
    dup2(old, STDERR_FILENO);
    close(pipes[1]);
    ssize_t size = read(pipes[0], out, 2047);
    out[size > 0 ? size : 0] = '\0';
    close(pipes[0]);
    close(old);
}

static void a_level_writes_what_is_as_grave_and_no_more(void **state) {
    (void)state;
    static const char *const lines[] = {"error: one 1\n", "warning: two 2\n", "info: three 3\n", "debug: four 4\n"};
    for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
        char out[2048];
        written((log_level)level, out);
        for (int i = 0; i < 4; i++) assert_int_equal(strstr(out, lines[i]) != NULL, i <= level);
    }
}

static void a_message_forges_no_line(void **state) {
    (void)state;
    char out[2048];
    int pipes[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    log_set_level(LOG_LEVEL_INFO);
    log_info("%s", "a\nerror: forged\x1B[2J");
    dup2(old, STDERR_FILENO);
    ssize_t size = read(pipes[0], out, sizeof out - 1);
    out[size > 0 ? size : 0] = '\0';
    assert_non_null(strstr(out, "info: a<0a>error: forged<1b>[2J\n"));
    close(pipes[0]);
    close(pipes[1]);
    close(old);
}

static void a_long_message_is_cut_to_one_line(void **state) {
    (void)state;
    static char text[5000], out[8192];
    int pipes[2], old = dup(STDERR_FILENO);
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    log_set_level(LOG_LEVEL_INFO);
    log_info("%s", text);
    dup2(old, STDERR_FILENO);
    close(pipes[1]);
    ssize_t size = read(pipes[0], out, sizeof out);
    assert_true(size > 1000 && size <= 2048);
    assert_int_equal(out[size - 1], '\n');
    assert_null(memchr(out, '\n', (size_t)size - 1));
    close(pipes[0]);
    close(old);
}

/* A pipe that nobody reads: what finds no room is lost, and nobody waits for it. */
static void a_log_that_nobody_reads_stops_nothing(void **state) {
    (void)state;
    int pipes[2], old = dup(STDERR_FILENO);
    char page[4096] = "";
    ssize_t size, all = 0;
    assert_int_equal(pipe(pipes), 0);
    fcntl(pipes[1], F_SETFL, O_NONBLOCK);
    while (write(pipes[1], page, sizeof page) > 0) {}
    fcntl(pipes[1], F_SETFL, 0);
    dup2(pipes[1], STDERR_FILENO);
    log_set_level(LOG_LEVEL_INFO);
    log_info("lost");
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    while ((size = read(pipes[0], page, sizeof page)) > 0) all += size;
    assert_int_equal(all % (ssize_t)sizeof page, 0);
    log_info("heard again");
    size = read(pipes[0], page, sizeof page - 1);
    dup2(old, STDERR_FILENO);
    page[size > 0 ? size : 0] = '\0';
    assert_non_null(strstr(page, "heard again"));
    close(pipes[0]);
    close(pipes[1]);
    close(old);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_writes_what_is_as_grave_and_no_more),
        cmocka_unit_test(a_message_forges_no_line),
        cmocka_unit_test(a_log_that_nobody_reads_stops_nothing),
        cmocka_unit_test(a_long_message_is_cut_to_one_line),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
