/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/data_file.h"

#include "packs/source.h"
#include "support.h"

#include <sodium.h>

static char file[64];

/* A file of the kind "FILTERXX", version 3, parameter 7, with four bytes. */
static void make(void) {
    memcpy(file, "FILTERXX\3\0\0\0\7\0\0\0", 16);
    memcpy(file + DATA_FILE_HEADER, "data", 4);
    crypto_generichash((unsigned char *)file + 16, 32, (const unsigned char *)file + DATA_FILE_HEADER, 4, NULL, 0);
}

static bool read_as(const char *magic, uint32_t version, data_file *out) {
    arena memory;
    char hex[65];
    const yaml_node node = {.line = 1};
    const filter_source sources[] = {{"a/pack.yaml", "x", 1}, {"a/data.bin", file, DATA_FILE_HEADER + 4}};
    ruleset set = {.memory = &memory, .sources = sources, .source_count = 2};
    diagnostics d = {.file = "a/pack.yaml", .rule = ""};
    arena_init(&memory);
    sodium_bin2hex(hex, sizeof hex, (const unsigned char *)file + 16, 32);
    const data_source from = {"data", "data.bin", hex, &node, magic, version, 100};
    bool ok = data_file_read(&set, &from, out, &d);
    if (ok) assert_memory_equal(out->data, "data", 4);
    arena_fini(&memory);
    return ok;
}

static void a_file_of_the_right_kind_and_version_is_read(void **state) {
    (void)state;
    data_file out;
    make();
    assert_true(read_as("FILTERXX", 3, &out));
    assert_int_equal(out.parameter, 7);
    assert_int_equal(out.size, 4);
    assert_false(read_as("FILTERXY", 3, &out));
    assert_false(read_as("FILTERXX", 2, &out));
    file[DATA_FILE_HEADER] = 'x';
    assert_false(read_as("FILTERXX", 3, &out));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_of_the_right_kind_and_version_is_read)};
    return cmocka_run_group_tests_name("packs", tests, NULL, NULL);
}
