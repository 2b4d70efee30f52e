/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/json_answer.h"

#include "base/json_keys.h"
#include "support.h"

static bool is_valid(const char *text, size_t size) {
    arena memory;
    arena_init(&memory);
    bool valid = json_answer_is_valid(&memory, text, size);
    assert_false(memory.failed);
    arena_fini(&memory);
    return valid;
}

static void limits_of_other_parsers_do_not_make_a_text_invalid(void **state) {
    (void)state;
    static const char *const valid[] = {
        "123456789012345678901234567890", "1e400", "-1e-99999", "\"\\ud800\"", "\"\\u0000\"", "[1e400]"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        if (!is_valid(valid[i], strlen(valid[i]))) fail_msg("%s", valid[i]);
    }
    assert_false(is_valid(NULL, 0)); /* an empty answer */
}

static void any_depth_is_json_when_it_ends(void **state) {
    (void)state;
    enum { DEEP = 1000000 };
    char *text = malloc(6 * DEEP);
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    assert_true(is_valid(text, 2 * DEEP));
    assert_false(is_valid(text, 2 * DEEP - 1));
    assert_false(is_valid(text + 1, 2 * DEEP - 1));
    for (size_t i = 0; i < DEEP / 8; i++) memcpy(text + 5 * i, "{\"a\":", 5); /* the same key in each, once */
    text[5 * (DEEP / 8)] = '1';
    memset(text + 5 * (DEEP / 8) + 1, '}', DEEP / 8);
    assert_true(is_valid(text, 6 * (DEEP / 8) + 1));
    free(text);
}

static void a_key_that_comes_twice_in_one_object_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", false},
        {"{\"a\":1,\"b\":{\"c\":1},\"a\":2}", false},
        {"{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", false},
        {"[{\"a\":1},{\"a\":{\"a\":1}}]", true},
        {"{\"a\":{\"a\":1},\"b\":{\"a\":1},\"c\":{\"b\":2}}", true},
        {"{\"a\":1,\"\\u0061\":2}", false},
        {"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", false},
        {"{\"\\ud83d\":1,\"\\ude00\":2}", true},
        {"{\"a\\/b\":1,\"a/b\":2}", false},
        {"{\"\":1,\"\":2}", false},
        {"{\"a\":1,\"A\":2,\"a \":3}", true},
        {"{\"a\\u0000\":1,\"a\":2}", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (is_valid(cases[i].text, strlen(cases[i].text)) != cases[i].valid) fail_msg("%s", cases[i].text);
    }
}

/* An object of so many keys in objects that come and go; one that comes twice at the end when `twice`. */
static bool object_is_valid(size_t count, bool twice) {
    char *text = malloc(count * 40 + 40), *at = text;
    *at++ = '{';
    for (size_t i = 0; i < count; i++) at += sprintf(at, "\"k%zu\":{\"k%zu\":1,\"y\":[{}]},", i, i * 7);
    at += sprintf(at, "\"%s\":0}", twice ? "k0" : "end");
    bool valid = is_valid(text, (size_t)(at - text));
    free(text);
    return valid;
}

static void a_key_is_found_again_among_very_many(void **state) {
    (void)state;
    for (size_t count = 1; count < 200000; count = count * 3 + 1) {
        assert_true(object_is_valid(count, false));
        assert_false(object_is_valid(count, true));
    }
    assert_true(object_is_valid(JSON_KEYS_MAX - 3, false));
    assert_false(object_is_valid(JSON_KEYS_MAX, false)); /* more than are looked at */
}

static void memory_that_is_out_shows_in_the_arena(void **state) {
    (void)state;
    arena memory = support_exhausted_arena();
    assert_false(json_answer_is_valid(&memory, "{}", 2));
    assert_true(memory.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_other_parsers_do_not_make_a_text_invalid),
        cmocka_unit_test(any_depth_is_json_when_it_ends),
        cmocka_unit_test(a_key_that_comes_twice_in_one_object_is_refused),
        cmocka_unit_test(a_key_is_found_again_among_very_many),
        cmocka_unit_test(memory_that_is_out_shows_in_the_arena),
    };
    return cmocka_run_group_tests_name("json_answer", tests, NULL, NULL);
}
