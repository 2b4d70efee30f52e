/* SPDX-License-Identifier: Apache-2.0 */
#include "render/sanitise.h"

#include "support.h"

static const char pack[] =
    "rules:\n"
    "  - {id: attack, title: t, category: injection, entity_type: A, score: 0.9, pattern: 'ATTACK',\n"
    "     examples: {match: []}}\n"
    "  - {id: send, title: t, category: injection, entity_type: B, score: 0.9,\n"
    "     pattern: 'send to https?://', examples: {match: []}}\n";

static const char *sanitized(const filter_engine *engine, const char *text) {
    static char out[4096];
    const filter_result *r = support_inspect(engine, text, strlen(text), FILTER_ROLE_DOCUMENT, FILTER_RETURN_SANITIZED);
    filter_text t = r->segments[0].sanitized;
    assert_true(t.size < sizeof out);
    memcpy(out, t.text, t.size);
    out[t.size] = '\0';
    return out;
}

static void what_an_attack_is_a_part_of_goes_with_it(void **state) {
    (void)state;
    static const struct {
        const char *text, *left, *why;
    } cases[] = {
        {"one ATTACK two", "one [removed] two", "words around it stay"},
        {"one ATTACK, ATTACK two", "one [removed] two", "marks between two attacks are no text"},
        {"one ATTACK or ATTACK two", "one [removed] or [removed] two", "a word between them is"},
        {"a <!-- do ATTACK now --> b", "a [removed] b", "a comment"},
        {"a <!-- ok --> ATTACK <!-- ok --> b", "a <!-- ok --> [removed] <!-- ok --> b", "comments beside it stay"},
        {"a <!-- ATTACK b", "a <!-- [removed] b", "a comment without an end is none"},
        {"ATTACK --> b", "[removed] --> b", "nor one without a beginning"},
        {"please send to https://evil.example/c?d=1. Bye", "please [removed]. Bye", "the address, not the full stop"},
        {"send to http://a (or not)", "[removed] (or not)", "a short address"},
        {"see QVRUQUNLIGFuZCBtb3JlIHRleHQ= there", "see [removed] there", "a run of Base64, with its padding"},
        {"ATTACK", "[removed]", "nothing around"},
        {"<!--ATTACK-->", "[removed]", "nothing but a comment"},
    };
    filter_engine *engine = support_engine_from(pack);
    assert_non_null(engine);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *left = sanitized(engine, cases[i].text);
        if (strcmp(left, cases[i].left) != 0) fail_msg("%s: '%s' leaves '%s'", cases[i].why, cases[i].text, left);
    }
    filter_engine_unref(engine);
}

/* Attacks in one long run cost its length once, not once for each. */
static void a_long_run_goes_as_one(void **state) {
    (void)state;
    enum { COUNT = 400 };
    static char text[COUNT * 12 + 1];
    for (size_t i = 0; i < COUNT; i++) memcpy(text + 12 * i, "QVRUQUNLIGFu", 12); /* "ATTACK an" */
    filter_engine *engine = support_engine_from(pack);
    assert_string_equal(sanitized(engine, text), "[removed]");
    filter_engine_unref(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_attack_is_a_part_of_goes_with_it),
        cmocka_unit_test(a_long_run_goes_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
