/* SPDX-License-Identifier: Apache-2.0 */
#include "passes.h"

#include "pass/structure.h"

pass pass_begin(const filter_engine *engine, const char *text, filter_role role) {
    filter_scratch *s = support_scratch();
    filter_error error;
    assert_non_null(engine);
    if (scratch_begin(s, engine, &error) != FILTER_OK) fail_msg("%s", error.message);
    s->views.items[0] = (view){.name = FILTER_VIEW_RAW, .text = text, .size = strlen(text)};
    s->views.count = 1;
    s->views.limits = 0;
    s->sentence_count = 0;
    structure_begin(s);
    for (size_t i = 0; i < 3; i++) s->min_scores[i] = 0;
    return (pass){
        .engine = engine, .scratch = s, .view = &s->views.items[0], .role = role, .categories = FILTER_CATEGORIES_ALL};
}

void pass_end(const pass *p) {
    scratch_end(p->scratch);
}

const candidate *pass_candidate(const pass *p, const char *rule) {
    const candidates *found = &p->scratch->found;
    for (size_t i = 0; i < found->count; i++) {
        if (strcmp(found->items[i].rule->id, rule) == 0) return &found->items[i];
    }
    return NULL;
}

candidate *pass_add(const pass *p, const char *rule, span at, double score) {
    const pack_rule *r = pack_find_rule(&p->engine->set, rule);
    assert_non_null(r);
    candidate_scored(p, engine_rule_index(p->engine, r), at, score, NULL);
    return &p->scratch->found.items[p->scratch->found.count - 1];
}
