/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/sentence_model.h"
#include "injection/phrase.h"
#include "injection/sentences.h"
#include "packs.h"
#include "passes.h"
#include "weights.h"

static pass begin(const filter_engine *engine, const char *text, filter_role role) {
    static cipher_clues clues;
    clues = (cipher_clues){.too_many = false};
    const pass p = pass_begin(engine, text, role);
    phrase_find(&p, &clues);
    return p;
}

/* The best candidate of a model whose weights are all `weight` for users; NULL: none. */
static const candidate *find_as(filter_role role, signed char weight, const char *text, double min_score) {
    static candidate found;
    filter_engine *engine = weights_engine(weight);
    const pass p = begin(engine, text, role);
    p.scratch->min_scores[category_index(FILTER_INJECTION)] = min_score;
    sentence_model_find(&p, &engine->set.rules[0]);
    const candidate *c = pass_candidate(&p, "m");
    if (c) found = *c;
    pass_end(&p);
    filter_engine_unref(engine);
    return c ? &found : NULL;
}

static void a_score_rises_with_its_weights_and_needs_no_word_that_was_thought_of(void **state) {
    (void)state;
    static const char text[] = "the bright sun tonight";
    double strong = find_as(FILTER_ROLE_USER, 20, text, 0)->score, even = find_as(FILTER_ROLE_USER, 0, text, 0)->score;
    assert_true(strong > 0.99 && even > 0.499 && even < 0.501);
    assert_null(find_as(FILTER_ROLE_USER, -20, text, 0)); /* less than the rule's score */
    assert_null(find_as(FILTER_ROLE_USER, 0, text, 0.6)); /* of no use to the request */
    const candidate *c = find_as(FILTER_ROLE_USER, 20, text, 0.2);
    assert_true(c->at.start == 0 && c->at.end == strlen(text));
}

static void users_and_others_have_weights_of_their_own(void **state) {
    (void)state;
    static const char text[] = "the bright sun tonight"; /* the weights of others are those of users, negated */
    assert_null(find_as(FILTER_ROLE_DOCUMENT, 20, text, 0));
    assert_true(find_as(FILTER_ROLE_TOOL, -20, text, 0)->score > 0.99);
    assert_true(find_as(FILTER_ROLE_ASSISTANT, 20, text, 0)->score > 0.99);
}

static void a_sentence_among_many_must_say_more(void **state) {
    (void)state;
    double before = 1;
    for (int sentences = 1; sentences <= 64; sentences *= 2) {
        static char text[64 * 32];
        text[0] = '\0';
        for (int i = 0; i < sentences; i++) strcat(text, "it is so that.\n");
        double score = find_as(FILTER_ROLE_USER, 0, text, 0)->score;
        if (sentences <= 32) assert_true(score < before);
        else assert_true(score == before); /* but no more than so much */
        before = score;
    }
}

static void the_best_of_windows_that_overlap_is_told(void **state) {
    (void)state;
    filter_engine *engine = weights_engine(20);
    static char text[4000];
    text[0] = '\0';
    for (int i = 0; i < 40; i++) strcat(text, "a sentence of some words that fills many a line of this text here.\n");
    const pass p = begin(engine, text, FILTER_ROLE_USER);
    sentence_model_find(&p, &engine->set.rules[0]);
    assert_true(p.scratch->found.count > 1);
    for (size_t i = 1; i < p.scratch->found.count; i++) {
        assert_true(p.scratch->found.items[i].at.start >= p.scratch->found.items[i - 1].at.end);
    }
    pass_end(&p);
    filter_engine_unref(engine);
}

/* What sentences say is heard by the signals in them, and by no others. */
static void signals_hear_what_the_sentences_around_them_say(void **state) {
    (void)state;
    static const struct {
        signed char weight;
        size_t at;
        bool hears, is_for;
    } cases[] = {{20, 4, true, true}, {-20, 4, true, false}, {20, 600, true, true}};
    static char text[1000];
    memset(text, 'x', 700);
    memcpy(text, "the bright sun.\n", 16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        filter_engine *engine = weights_engine(cases[i].weight);
        const pass p = begin(engine, text, FILTER_ROLE_USER);
        candidate_scored(&p, 0, (span){cases[i].at, cases[i].at + 3}, 0.4, NULL);
        sentence_model_find(&p, &engine->set.rules[0]);
        const candidate *c = &p.scratch->found.items[0];
        assert_true(c->has_tilt == cases[i].hears && (c->tilt > 0) == cases[i].is_for);
        pass_end(&p);
        filter_engine_unref(engine);
    }
}

static void more_signals_than_are_asked_for_do_no_harm(void **state) {
    (void)state;
    filter_engine *engine = weights_engine(20);
    const pass p = begin(engine, "the bright sun", FILTER_ROLE_USER);
    for (size_t i = 0; i < 300; i++) candidate_scored(&p, 0, (span){i % 10, i % 10 + 3}, 0.4, NULL);
    sentence_model_find(&p, &engine->set.rules[0]);
    size_t told = 0;
    for (size_t i = 0; i < 300; i++) told += p.scratch->found.items[i].has_tilt;
    assert_int_equal(told, 256);
    pass_end(&p);
    filter_engine_unref(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_rises_with_its_weights_and_needs_no_word_that_was_thought_of),
        cmocka_unit_test(users_and_others_have_weights_of_their_own),
        cmocka_unit_test(a_sentence_among_many_must_say_more),
        cmocka_unit_test(the_best_of_windows_that_overlap_is_told),
        cmocka_unit_test(signals_hear_what_the_sentences_around_them_say),
        cmocka_unit_test(more_signals_than_are_asked_for_do_no_harm),
    };
    return cmocka_run_group_tests_name("sentence_model", tests, NULL, NULL);
}
