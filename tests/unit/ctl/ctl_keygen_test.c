/* SPDX-License-Identifier: Apache-2.0 */
#include "core/keys.h"
#include "ctl_command.h"
#include "files.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static int run(const char *path, const output **said) {
    return ctl_command_run(ctl_keygen, (const char *const[]){"keygen", path, NULL}, said);
}

static void a_pair_is_made_that_the_daemon_takes(void **state) {
    (void)state;
    char secret[KEYS_Z85_SIZE];
    keys_list list;
    struct stat info;
    const output *said;
    assert_int_equal(run(files_path("k"), &said), CTL_OK);
    assert_true(!*said->out && !*said->err); /* nothing of the key is printed */
    assert_int_equal(stat(files_path("k"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(keys_read_secret(files_path("k"), secret));
    assert_true(keys_read_clients(files_path("k.pub"), &list));
    keys_free(&list);
}

static void what_is_there_is_never_replaced(void **state) {
    (void)state;
    static const char *const names[] = {"k", "k.pub"};
    for (size_t i = 0; i < 2; i++) {
        const output *said;
        struct stat info;
        char says[400];
        files_write(names[i], "mine", 4);
        snprintf(says, sizeof says, "filterctl: %s: already exists; keygen never replaces a file\n",
                 files_path(names[i]));
        assert_int_equal(run(files_path("k"), &said), CTL_ERROR);
        assert_string_equal(said->err, says);
        assert_int_equal(stat(files_path(names[i]), &info), 0);
        assert_int_equal(info.st_size, 4);
        assert_int_equal(access(files_path(names[1 - i]), F_OK), -1); /* no half of a pair */
        assert_int_equal(unlink(files_path(names[i])), 0);
    }
}

static void a_folder_that_is_not_there_is_named(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(run(files_path("none/k"), &said), CTL_ERROR);
    assert_non_null(strstr(said->err, "none/k: cannot be written: No such file or directory\n"));
}

static void one_file_is_named_and_no_more(void **state) {
    (void)state;
    const output *said;
    assert_int_equal(ctl_command_run(ctl_keygen, (const char *const[]){"keygen", NULL}, &said), CTL_USAGE);
    assert_int_equal(ctl_command_run(ctl_keygen, (const char *const[]){"keygen", "a", "b", NULL}, &said), CTL_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ctl_command_set_up, ctl_command_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_pair_is_made_that_the_daemon_takes),
        TEST(what_is_there_is_never_replaced),
        TEST(a_folder_that_is_not_there_is_named),
        TEST(one_file_is_named_and_no_more),
    };
    return cmocka_run_group_tests_name("ctl_keygen", tests, NULL, NULL);
}
