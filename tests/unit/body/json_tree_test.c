/* SPDX-License-Identifier: Apache-2.0 */
#include "body/json_tree.h"
#include "support.h"

static arena memory;
static size_t bad_at;
static const char *why;

static json_tree read_text(const char *text) {
    json_tree tree;
    arena_init(&memory);
    if (!json_tree_read(&tree, &memory, (filter_text){text, strlen(text)}, &bad_at, &why)) tree.count = 0;
    return tree;
}

static void nodes_know_where_they_stand(void **state) {
    (void)state;
    static const char text[] = " {\"r\\u006fle\": \"us\\u0065r\", \"list\": [1, {}, \"x\"]} ";
    const json_tree tree = read_text(text);
    const json_node *root = tree.nodes, *role = json_tree_find(&tree, root, "role"),
                    *list = json_tree_find(&tree, root, "list"), *item = NULL;
    static const char *const items[] = {"1", "{}", "\"x\""};
    assert_int_equal(root->start, 1);
    assert_int_equal(root->end, sizeof text - 2);
    assert_true(json_tree_is(&tree, role, "user"));
    assert_false(json_tree_is(&tree, role, "use"));
    assert_memory_equal(text + role->member, "\"r\\u006fle\"", 11);
    for (size_t i = 0; i < 3; i++) {
        item = json_tree_next(&tree, list, item);
        assert_int_equal(item->place, i);
        assert_int_equal(item->end - item->start, strlen(items[i]));
        assert_memory_equal(text + item->start, items[i], strlen(items[i]));
    }
    assert_null(json_tree_next(&tree, list, item));
    assert_null(json_tree_find(&tree, list, "role"));
    assert_null(json_tree_find(&tree, root, "lis"));
    arena_fini(&memory);
}

static void what_is_no_such_document_says_why(void **state) {
    (void)state;
    static const struct {
        const char *text, *why;
        size_t at;
    } cases[] = {
        {"", "no JSON", 0},
        {"{\"a\": 1,}", "no JSON", 8},
        {"{\"a\": 1, \"\\u0061\": 2}", "a key comes twice", 18},
        {"[1] 2", "no JSON", 4},
    };
    char deep[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_text(cases[i].text).count, 0);
        if (bad_at != cases[i].at || !strstr(why, cases[i].why)) fail_msg("%s: %s at %zu", cases[i].text, why, bad_at);
        arena_fini(&memory);
    }
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    deep[130] = '\0';
    assert_int_equal(read_text(deep).count, 0);
    assert_non_null(strstr(why, "deeper than 64"));
    arena_fini(&memory);
    deep[129] = '\0';
    assert_int_equal(read_text(deep + 1).count, 64);
    arena_fini(&memory);
}

static void strings_are_utf8(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
    } cases[] = {{"[\"a\"]", "a"},
                 {"[\"\\ud83d\\ude00 \\n\\\"\"]", "\xF0\x9F\x98\x80 \n\""},
                 {"[\"\\ud83d cut \\ude00\"]", "\xEF\xBF\xBD cut \xEF\xBF\xBD"},
                 {"[\"\xED\x95\x9C\\/\"]", "\xED\x95\x9C/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const json_tree tree = read_text(cases[i].text);
        const filter_text text = json_tree_string(&tree, &tree.nodes[1], &memory);
        assert_int_equal(text.size, strlen(cases[i].value));
        assert_memory_equal(text.text, cases[i].value, text.size);
        arena_fini(&memory);
    }
}

static void without_memory_it_fails(void **state) {
    (void)state;
    arena none = support_exhausted_arena();
    json_tree tree;
    assert_false(json_tree_read(&tree, &none, (filter_text){"{\"a\": [1]}", 10}, &bad_at, &why));
    assert_true(none.failed);
    arena_fini(&none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_where_they_stand),
        cmocka_unit_test(what_is_no_such_document_says_why),
        cmocka_unit_test(strings_are_utf8),
        cmocka_unit_test(without_memory_it_fails),
    };
    return cmocka_run_group_tests_name("json_tree", tests, NULL, NULL);
}
