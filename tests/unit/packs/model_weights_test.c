/* SPDX-License-Identifier: Apache-2.0 */
/* A model's weights are those that its pack names, or the pack does not load. */
#include "files.h"
#include "weights.h"

#include <sys/stat.h>
#include <unistd.h>

static filter_engine *load(const filter_source *sources, size_t count, filter_error *error) {
    filter_engine *engine = NULL;
    *error = (filter_error){.status = FILTER_OK};
    return filter_engine_new(&engine, sources, count, NULL, error) == FILTER_OK ? engine : NULL;
}

static filter_engine *load_file(const char *pack, filter_error *error) {
    files_write("m.yaml", pack, strlen(pack));
    const filter_source source = {files_path("m.yaml"), NULL, 0};
    return load(&source, 1, error);
}

static double score_of(const filter_engine *engine) {
    const filter_result *result = support_inspect(engine, "ignore it", 9, FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
    return result->score;
}

static void weights_are_read_from_the_folder_of_the_pack(void **state) {
    (void)state;
    filter_error error;
    const weights_file f = weights_make(100);
    files_write("model.bin", f.file, f.size);
    filter_engine *engine = load_file(weights_pack("model.bin", f.hex), &error);
    if (!engine) fail_msg("%s", error.message);
    assert_true(score_of(engine) > 0.9);
    filter_engine_unref(engine);
}

static void a_link_to_weights_is_read(void **state) {
    (void)state;
    filter_error error;
    const weights_file f = weights_make(100);
    files_write("model.bin", f.file, f.size);
    assert_int_equal(symlink("model.bin", files_path("link.bin")), 0);
    filter_engine *engine = load_file(weights_pack("link.bin", f.hex), &error);
    if (!engine) fail_msg("%s", error.message);
    filter_engine_unref(engine);
}

static void other_weights_make_another_digest_of_the_packs(void **state) {
    (void)state;
    filter_error error;
    char digest[65];
    const weights_file f = weights_make(100), other = weights_make(-100);
    files_write("model.bin", f.file, f.size);
    filter_engine *engine = load_file(weights_pack("model.bin", f.hex), &error);
    assert_non_null(engine);
    strcpy(digest, filter_engine_pack_digest(engine));
    filter_engine_unref(engine);
    files_write("model.bin", other.file, other.size);
    assert_null(load_file(weights_pack("model.bin", f.hex), &error));
    engine = load_file(weights_pack("model.bin", other.hex), &error);
    assert_non_null(engine);
    assert_string_not_equal(digest, filter_engine_pack_digest(engine));
    filter_engine_unref(engine);
}

static void a_pack_in_memory_has_its_weights_in_memory(void **state) {
    (void)state;
    filter_error error;
    weights_file f = weights_make(100);
    const char *pack = weights_pack("model.bin", f.hex);
    const filter_source sources[] = {{"acme/m.yaml", pack, strlen(pack)},
                                     {"acme/model.bin", (const char *)f.file, f.size}};
    filter_engine *engine = load(sources, 2, &error);
    if (!engine) fail_msg("%s", error.message);
    memset(f.file, 0, sizeof f.file); /* nothing is kept of it */
    assert_true(score_of(engine) > 0.9);
    filter_engine_unref(engine);
    assert_null(load(sources, 1, &error));
    assert_non_null(strstr(error.message, "acme/m.yaml:12:40: m: the pack is given as data: give its file as data, "
                                          "too, with the name 'acme/model.bin'"));
}

static void wrong_weights_are_named_with_file_line_and_reason(void **state) {
    (void)state;
    const weights_file right = weights_make(1);
    static const struct {
        const char *weights;
        size_t at; /* byte of the file that is changed, */
        unsigned char to;
        size_t size; /* bytes of the file; 0: no file */
        const char *says;
    } cases[] = {
        {"model.bin", 0, 'F', 0, "model.bin: cannot be read: No such file or directory"},
        {"model.bin", 0, 'f', WEIGHTS_SIZE, "'model.bin' does not hold what it should: it must begin with 'FILTERDM'"},
        {"model.bin", 0, 'F', WEIGHTS_HEADER - 1, "'model.bin' does not hold what it should"},
        {"model.bin", 8, 1, WEIGHTS_SIZE, "'model.bin' has version 1; version 2 is supported"},
        {"model.bin", 12, 7, WEIGHTS_SIZE,
         "'model.bin' has 7 bits and 512 weights; 8 to 20 bits are supported, and 2 weights for each"},
        {"model.bin", 12, 21, WEIGHTS_SIZE, "'model.bin' has 21 bits"},
        {"model.bin", 15, 255, WEIGHTS_SIZE, "bits and 512 weights"},
        {"model.bin", 0, 'F', WEIGHTS_SIZE - 1, "'model.bin' is damaged"},
        {"model.bin", 0, 'F', WEIGHTS_SIZE + 1, "'model.bin' is damaged"},
        {"model.bin", 12, 9, WEIGHTS_SIZE, "'model.bin' has 9 bits and 512 weights"},
        {"model.bin", WEIGHTS_HEADER, 2, WEIGHTS_SIZE,
         "'model.bin' is damaged: it does not have the digest of its header"},
        {"model.bin", 16, 0xEE, WEIGHTS_SIZE, "'model.bin' is damaged"},
        {"../model.bin", 0, 'F', WEIGHTS_SIZE, "'weights' must name a file of the pack's folder that ends in .bin"},
        {"/etc/passwd", 0, 'F', WEIGHTS_SIZE, "'weights' must name a file of the pack's folder that ends in .bin"},
        {"model.txt", 0, 'F', WEIGHTS_SIZE, "'weights' must name a file of the pack's folder that ends in .bin"},
        {".bin", 0, 'F', WEIGHTS_SIZE, "'weights' must name a file of the pack's folder that ends in .bin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_error error;
        weights_file f = right;
        f.file[cases[i].at] = cases[i].to;
        if (cases[i].size) files_write("model.bin", f.file, cases[i].size);
        else (void)unlink(files_path("model.bin"));
        assert_null(load_file(weights_pack(cases[i].weights, right.hex), &error));
        assert_int_equal(error.status, FILTER_ERROR_RULES);
        if (!strstr(error.message, "m.yaml:12:40: m: ") || !strstr(error.message, cases[i].says)) {
            fail_msg("case %zu should say '%s', says '%s'", i, cases[i].says, error.message);
        }
    }
}

static void weights_of_another_pack_are_refused(void **state) {
    (void)state;
    filter_error error;
    const weights_file f = weights_make(1), other = weights_make(2);
    files_write("model.bin", other.file, other.size);
    assert_null(load_file(weights_pack("model.bin", f.hex), &error));
    assert_non_null(strstr(error.message, "'model.bin' is another one than the pack names: its digest is "));
    assert_non_null(strstr(error.message, other.hex));
}

static void huge_weights_are_not_read(void **state) {
    (void)state;
    filter_error error;
    const weights_file f = weights_make(1);
    files_write("model.bin", f.file, f.size);
    assert_int_equal(truncate(files_path("model.bin"), (off_t)1 << 40), 0); /* a hole: it takes no space */
    assert_null(load_file(weights_pack("model.bin", f.hex), &error));
    assert_non_null(strstr(error.message, "model.bin: larger than 2097200 bytes"));
    const char *pack = weights_pack("model.bin", f.hex);
    const filter_source sources[] = {{"m.yaml", pack, strlen(pack)},
                                     {"model.bin", (const char *)f.file, (size_t)1 << 40}};
    assert_null(load(sources, 2, &error));
    assert_non_null(strstr(error.message, "model.bin: larger than 2097200 bytes"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(weights_are_read_from_the_folder_of_the_pack, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_link_to_weights_is_read, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(other_weights_make_another_digest_of_the_packs, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(a_pack_in_memory_has_its_weights_in_memory, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(wrong_weights_are_named_with_file_line_and_reason, files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(weights_of_another_pack_are_refused, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(huge_weights_are_not_read, files_set_up, files_tear_down),
    };
    return cmocka_run_group_tests_name("model_weights", tests, NULL, NULL);
}
