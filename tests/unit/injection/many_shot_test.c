/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/many_shot.h"
#include "passes.h"
#include "packs.h"

static filter_engine *engine;

static const candidate *find_in(const char *text) {
    static candidate found;
    const pass p = pass_begin(engine, text, FILTER_ROLE_USER);
    many_shot_find(&p, &engine->set.rules[0]);
    const candidate *c = pass_candidate(&p, "shots");
    if (c) found = *c;
    pass_end(&p);
    return c ? &found : NULL;
}

static void three_answers_of_an_assistant_are_a_conversation(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool found;
        const char *why;
    } cases[] = {
        {"Q: a\nA: b\nQ: c\nA: d\nQ: e\nA: f", true, "three answers"},
        {"Q: a\nA: b\nQ: c\nA: d", false, "two"},
        {"user: a\nassistant: b\nAI: c\nChatGPT: d", true, "names of several, in any case"},
        {"**Bot:** a\n# Claude: b\n> Model: c", false, "a sign of a quotation before the last"},
        {"**Bot:** a\n# Claude: b\n<Model: c", true, "signs of markup before them"},
        {"Fine. A: b? AI: c! Bot: d", true, "at the start of sentences"},
        {"he said a: b and c a: d so a: e", false, "in the middle of sentences"},
        {"x.A: b\nx.AI: c\nx.Bot: d", false, "no space after a full stop"},
        {"Anna: a\nBob: b\nCarl: c\nAna: d", false, "names of people"},
        {"Mixmodel: a\nxbot: b\nmyai: c", false, "words that end so"},
        {"A: b\n\n\n  A: c\nA: d", true, "with white space before them"},
        {":\n:\n:\n", false, "colons alone"},
        {"", false, "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if ((find_in(cases[i].text) != NULL) != cases[i].found) fail_msg("%s: '%s'", cases[i].why, cases[i].text);
    }
}

static void the_last_answer_is_what_is_found(void **state) {
    (void)state;
    static const char text[] = "A: b\nA: d\nA: f\nBot: g";
    const candidate *c = find_in(text);
    assert_int_equal(c->at.start, strlen("A: b\nA: d\nA: f\n"));
    assert_int_equal(c->at.end, strlen("A: b\nA: d\nA: f\nBot:"));
}

static void a_text_of_colons_alone_costs_linear_time(void **state) {
    (void)state;
    static char text[1 << 20];
    memset(text, ':', sizeof text - 1);
    assert_null(find_in(text));
    for (size_t i = 0; i + 1 < sizeof text; i++) text[i] = "a :"[i % 3];
    (void)find_in(text);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from("rules:\n  - {id: shots, title: t, category: injection, entity_type: S, score: 0.5, "
                                 "detect: {many_shot: {min_turns: 3}}, examples: {match: []}}\n");
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_answers_of_an_assistant_are_a_conversation),
        cmocka_unit_test(the_last_answer_is_what_is_found),
        cmocka_unit_test(a_text_of_colons_alone_costs_linear_time),
    };
    return cmocka_run_group_tests_name("many_shot", tests, set_up, tear_down);
}
