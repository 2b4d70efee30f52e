/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/structure.h"
#include "packs.h"
#include "passes.h"

static filter_engine *engine;

/* A pass over all views of a text; `view` is the first of that name. */
static pass views_of(const char *text, const char *name) {
    pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    filter_scratch *s = p.scratch;
    assert_true(view_make(&s->views, &s->memory, text, strlen(text), NULL));
    structure_begin(s);
    for (size_t i = 0; i < s->views.count; i++) {
        p.view = &s->views.items[i];
        if (strcmp(p.view->name, name) == 0) return p;
    }
    fail_msg("'%s' has no view '%s'", text, name);
    return p;
}

static span find(const pass *p, const char *value) {
    const char *at = text_find(p->view->text, p->view->size, value, strlen(value));
    assert_non_null(at);
    return (span){(size_t)(at - p->view->text), (size_t)(at - p->view->text) + strlen(value)};
}

static void a_value_is_placed_in_its_field_in_every_view(void **state) {
    (void)state;
    static const struct {
        const char *text, *view, *value, *name;
    } cases[] = {
        {"{\"ssn\":\"219\"}", FILTER_VIEW_RAW, "219", "ssn"},
        {"{\"ssn\":\"a\\n219\"}", FILTER_VIEW_ESCAPE, "219", "ssn"},
        {"{\"log\":\"{\\\"ssn\\\":\\\"219\\\"}\"}", FILTER_VIEW_ESCAPE, "219", "ssn"},
        {"{\"ssn\":\"２１９ é\"}", FILTER_VIEW_FOLDED, "219", "ssn"},
        {"номер：２１９", FILTER_VIEW_FOLDED, "219", "номер"},
        {"x {\"k\":\"eyJzc24iOiIyMTktMDktNDQ3MSJ9\"}", FILTER_VIEW_BASE64, "219-09-4471", "ssn"},
        {"{\"q\":\"a=1%26ssn%3D219\"}", FILTER_VIEW_URL, "219", "a"},
        {"my 219 here", FILTER_VIEW_RAW, "219", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = views_of(cases[i].text, cases[i].view);
        const field_place place = structure_find(&p, find(&p, cases[i].value));
        if (!cases[i].name) assert_null(place.field);
        else if (!place.field || place.field->name.size != strlen(cases[i].name) ||
                 memcmp(place.field->name.text, cases[i].name, strlen(cases[i].name)) != 0)
            fail_msg("%s: %.*s", cases[i].text, place.field ? (int)place.field->name.size : 0,
                     place.field ? place.field->name.text : "");
        pass_end(&p);
    }
}

static void a_span_that_cuts_an_escape_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text, *value;
        bool cuts;
    } cases[] = {
        {"{\"a\":\"x\\njo@b.c\"}", "njo@b.c", true},
        {"{\"a\":\"x\\njo@b.c\"}", "jo@b.c", false},
        {"{\"a\":\"x\\\\njo\"}", "njo", false},
        {"{\"a\":\"\\u0022jo\"}", "0022jo", true},
        {"{\"a\":\"\\u0022jo\"}", "jo", false},
        {"a%0Ajo@b.c", "0Ajo@b.c", true},
        {"a%0Ajo@b.c", "Ajo@b.c", true},
        {"LIKE '%4111'", "4111", false},
        {"\033219-09", "219-09", false},
        {"\033[;;219-09", "219-09", false},
        {"{\"a\":\"x \\219-09\"}", "219-09", false},
        {"{\"a\":\"x \\u4111 1\"}", "4111 1", true},
        {"{\"a\":\"\\uxyz4111\"}", "4111", false},
        {"ssn %219-09", "219-09", false},
        {"a%20jo@b.c", "20jo@b.c", true},
        {"D\\name@b.c", "name@b.c", false},
        {"\033[32mjo@b.c", "32mjo@b.c", true},
        {"{\"a\":\"b\\\"c\"}", "b\\", true},
        {"{\"a\":\"b\\\"c\"}", "b\\\"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = pass_begin(engine, cases[i].text, FILTER_ROLE_USER);
        if (structure_cuts_escape(&p, find(&p, cases[i].value)) != cases[i].cuts)
            fail_msg("%s: %s", cases[i].text, cases[i].value);
        pass_end(&p);
    }
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" PACK_RULE("a", "format: 'abc1'"));
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_placed_in_its_field_in_every_view),
        cmocka_unit_test(a_span_that_cuts_an_escape_is_told),
    };
    return cmocka_run_group_tests_name("structure", tests, set_up, tear_down);
}
