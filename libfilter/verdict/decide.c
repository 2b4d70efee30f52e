/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/decide.h"

#include "findings/merge.h"
#include "verdict/injection_score.h"
#include "verdict/output_policy.h"

#include <stdlib.h>
#include <string.h>

static filter_action data_action(const pack_policy *policy, const candidate *c) {
    const entity_policy *entity = policy_entity(policy, c->rule->entity_type);
    size_t category = category_index(c->rule->category);
    double threshold = entity && entity->threshold >= 0 ? entity->threshold : policy->threshold[category];
    if (c->score < threshold) return FILTER_ACTION_NONE;
    if (entity && entity->action >= 0) return (filter_action)entity->action;
    if (c->rule->action >= 0) return (filter_action)c->rule->action;
    return policy->action[category];
}

static bool is_reported(const checked_request *r, const candidate *c) {
    const pack_policy *policy = r->policy;
    if (c->is_unlisted) return false;
    if (r->asked.min_score >= 0) return c->score >= r->asked.min_score;
    const entity_policy *entity = policy_entity(policy, c->rule->entity_type);
    double threshold =
        entity && entity->threshold >= 0 ? entity->threshold : policy->threshold[category_index(c->rule->category)];
    return c->score >= threshold;
}

bool decide_is_grey(const checked_request *r, size_t index, double score) {
    const judge_policy *judge = &r->policy->judge;
    const filter_role role = r->asked.segments[index].role;
    if (request_flags(&r->asked, index) & FILTER_SEGMENT_EARLIER) return false;
    return r->asked.judge && judge->roles >> role & 1 && score >= judge->from && score < judge->to;
}

/* What an action on data may be in a segment: an earlier turn does not block, and what is fixed does not change. */
static filter_action fit_data_action(const checked_request *r, size_t index, filter_action action) {
    const unsigned flags = request_flags(&r->asked, index);
    const bool may_block = !(flags & FILTER_SEGMENT_EARLIER) || r->policy->chat.history == FILTER_ACTION_BLOCK;
    if (action == FILTER_ACTION_BLOCK && !may_block) action = FILTER_ACTION_REDACT;
    return action == FILTER_ACTION_REDACT && flags & FILTER_SEGMENT_FIXED ? FILTER_ACTION_FLAG : action;
}

/* What an injection score may lead to at most. */
static filter_action most_of(filter_scratch *s, const checked_request *r, size_t index, size_t first,
                             filter_action injection, double score) {
    const pack_policy *policy = r->policy;
    const bool is_earlier = request_flags(&r->asked, index) & FILTER_SEGMENT_EARLIER;
    const filter_action most = is_earlier ? policy->chat.history : FILTER_ACTION_BLOCK;
    if (injection <= policy->quoted && !decide_is_grey(r, index, score)) return most;
    if (!is_only_quoted(s, &r->asked.segments[index], policy, first)) return most;
    s->notes.quoted = s->notes.quoted || injection > policy->quoted;
    return policy->quoted < most ? policy->quoted : most;
}

filter_action decide_segment(filter_scratch *s, const checked_request *r, size_t index, size_t first,
                             filter_segment_result *out) {
    const pack_policy *policy = r->policy;
    const filter_segment *segment = &r->asked.segments[index];
    const bool is_earlier = request_flags(&r->asked, index) & FILTER_SEGMENT_EARLIER;
    const bool answer = segment->role == FILTER_ROLE_ASSISTANT && !is_earlier;
    out->score = injection_score(s, first);
    filter_action injection = injection_action(policy, segment->role, out->score);
    const filter_action at_most = most_of(s, r, index, first, injection, out->score);
    if (injection > at_most) injection = at_most;
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (c->dropped) continue;
        c->action = c->rule->category == FILTER_INJECTION ? injection : data_action(policy, c);
        if (c->rule->category == FILTER_INJECTION) continue;
        if (answer) c->action = output_data_action(r, s, c, c->action);
        c->action = fit_data_action(r, index, c->action);
    }
    resolve_overlaps(s, first, r->asked.min_score >= 0);
    out->verdict = answer ? output_check(policy, s, segment, first) : FILTER_ALLOW;
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (c->dropped) continue;
        if ((filter_verdict)c->action > out->verdict) out->verdict = (filter_verdict)c->action;
        if (c->action == FILTER_ACTION_NONE && !is_reported(r, c)) c->dropped = true;
    }
    return at_most;
}

void decide_joined(filter_scratch *s, const checked_request *r, size_t first) {
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        c->action = fit_data_action(r, c->segment, data_action(r->policy, c));
    }
    resolve_overlaps(s, first, false);
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (c->action == FILTER_ACTION_NONE) c->dropped = true;
    }
}

#define GAPS_MAX 8 /* reasons for not reading a text in full: FILTER_SKIP_… */

/* Adds what was not read in full, by limit. */
static bool add_gaps(filter_scratch *s, const char **reasons, size_t *count) {
    const char *told[GAPS_MAX];
    size_t told_count = 0;
    for (size_t i = 0; i < s->gaps.count && told_count < GAPS_MAX; i++) {
        const char *reason = s->gaps.items[i].reason;
        size_t k = 0;
        while (k < told_count && strcmp(told[k], reason) != 0) k++;
        if (k < told_count) continue;
        told[told_count++] = reason;
        const char *name = arena_printf(&s->memory, "incomplete:%.*s", (int)strcspn(reason, ":"), reason);
        if (!name) return false;
        reasons[(*count)++] = name;
    }
    return true;
}

/* What blocks, then attacks, then the rest: `redact` is stronger than `flag`, and many values that are replaced must
 * not hide an attack that stays in the text. */
static int reason_order(const candidate *c) {
    if (c->action == FILTER_ACTION_BLOCK) return 0;
    return c->rule->category == FILTER_INJECTION ? 1 : 2;
}

static int by_reason_order(const void *a, const void *b) {
    int x = reason_order(*(const candidate *const *)a), y = reason_order(*(const candidate *const *)b);
    return x != y ? x - y : by_strength(a, b);
}

const char *const *decide_reasons(filter_scratch *s, const pack_policy *policy, filter_verdict verdict, size_t *count) {
    const verdict_notes *notes = &s->notes;
    const candidate **order = arena_alloc(&s->memory, s->found.count + 1, sizeof(candidate *));
    size_t acted = 0;
    *count = 0;
    if (!order) return NULL;
    for (size_t i = 0; i < s->found.count; i++) {
        if (!s->found.items[i].dropped && s->found.items[i].action > FILTER_ACTION_NONE)
            order[acted++] = &s->found.items[i];
    }
    qsort(order, acted, sizeof *order, by_reason_order);
    /* A handful explains a verdict; the findings have the rest. */
    enum { REASONS_MAX = 8 };
    const char **reasons =
        arena_alloc(&s->memory, REASONS_MAX + VIOLATIONS_MAX + JUDGED_MAX + GAPS_MAX + 2, sizeof *reasons);
    if (!reasons) return NULL;
    for (size_t i = 0; i < acted && *count < REASONS_MAX; i++) {
        bool again = false;
        for (size_t k = 0; k < *count; k++) again = again || reasons[k] == order[i]->rule->id;
        if (again) continue;
        reasons[(*count)++] = order[i]->rule->id;
        if (order[i]->why && *count < REASONS_MAX) reasons[(*count)++] = order[i]->why;
    }
    for (size_t i = 0; i < notes->violation_count; i++) reasons[(*count)++] = notes->violations[i];
    if (notes->quoted) reasons[(*count)++] = "quoted";
    for (size_t i = 0; i < notes->judged_count; i++) reasons[(*count)++] = notes->judged[i];
    if (!add_gaps(s, reasons, count)) return NULL;
    if (verdict != FILTER_ALLOW) {
        const char *id = arena_printf(&s->memory, "policy:%s", policy->id);
        if (!id) return NULL;
        reasons[(*count)++] = id;
    }
    return reasons;
}
