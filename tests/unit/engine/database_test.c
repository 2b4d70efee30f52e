/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of compiled databases: used when it is right, rebuilt when it is not, trusted when it is ours. */
#include "engine/database.h"
#include "files.h"
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static arena memory;
static database_source source;

static bool compiles(void) {
    hs_database_t *database = NULL;
    size_t culprit;
    char why[300];
    filter_status status = database_compile(&source, files_path(""), &database, &culprit, why, sizeof why);
    bool fine = status == FILTER_OK && database_size(database) > 0;
    hs_free_database(database);
    return fine;
}

/* The only file in the cache; "" for none. */
static const char *cached(void) {
    static char path[600];
    DIR *d = opendir(files_path(""));
    *path = '\0';
    for (struct dirent *entry; d && (entry = readdir(d)) != NULL;) {
        if (entry->d_name[0] != '.') snprintf(path, sizeof path, "%s", files_path(entry->d_name));
        else if (strlen(entry->d_name) > 2) fail_msg("a temporary file is left: %s", entry->d_name);
    }
    closedir(d);
    return path;
}

static void a_database_that_is_cached_is_not_compiled_again(void **state) {
    (void)state;
    struct stat before, after;
    assert_true(compiles());
    assert_int_equal(stat(cached(), &before), 0);
    assert_int_equal(before.st_mode & 0777, 0600);
    assert_true(compiles());
    assert_int_equal(stat(cached(), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void a_damaged_cache_is_compiled_anew(void **state) {
    (void)state;
    assert_true(compiles());
    struct stat info;
    stat(cached(), &info);
    for (off_t at = 0; at < info.st_size; at += 1 + info.st_size / 50) {
        char byte;
        int fd = open(cached(), O_RDWR);
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        close(fd);
        assert_true(compiles());
        stat(cached(), &info);
    }
    for (off_t size = 0; size < 200; size += 13) {
        assert_int_equal(truncate(cached(), size), 0);
        assert_true(compiles());
    }
}

static void a_directory_that_others_write_is_not_trusted(void **state) {
    (void)state;
    unlink(cached());
    assert_int_equal(chmod(files_path(""), 0777), 0);
    assert_true(compiles());
    assert_string_equal(cached(), "");
    assert_int_equal(chmod(files_path(""), 0700), 0);
}

static void a_place_that_is_no_directory_of_ours_is_no_error(void **state) {
    (void)state;
    char why[300];
    size_t culprit;
    static const char *const places[] = {NULL, "/nonexistent/cache", "/dev/null", "/proc"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        hs_database_t *database = NULL;
        assert_int_equal(database_compile(&source, places[i], &database, &culprit, why, sizeof why), FILTER_OK);
        assert_non_null(database);
        hs_free_database(database);
    }
}

static void the_expression_that_is_refused_is_told_by_its_index(void **state) {
    (void)state;
    database_source bad = {.memory = &memory};
    hs_database_t *database = NULL;
    size_t index, culprit = 0;
    char why[300] = "";
    assert_true(database_add(&bad, "fine", 0, &index) && database_add(&bad, "fine", 0, &index));
    assert_int_equal(bad.count, 1);
    assert_true(database_add(&bad, "look(?=ahead)", 0, &index));
    assert_int_equal(database_compile(&bad, NULL, &database, &culprit, why, sizeof why), FILTER_ERROR_RULES);
    assert_int_equal(culprit, 1);
    assert_string_not_equal(why, "");
    assert_null(database);
}

static int set_up(void **state) {
    size_t index;
    arena_init(&memory);
    source = (database_source){.memory = &memory};
    return database_add(&source, "[a-f]{3}x", 0, &index) ? files_set_up(state) : -1;
}

static int tear_down(void **state) {
    arena_fini(&memory);
    return files_tear_down(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_that_is_cached_is_not_compiled_again),
        cmocka_unit_test(a_damaged_cache_is_compiled_anew),
        cmocka_unit_test(a_directory_that_others_write_is_not_trusted),
        cmocka_unit_test(a_place_that_is_no_directory_of_ours_is_no_error),
        cmocka_unit_test(the_expression_that_is_refused_is_told_by_its_index),
    };
    return cmocka_run_group_tests_name("database", tests, set_up, tear_down);
}
