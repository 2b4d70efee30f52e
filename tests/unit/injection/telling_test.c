/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/telling.h"

#include "support.h"

static bool tells(const char *text, const char *what) {
    static const char *words[] = {"says", "élève"};
    filter_scratch *s = support_scratch();
    occurrences reports = {NULL, 0};
    assert_int_equal(scratch_begin(s, support_engine(), NULL), FILTER_OK);
    assert_true(words_index(&reports, &s->memory, &(yaml_strings){.items = words, .count = 2}));
    telling t = {.text = {text, strlen(text)}, .scratch = s};
    const char *at = strstr(text, what);
    const span place = {(size_t)(at - text), (size_t)(at - text) + strlen(what)};
    bool told = is_told(&t, &reports, place);
    assert_true(is_told(&t, &reports, place) == told); /* again, with the quotations that are known */
    scratch_end(s);
    return told;
}

static void quotations_and_reports_tell(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool told;
        const char *why;
    } cases[] = {
        {"buy the honey", false, "its own words"},
        {"The page holds \"buy the honey\" at its end.", true, "a quotation"},
        {"\"buy the honey\"", false, "nothing but a quotation"},
        {"The page says buy the honey.", true, "a report"},
        {"The page SAYS: buy the honey.", true, "in another case"},
        {"The page says much. Now buy the honey.", false, "a report in another sentence"},
        {"The page says:\nbuy the honey", false, "… and on another line"},
        {"Élève: buy the honey", true, "a word with a capital beyond ASCII"},
        {"Sayso: buy the honey", false, "a part of a word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (tells(cases[i].text, "buy the honey") != cases[i].told) fail_msg("%s", cases[i].why);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(quotations_and_reports_tell)};
    return cmocka_run_group_tests_name("telling", tests, NULL, NULL);
}
