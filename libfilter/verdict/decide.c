/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/decide.h"

#include "verdict/output_policy.h"
#include "text/quotation.h"

#include <stdlib.h>
#include <string.h>

const entity_policy *decide_entity(const pack_policy *policy, const char *entity_type) {
    for (size_t i = 0; i < policy->entity_count; i++) {
        if (strcmp(policy->entities[i].entity_type, entity_type) == 0) return &policy->entities[i];
    }
    return NULL;
}

/* ------------------------------------------------------------------------------ injection ---- */

/* Signals that stand further apart have nothing to do with each other: a long manual says something of everything. */
#define WINDOW 700
/* A window with more signals than this is full of them. */
#define WINDOW_SIGNALS_MAX 64

static bool is_injection(const candidate *c) {
    return !c->dropped && c->rule->category == FILTER_INJECTION;
}

static bool is_signal(const candidate *c) {
    return is_injection(c) && !c->rule->model && !c->quoted;
}

/* Signals from `i` on are taken as independent: 1 − Π (1 − score), each rule once with its best score. */
static double window_score(const filter_scratch *s, size_t i) {
    const candidate *best[WINDOW_SIGNALS_MAX];
    size_t count = 0;
    double missed = 1.0;
    for (size_t end = s->candidates[i].at.start + WINDOW; i < s->candidate_count && s->candidates[i].at.start <= end;
         i++) {
        const candidate *c = &s->candidates[i];
        size_t k = 0;
        if (!is_signal(c)) continue;
        while (k < count && best[k]->rule != c->rule) k++;
        if (k == WINDOW_SIGNALS_MAX) break;
        if (k < count && best[k]->score >= c->score) continue;
        best[k] = c;
        if (k == count) count++;
    }
    for (size_t k = 0; k < count; k++) missed *= 1.0 - best[k]->score;
    return 1.0 - missed;
}

/* The best window's score. The model has seen which signals stand together and is no evidence beside them: the higher
 * of the two counts. */
static double injection_score(const filter_scratch *s, size_t first) {
    double score = 0;
    for (size_t i = first; i < s->candidate_count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->rule->model && !c->dropped && !c->quoted && c->score > score) score = c->score;
        if (!is_signal(c)) continue;
        double window = window_score(s, i);
        if (window > score) score = window;
    }
    return score;
}

static filter_action injection_action(const pack_policy *policy, filter_role role, double score) {
    if (score >= policy->injection[role].block) return FILTER_ACTION_BLOCK;
    return score >= policy->injection[role].flag ? FILTER_ACTION_FLAG : FILTER_ACTION_NONE;
}

/* A text that quotes has something of its own to say, of so many letters. */
#define REMARK_MIN 12
/* What speaks to the reader so near to a quotation may mean what is quoted. */
#define REMARK_WITHIN 200

/* Marks the findings inside quotations. The model's cover sentences: theirs need only touch one. What came out of
 * a disguise was never meant to be read as a quotation. */
static size_t mark_quoted(filter_scratch *s, size_t first, const quotations *q) {
    size_t count = 0;
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (!is_injection(c) || c->view->injection_only) continue;
        c->quoted = c->rule->model ? quote_touches(q, c->at) : quote_holds(q, c->at);
        count += c->quoted;
    }
    return count;
}

/* Candidates are in order of start; a quoted one starts inside its quotation, which is in its own paragraph. */
static bool speaks_near(const filter_scratch *s, size_t first) {
    size_t quoted_end = 0, open_end = 0;
    bool quoted_seen = false, open_seen = false;
    for (size_t i = first; i < s->candidate_count; i++) {
        const candidate *c = &s->candidates[i];
        if (!is_injection(c)) continue;
        if (c->quoted ? open_seen && c->at.start <= open_end + REMARK_WITHIN
                      : quoted_seen && c->at.start <= quoted_end + REMARK_WITHIN)
            return true;
        size_t *end = c->quoted ? &quoted_end : &open_end;
        if (c->at.end > *end) *end = c->at.end;
        *(c->quoted ? &quoted_seen : &open_seen) = true;
    }
    return false;
}

/* Is the attack only quoted, by a text that does not ask anyone to follow it? */
static bool is_only_quoted(filter_scratch *s, const filter_segment *segment, const pack_policy *policy, size_t first) {
    quotations quoted;
    if (segment->role == FILTER_ROLE_ASSISTANT) return false;
    if (!quote_find(&quoted, &s->memory, segment->text, segment->size)) s->failed = true;
    if (quoted.outside < REMARK_MIN || mark_quoted(s, first, &quoted) == 0) return false;
    return injection_action(policy, segment->role, injection_score(s, first)) == FILTER_ACTION_NONE &&
           !speaks_near(s, first);
}

/* ----------------------------------------------------------------- personal data and secrets ---- */

static filter_action data_action(const pack_policy *policy, const candidate *c) {
    const entity_policy *entity = decide_entity(policy, c->rule->entity_type);
    size_t category = category_index(c->rule->category);
    double threshold = entity && entity->threshold >= 0 ? entity->threshold : policy->threshold[category];
    if (c->score < threshold) return FILTER_ACTION_NONE;
    if (entity && entity->action >= 0) return (filter_action)entity->action;
    if (c->rule->action >= 0) return (filter_action)c->rule->action;
    return policy->action[category];
}

static bool is_reported(const pack_policy *policy, const filter_request *request, const candidate *c) {
    if (request->min_score >= 0) return c->score >= request->min_score;
    const entity_policy *entity = decide_entity(policy, c->rule->entity_type);
    double threshold =
        entity && entity->threshold >= 0 ? entity->threshold : policy->threshold[category_index(c->rule->category)];
    return c->score >= threshold;
}

static int by_strength(const void *a, const void *b) {
    const candidate *x = *(const candidate *const *)a, *y = *(const candidate *const *)b;
    if (x->action != y->action) return x->action > y->action ? -1 : 1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    size_t x_size = x->at.end - x->at.start, y_size = y->at.end - y->at.start;
    if (x_size != y_size) return x_size > y_size ? -1 : 1;
    return (x > y) - (x < y);
}

/* Bytes that a finding has claimed. */
typedef struct claims {
    unsigned char *bits;
    size_t origin;
} claims;

static bool claim(claims *c, span at) {
    for (size_t i = at.start - c->origin; i < at.end - c->origin; i++) {
        if (c->bits[i / 8] >> (i % 8) & 1) return false;
    }
    for (size_t i = at.start - c->origin; i < at.end - c->origin; i++) c->bits[i / 8] |= (unsigned char)(1U << (i % 8));
    return true;
}

/* A candidate that lost its bytes to one of its own entity says nothing new. Candidates are in order of start, and
 * those with claims do not overlap, so they are in order of end, too. */
static void drop_repeats(filter_scratch *s, size_t first) {
    size_t winner = first;
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->dropped || c->claims || c->rule->category == FILTER_INJECTION) continue;
        while (winner < i && (!s->candidates[winner].claims || s->candidates[winner].at.end <= c->at.start)) winner++;
        for (size_t k = winner; k < s->candidate_count && s->candidates[k].at.start < c->at.end && !c->dropped; k++) {
            const candidate *w = &s->candidates[k];
            c->dropped =
                w->claims && w->at.end > c->at.start && strcmp(w->rule->entity_type, c->rule->entity_type) == 0;
        }
    }
}

/* The strongest takes its bytes; a weaker one that touches them is left out, or, when the request
 * asked for all candidates and it is of another entity, listed without an action. */
static void settle_overlaps(filter_scratch *s, size_t first, bool list_all) {
    size_t count = 0, end = 0;
    candidate **order = arena_alloc(&s->memory, s->candidate_count - first + 1, sizeof(candidate *));
    if (!order) {
        s->failed = true;
        return;
    }
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->dropped || c->rule->category == FILTER_INJECTION) continue;
        if (c->at.end > end) end = c->at.end;
        order[count++] = c;
    }
    if (count < 2) return;
    claims claimed = {.origin = order[0]->at.start}; /* they come in order of start */
    claimed.bits = arena_alloc(&s->memory, (end - claimed.origin) / 8 + 1, 1);
    if (!claimed.bits) {
        s->failed = true;
        return;
    }
    qsort(order, count, sizeof *order, by_strength);
    for (size_t i = 0; i < count; i++) {
        order[i]->claims = claim(&claimed, order[i]->at);
    }
    for (size_t i = 0; i < count; i++) {
        if (order[i]->claims) continue;
        order[i]->action = FILTER_ACTION_NONE;
        order[i]->dropped = !list_all || order[i]->view->source;
    }
    drop_repeats(s, first);
}

/* The same signature seen in several views, or twice over itself, is one finding. */
static void merge_repeats(filter_scratch *s, size_t first) {
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->dropped || c->rule->category != FILTER_INJECTION) continue;
        for (size_t k = i + 1; k < s->candidate_count && s->candidates[k].at.start < c->at.end; k++) {
            if (s->candidates[k].rule == c->rule) s->candidates[k].dropped = true;
        }
    }
}

void decide_segment(filter_scratch *s, const pack_policy *policy, const filter_request *request, size_t first,
                    const filter_segment *segment, filter_segment_result *out) {
    const bool answer = segment->role == FILTER_ROLE_ASSISTANT;
    out->score = injection_score(s, first);
    filter_action injection = injection_action(policy, segment->role, out->score);
    if (injection > policy->quoted && is_only_quoted(s, segment, policy, first)) {
        injection = policy->quoted;
        s->quoted = true;
    }
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->dropped) continue;
        c->action = c->rule->category == FILTER_INJECTION ? injection : data_action(policy, c);
        if (answer && c->rule->category != FILTER_INJECTION)
            c->action = output_data_action(policy, request, s, c, c->action);
    }
    settle_overlaps(s, first, request->min_score >= 0);
    merge_repeats(s, first);
    out->verdict = answer ? output_check(policy, s, segment, first) : FILTER_ALLOW;
    for (size_t i = first; i < s->candidate_count; i++) {
        candidate *c = &s->candidates[i];
        if (c->dropped) continue;
        if ((filter_verdict)c->action > out->verdict) out->verdict = (filter_verdict)c->action;
        if (c->action == FILTER_ACTION_NONE && !is_reported(policy, request, c)) c->dropped = true;
    }
}

const char *const *decide_reasons(filter_scratch *s, const pack_policy *policy, filter_verdict verdict, size_t *count) {
    const candidate **order = arena_alloc(&s->memory, s->candidate_count + 1, sizeof(candidate *));
    size_t acted = 0;
    *count = 0;
    if (!order) return NULL;
    for (size_t i = 0; i < s->candidate_count; i++) {
        if (!s->candidates[i].dropped && s->candidates[i].action > FILTER_ACTION_NONE)
            order[acted++] = &s->candidates[i];
    }
    qsort(order, acted, sizeof *order, by_strength);
    /* A handful explains a verdict; the findings have the rest. */
    enum { REASONS_MAX = 8 };
    const char **reasons =
        arena_alloc(&s->memory, REASONS_MAX + sizeof s->unmet / sizeof *s->unmet + 3, sizeof *reasons);
    if (!reasons) return NULL;
    for (size_t i = 0; i < acted && *count < REASONS_MAX; i++) {
        bool again = false;
        for (size_t k = 0; k < *count; k++) again = again || reasons[k] == order[i]->rule->id;
        if (again) continue;
        reasons[(*count)++] = order[i]->rule->id;
        if (order[i]->why && *count < REASONS_MAX) reasons[(*count)++] = order[i]->why;
    }
    for (size_t i = 0; i < s->unmet_count; i++) reasons[(*count)++] = s->unmet[i];
    if (s->quoted) reasons[(*count)++] = "quoted";
    if (s->skip_count) reasons[(*count)++] = "incomplete";
    if (verdict != FILTER_ALLOW) {
        const char *id = arena_printf(&s->memory, "policy:%s", policy->id);
        if (!id) return NULL;
        reasons[(*count)++] = id;
    }
    return reasons;
}
