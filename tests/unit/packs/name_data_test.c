/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/name_data.h"

#include "base/hash.h"
#include "names.h"
#include "packs/data_file.h"

#include <sodium.h>

static const names_word words[] = {{"asha", 1}, {"rao", 2}, {"the", 0x3000}, {"pune", 4}};

static void words_are_found_by_their_fingerprints(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory);
    const name_data *data = names_data(&memory, words, 4, 3);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(name_data_find(data, hash32_string(words[i].word)), words[i].classes);
    assert_int_equal(name_data_find(data, hash32_string("nobody")), 0);
    assert_int_equal(name_data_find(data, 0), 0);
    assert_int_equal(name_data_find(data, UINT32_MAX), 0);
    assert_true(name_filter_has(data->telling, hash32_string("asha")));
    assert_false(name_filter_has(data->telling, hash32_string("the"))); /* it is only ordinary */
    arena_fini(&memory);
}

static bool loads(names_file *f) {
    arena memory;
    arena_init(&memory);
    crypto_generichash(f->file + 16, 32, f->file + DATA_FILE_HEADER, f->size - DATA_FILE_HEADER, NULL, 0);
    sodium_bin2hex(f->hex, sizeof f->hex, f->file + 16, 32);
    const yaml_node node = {.line = 1};
    const filter_source sources[] = {{"p.yaml", "x", 1}, {"names.bin", (const char *)f->file, f->size}};
    ruleset set = {.memory = &memory, .sources = sources, .source_count = 2};
    diagnostics d = {.file = "p.yaml", .rule = ""};
    const name_source from = {"names.bin", f->hex, &node};
    name_data data;
    const bool ok = name_data_read(&set, &from, &data, &d);
    arena_fini(&memory);
    return ok;
}

static void a_file_that_does_not_fit_is_refused(void **state) {
    (void)state;
    names_file f = names_make(words, 4, 3);
    assert_true(loads(&f));
    f.file[12] = 5; /* a word more */
    assert_false(loads(&f)); /* its words are not in order, or its slots do not fit */
    f.file[12] = 255, f.file[15] = 255; /* more words than there are bytes */
    assert_false(loads(&f));
    f.file[12] = 4, f.file[15] = 0;
    f.size--;
    assert_false(loads(&f));
    f.size++;
    memset(f.file + DATA_FILE_HEADER + 8, 0, 4); /* the second word comes before the first */
    assert_false(loads(&f));
    free(f.file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_by_their_fingerprints),
        cmocka_unit_test(a_file_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("name_data", tests, NULL, NULL);
}
