/* SPDX-License-Identifier: Apache-2.0 */
#include "render/json_path.h"
#include "support.h"

/* The path of what begins where `mark` stands; "" for none. */
static const char *path_at(arena *memory, const char *text, const char *mark) {
    json_path p;
    bool failed = false;
    json_path_begin(&p, text, strlen(text));
    if (!json_path_seek(&p, (size_t)(strstr(text, mark) - text))) return "";
    filter_text path = json_path_text(&p, memory, &failed);
    assert_false(failed);
    return path.text ? arena_copy(memory, path.text, path.size) : "";
}

static void a_value_has_the_pointer_of_rfc_6901(void **state) {
    (void)state;
    static const struct {
        const char *text, *path, *why;
    } cases[] = {
        {"{\"a\": \"VALUE\"}", "/a", "a key"},
        {"{\"VALUE\": 1}", "", "a key is at no pointer"},
        {"{\"b\": {\"c\": 1}, \"a\": \"VALUE\"}", "/a", "the last key of its own object"},
        {"{\"a\": [1, {\"b\": 2}, [3], \"VALUE\"]}", "/a/3", "the place in an array, whatever its values are"},
        {"[[], [{}, \"VALUE\"]]", "/1/1", "arrays in arrays"},
        {"{\"a\": [\"x VALUE y\"]}", "/a/0", "a part of a value"},
        {" \n {\"a\" : \"VALUE\"}", "/a", "blanks around"},
        {"{\"a/b~c\": \"VALUE\"}", "/a~1b~0c", "what has a meaning in a pointer"},
        {"{\"\": \"VALUE\"}", "/", "an empty key"},
        {"{\"\\u0061\\n\\\"\": \"VALUE\"}", "/a\n\"", "escapes of a key"},
        {"{\"\\ud83d\\ude00\": \"VALUE\"}", "/😀", "a pair of surrogates"},
        {"{\"\\ud83d\": \"VALUE\"}", "", "half of a pair is no UTF-8"},
        {"{\"\\u0000\": \"VALUE\"}", "", "a NUL"},
        {"{\"a\": 17VALUE}", "", "no JSON"},
        {"{\"a\": [1, 2}, \"b\": \"VALUE\"}", "", "no JSON before it"},
        {"{\"a\": \"VALUE\", \"b\": ", "/a", "a document that breaks off after it"},
        {"note: {\"a\": \"VALUE\"}", "", "JSON in prose"},
        {"\"VALUE\"", "", "no object and no array"},
        {"{\"a\": 1} \"VALUE\"", "", "after the document"},
        {"{\"a\": \"{\\\"b\\\": \\\"VALUE\\\"}\"}", "/a", "JSON in a string is that string's"},
    };
    arena memory;
    arena_init(&memory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = path_at(&memory, cases[i].text, "VALUE");
        if (strcmp(path, cases[i].path) != 0) fail_msg("%s: '%s'", cases[i].why, path);
    }
    arena_fini(&memory);
}

static void one_pass_finds_many_values_in_their_order(void **state) {
    (void)state;
    static const char text[] = "{\"a\": [10, 20], \"b\": {\"c\": 30}, \"d\": 40}";
    static const struct {
        const char *value, *path;
    } values[] = {{"10", "/a/0"}, {"20", "/a/1"}, {"0], ", "/a/1"}, {"30", "/b/c"}, {"40", "/d"}};
    arena memory;
    json_path p;
    bool failed = false;
    arena_init(&memory);
    json_path_begin(&p, text, sizeof text - 1);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(json_path_seek(&p, (size_t)(strstr(text, values[i].value) - text)));
        filter_text path = json_path_text(&p, &memory, &failed);
        assert_int_equal(path.size, strlen(values[i].path));
        assert_memory_equal(path.text, values[i].path, path.size);
    }
    assert_false(json_path_seek(&p, sizeof text - 2)); /* the last bracket */
    arena_fini(&memory);
}

/* `levels` arrays in one another, or one key of `key` bytes, around a value. */
static bool has_path(size_t levels, size_t key) {
    static char text[8 * JSON_PATH_MAX];
    size_t size = 0;
    arena memory;
    json_path p;
    bool failed = false;
    memset(text, '[', levels);
    size += levels;
    text[size++] = '{', text[size++] = '"';
    memset(text + size, 'k', key);
    size += key;
    memcpy(text + size, "\":\"V", 4);
    size += 4;
    arena_init(&memory);
    json_path_begin(&p, text, size);
    text[size++] = '"';
    p.scan.size = size;
    bool found = json_path_seek(&p, size - 2) && json_path_text(&p, &memory, &failed).text;
    assert_false(failed);
    arena_fini(&memory);
    return found;
}

static void what_is_too_deep_or_too_long_has_no_path(void **state) {
    (void)state;
    assert_true(has_path(JSON_PATH_LEVELS - 1, 1));
    assert_false(has_path(JSON_PATH_LEVELS, 1));
    assert_true(has_path(0, JSON_PATH_MAX - 1));
    assert_false(has_path(0, JSON_PATH_MAX));
    assert_false(has_path(0, 7 * JSON_PATH_MAX));
}

static void a_path_without_memory_says_so(void **state) {
    (void)state;
    static const char text[] = "{\"a\": \"V\"}";
    json_path p;
    bool failed = false;
    arena memory = support_exhausted_arena();
    json_path_begin(&p, text, sizeof text - 1);
    assert_true(json_path_seek(&p, 7));
    assert_null(json_path_text(&p, &memory, &failed).text);
    assert_true(failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_has_the_pointer_of_rfc_6901),
        cmocka_unit_test(one_pass_finds_many_values_in_their_order),
        cmocka_unit_test(what_is_too_deep_or_too_long_has_no_path),
        cmocka_unit_test(a_path_without_memory_says_so),
    };
    return cmocka_run_group_tests_name("json_path", tests, NULL, NULL);
}
