/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/injection_score.h"

#include "text/quotation.h"

#include <math.h>

/* Signals that stand further apart have nothing to do with each other: a long manual says something of everything. */
#define WINDOW 700

/* A window with more signals than this is full of them. */
#define WINDOW_SIGNALS_MAX 64

static bool is_injection(const candidate *c) {
    return !c->dropped && c->rule->category == FILTER_INJECTION;
}

static bool is_signal(const candidate *c) {
    return is_injection(c) && !is_model(c) && !c->quoted;
}

/* Sentences that speak against signals by less than this say nothing: they may be of a language, or of a kind, that the
 * model has hardly seen. */
#define TILT_UNSURE 2.0

/* Sentences around them take so much from what signals say, at most, in logits: no words can be put near an attack that
 * leave nothing of it. What decides alone is still flagged. */
#define TILT_MIN (-1.6)

static double tilted(double score, double tilt) {
    if (score <= 0 || score >= 1) return score;
    if (tilt < 0) tilt = fmax(fmin(tilt + TILT_UNSURE, 0), TILT_MIN);
    return 1 / (1 + (1 - score) / score * exp(-tilt));
}

/* Signals from `i` on are taken as independent: 1 − Π (1 − score), each rule once with its best score. The sentences
 * around them say how likely it is that they mean it. */
static double window_score(const filter_scratch *s, size_t i) {
    const candidate *best[WINDOW_SIGNALS_MAX];
    size_t count = 0;
    double missed = 1.0, tilt = -HUGE_VAL;
    for (size_t end = s->found.items[i].at.start + WINDOW; i < s->found.count && s->found.items[i].at.start <= end;
         i++) {
        const candidate *c = &s->found.items[i];
        size_t k = 0;
        if (!is_signal(c)) continue;
        tilt = fmax(tilt, c->has_tilt ? c->tilt : 0);
        while (k < count && best[k]->rule != c->rule) k++;
        if (k == WINDOW_SIGNALS_MAX) break;
        if (k < count && best[k]->score >= c->score) continue;
        best[k] = c;
        if (k == count) count++;
    }
    for (size_t k = 0; k < count; k++) missed *= 1.0 - best[k]->score;
    return tilted(1.0 - missed, tilt);
}

double injection_score(const filter_scratch *s, size_t first) {
    double score = 0;
    for (size_t i = first; i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
        if (is_model(c) && !c->dropped && !c->quoted && c->score > score) score = c->score;
        if (!is_signal(c)) continue;
        double window = window_score(s, i);
        if (window > score) score = window;
    }
    return score;
}

filter_action injection_action(const pack_policy *policy, filter_role role, double score) {
    if (score >= policy->injection[role].block) return FILTER_ACTION_BLOCK;
    return score >= policy->injection[role].flag ? FILTER_ACTION_FLAG : FILTER_ACTION_NONE;
}

/* A text that quotes has something of its own to say, of so many letters. */
#define REMARK_MIN 12

/* What speaks to the reader so near to a quotation may mean what is quoted. */
#define REMARK_WITHIN 200

/* Rules for answers alone compare them with the rest of their request, and know themselves what is only told. */
static bool is_of_answers(const pack_rule *rule) {
    return rule->roles == 1U << FILTER_ROLE_ASSISTANT;
}

/* Marks the findings inside quotations. The model's cover sentences: theirs need only touch one. What came out of
 * an obfuscation was never meant to be read as a quotation. */
static size_t mark_quoted(filter_scratch *s, size_t first, const quotations *q) {
    size_t count = 0;
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (!is_injection(c) || c->view->injection_only || is_of_answers(c->rule)) continue;
        c->quoted = is_model(c) ? quotations_touch(q, c->at) : quotations_hold(q, c->at);
        count += c->quoted;
    }
    return count;
}

/* Candidates are in order of start; a quoted one starts inside its quotation, which is in its own paragraph. */
static bool speaks_near(const filter_scratch *s, size_t first) {
    size_t quoted_end = 0, open_end = 0;
    bool quoted_seen = false, open_seen = false;
    for (size_t i = first; i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
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

bool is_only_quoted(filter_scratch *s, const filter_segment *segment, const pack_policy *policy, size_t first) {
    quotations quoted;
    /* Marks are how a tool writes any of its values. */
    const filter_role role = segment->role;
    if (role == FILTER_ROLE_TOOL || role == FILTER_ROLE_TOOL_DEFINITION) return false;
    const filter_text text = {segment->text, segment->size};
    if (!quotations_find(&quoted, &s->memory, &s->work, text)) s->failed = true;
    if (s->work.is_late) return false; /* what is not known to be quoted is not */
    if (quoted.outside < REMARK_MIN || mark_quoted(s, first, &quoted) == 0) return false;
    return injection_action(policy, segment->role, injection_score(s, first)) == FILTER_ACTION_NONE &&
           !speaks_near(s, first);
}
