/* SPDX-License-Identifier: Apache-2.0 */
#include "injection/detector.h"
#include "injection/phrase.h"
#include "injection/prompt_leak.h"
#include "packs.h"
#include "passes.h"

#define DETECTOR(id, body)                                                                                             \
    "  - {id: " id ", title: t, category: injection, entity_type: I, score: 0.5, examples: {match: []}, " body "}\n"

static filter_engine *engine;
static const char conversation[] = "A: b\nA: c\nA: d";

static void every_detector_has_a_name_of_its_own(void **state) {
    (void)state;
    size_t count = 0;
    for (; detector_types[count]; count++) {
        const detector_type *type = detector_types[count];
        assert_true(type->keys.what && type->keys.about && type->size > 0);
        for (size_t k = 0; k < count; k++) assert_string_not_equal(type->keys.what, detector_types[k]->keys.what);
        for (size_t k = 0; k < type->keys.count; k++) {
            const yaml_field *f = &type->keys.fields[k];
            assert_true(f->renamed || (f->about && f->offset < type->size));
        }
    }
    assert_true(count > 0 && count < DETECTORS_MAX);
}

/* The rules of what is found, each followed by a space. */
static const char *found_by(const pass *p) {
    static char out[200];
    cipher_clues clues = {.too_many = false};
    p->scratch->found.count = 0;
    phrase_find(p, &clues);
    detectors_run(p);
    out[0] = '\0';
    for (size_t i = 0; i < p->scratch->found.count; i++) {
        strcat(out, p->scratch->found.items[i].rule->id);
        strcat(out, " ");
    }
    return out;
}

static void a_detector_looks_at_the_views_it_is_for(void **state) {
    (void)state;
    pass p = pass_begin(engine, conversation, FILTER_ROLE_USER);
    assert_string_equal(found_by(&p), "shots ");
    view *v = &p.scratch->views.items[1];
    *v = (view){.name = FILTER_VIEW_MORSE, .text = "system\nA: b\nA: c\nA: d", .size = 21, .source = p.view};
    v->map.memory = &p.scratch->memory;
    span_map_add(&v->map, 21, 0, sizeof conversation - 1);
    p.view = v;
    assert_string_equal(found_by(&p), ""); /* a view of no obfuscation, and not as sent */
    v->reveals_obfuscation = true;
    assert_string_equal(found_by(&p), "terms ");
    pass_end(&p);
}

static void a_detector_looks_at_the_roles_of_its_rule(void **state) {
    (void)state;
    static const bool looks[] = {[FILTER_ROLE_USER] = true, [FILTER_ROLE_TOOL] = true, [FILTER_ROLE_ASSISTANT] = false};
    for (unsigned role = 0; role < sizeof looks / sizeof *looks; role++) {
        const pass p = pass_begin(engine, conversation, (filter_role)role);
        assert_string_equal(found_by(&p), looks[role] ? "shots " : "");
        pass_end(&p);
    }
}

static void a_prompt_leaks_in_answers_alone(void **state) {
    (void)state;
    static const char text[] = "one two three four five six seven eight nine ten";
    static const filter_role roles[] = {FILTER_ROLE_USER, FILTER_ROLE_ASSISTANT};
    for (size_t i = 0; i < 2; i++) {
        filter_segment segments[] = {{text, sizeof text - 1, FILTER_ROLE_SYSTEM},
                                     {text, sizeof text - 1, roles[i]},
                                     {"x", 1, FILTER_ROLE_ASSISTANT}};
        const filter_result *r = NULL;
        filter_request request = FILTER_REQUEST_INIT;
        request.segments = segments;
        request.segment_count = 3;
        assert_int_equal(filter_inspect(engine, support_scratch(), &request, &r, NULL), FILTER_OK);
        assert_int_equal(r->finding_count, i);
    }
}

static void an_engine_without_detectors_runs_none(void **state) {
    (void)state;
    filter_engine *plain = support_engine_from("rules:\n" PACK_RULE("a", "format: 'abc1'"));
    const pass p = pass_begin(plain, conversation, FILTER_ROLE_USER);
    assert_string_equal(found_by(&p), "");
    pass_end(&p);
    filter_engine_unref(plain);
}

static int set_up(void **state) {
    (void)state;
    engine = support_engine_from(
        "word_classes: {a: [system]}\nindicator_words: [system]\nrules:\n" DETECTOR(
            "shots", "roles: [user, tool], detect: {many_shot: {min_turns: 3}}")
            DETECTOR("terms", "detect: {obfuscated_terms: {min_words: 1}}")
                DETECTOR("leak", "detect: {prompt_leak: {min_containment: 0.1, min_run: 5, sure_run: 8}}"));
    return engine ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    filter_engine_unref(engine);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_detector_has_a_name_of_its_own),
        cmocka_unit_test(a_detector_looks_at_the_views_it_is_for),
        cmocka_unit_test(a_detector_looks_at_the_roles_of_its_rule),
        cmocka_unit_test(a_prompt_leaks_in_answers_alone),
        cmocka_unit_test(an_engine_without_detectors_runs_none),
    };
    return cmocka_run_group_tests_name("detector", tests, set_up, tear_down);
}
