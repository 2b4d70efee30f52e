/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "render/redact.h"
#include "verdict/decide.h"
#include "verdict/injection_score.h"

#include <string.h>

/* Kept free before the deadline: who waits is not woken at once. */
#define WAKE_UP_NS 5000000

/* Ids of rules that a judge is told. */
#define REASONS_MAX 8

typedef struct judging {
    const decided *d;
    const filter_action *at_most;
    redactor redaction;
    filter_question *questions; /* those that the judge gets */
    size_t count;
} judging;

static bool is_injection(const candidate *c) {
    return !c->dropped && c->rule->category == FILTER_INJECTION;
}

/* The strongest action for what is no injection. */
static filter_action other_action(const decided *d, size_t index) {
    filter_action most = FILTER_ACTION_NONE;
    for (size_t i = d->first[index]; i < d->first[index + 1]; i++) {
        const candidate *c = &d->scratch->found.items[i];
        if (!c->dropped && !is_injection(c) && c->action > most) most = c->action;
    }
    return most;
}

static bool has_gap(const filter_scratch *s, size_t index) {
    for (size_t i = 0; i < s->gaps.count; i++) {
        if (s->gaps.items[i].segment == index) return true;
    }
    return false;
}

static bool is_grey(const decided *d, size_t index) {
    return decide_is_grey(d->request, index, d->segments[index].score);
}

/* Whatever the judge says of other segments, or of injection? */
static bool is_blocked_anyway(const decided *d, size_t index) {
    if (d->segments[index].verdict != FILTER_BLOCK) return false;
    return !is_grey(d, index) || other_action(d, index) == FILTER_ACTION_BLOCK || has_gap(d->scratch, index);
}

/* Was all personal data looked for, and is it replaced? Types that the policy names may stay, as it says. */
static bool is_redacted(const decided *d, size_t index) {
    const filter_request *r = &d->request->asked;
    const pack_policy *policy = d->request->policy;
    const unsigned data = FILTER_PII | FILTER_SECRET;
    return (r->categories & data) == data && !r->entities && !has_gap(d->scratch, index) &&
           policy->action[0] >= FILTER_ACTION_REDACT && policy->action[1] >= FILTER_ACTION_REDACT;
}

/* Each reason once; what finds no room says nothing that the others do not. */
static void note(filter_scratch *s, const char *word) {
    verdict_notes *notes = &s->notes;
    for (size_t i = 0; i < notes->judged_count; i++) {
        if (strcmp(notes->judged[i] + strlen("judge:"), word) == 0) return;
    }
    if (notes->judged_count == JUDGED_MAX) return;
    const char *reason = arena_printf(&s->memory, "judge:%s", word);
    if (reason) notes->judged[notes->judged_count++] = reason;
    else s->failed = true;
}

/* Of the segment's injection findings: an action from `least` to `most`, the nearest to what they have. */
static void bound_injection(const decided *d, size_t index, filter_action least, filter_action most) {
    for (size_t i = d->first[index]; i < d->first[index + 1]; i++) {
        candidate *c = &d->scratch->found.items[i];
        if (!is_injection(c)) continue;
        if (c->action < least) c->action = least;
        if (c->action > most) c->action = most;
    }
}

/* Nobody answered: never less than the rules said. */
static void fail(const decided *d, size_t index, const char *why) {
    const filter_action least = d->request->policy->judge.on_failure;
    filter_segment_result *out = &d->segments[index];
    note(d->scratch, why);
    bound_injection(d, index, least, FILTER_ACTION_BLOCK);
    if ((filter_verdict)least > out->verdict) out->verdict = (filter_verdict)least;
}

/* The policy decides with the judge's score. */
static void take_answer(const judging *j, size_t index, double score) {
    const decided *d = j->d;
    filter_segment_result *out = &d->segments[index];
    filter_action injection = injection_action(d->request->policy, d->request->asked.segments[index].role, score);
    const filter_action other = other_action(d, index);
    if (injection > j->at_most[index]) {
        injection = j->at_most[index];
        d->scratch->notes.quoted = true;
    }
    out->score = score;
    out->verdict = (filter_verdict)(injection > other ? injection : other);
    /* Nobody has read what was left unread. */
    if (has_gap(d->scratch, index) && out->verdict < d->request->policy->incomplete)
        out->verdict = d->request->policy->incomplete;
    bound_injection(d, index, injection, injection);
    note(d->scratch, filter_verdict_name((filter_verdict)injection));
}

/* Ids of the rules behind a score, the strongest first. NULL when memory is out. */
static const char *const *find_reasons(const decided *d, size_t index, size_t *count) {
    const candidate *best[REASONS_MAX];
    const char **reasons = arena_alloc(&d->scratch->memory, REASONS_MAX, sizeof *reasons);
    *count = 0;
    for (size_t i = d->first[index]; reasons && i < d->first[index + 1]; i++) {
        const candidate *c = &d->scratch->found.items[i];
        size_t k = 0;
        if (!is_injection(c)) continue;
        while (k < *count && best[k]->rule != c->rule) k++;
        if (k < *count && best[k]->score >= c->score) continue;
        if (k == REASONS_MAX) {
            if (best[--k]->score >= c->score) continue;
        } else if (k == *count) {
            ++*count;
        }
        for (; k > 0 && best[k - 1]->score < c->score; k--) best[k] = best[k - 1];
        best[k] = c;
    }
    for (size_t k = 0; k < *count; k++) reasons[k] = best[k]->rule->id;
    return reasons;
}

static void add_question(judging *j, size_t index) {
    const decided *d = j->d;
    const filter_segment *segment = &d->request->asked.segments[index];
    filter_text text = {segment->text, segment->size};
    filter_question *q = &j->questions[j->count];
    if (!d->request->policy->judge.original) text = redact_segment(&j->redaction, segment, &d->first[index], NULL);
    *q = (filter_question){.segment = index,
                           .role = segment->role,
                           .text = text.text,
                           .size = text.size,
                           .score = d->segments[index].score,
                           .answer = -1};
    q->reasons = find_reasons(d, index, &q->reason_count);
    if (q->reasons && text.text) j->count++;
    else d->scratch->failed = true;
}

static void add_questions(judging *j) {
    const decided *d = j->d;
    for (size_t i = 0; i < d->request->asked.segment_count && !d->scratch->failed; i++) {
        if (!is_grey(d, i)) continue;
        if (!d->request->policy->judge.original && !is_redacted(d, i)) fail(d, i, "unredacted");
        else if (j->count == FILTER_QUESTIONS_MAX) fail(d, i, "limit");
        else add_question(j, i);
    }
}

/* Microseconds before what comes after must begin; 0: none is left. */
static uint64_t time_left(const work_budget *w) {
    if (w->deadline == INT64_MAX) return UINT64_MAX;
    int64_t left = w->deadline - w->reserve - WAKE_UP_NS - work_now();
    return left > 0 ? (uint64_t)left / 1000 : 0;
}

/* True when there was time to ask. */
static bool ask(const judging *j) {
    const filter_request *r = &j->d->request->asked;
    uint64_t left = time_left(&j->d->scratch->work);
    if (left) r->judge(j->questions, j->count, left, r->judge_arg);
    for (size_t i = 0; i < j->count; i++) {
        const filter_question *q = &j->questions[i];
        bool ok = left && !q->failure && q->answer >= 0 && q->answer <= 1;
        if (ok) take_answer(j, q->segment, q->answer);
        else fail(j->d, q->segment, q->failure ? q->failure : left ? "error" : "timeout");
    }
    return left > 0;
}

bool judge_segments(const decided *d, const filter_action *at_most) {
    filter_scratch *s = d->scratch;
    const size_t count = d->request->asked.segment_count;
    judging j = {.d = d, .at_most = at_most};
    size_t grey = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_blocked_anyway(d, i)) return false;
        grey += is_grey(d, i);
    }
    if (!grey) return false;
    j.questions = arena_alloc(&s->memory, FILTER_QUESTIONS_MAX, sizeof *j.questions);
    if (!j.questions) s->failed = true;
    redact_begin(&j.redaction, d->engine, s, d->request);
    if (!s->failed) add_questions(&j);
    return !s->failed && j.count && ask(&j);
}
