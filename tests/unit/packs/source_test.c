/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/source.h"
#include "files.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static arena memory;

static filter_status read_source(filter_source source, size_t max, source_bytes *out, char why[SOURCE_WHY_MAX]) {
    arena_reset(&memory, 1 << 20);
    *out = (source_bytes){NULL, 0};
    why[0] = '\0';
    return source_read(&memory, &source, max, out, why);
}

static void a_name_that_ends_in_bin_is_data(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool data;
    } cases[] = {{"model.bin", true},
                 {"acme/model.bin", true},
                 {"p.yaml", false},
                 {"model.bin.yaml", false},
                 {"folder.bin/p", false},
                 {"bin", false},
                 {".bin", false},
                 {"a/.bin", false},
                 {"", false},
                 {NULL, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_source source = {cases[i].name, NULL, 0};
        if (source_is_data(&source) != cases[i].data) fail_msg("'%s'", cases[i].name ? cases[i].name : "NULL");
    }
}

static void memory_of_the_caller_is_taken_as_it_is(void **state) {
    (void)state;
    static const char data[] = "a\0b";
    source_bytes bytes;
    char why[SOURCE_WHY_MAX];
    assert_int_equal(read_source((filter_source){"p.yaml", data, 3}, 3, &bytes, why), FILTER_OK);
    assert_ptr_equal(bytes.data, data);
    assert_int_equal(bytes.size, 3);
    assert_int_equal(read_source((filter_source){"p.yaml", data, 3}, 2, &bytes, why), FILTER_ERROR_IO);
    assert_string_equal(why, "p.yaml: larger than 2 bytes");
    assert_int_equal(read_source((filter_source){NULL, data, 3}, 2, &bytes, why), FILTER_ERROR_IO);
    assert_string_equal(why, "(memory): larger than 2 bytes");
}

static void a_file_is_read_whole_up_to_its_bound(void **state) {
    (void)state;
    static char data[100000];
    source_bytes bytes;
    char why[SOURCE_WHY_MAX];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i % 251);
    files_write("p.yaml", data, sizeof data);
    const filter_source source = {files_path("p.yaml"), NULL, 0};
    assert_int_equal(read_source(source, sizeof data, &bytes, why), FILTER_OK);
    assert_int_equal(bytes.size, sizeof data);
    assert_memory_equal(bytes.data, data, sizeof data);
    assert_int_equal(read_source(source, sizeof data - 1, &bytes, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "p.yaml: larger than 99999 bytes"));
    files_write("empty.yaml", "", 0);
    assert_int_equal(read_source((filter_source){files_path("empty.yaml"), NULL, 0}, 1, &bytes, why), FILTER_OK);
    assert_int_equal(bytes.size, 0);
}

static void what_is_no_regular_file_is_refused_by_name(void **state) {
    (void)state;
    source_bytes bytes;
    char why[SOURCE_WHY_MAX];
    assert_int_equal(mkfifo(files_path("pipe"), 0600), 0); /* nobody writes to it: a reader that waited would hang */
    assert_int_equal(read_source((filter_source){files_path("pipe"), NULL, 0}, 9, &bytes, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "/pipe: not a regular file"));
    assert_int_equal(read_source((filter_source){files_path(""), NULL, 0}, 9, &bytes, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, ": not a regular file"));
    assert_int_equal(read_source((filter_source){files_path("none"), NULL, 0}, 9, &bytes, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "/none: cannot be read: No such file or directory"));
    assert_int_equal(read_source((filter_source){NULL, NULL, 0}, 9, &bytes, why), FILTER_ERROR_IO);
    assert_non_null(strstr(why, "cannot be read"));
}

static void a_file_without_memory_for_it_is_no_error_of_the_file(void **state) {
    (void)state;
    arena none = support_exhausted_arena();
    source_bytes bytes;
    char why[SOURCE_WHY_MAX];
    files_write("p.yaml", "a: 1", 4);
    const filter_source source = {files_path("p.yaml"), NULL, 0};
    assert_int_equal(source_read(&none, &source, 100, &bytes, why), FILTER_ERROR_MEMORY);
}

static void a_source_leaves_no_file_open(void **state) {
    (void)state;
    source_bytes bytes;
    char why[SOURCE_WHY_MAX];
    files_write("p.yaml", "a: 1", 4);
    int before = dup(0);
    close(before);
    for (int i = 0; i < 10; i++) {
        (void)read_source((filter_source){files_path("p.yaml"), NULL, 0}, 100, &bytes, why);
        (void)read_source((filter_source){files_path("p.yaml"), NULL, 0}, 1, &bytes, why);
        (void)read_source((filter_source){files_path(""), NULL, 0}, 100, &bytes, why);
    }
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

static int teardown(void **state) {
    (void)state;
    arena_fini(&memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_ends_in_bin_is_data),
        cmocka_unit_test(memory_of_the_caller_is_taken_as_it_is),
        cmocka_unit_test_setup_teardown(a_file_is_read_whole_up_to_its_bound, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_refused_by_name, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_memory_for_it_is_no_error_of_the_file, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(a_source_leaves_no_file_open, files_set_up, files_tear_down),
    };
    arena_init(&memory);
    return cmocka_run_group_tests_name("source", tests, NULL, teardown);
}
