/* SPDX-License-Identifier: Apache-2.0 */
#include "body/body_write.h"

#include "base/json_scan.h"
#include "support.h"

static void strings_are_escaped_and_come_back(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory);
    for (int round = 0; round < 500; round++) {
        char text[64], back[64];
        const size_t size = support_random() % sizeof text;
        for (size_t i = 0; i < size; i++) text[i] = (char)(support_random() % 0x80);
        text_buffer out = {.memory = &memory};
        body_write_string(&out, (filter_text){text, size});
        unsigned char objects[8];
        json_scan s = {.text = out.data, .size = out.size, .objects = objects, .levels = 64};
        assert_int_equal(json_scan_next(&s), JSON_SCAN_STRING);
        assert_int_equal(json_scan_decode(out.data + s.start, s.end - s.start, back), size);
        assert_memory_equal(back, text, size);
        assert_int_equal(json_scan_next(&s), JSON_SCAN_END);
        arena_reset(&memory, 1 << 16);
    }
    arena_fini(&memory);
}

static void only_edits_change(void **state) {
    (void)state;
    static const char body[] = "{ \"a\" : \"x\" , \"n\":1.0e2, \"b\":[ 2 ]}";
    const uint32_t number = (uint32_t)(strstr(body, "1.0e2") - body);
    const body_edit edits[] = {{8, 11, {"q\"", 2}, true}, {number, number + 5, {"null", 4}, false}};
    static const char expected[] = "{ \"a\" : \"q\\\"\" , \"n\":null, \"b\":[ 2 ]}";
    arena memory;
    arena_init(&memory);
    text_buffer out = {.memory = &memory};
    body_write(&out, (filter_text){body, sizeof body - 1}, edits, 2);
    assert_int_equal(out.size, sizeof expected - 1);
    assert_memory_equal(out.data, expected, out.size);
    arena_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped_and_come_back),
        cmocka_unit_test(only_edits_change),
    };
    return cmocka_run_group_tests_name("body_write", tests, NULL, NULL);
}
