/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"
#include "files.h"
#include "output.h"
#include "support.h"

static bool is_number(const yaml_field *f) {
    return f->type == YAML_COUNT || f->type == YAML_BYTES || f->type == YAML_MILLISECONDS;
}

/* Reads a configuration of one key. */
static int status_of(const char *section, const char *key, const char *value) {
    char yaml[300];
    config c;
    snprintf(yaml, sizeof yaml, *section ? "%s: {%s: %s}\n" : "%s%s: %s\n", section, key, value);
    files_write("c.yaml", yaml, strlen(yaml));
    config_init(&c);
    output_begin();
    int status = config_read(&c, files_path("c.yaml"));
    output_end();
    config_fini(&c);
    return status;
}

static void check_bounds(const yaml_field *f, const char *section) {
    const struct {
        double value;
        int status;
    } cases[] = {{f->min, 0}, {f->max, 0}, {f->max + 1, CONFIG_EXIT_CONFIG}, {f->min - 1, CONFIG_EXIT_CONFIG}};
    if (f->max <= f->min) fail_msg("%s.%s: no range", section, f->key);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char value[40];
        snprintf(value, sizeof value, "%.0f", cases[i].value);
        if (status_of(section, f->key, value) != cases[i].status) fail_msg("%s.%s: %s", section, f->key, value);
    }
}

static void check_words(const yaml_field *f, const char *section) {
    static const char *const broken[] = {"[]x", "{a: 1}"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (f->type != YAML_SECTION && f->type != YAML_NODE &&
            status_of(section, f->key, broken[i]) != CONFIG_EXIT_CONFIG) {
            fail_msg("%s.%s: %s is taken", section, f->key, broken[i]);
        }
    }
}

static void check_table(const yaml_table *table, const char *section) {
    for (size_t i = 0; i < table->count; i++) {
        const yaml_field *f = &table->fields[i];
        if (f->renamed) continue;
        if (!f->about || f->about[strlen(f->about) - 1] != '.') fail_msg("%s.%s: no sentence", section, f->key);
        if (f->type == YAML_SECTION) check_table(f->table, f->key);
        if (f->required) continue; /* not alone */
        if (is_number(f)) check_bounds(f, section);
        check_words(f, section);
    }
}

static void each_number_is_taken_within_its_bounds_and_refused_beyond(void **state) {
    (void)state;
    check_table(&config_table, "");
}

/* Two keys of one offset would overwrite each other. */
static size_t add_offsets(const yaml_table *table, size_t *offsets, size_t count) {
    for (size_t i = 0; i < table->count; i++) {
        const yaml_field *f = &table->fields[i];
        if (f->type == YAML_SECTION) count = add_offsets(f->table, offsets, count);
        if (f->type == YAML_SECTION || f->renamed) continue;
        for (size_t k = 0; k < count; k++) {
            if (offsets[k] == f->offset) fail_msg("%s: the field of another key", f->key);
        }
        offsets[count++] = f->offset;
    }
    return count;
}

static void each_key_has_a_field_of_its_own(void **state) {
    (void)state;
    size_t offsets[100];
    assert_true(add_offsets(&config_table, offsets, 0) > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_number_is_taken_within_its_bounds_and_refused_beyond, files_set_up,
                                        files_tear_down),
        cmocka_unit_test(each_key_has_a_field_of_its_own),
    };
    return cmocka_run_group_tests_name("config_keys", tests, NULL, NULL);
}
