/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/obfuscated_terms.h"
#include "passes.h"
#include "packs.h"

static filter_engine *engine;

/* A view in which everything was undone but for what `kept` bytes at its start, which stood there. */
static const candidate *find_in(const char *sent, const char *undone, size_t kept) {
    static candidate found;
    pass p = pass_begin(engine, sent, FILTER_ROLE_USER);
    size_t size = strlen(undone);
    view *v = &p.scratch->views.items[1];
    *v = (view){.name = FILTER_VIEW_MORSE, .text = undone, .size = size, .source = p.view, .injection_only = true};
    v->map.memory = &p.scratch->memory;
    if (kept) span_map_add(&v->map, kept, 0, kept);
    if (size > kept) span_map_add(&v->map, size - kept, kept, strlen(sent) - kept);
    p.view = v;
    obfuscated_terms_find(&p, &engine->set.rules[0]);
    const candidate *c = pass_candidate(&p, "terms");
    if (c) found = *c;
    pass_end(&p);
    return c ? &found : NULL;
}

static void indicator_words_that_only_an_obfuscation_has_are_found(void **state) {
    (void)state;
    static const struct {
        const char *sent, *undone;
        size_t kept;
        bool found;
        const char *why;
    } cases[] = {
        {"--- ..- --- ..- ...", "system prompt", 0, true, "two of them"},
        {"--- ..- --- ..- ...", "SYSTEM, Prompt", 0, true, "in any case"},
        {"--- ..- --- ..- ...", "system moon", 0, false, "one"},
        {"--- ..- --- ..- ...", "subsystem prompts", 0, false, "parts of other words"},
        {"system prompt -.-.", "system prompt x", 13, false, "both stood there"},
        {"system --- ..- ...", "system prompt", 7, false, "one stood there"},
        {"---", "", 0, false, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool found = find_in(cases[i].sent, cases[i].undone, cases[i].kept) != NULL;
        if (found != cases[i].found) fail_msg("%s", cases[i].why);
    }
}

static void what_is_found_reaches_from_the_first_word_to_the_last(void **state) {
    (void)state;
    static const char sent[] = "see qqq qqqqqq qq qqqqqq now";
    static const char undone[] = "see the prompt of system now";
    const candidate *c = find_in(sent, undone, 4);
    assert_int_equal(c->at.start, 8);
    assert_int_equal(c->at.end, 24);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("word_classes: {a: [system, prompt, moon, the]}\nindicator_words: [system, prompt]\n"
                                 "rules:\n  - {id: terms, title: t, category: injection, entity_type: T, score: 0.5, "
                                 "detect: {obfuscated_terms: {min_words: 2}}, examples: {match: []}}\n");
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indicator_words_that_only_an_obfuscation_has_are_found),
        cmocka_unit_test(what_is_found_reaches_from_the_first_word_to_the_last),
    };
    return cmocka_run_group_tests_name("obfuscated_terms", tests, set_up, tear_down);
}
