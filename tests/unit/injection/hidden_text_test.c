/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/hidden_text.h"

#include "support.h"

#define TAG(byte) "\xF3\xA0\x80" byte /* U+E0020 … */
#define TAGS_HIDE TAG("\xA8") TAG("\xA9") TAG("\xA4") TAG("\xA5") TAG("\xA8") TAG("\xA9") TAG("\xA4") TAG("\xA5")
#define SELECTOR "\xF3\xA0\x84\x80" /* U+E0100 */
#define ZWNJ "\xE2\x80\x8C"
#define ZWJ "\xE2\x80\x8D"
#define SCOTLAND                                                                                                       \
    "\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xB3\xF3\xA0\x81\xA3\xF3\xA0\x81\xB4\xF3\xA0\x81\xBF"

static const char pack[] = "rules:\n"
                           "  - {id: hidden, title: t, category: injection, entity_type: HIDDEN, score: 0.9,\n"
                           "     detect: {hidden_text: {min_run: 8}}, examples: {match: []}}\n";

static void a_run_is_found_whole_and_writing_is_left_alone(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t start, end; /* of the finding; both 0: none */
        const char *why;
    } cases[] = {
        {"hi " TAGS_HIDE " there", 3, 35, "tags that spell a word"},
        {"a" SELECTOR SELECTOR SELECTOR SELECTOR SELECTOR SELECTOR SELECTOR SELECTOR, 1, 33, "bytes in selectors"},
        {ZWJ ZWNJ ZWJ ZWNJ ZWJ ZWNJ ZWJ ZWNJ "x", 0, 24, "bits"},
        {ZWJ ZWNJ ZWJ ZWNJ ZWJ ZWNJ ZWJ "x", 0, 0, "one too few"},
        {"the flag " SCOTLAND SCOTLAND SCOTLAND, 0, 0, "six tags and an end, three times"},
        {"\xD9\x85\xDB\x8C" ZWNJ "\xD8\xAE\xD9\x88\xD8\xA7\xD9\x87\xD9\x85", 0, 0, "Persian joins so"},
        {"a\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\xAC\xCD\x8F\xD8\x9C\xE3\x85\xA4\xE1\x9E\xB4\xEF\xBF\xB9 b", 1, 23,
         "directions, joiners, fillers and marks of annotation"},
        {"plain ASCII", 0, 0, "nothing to look at"},
        {"", 0, 0, "no text"},
    };
    filter_engine *engine = support_engine_from(pack);
    assert_non_null(engine);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const filter_result *r =
            support_inspect(engine, cases[i].text, strlen(cases[i].text), FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
        bool wanted = cases[i].end > 0;
        if (wanted ? !support_has(r, "HIDDEN", cases[i].start, cases[i].end) : r->finding_count > 0)
            fail_msg("%s: %zu findings", cases[i].why, r->finding_count);
    }
    filter_engine_unref(engine);
}

static void each_kind_is_found_however_far_in_writing_of_other_scripts(void **state) {
    (void)state;
    static const char *const kinds[] = {"\xC2\xAD",     "\xCD\x8F",         "\xD8\x9C",         "\xE1\x85\x9F",
                                        "\xE1\x9E\xB4", "\xE1\xA0\x8B",     "\xE2\x80\x8B",     "\xE3\x85\xA4",
                                        "\xEF\xB8\x80", "\xF0\x9B\xB2\xA0", "\xF0\x9D\x85\xB3", "\xF3\xA0\x80\x81"};
    filter_engine *engine = support_engine_from(pack);
    assert_non_null(engine);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (size_t letters = 0; letters < 100; letters += 7) {
            char text[400];
            size_t start = 0;
            for (; start < 3 * letters; start += 3) memcpy(text + start, "\xE0\xA4\x95", 3); /* U+0915 */
            size_t end = start;
            for (int k = 0; k < 8; k++) end += (size_t)sprintf(text + end, "%s", kinds[i]);
            const filter_result *r = support_inspect(engine, text, end, FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
            if (!support_has(r, "HIDDEN", start, end)) fail_msg("kind %zu behind %zu letters", i, letters);
        }
    }
    filter_engine_unref(engine);
}

static void more_runs_than_are_listed_are_said_to_be_skipped(void **state) {
    (void)state;
    enum { RUNS = 4097 };
    static char text[RUNS * 33 + 1];
    size_t size = 0;
    for (int i = 0; i < RUNS; i++) size += (size_t)sprintf(text + size, TAGS_HIDE "x");
    filter_engine *engine = support_engine_from(pack);
    const filter_result *r = support_inspect(engine, text, size, FILTER_ROLE_USER, FILTER_RETURN_FINDINGS);
    assert_int_equal(r->finding_count, RUNS - 1);
    assert_int_equal(r->skip_count, 1);
    assert_int_equal(r->verdict, FILTER_BLOCK);
    filter_engine_unref(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_found_whole_and_writing_is_left_alone),
        cmocka_unit_test(each_kind_is_found_however_far_in_writing_of_other_scripts),
        cmocka_unit_test(more_runs_than_are_listed_are_said_to_be_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
