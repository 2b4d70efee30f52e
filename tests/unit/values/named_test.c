/* SPDX-License-Identifier: Apache-2.0 */
#include "values/named.h"
#include "packs.h"
#include "passes.h"

static filter_engine *engine;

static void a_named_value_is_found_whole(void **state) {
    (void)state;
    static const struct {
        const char *text, *rule, *value, *why; /* value NULL: none */
    } cases[] = {
        {"{\"password\":\"a b{c}\"}", "a", "a b{c}", "any value"},
        {"{\"dbPassword\":\"x\"}", "a", "x", "the name ends with it"},
        {"{\"password_hint\":\"x\"}", "a", NULL, "the name goes on"},
        {"<password> x y </password>", "a", "x y", "without blanks at its ends"},
        {"pin\n1234\n5678\n", "b", "1234", "a column"},
        {"{\"pin\":\"12345\"}", "b", NULL, "not the whole value"},
        {"{\"pin\":\"a1234\"}", "b", NULL, "nor its end"},
        {"PIN: 1234 is mine", "b", "1234", "the beginning of a line"},
        {"PIN: 1234", "b", "1234", "all of it"},
        {"PIN: 12345", "b", NULL, "a piece of a number"},
        {"PIN: 1234-5", "b", NULL, "what goes on with a sign"},
        {"{\"code\":\"id=77\"}", "c", "77", "the group of a pattern"},
        {"{\"code\":\"\"}", "c", NULL, "an empty value"},
        {"my pin is 1234", "b", NULL, "no field"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass p = pass_begin(engine, cases[i].text, FILTER_ROLE_USER);
        named_find(&p);
        const candidate *c = pass_candidate(&p, cases[i].rule);
        if (!c != !cases[i].value) fail_msg("%s: %s", cases[i].text, cases[i].why);
        if (c && (c->found.size != strlen(cases[i].value) || memcmp(c->found.text, cases[i].value, c->found.size) != 0))
            fail_msg("%s: %.*s", cases[i].text, (int)c->found.size, c->found.text);
        if (c) assert_true(c->evidence & FILTER_EVIDENCE_CONTEXT);
        pass_end(&p);
    }
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n" PACK_RULE("a", "fields: [password]") PACK_RULE(
        "b", "fields: [pin], pattern: '\\d{4}'") PACK_RULE("c", "fields: [code], pattern: 'id=(\\d+)', group: '1'"));
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_named_value_is_found_whole),
    };
    return cmocka_run_group_tests_name("named", tests, set_up, tear_down);
}
