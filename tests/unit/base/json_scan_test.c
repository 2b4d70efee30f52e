/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_scan.h"
#include "support.h"

#include <jansson.h>

enum { LEVELS = 64 };

/* In memory of its own, so that the sanitizer sees a byte that is read after the end. */
static bool is_valid(const char *text, size_t size) {
    unsigned char objects[LEVELS / 8] = {0};
    char *copy = malloc(size ? size : 1);
    memcpy(copy, text, size);
    json_scan s = {.text = copy, .size = size, .objects = objects, .levels = LEVELS};
    json_scan_token token;
    while ((token = json_scan_next(&s)) > JSON_SCAN_END) {}
    bool same = json_scan_next(&s) == token;
    free(copy);
    assert_true(same); /* the end stays the end */
    return token == JSON_SCAN_END;
}

static void what_rfc_8259_allows_is_taken_and_nothing_else(void **state) {
    (void)state;
    static const char *const valid[] = {"{}",
                                        "[]",
                                        " [ ] ",
                                        "\t\r\n{ \"a\" : [ 1 , { } ] }\n",
                                        "\"\"",
                                        "0",
                                        "-0",
                                        "-0.0e-0",
                                        "1E+2",
                                        "12.50",
                                        "1e400",
                                        "-1e-400",
                                        "9223372036854775808",
                                        "123456789012345678901234567890",
                                        "true",
                                        "false",
                                        "null",
                                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"",
                                        "\"\\ud800\"",
                                        "\"\\u0000\"",
                                        "\"\x7F\xC3\xA9\"",
                                        "{\"a\":1,\"a\":2}",
                                        "[[[[]]],{\"\":null}]"};
    static const char *const invalid[] = {"",
                                          " ",
                                          "{",
                                          "[",
                                          "}",
                                          "]",
                                          "[}",
                                          "{]",
                                          "[1,]",
                                          "[,1]",
                                          "{,}",
                                          "{\"a\"}",
                                          "{\"a\":}",
                                          "{\"a\":1,}",
                                          "{1:2}",
                                          "{\"a\" 1}",
                                          "{\"a\":1 \"b\":2}",
                                          "[1 2]",
                                          "1 2",
                                          "{}{}",
                                          "[]]",
                                          "01",
                                          "-",
                                          "-a",
                                          "+1",
                                          ".5",
                                          "1.",
                                          "1.e1",
                                          "1e",
                                          "1e+",
                                          "0x1",
                                          "NaN",
                                          "Infinity",
                                          "-Infinity",
                                          "True",
                                          "nul",
                                          "nulll",
                                          "tru",
                                          "'a'",
                                          "a",
                                          "\"",
                                          "\"a",
                                          "\"\\",
                                          "\"\\\"",
                                          "\"\\x\"",
                                          "\"\\u12\"",
                                          "\"\\u12g4\"",
                                          "\"\\u12 4\"",
                                          "\"\\u\x11\x12\x13\x14\"",
                                          "\"\t\"",
                                          "\"\n\"",
                                          "\x0B"
                                          "1",
                                          "\xEF\xBB\xBF{}",
                                          "1\f",
                                          "// a\n1",
                                          "1,",
                                          "[\"a\",",
                                          "{\"a\":[}"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        if (!is_valid(valid[i], strlen(valid[i]))) fail_msg("not taken: %s", valid[i]);
    }
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        if (is_valid(invalid[i], strlen(invalid[i]))) fail_msg("taken: %s", invalid[i]);
    }
    assert_false(is_valid("1\0", 2));
    assert_false(is_valid("\"\0\"", 3));
}

/* Where jansson and the RFC agree: short, shallow texts without keys that come twice or numbers beyond a double. */
static void random_texts_are_judged_as_another_parser_judges_them(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "{",  "}",    "[",    "]", ",",  ":",  "\"a\"", "\"b\":", "1", "-",       "0",      ".5",
        "e1", "true", "null", " ", "\"", "\\", "u00e9", "\n",     "x", "\"c\":[", "{\"d\":"};
    size_t taken = 0;
    for (int i = 0; i < 200000; i++) {
        char text[128] = "";
        for (uint32_t n = 1 + support_random() % 9; n > 0; n--)
            strcat(text, pieces[support_random() % (sizeof pieces / sizeof *pieces)]);
        json_error_t error;
        json_t *other = json_loadb(text, strlen(text), JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        if (!other && json_error_code(&error) == json_error_numeric_overflow) continue;
        bool valid = is_valid(text, strlen(text));
        if (valid != (other != NULL)) fail_msg("%s: %d", text, (int)valid);
        taken += valid;
        json_decref(other);
    }
    assert_true(taken > 1000);
}

static void levels_are_as_many_as_there_is_room_for(void **state) {
    (void)state;
    char text[2 * LEVELS + 2];
    memset(text, '[', LEVELS + 1);
    memset(text + LEVELS + 1, ']', LEVELS + 1);
    assert_true(is_valid(text + 1, 2 * LEVELS));
    assert_false(is_valid(text, sizeof text));
}

static void tokens_come_in_their_order_with_their_places(void **state) {
    (void)state;
    static const char text[] = " {\"a\\n\" : [12, \"x\"], \"b\":{}} ";
    static const struct {
        json_scan_token token;
        const char *content; /* NULL: none */
        size_t depth;
        bool in_object;
    } tokens[] = {
        {JSON_SCAN_OPEN, NULL, 1, true},   {JSON_SCAN_KEY, "a\\n", 1, true},  {JSON_SCAN_OPEN, NULL, 2, false},
        {JSON_SCAN_PLAIN, "12", 2, false}, {JSON_SCAN_STRING, "x", 2, false}, {JSON_SCAN_CLOSE, NULL, 1, true},
        {JSON_SCAN_KEY, "b", 1, true},     {JSON_SCAN_OPEN, NULL, 2, true},   {JSON_SCAN_CLOSE, NULL, 1, true},
        {JSON_SCAN_CLOSE, NULL, 0, false}, {JSON_SCAN_END, NULL, 0, false},
    };
    unsigned char objects[1] = {0xFF};
    json_scan s = {.text = text, .size = sizeof text - 1, .objects = objects, .levels = 8};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        assert_int_equal(json_scan_next(&s), tokens[i].token);
        assert_int_equal(s.depth, tokens[i].depth);
        assert_int_equal(json_scan_in_object(&s), tokens[i].in_object);
        if (!tokens[i].content) continue;
        assert_int_equal(s.end - s.start, strlen(tokens[i].content));
        assert_memory_equal(text + s.start, tokens[i].content, s.end - s.start);
    }
}

static void escapes_are_undone(void **state) {
    (void)state;
    static const struct {
        const char *text, *meant;
    } cases[] = {
        {"", ""},
        {"abc", "abc"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"st\\u0061tus", "status"},
        {"\\u00E9\\u20ac", "\xC3\xA9\xE2\x82\xAC"},
        {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
        {"\\ud83dx", "\xED\xA0\xBDx"},
        {"\\ud83d\\ud83d\\ude00", "\xED\xA0\xBD\xF0\x9F\x98\x80"},
        {"\\ude00\\u0041", "\xED\xB8\x80"
                           "A"},
        {"\\ud83d\\n", "\xED\xA0\xBD\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        size_t size = json_scan_decode(cases[i].text, strlen(cases[i].text), out);
        if (size != strlen(cases[i].meant) || memcmp(out, cases[i].meant, size) != 0) fail_msg("%s", cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rfc_8259_allows_is_taken_and_nothing_else),
        cmocka_unit_test(random_texts_are_judged_as_another_parser_judges_them),
        cmocka_unit_test(levels_are_as_many_as_there_is_room_for),
        cmocka_unit_test(tokens_come_in_their_order_with_their_places),
        cmocka_unit_test(escapes_are_undone),
    };
    return cmocka_run_group_tests_name("json_scan", tests, NULL, NULL);
}
