/* SPDX-License-Identifier: Apache-2.0 */
#include "core/keys.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/filterd-keys-XXXXXX";

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

static void a_pair_that_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    char failed[KEYS_PATH_MAX], path[300];
    const char *public_path = write_file("pair.pub", "somebody's\n", 0600);
    snprintf(path, sizeof path, "%s/pair", directory);
    assert_false(keys_generate(path, failed));
    assert_int_equal(errno, EEXIST);
    assert_string_equal(failed, public_path);
    assert_int_equal(access(path, F_OK), -1); /* no secret key without its public one */
    unlink(public_path);
}

static int teardown(void **state) {
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/k", directory);
    unlink(path);
    rmdir(directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_files_that_others_may_read_are_refused),
        cmocka_unit_test(a_pair_that_cannot_be_written_leaves_nothing),
    };
    if (!mkdtemp(directory)) return 1;
    return cmocka_run_group_tests_name("keys", tests, NULL, teardown);
}
