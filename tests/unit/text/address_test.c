/* SPDX-License-Identifier: Apache-2.0 */
#include "text/address.h"

#include "support.h"

static void assert_part(const char *text, span at, const char *expected) {
    assert_int_equal(at.end - at.start, strlen(expected));
    assert_memory_equal(text + at.start, expected, strlen(expected));
}

static void addresses_have_bounds_a_host_and_a_way_to_load(void **state) {
    (void)state;
    static const struct {
        const char *text, *all, *host;
        bool loads;
        const char *why;
    } cases[] = {
        {"See https://a.example/p?q=1.", "https://a.example/p?q=1", "a.example", false, "a sentence ends"},
        {"![x](https://a.example/p)", "https://a.example/p", "a.example", true, "an image"},
        {"![x](<https://a.example/p>)", "https://a.example/p", "a.example", true, "an image in angle brackets"},
        {"[x](https://a.example/p \"t\")", "https://a.example/p", "a.example", false, "a link"},
        {"[![x](i.png)](https://a.example)", "https://a.example", "a.example", false, "a link around an image"},
        {"![a [b] c](https://a.example)", "https://a.example", "a.example", true, "brackets in a label"},
        {"![x][1]\n[1]: https://a.example/p", "https://a.example/p", "a.example", true, "a reference of an image"},
        {"[x][1]\n[1]: https://a.example/p", "https://a.example/p", "a.example", false, "a reference of a link"},
        {"<img src=\"//a.example/p\">", "//a.example/p", "a.example", true, "no scheme"},
        {"<img src=https://a.example/p>", "https://a.example/p", "a.example", true, "no marks"},
        {"<a href=\"https://a.example/p\">", "https://a.example/p", "a.example", false, "a link of HTML"},
        {"url( 'https://a.example/p')", "https://a.example/p", "a.example", true, "a style"},
        {"HTTPS://u:p@A.example:80/p", "HTTPS://u:p@A.example:80/p", "A.example", false, "a name and a port"},
        {"(https://a.example/p(1))", "https://a.example/p(1)", "a.example", false, "brackets of its own"},
        {"https:\\/\\/a.example\\/p", "https:\\/\\/a.example\\/p", "a.example", false, "of JSON"},
        {"**https://a.example/p**", "https://a.example/p", "a.example", false, "bold"},
        {"https://a.example?q=1", "https://a.example?q=1", "a.example", false, "no path"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        address_walk w = {.text = cases[i].text, .size = strlen(cases[i].text)};
        address a;
        if (!address_next(&w, &a)) fail_msg("%s: none", cases[i].why);
        assert_part(cases[i].text, a.all, cases[i].all);
        assert_part(cases[i].text, a.host, cases[i].host);
        if (a.loads != cases[i].loads) fail_msg("%s", cases[i].why);
        assert_false(address_next(&w, &a));
    }
}

static void what_is_no_address_is_none(void **state) {
    (void)state;
    static const char *const texts[] = {"", "/", "//", "a // b", "and/or", "xhttps:/", "c:/dir", "mailto:a@b.example"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        address_walk w = {.text = texts[i], .size = strlen(texts[i])};
        address a;
        if (address_next(&w, &a)) fail_msg("%s", texts[i]);
    }
}

/* Any bytes: spans are in order, inside, and the walk ends. */
static void random_texts_are_read_within_bounds(void **state) {
    (void)state;
    static const char *const parts[] = {"https://", "//", "![", "](",    ")",  "a.example", "/",   "?q=", "\"", "src=",
                                        "<",        "@",  ":",  "[1]: ", "\\", " ",         "%20", "é",   "]",  "url("};
    for (int round = 0; round < 3000; round++) {
        char text[400] = "";
        size_t size = 0, before = 0;
        for (unsigned n = support_random() % 30; n > 0; n--) {
            const char *part = parts[support_random() % (sizeof parts / sizeof *parts)];
            memcpy(text + size, part, strlen(part));
            size += strlen(part);
        }
        address_walk w = {.text = text, .size = size};
        for (address a; address_next(&w, &a); before = a.all.end) {
            assert_true(before <= a.all.start && a.all.start <= a.host.start && a.host.start <= a.host.end);
            assert_true(a.host.end <= a.all.end && a.all.end <= size && a.authority_end <= a.all.end);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_bounds_a_host_and_a_way_to_load),
        cmocka_unit_test(what_is_no_address_is_none),
        cmocka_unit_test(random_texts_are_read_within_bounds),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
