/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's parts that need no socket: queue, configuration, key files. */
#include "core/config.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/queue.h"
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/filterd-parts-XXXXXX";

static const char *write_file(const char *name, const char *text, mode_t mode) {
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    fchmod(fd, mode);
    close(fd);
    return path;
}

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

static int configured(const char *yaml) {
    config c;
    config_init(&c);
    int status = config_read(&c, write_file("c.yaml", yaml, 0600));
    if (status == 0) status = config_finish(&c);
    config_fini(&c);
    return status;
}

static void configuration(void **state) {
    (void)state;
    static const struct {
        const char *yaml;
        int status;
        const char *why;
    } cases[] = {
        {"endpoints: [\"ipc:///tmp/x\"]\nworkers: 2\n", 0, "small"},
        {"endpoints: \"tcp://127.0.0.1:5000\"\n", 0, "loopback needs no keys"},
        {"endpoints: \"tcp://[::1]:5000\"\n", 0, "nor does IPv6 loopback"},
        {"endpoints: \"tcp://0.0.0.0:5000\"\n", CONFIG_EXIT_CONFIG, "every host, without keys"},
        {"endpoints: \"tcp://*:5000\"\n", CONFIG_EXIT_CONFIG, "the same, otherwise written"},
        {"endpoints: \"tcp://127.0.0.1.example.org:5000\"\n", CONFIG_EXIT_CONFIG, "a name that begins like loopback"},
        {"endpoints: \"udp://x\"\n", CONFIG_EXIT_CONFIG, "no such transport"},
        {"worker: 2\n", CONFIG_EXIT_CONFIG, "a misspelt key"},
        {"workers: 0\n", CONFIG_EXIT_CONFIG, "out of range"},
        {"workers: two\n", CONFIG_EXIT_CONFIG, "no number"},
        {"ipc_mode: 688\n", CONFIG_EXIT_CONFIG, "no mode"},
        {"control: \"tcp://127.0.0.1:1\"\n", CONFIG_EXIT_CONFIG, "reload is for the owner only"},
        {"curve: {secret_key: /x}\n", CONFIG_EXIT_CONFIG, "keys without a list of clients"},
        {"tenants: {acme: {policy: strict}}\n", 0, "a tenant"},
        {"tenants: {acme: {polcy: strict}}\n", CONFIG_EXIT_CONFIG, "a misspelt tenant"},
        {"limits: {request_bytes: 1}\nlimits: {}\n", CONFIG_EXIT_CONFIG, "a key twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = configured(cases[i].yaml);
        if (status != cases[i].status) fail_msg("%s: %d", cases[i].why, status);
    }
}

static void key_files_that_others_may_read_are_refused(void **state) {
    (void)state;
    char failed[KEYS_PATH_MAX], key[KEYS_Z85_SIZE], path[300], public_path[320];
    uint8_t hash_key[32];
    snprintf(path, sizeof path, "%s/curve", directory);
    snprintf(public_path, sizeof public_path, "%s.pub", path);
    assert_true(keys_generate(path, failed));
    assert_false(keys_generate(path, failed)); /* never replaces a key */
    struct stat info;
    stat(path, &info);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(keys_read_secret(path, key));
    chmod(path, 0640);
    assert_false(keys_read_secret(path, key));
    chmod(path, 0600);
    keys_list list;
    assert_true(keys_read_clients(public_path, &list));
    assert_int_equal(list.count, 1);
    assert_true(keys_has(&list, list.keys[0]));
    assert_false(keys_has(&list, (const uint8_t[32]){0}));
    keys_free(&list);
    unlink(path);
    unlink(public_path);
    assert_false(keys_read_secret(write_file("k", "short\n", 0600), key));
    assert_false(keys_read_clients(write_file("k", "# nobody\n\n", 0600), &list));
    keys_free(&list);
    assert_false(keys_read_clients(write_file("k", "not a key\n", 0600), &list));
    keys_free(&list);
    assert_false(keys_read_hash_key(write_file("k", "00ff\n", 0600), hash_key));
    assert_true(keys_read_hash_key(
        write_file("k", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600), hash_key));
    assert_int_equal(hash_key[31], 0x1f);
}

static int teardown(void **state) {
    (void)state;
    char path[300];
    static const char *const names[] = {"c.yaml", "k"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(configuration),
        cmocka_unit_test(key_files_that_others_may_read_are_refused),
    };
    if (!mkdtemp(directory)) return 1;
    return cmocka_run_group_tests_name("daemon parts", tests, NULL, teardown);
}
