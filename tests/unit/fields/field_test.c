/* SPDX-License-Identifier: Apache-2.0 */
#include "fields/field.h"
#include "support.h"

static field_name name_of(const char *text) {
    return (field_name){text, strlen(text)};
}

static void a_name_is_its_words(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"dateOfBirth", "date of birth"},
        {"date_of_birth", "date of birth"},
        {"Date-of-Birth2", "date of birth"},
        {"SSN", "ssn"},
        {"ssn3", "ssn"},
        {"customerSSN", "customer ssn"},
        {"HTTPServerKey", "http server key"},
        {"X-API-KEY", "x api key"},
        {"cbc:Telephone", "cbc telephone"},
        {"Phone (home)", "phone home"},
        {"__a__", "a"},
        {"cvv2code", "cvv 2code"},
        {"день рождения", "день рождения"},
        {"", ""},
        {"42", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[FIELD_WORDS_MAX];
        size_t size = field_words(name_of(cases[i][0]), words);
        if (size != strlen(cases[i][1]) || memcmp(words, cases[i][1], size) != 0)
            fail_msg("'%s' is '%.*s', not '%s'", cases[i][0], (int)size, words, cases[i][1]);
    }
}

static void a_long_name_is_known_by_its_end(void **state) {
    (void)state;
    char text[1000], words[FIELD_WORDS_MAX];
    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 4, "_ssn", 4);
    size_t size = field_words((field_name){text, sizeof text}, words);
    assert_memory_equal(words + size - 4, " ssn", 4);
    for (size_t i = 0; i < sizeof text; i++) text[i] = i % 2 ? 'A' : 'a'; /* as many words as there can be */
    assert_true(field_words((field_name){text, sizeof text}, words) <= FIELD_WORDS_MAX);
}

static void a_generic_name_says_nothing(void **state) {
    (void)state;
    static const char *const generic[] = {"value", "text", "item_value", "x", "0", "rawText", "Message"};
    static const char *const telling[] = {"ssn", "order_id", "created", "valueDate"};
    for (size_t i = 0; i < sizeof generic / sizeof *generic; i++) assert_true(field_is_generic(name_of(generic[i])));
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) assert_false(field_is_generic(name_of(telling[i])));
}

static void a_place_is_in_its_innermost_field(void **state) {
    (void)state;
    static const char text[] = "x {\"a\":{\"b\":\"c\",\"d\":[1,22]},\"e\":\"f\"} y";
    static const struct {
        const char *at, *name;
    } cases[] = {{"c", "b"}, {"22", "d"}, {",\"d", "a"}, {"f\"", "e"}, {" y", NULL}, {"x ", NULL}};
    arena memory;
    arena_init(&memory);
    field_list list = {.memory = &memory};
    assert_true(fields_read(&list, text, sizeof text - 1));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = (size_t)(strstr(text, cases[i].at) - text);
        const field *f = fields_around(&list, at, at + 1);
        while (f && !f->name.size) f = field_parent(&list, f);
        if (!cases[i].name) assert_null(f);
        else assert_true(f && f->name.size == 1 && f->name.text[0] == cases[i].name[0]);
    }
    assert_true(fields_name_has(&list, text, (size_t)(strstr(text, "a\":{") - text),
                                (size_t)(strstr(text, "a\":{") - text) + 1));
    assert_false(
        fields_name_has(&list, text, (size_t)(strstr(text, "c\"") - text), (size_t)(strstr(text, "c\"") - text) + 1));
    arena_fini(&memory);
}

static void what_takes_the_place_of_a_value_can_be_read_there(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
        char quote;
        unsigned slashes;
        bool is_markup;
        size_t size;
        bool is_twice;
    } cases[] = {
        {"{\"a\": 4111}", "4111", '"', 0, false, 4, false},
        {"{\"a\": -4111}", "4111", '"', 0, false, 5, false},
        {"{\"a\": \"4111\"}", "4111", 0, 0, false, 4, false},
        {"{\"a\":\"{\\\"b\\\": 4111}\"}", "4111", '"', 1, false, 4, false},
        {"<a>4111</a>", "4111", 0, 0, true, 4, false},
        {"<p>x <b>y</b> 4111</p>", "4111", 0, 0, true, 4, false},
        {"<a b=\"4111\"/>", "4111", 0, 0, true, 4, false},
        {"INSERT INTO t (a) VALUES (4111)", "4111", '\'', 0, false, 4, false},
        {"a = 4111", "4111", '"', 0, false, 4, false},
        {"a: 4111", "4111", 0, 0, false, 4, false},
        {"A=4111", "4111", 0, 0, false, 4, false},
        {"call 4111 now", "4111", 0, 0, false, 4, false},
        {"conn [10.1.2.3:80] x", "10.1.2.3", 0, 0, false, 8, false},
        {"[10.1.2.3]", "10.1.2.3", 0, 0, false, 8, false},
        {"a = 4111 # why", "4111", '"', 0, false, 4, false},
        {"a = 4111 5 # why", "4111", 0, 0, false, 4, false},
        {"a = 4111 5", "4111", 0, 0, false, 4, false},
        {"a = 1981-02-03", "1981-02-03", '"', 0, false, 10, false},
        {"a = 10.1.2.3", "10.1.2.3", 0, 0, false, 8, false},
        {"<li>A: 4111</li>", "4111", 0, 0, true, 4, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;
        size_t at = (size_t)(strstr(text, cases[i].value) - text);
        arena memory;
        arena_init(&memory);
        field_list list = {.memory = &memory};
        assert_true(fields_read(&list, text, strlen(text)));
        field_writing how = fields_writing(&list, text, strlen(text), (span){at, at + strlen(cases[i].value)});
        if (how.quote != cases[i].quote || how.slashes != cases[i].slashes || how.is_markup != cases[i].is_markup ||
            how.is_twice != cases[i].is_twice || how.end - how.start != cases[i].size)
            fail_msg("%s: quote %d, %u backslashes, markup %d, %zu bytes", text, how.quote, how.slashes, how.is_markup,
                     how.end - how.start);
        arena_fini(&memory);
    }
}

static void nothing_is_read_for_an_empty_span_at_the_end(void **state) {
    (void)state;
    static const char text[] = "a = *";
    char *exact = malloc(sizeof text - 1); /* of its own size: a sanitizer sees a byte too many */
    arena memory;
    assert_non_null(exact);
    memcpy(exact, text, sizeof text - 1);
    arena_init(&memory);
    field_list list = {.memory = &memory};
    assert_true(fields_read(&list, exact, sizeof text - 1));
    for (size_t at = 0; at < sizeof text; at++) {
        const field_writing how = fields_writing(&list, exact, sizeof text - 1, (span){at, at});
        assert_int_equal(how.quote, 0);
        assert_true(how.start == at && how.end == at);
    }
    arena_fini(&memory);
    free(exact);
}

static void a_span_leaves_what_stands_around_its_field(void **state) {
    (void)state;
    static const struct {
        const char *text, *span, *trimmed;
    } cases[] = {
        {"{\"a\": \"bc\"}", "\"bc", "bc"},
        {"{\"a\": \"bc\"}", "\"bc\"}", "bc"},
        {"{\"a\": \"bc\"}", "bc", "bc"},
        {"{\"a\": \"bc\"}", "b", "b"},
        {"{\"a\": \"{\\\"b\\\": \\\"cd\\\"}\"}", "\\\"cd\\\"", "cd"},
        {"{a: bc}", "bc}", "bc"},
        {"{a: 'bc', d: ef}", "'bc', d", "'bc', d"},
        {"a: \"b", "\"b", "\"b"},
        {"\"b\"c", "\"b\"c", "\"b\"c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;
        size_t at = (size_t)(strstr(text, cases[i].span) - text);
        arena memory;
        arena_init(&memory);
        field_list list = {.memory = &memory};
        assert_true(fields_read(&list, text, strlen(text)));
        span got = fields_trim(&list, text, (span){at, at + strlen(cases[i].span)});
        if (got.end - got.start != strlen(cases[i].trimmed) ||
            memcmp(text + got.start, cases[i].trimmed, got.end - got.start) != 0)
            fail_msg("%s of %s is '%.*s'", cases[i].span, text, (int)(got.end - got.start), text + got.start);
        arena_fini(&memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_its_words),
        cmocka_unit_test(a_long_name_is_known_by_its_end),
        cmocka_unit_test(a_generic_name_says_nothing),
        cmocka_unit_test(a_place_is_in_its_innermost_field),
        cmocka_unit_test(nothing_is_read_for_an_empty_span_at_the_end),
        cmocka_unit_test(a_span_leaves_what_stands_around_its_field),
        cmocka_unit_test(what_takes_the_place_of_a_value_can_be_read_there),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
