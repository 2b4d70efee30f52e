/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"
#include "core/log.h"
#include "files.h"
#include "output.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *warned(const char *cache) {
    config c;
    config_init(&c);
    c.cache = cache;
    output_begin();
    config_warn(&c);
    const output *said = output_end();
    config_fini(&c);
    return said->err;
}

static void a_cache_that_cannot_be_used_is_named_with_the_reason(void **state) {
    (void)state;
    static const struct {
        const char *name;
        mode_t mode;
        const char *says; /* NULL: no warning */
    } cases[] = {
        {"own", 0700, NULL},
        {"read", 0755, NULL}, /* others may read it */
        {"group", 0770, "others can write to it; chmod 700 it"},
        {"world", 0702, "others can write to it; chmod 700 it"},
        {"file", 0, "not a directory"},
        {"missing", 0, "No such file or directory"},
    };
    files_write("file", "", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].mode) {
            files_make_folder(cases[i].name);
            assert_int_equal(chmod(files_path(cases[i].name), cases[i].mode), 0);
        }
        const char *path = files_path(cases[i].name), *said = warned(path);
        if (!cases[i].says && !*said) continue;
        if (!cases[i].says || !strstr(said, cases[i].says) || !strstr(said, path))
            fail_msg("%s: %s", cases[i].name, said);
    }
}

static void a_cache_of_another_user_is_not_used(void **state) {
    (void)state;
    if (geteuid() != 0) skip(); /* root alone gives folders away */
    files_make_folder("theirs");
    assert_int_equal(chown(files_path("theirs"), 65534, 65534), 0);
    assert_non_null(strstr(warned(files_path("theirs")), "it belongs to another user"));
}

static void without_a_cache_there_is_nothing_to_say(void **state) {
    (void)state;
    assert_string_equal(warned(NULL), "");
}

static void who_lets_all_workers_wait_is_warned(void **state) {
    (void)state;
    config c;
    config_init(&c);
    c.cache = NULL;
    c.workers = 4;
    c.judge.endpoint = "ipc:///j.sock";
    for (c.judge.waiting = 3; c.judge.waiting <= 4; c.judge.waiting++) {
        output_begin();
        config_warn(&c);
        const char *said = output_end()->err;
        assert_int_equal(strstr(said, "4 requests may wait, and there are 4 workers") != NULL, c.judge.waiting == 4);
    }
    config_fini(&c);
}

static const char *logged(log_level level) {
    static config_tenant tenant = {"acme", "strict", 7};
    config c;
    config_init(&c);
    config_add_endpoint(&c, "ipc:///e.sock", true);
    c.control = "";
    c.shm_socket = "/m.sock";
    c.rules = "/r";
    c.cache = NULL;
    c.workers = 11;
    c.queue_requests = 12;
    c.queue_bytes = 13;
    c.deadline_ms = 14;
    c.stop_ms = 15;
    c.request_bytes = 16;
    c.segments = 17;
    c.header_bytes = 18;
    c.shm_sessions = 19;
    c.shm_request_bytes = 20;
    c.shm_reply_bytes = 21;
    c.judge = (config_judge){"ipc:///j.sock", 22, 23, 24, NULL, NULL, 0};
    c.tenants = &tenant;
    c.tenant_count = 1;
    log_set_level(level);
    output_begin();
    config_log(&c);
    const output *said = output_end();
    log_set_level(LOG_LEVEL_INFO);
    config_fini(&c);
    return said->err;
}

static void the_values_in_force_are_logged_and_those_that_are_absent_are_none(void **state) {
    (void)state;
    static const char *const parts[] = {
        "file none, rules /r, cache none, watch true",
        "endpoint ipc:///e.sock",
        "control none, ipc_mode 600, curve none",
        "workers 11, queue 12 requests and 13 bytes, deadline 14 ms, stop 15 ms",
        "a request has at most 16 bytes, 17 segments, 18 header bytes",
        "shared memory /m.sock, 19 sessions, buffers of 20 and 21 bytes, 0 users named",
        "judge ipc:///j.sock, 22 ms, 23 requests wait at most, texts of 24 bytes, curve none",
        "tenant acme has the policy strict",
    };
    const char *said = logged(LOG_LEVEL_DEBUG);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!strstr(said, parts[i])) fail_msg("'%s' is not in: %s", parts[i], said);
    }
}

static void without_verbose_nothing_is_logged(void **state) {
    (void)state;
    assert_string_equal(logged(LOG_LEVEL_INFO), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cache_that_cannot_be_used_is_named_with_the_reason, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_cache_of_another_user_is_not_used, files_set_up, files_tear_down),
        cmocka_unit_test(without_a_cache_there_is_nothing_to_say),
        cmocka_unit_test(who_lets_all_workers_wait_is_warned),
        cmocka_unit_test(the_values_in_force_are_logged_and_those_that_are_absent_are_none),
        cmocka_unit_test(without_verbose_nothing_is_logged),
    };
    return cmocka_run_group_tests_name("config_report", tests, NULL, NULL);
}
