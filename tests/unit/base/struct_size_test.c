/* SPDX-License-Identifier: Apache-2.0 */
#include "base/struct_size.h"

#include "client/filter-client.h"
#include "support.h"

/* A struct as it was, as it is, and as a newer caller has it. */
typedef struct old_options {
    size_t struct_size;
    int first;
} old_options;

typedef struct options {
    size_t struct_size;
    int first, second;
} options;

typedef struct new_options {
    size_t struct_size;
    int first, second;
    const char *third;
} new_options;

static const options defaults = {sizeof(options), 1, 2};

static void what_an_older_caller_lacks_keeps_its_default(void **state) {
    (void)state;
    const old_options old = {STRUCT_SIZE_WITH(old_options, first), 7};
    options out = defaults;
    assert_true(struct_size_take(&out, sizeof out, &old, STRUCT_SIZE_WITH(options, first)));
    assert_int_equal(out.first, 7);
    assert_int_equal(out.second, 2);
}

static void a_newer_caller_is_taken_when_what_is_unknown_is_zero(void **state) {
    (void)state;
    const new_options quiet = {sizeof(new_options), 3, 4, NULL}, asking = {sizeof(new_options), 3, 4, "x"};
    options out = defaults;
    assert_true(struct_size_take(&out, sizeof out, &quiet, sizeof out));
    assert_int_equal(out.second, 4);
    out = defaults;
    assert_false(struct_size_take(&out, sizeof out, &asking, sizeof out));
    assert_int_equal(out.first, 1);
}

static void a_struct_that_was_never_set_up_is_refused_by_every_call(void **state) {
    (void)state;
    static const uint8_t key[FILTER_HASH_KEY_SIZE] = {1};
    filter_engine_options engine_options = {.hash_key = key};
    filter_request request = {.segments = NULL};
    filter_client_options client_options = {.socket = "/nowhere"};
    filter_engine *engine = NULL;
    filter_client *client = NULL;
    const filter_result *result = NULL;
    filter_error error;
    char why[256];
    assert_int_equal(filter_engine_new(&engine, NULL, 0, &engine_options, &error), FILTER_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "FILTER_ENGINE_OPTIONS_INIT"));
    assert_int_equal(filter_inspect(support_engine(), support_scratch(), &request, &result, &error),
                     FILTER_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "FILTER_REQUEST_INIT"));
    assert_int_equal(filter_client_open(&client, &client_options, why), FILTER_CLIENT_ARGUMENT);
    assert_non_null(strstr(why, "struct_size"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_older_caller_lacks_keeps_its_default),
        cmocka_unit_test(a_newer_caller_is_taken_when_what_is_unknown_is_zero),
        cmocka_unit_test(a_struct_that_was_never_set_up_is_refused_by_every_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
