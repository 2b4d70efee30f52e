/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/json_value.h"
#include "support.h"

static json_text text;

static json_value open_text(const char *content) {
    json_value root = {.token = JSON_SCAN_BAD};
    text = (json_text){.text = content, .size = strlen(content)};
    if (!json_value_open(&text, &root)) fail_msg("%s: bad at %zu", content, text.bad_at);
    return root;
}

static void what_is_no_json_or_no_text_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *content;
        size_t bad_at;
    } cases[] = {
        {"", 0},
        {"{", 1},
        {"[1,]", 3},
        {"{\"a\":\"\xFF\"}", 6},
        {"[\"\\u0000\"]", 9},
        {"[\"\\ud800\"]", 9},
        {"[\"\\ud83d\\u0041\"]", 15},
        {"[\"\\ud83d\\ude00\\ude00\"]", 21},
        {"{\"\\ud800\":1}", 10},
        {"1 2", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_value root;
        text = (json_text){.text = cases[i].content, .size = strlen(cases[i].content)};
        if (json_value_open(&text, &root)) fail_msg("%s is taken", cases[i].content);
        if (text.bad_at != cases[i].bad_at) fail_msg("%s: at %zu", cases[i].content, text.bad_at);
    }
}

static void items_come_in_their_order_and_what_is_in_them_is_passed_over(void **state) {
    (void)state;
    json_value root = open_text("{\"a\":[1,[2,{\"x\":3}],4],\"b\":{},\"c\":[],\"d\":{\"a\":{\"d\":1}},\"e\":\"a\"}");
    json_items items = json_value_items(&root);
    json_item item;
    char keys[16] = "";
    while (json_value_next(&items, &item)) strcat(keys, item.key);
    assert_string_equal(keys, "abcde");
    assert_false(json_value_next(&items, &item));
    json_value a, c;
    assert_true(json_value_find(&root, "a", &a) && json_value_is_array(&a) && !json_value_is_object(&a));
    assert_int_equal(json_value_count(&a), 3);
    assert_true(json_value_find(&root, "c", &c));
    assert_int_equal(json_value_count(&c), 0);
    assert_int_equal(json_value_count(&root), 5);
    assert_false(json_value_find(&root, "x", &c));
}

static void an_item_can_be_read_while_others_follow(void **state) {
    (void)state;
    json_value root = open_text("[{\"a\":[1,2]},[[3]],{\"a\":[4]}]");
    json_items outer = json_value_items(&root);
    json_item item;
    size_t objects = 0;
    while (json_value_next(&outer, &item)) {
        json_value found;
        if (!json_value_is_object(&item.value)) continue;
        assert_true(json_value_find(&item.value, "a", &found) && json_value_is_array(&found));
        objects++;
    }
    assert_int_equal(objects, 2);
}

static void numbers_are_what_they_say(void **state) {
    (void)state;
    static const struct {
        const char *content;
        bool integer, number;
        double value;
    } cases[] = {
        {"1", true, true, 1},      {"-7", true, true, -7},
        {"1.5", false, true, 1.5}, {"1e2", false, true, 100},
        {"true", false, false, 0}, {"\"1\"", false, false, 0},
        {"[1]", false, false, 0},  {"9223372036854775808", false, true, 9223372036854775808.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_value root = open_text(cases[i].content);
        int64_t whole = 0;
        double number = 0;
        if (json_value_integer(&root, &whole) != cases[i].integer ||
            json_value_number(&root, &number) != cases[i].number)
            fail_msg("%s", cases[i].content);
        if (cases[i].number) assert_true(number == cases[i].value);
        if (cases[i].integer) assert_true((double)whole == cases[i].value);
    }
}

static void truth_is_a_word_of_json(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_bool, value;
    } cases[] = {{"true", true, true}, {"false", true, false},     {"null", false, false},
                 {"1", false, false},  {"\"true\"", false, false}, {"[true]", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_text document = {.text = cases[i].text, .size = strlen(cases[i].text)};
        json_value root;
        bool value = false;
        assert_true(json_value_open(&document, &root));
        assert_int_equal(json_value_bool(&root, &value), cases[i].is_bool);
        if (cases[i].is_bool) assert_int_equal(value, cases[i].value);
    }
}

static void a_long_key_is_cut_and_a_long_number_is_none(void **state) {
    (void)state;
    char content[300];
    double number;
    snprintf(content, sizeof content, "{\"%0200d\":%063d}", 0, 0);
    memset(strchr(content, ':') + 1, '1', 63);
    json_value root = open_text(content);
    json_items items = json_value_items(&root);
    json_item item;
    assert_true(json_value_next(&items, &item));
    assert_int_equal(strlen(item.key), JSON_VALUE_KEY_MAX - 1);
    assert_true(json_value_number(&item.value, &number));
    snprintf(content, sizeof content, "[1%063d]", 0);
    root = open_text(content);
    items = json_value_items(&root);
    assert_true(json_value_next(&items, &item));
    assert_false(json_value_number(&item.value, &number));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_or_no_text_is_refused_with_its_place),
        cmocka_unit_test(items_come_in_their_order_and_what_is_in_them_is_passed_over),
        cmocka_unit_test(an_item_can_be_read_while_others_follow),
        cmocka_unit_test(numbers_are_what_they_say),
        cmocka_unit_test(truth_is_a_word_of_json),
        cmocka_unit_test(a_long_key_is_cut_and_a_long_number_is_none),
    };
    return cmocka_run_group_tests_name("json_value", tests, NULL, NULL);
}
