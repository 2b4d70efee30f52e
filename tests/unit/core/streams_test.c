/* SPDX-License-Identifier: Apache-2.0 */
#include "core/streams.h"

#include "core/clock.h"
#include "support.h"

#include <jansson.h>

static config settings;
static wire_error error;

static streams *open_streams(size_t count) {
    config_init(&settings);
    settings.streams = count;
    settings.stream_bytes = 100;
    streams *all = streams_new(&settings);
    assert_non_null(all);
    return all;
}

static void close_streams(streams *all) {
    streams_free(all);
    config_fini(&settings);
}

static bool push(streams *all, const char *name, const char *part, const char *piece, bool is_end) {
    const filter_settled *settled;
    const wire_request request = {.tenant = "",
                                  .user = "",
                                  .session = "",
                                  .stream = {name, part, is_end, false},
                                  .chat = {.body = {piece, strlen(piece)}},
                                  .filter = FILTER_REQUEST_INIT};
    error = (wire_error){.code = NULL};
    return streams_push(all, support_engine(), support_scratch(), &request, &settled, &error);
}

static json_int_t count(streams *all, const char *what) {
    json_t *status = streams_status(all);
    const json_int_t value = json_integer_value(json_object_get(status, what));
    json_decref(status);
    return value;
}

static void a_stream_ends_with_its_last_piece(void **state) {
    (void)state;
    streams *all = open_streams(10);
    assert_true(push(all, "a", "", "some words", false) && push(all, "a", "x", "others", false));
    assert_int_equal(count(all, "open"), 2);
    assert_true(push(all, "a", "", "the end", true));
    assert_int_equal(count(all, "open"), 1);
    assert_true(push(all, "a", "", "a new one", false));
    assert_int_equal(count(all, "begun"), 3);
    close_streams(all);
}

static void more_than_there_may_be_are_refused(void **state) {
    (void)state;
    streams *all = open_streams(2);
    assert_true(push(all, "a", "", "x", false) && push(all, "b", "", "x", false));
    assert_false(push(all, "c", "", "x", false));
    assert_string_equal(error.code, "overloaded");
    assert_true(push(all, "a", "", "x", true) && push(all, "c", "", "x", false));
    close_streams(all);
}

static void who_is_silent_is_gone(void **state) {
    (void)state;
    streams *all = open_streams(10);
    assert_true(push(all, "a", "", "x", false));
    streams_sweep(all, clock_now_us() + 200 * 1000000);
    assert_int_equal(count(all, "open"), 1);
    streams_sweep(all, clock_now_us() + INT64_C(1000) * 1000000);
    assert_int_equal(count(all, "open"), 0);
    assert_int_equal(count(all, "expired"), 1);
    close_streams(all);
}

static void one_that_fails_is_over(void **state) {
    (void)state;
    streams *all = open_streams(2);
    assert_true(push(all, "a", "", "x", false));
    assert_false(push(all, "a", "", "\xff\xff\xff\xff", false));
    assert_string_equal(error.code, "bad_text");
    assert_int_equal(count(all, "open"), 0);
    char longer[200] = "";
    memset(longer, 'x', sizeof longer - 1);
    assert_false(push(all, "a", "", longer, false));
    assert_string_equal(error.code, "too_large");
    close_streams(all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_ends_with_its_last_piece),
        cmocka_unit_test(more_than_there_may_be_are_refused),
        cmocka_unit_test(who_is_silent_is_gone),
        cmocka_unit_test(one_that_fails_is_over),
    };
    return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
