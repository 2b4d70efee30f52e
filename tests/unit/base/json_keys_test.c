/* SPDX-License-Identifier: Apache-2.0 */
/* With very many keys: verdict/json_answer_test.c. */
#include "base/json_keys.h"

#include "support.h"

static bool has_repeats(const char *text) {
    unsigned char objects[8];
    json_scan s = {.text = text, .size = strlen(text), .objects = objects, .levels = 64};
    json_scan_token token;
    json_keys k;
    bool repeats = false;
    arena memory;
    arena_init(&memory);
    json_keys_begin(&k, &memory);
    while ((token = json_scan_next(&s)) > JSON_SCAN_END) {
        if (token == JSON_SCAN_CLOSE) json_keys_drop(&k, s.depth);
        if (token == JSON_SCAN_KEY && !json_keys_take(&k, &s)) repeats = true;
    }
    assert_int_equal(token, JSON_SCAN_END);
    arena_fini(&memory);
    return repeats;
}

static void a_key_comes_once_in_each_object(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool repeats;
    } cases[] = {
        {"{\"a\": 1, \"b\": 2}", false},      {"{\"a\": 1, \"a\": 2}", true},
        {"{\"a\": 1, \"\\u0061\": 2}", true}, {"{\"a\": {\"a\": 1}, \"b\": {\"a\": 1}}", false},
        {"[{\"a\": 1}, {\"a\": 1}]", false},  {"{\"a\": {\"b\": 1}, \"a\": 1}", true},
        {"{\"\": 1, \" \": 2}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (has_repeats(cases[i].text) != cases[i].repeats) fail_msg("%s", cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_key_comes_once_in_each_object)};
    return cmocka_run_group_tests_name("json_keys", tests, NULL, NULL);
}
