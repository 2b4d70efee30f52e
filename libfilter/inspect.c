/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect: the way of one request through all rooms, in their order.
 */
#include "inspect.h"

#include "base/error.h"
#include "findings/merge.h"
#include "findings/pieces.h"
#include "injection/detector.h"
#include "injection/phrase.h"
#include "injection/prompt_leak.h"
#include "judge.h"
#include "names/names.h"
#include "pass/request.h"
#include "pass/structure.h"
#include "render/render.h"
#include "render/sanitise.h"
#include "values/confirm.h"
#include "values/named.h"
#include "values/scan.h"
#include "verdict/decide.h"
#include "views/cipher_clues.h"
#include "views/seam.h"
#include "views/view.h"

#include <string.h>

typedef struct inspection {
    const filter_engine *engine;
    filter_scratch *scratch;
    checked_request request;
    filter_segment_result *segments;
    filter_action *at_most; /* by segment: what its injection score may lead to */
    size_t *first; /* candidates of segment i are first[i] … first[i + 1] */
    prompt_shingles instructions; /* of the trusted segments */
    const bool *asked_for; /* by entity type; NULL: all */
} inspection;

/* ---------------------------------------------------------------------------------- segments ---- */

/* Other entity types than were asked for are acted upon as the policy says, and not listed. */
static void filter_entities(const inspection *in, size_t first) {
    candidates *found = &in->scratch->found;
    for (size_t i = first; in->asked_for && i < found->count; i++) {
        candidate *c = &found->items[i];
        c->is_unlisted = !in->asked_for[c->rule->entity_index];
    }
}

/* What is looked for in a segment: instructions are not searched for attacks. */
static unsigned categories_of(const inspection *in, const filter_segment *segment) {
    unsigned categories = in->request.asked.categories;
    return role_is_trusted(segment->role) ? categories & ~(unsigned)FILTER_INJECTION : categories;
}

/* Looks for what a view has: a text as sent that was folded still has names, and what folding takes away. */
static void inspect_view(const pass *p, cipher_clues *clues) {
    const bool is_read = !p->view->is_superseded;
    if (is_read && !scan_view(p) && !p->scratch->work.is_late) scratch_gap(p->scratch, p->segment, FILTER_SKIP_HITS);
    if (is_read) {
        confirm_hits(p);
        confirm_by_keyword(p);
        named_find(p);
    }
    if (p->categories & FILTER_PII) names_find(p);
    if (!(p->categories & FILTER_INJECTION)) return;
    if (is_read) phrase_find(p, clues);
    detectors_run(p);
}

/* Looks at the views from `from` on. `p` says all but the view. */
static void inspect_views(pass p, size_t from, cipher_clues *clues) {
    const unsigned categories = p.categories;
    const view_list *views = &p.scratch->views;
    for (size_t i = from; i < views->count && !p.scratch->failed && work_spend(&p.scratch->work, WORK_STEP); i++) {
        p.view = &views->items[i];
        p.categories = p.view->injection_only ? categories & FILTER_INJECTION : categories;
        const bool is_skipped = p.view->is_superseded && p.view->source;
        if (p.categories && !is_skipped) inspect_view(&p, clues);
    }
}

/* Says what was left alone. */
static void note_limits(filter_scratch *s, size_t segment) {
    static const struct {
        unsigned limit;
        const char *reason;
    } reasons[] = {{VIEW_LIMIT_WORK, FILTER_SKIP_WORK},
                   {VIEW_LIMIT_VIEWS, FILTER_SKIP_VIEWS},
                   {VIEW_LIMIT_CIPHERS, FILTER_SKIP_CIPHERS}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (s->views.limits & reasons[i].limit) scratch_gap(s, segment, reasons[i].reason);
    }
}

/* Finds the candidates of a text in all its views; ciphers that show themselves are undone, and looked at, too. */
static void find_candidates(pass p, const filter_segment *segment) {
    filter_scratch *s = p.scratch;
    const word_index *words = p.categories & FILTER_INJECTION ? &p.engine->word_index : NULL;
    cipher_clues clues = {.too_many = false};
    s->sentence_count = 0;
    structure_begin(s);
    if (!view_make(&s->views, &s->memory, segment->text, segment->size, words)) s->failed = true;
    inspect_views(p, 0, &clues);
    size_t seen = s->views.count;
    if (!s->failed && !cipher_clues_follow(&clues, &s->views, &s->memory, words)) s->failed = true;
    inspect_views(p, seen, &clues);
    note_limits(s, p.segment);
}

/* What was dropped is needed no more; a request of many segments stays small. */
static void forget_dropped(candidates *found, size_t first) {
    size_t kept = first;
    for (size_t i = first; i < found->count; i++) {
        if (found->items[i].dropped) continue;
        found->items[kept] = found->items[i];
        found->items[kept++].view = NULL; /* the list of views is used again */
    }
    found->count = kept;
}

static void inspect_segment(inspection *in, size_t index) {
    const filter_segment *segment = &in->request.asked.segments[index];
    const pack_policy *policy = in->request.policy;
    filter_segment_result *out = &in->segments[index];
    filter_scratch *s = in->scratch;
    size_t first = s->found.count, gaps = s->gaps.count;
    pass p = {.engine = in->engine,
              .scratch = s,
              .segment = index,
              .role = segment->role,
              .categories = categories_of(in, segment),
              .first = first};
    const bool is_clean = request_flags(&in->request.asked, index) & FILTER_SEGMENT_CLEAN;
    const bool has_work = segment->size && p.categories && !is_clean;
    in->first[index] = first;
    if (has_work && work_spend(&s->work, WORK_STEP)) find_candidates(p, segment);
    merge_segment(in->engine, s, first);
    filter_entities(in, first);
    in->at_most[index] = decide_segment(s, &in->request, index, first, out);
    if (has_work && s->work.is_late) {
        scratch_gap(s, index, FILTER_SKIP_DEADLINE);
        if (s->cut_off > index) s->cut_off = index;
    }
    if (s->gaps.count > gaps && policy->incomplete > out->verdict) out->verdict = policy->incomplete;
    forget_dropped(&s->found, first);
    in->first[index + 1] = s->found.count;
}

/* ------------------------------------------------------------------------------------- seams ---- */

/* Looks for values in what some segments say together. */
static void inspect_joined(inspection *in, const seam_text *joined, pieces *kept) {
    filter_scratch *s = in->scratch;
    const size_t first = s->found.count, gaps = s->gaps.count, index = joined->parts[joined->count - 1].segment;
    const filter_segment segment = {joined->text.data, joined->text.size, in->request.asked.segments[index].role};
    pass p = {.engine = in->engine,
              .scratch = s,
              .segment = index,
              .role = segment.role,
              .categories = in->request.asked.categories & ~(unsigned)FILTER_INJECTION,
              .first = first};
    if (p.categories && work_spend(&s->work, segment.size)) find_candidates(p, &segment);
    merge_segment(in->engine, s, first);
    filter_entities(in, first);
    decide_joined(s, &in->request, first);
    for (size_t i = first; i < s->found.count && !s->failed; i++) {
        const candidate c = s->found.items[i];
        if (!c.dropped && !pieces_keep(kept, s, joined, &c, in->first)) s->failed = true;
    }
    s->found.count = first;
    if (s->work.is_late) scratch_gap(s, index, FILTER_SKIP_DEADLINE);
    filter_segment_result *out = &in->segments[index];
    if (s->gaps.count > gaps && in->request.policy->incomplete > out->verdict)
        out->verdict = in->request.policy->incomplete;
}

/* Finds the values that lie across segments of one role, once those of each segment are known. */
static void inspect_seams(inspection *in) {
    filter_scratch *s = in->scratch;
    const filter_request *r = &in->request.asked;
    pieces kept = {.count = 0};
    for (size_t from = 0; from < r->segment_count && !s->failed && !s->work.is_late;) {
        seam_text joined = {.text = {.memory = &s->memory}};
        from = seam_join(&joined, r, from);
        s->failed = s->failed || joined.text.failed;
        if (joined.count > 1 && !s->failed) inspect_joined(in, &joined, &kept);
    }
    for (size_t i = 0; i < kept.count; i++) {
        filter_segment_result *out = &in->segments[kept.items[i].segment];
        if ((filter_verdict)kept.items[i].action > out->verdict) out->verdict = (filter_verdict)kept.items[i].action;
    }
    if (kept.count && !pieces_merge(&kept, s, in->first, r->segment_count)) s->failed = true;
}

/* ---------------------------------------------------------------------------------- the call ---- */

/* Names may repeat; all are known. */
static void learn_entities(inspection *in) {
    const filter_request *r = &in->request.asked;
    const ruleset *set = &in->engine->set;
    if (!r->entities) return;
    bool *asked_for = arena_alloc(&in->scratch->memory, set->entity_type_count + 1, sizeof *asked_for);
    in->asked_for = asked_for;
    if (!asked_for) in->scratch->failed = true;
    for (size_t i = 0; asked_for && i < r->entity_count; i++) {
        asked_for[pack_entity_index(set, r->entities[i], strlen(r->entities[i]))] = true;
    }
}

/* Answers may repeat the instructions of their request, and obey its documents: where there are answers, the detectors
 * see the whole request. */
static void learn_request(inspection *in) {
    const filter_request *r = &in->request.asked;
    bool answers = false, asks = false, plants = false;
    for (size_t i = 0; i < r->segment_count; i++) {
        const filter_role role = r->segments[i].role;
        answers = answers || role == FILTER_ROLE_ASSISTANT;
        asks = asks || role == FILTER_ROLE_USER;
        plants = plants || role_may_plant(role);
    }
    if (!answers || !(r->categories & FILTER_INJECTION)) return;
    in->scratch->request = (compared_request){
        .segments = r->segments, .segment_count = r->segment_count, .is_compared = asks || plants, .may_obey = plants};
    in->scratch->instructions = &in->instructions;
    if (!prompt_leak_learn(&in->instructions, in->scratch, r->segments, r->segment_count)) {
        in->scratch->failed = true;
    }
}

static decided decided_of(const inspection *in) {
    return (decided){in->engine, in->scratch, &in->request, in->first, in->segments};
}

/* A judge that was waited for to the end leaves no error: all is read, and the policy says what follows. */
static void ask_judge(const inspection *in) {
    const decided all = decided_of(in);
    work_budget *w = &in->scratch->work;
    if (!in->request.asked.judge || !judge_segments(&all, in->at_most)) return;
    const int64_t now = work_now();
    if (w->deadline < now) w->deadline = now;
}

/* What a result may be late at most, where that was not enough. */
#define RENDER_GRACE_NS 3000000

/* What is left of an attack may still be one, and what is left around it may make a new one. */
static bool is_quiet(const inspection *in, const filter_segment *segment) {
    filter_scratch *s = in->scratch;
    const size_t first = s->found.count, gaps = s->gaps.count;
    const work_budget work = s->work;
    const compared_request compared = s->request;
    filter_segment_result again = {.verdict = FILTER_ALLOW};
    checked_request request = in->request;
    pack_policy policy = *request.policy;
    policy.output = (output_policy){.unseen_data = -1}; /* of answers as they were written */
    request.policy = &policy;
    request.asked.segments = segment;
    request.asked.segment_count = 1;
    const pass p = {
        .engine = in->engine, .scratch = s, .role = segment->role, .categories = FILTER_INJECTION, .first = first};
    s->request = (compared_request){.segments = NULL}; /* it is compared with nothing */
    s->work.deadline -= s->work.deadline < INT64_MAX ? RENDER_GRACE_NS / 2 : 0;
    if (work_spend(&s->work, segment->size)) find_candidates(p, segment);
    merge_segment(in->engine, s, first);
    (void)decide_segment(s, &request, 0, first, &again);
    const bool was_read = s->gaps.count == gaps && !s->work.is_late;
    s->found.count = first;
    s->gaps.count = gaps;
    s->request = compared;
    s->work = work;
    return was_read && again.verdict == FILTER_ALLOW;
}

/* Of a sanitized text that would be flagged itself, nothing is left. */
static void check_sanitized(const inspection *in) {
    const filter_request *r = &in->request.asked;
    for (size_t i = 0; i < r->segment_count && !in->scratch->failed; i++) {
        filter_segment_result *out = &in->segments[i];
        const filter_segment sanitized = {out->sanitized.text, out->sanitized.size, r->segments[i].role};
        if (!out->stripped || !sanitized.size || is_quiet(in, &sanitized)) continue;
        out->sanitized = (filter_text){SANITISE_STRIPPED, sizeof SANITISE_STRIPPED - 1};
    }
}

static void make_result(const inspection *in, filter_result *result) {
    filter_scratch *s = in->scratch;
    const checked_request *r = &in->request;
    *result = (filter_result){.segments = in->segments,
                              .segment_count = r->asked.segment_count,
                              .bytes = r->bytes,
                              .policy = r->policy->id,
                              .pack_version = in->engine->version,
                              .pack_digest = in->engine->set.digest,
                              .isolate_boundary = "",
                              .isolate_instruction = "",
                              .skipped = s->gaps.items,
                              .skip_count = s->gaps.count};
    for (size_t i = 0; i < result->segment_count; i++) {
        if (in->segments[i].verdict > result->verdict) result->verdict = in->segments[i].verdict;
        if (in->segments[i].score > result->score) result->score = in->segments[i].score;
    }
    result->reasons = decide_reasons(s, r->policy, result->verdict, &result->reason_count);
    if (!result->reasons) s->failed = true;
    const decided all = decided_of(in);
    render_texts(&all, result);
    if (r->asked.returns & FILTER_RETURN_SANITIZED) check_sanitized(in);
    if (r->asked.returns & FILTER_RETURN_FINDINGS) render_findings(&all, result);
}

/* Texts that are derived of a request, all segments and views together. Of 23,000 benign texts full of notations the
 * greediest, logs of JSON in JSON in JSON, need less than six times their size. */
#define DERIVED_FACTOR 7
#define DERIVED_MIN ((size_t)32 << 10)

/* What comes after the scan takes about so long, and is kept free before the deadline: for each text that is asked for
 * (copying it, finding special tokens), and for offsets that are counted. */
#define TEXT_NS_PER_BYTE 1

static work_budget work_of(const filter_request *r) {
    work_budget w = WORK_UNBOUNDED;
    if (r->deadline_us && r->deadline_us < INT64_MAX / 2000) w.deadline = work_now() + (int64_t)r->deadline_us * 1000;
    return w;
}

static void plan_work(work_budget *w, const checked_request *r) {
    unsigned texts = r->asked.offsets != FILTER_OFFSETS_BYTE;
    texts += (r->asked.returns & FILTER_RETURN_NAMES) != 0; /* paths are read off the text */
    for (unsigned bit = FILTER_RETURN_REDACTED; bit <= FILTER_RETURN_ISOLATED; bit <<= 1) {
        texts += (r->asked.returns & bit) != 0;
    }
    w->derived = DERIVED_FACTOR * r->bytes + DERIVED_MIN;
    w->reserve = (int64_t)r->bytes * texts * TEXT_NS_PER_BYTE;
}

/* NULL: memory is out, or the time is up. */
static const filter_result *inspect_all(inspection *in) {
    filter_scratch *s = in->scratch;
    size_t count = in->request.asked.segment_count;
    request_min_scores(&in->request, s->min_scores);
    s->wants_names = (in->request.asked.returns & FILTER_RETURN_NAMES) != 0;
    in->segments = arena_alloc(&s->memory, count + 1, sizeof *in->segments);
    in->first = arena_alloc(&s->memory, count + 2, sizeof *in->first);
    filter_result *result = arena_alloc(&s->memory, 1, sizeof *result);
    in->at_most = arena_alloc(&s->memory, count + 1, sizeof *in->at_most);
    if (!in->segments || !in->first || !in->at_most || !result) {
        s->failed = true;
        return NULL;
    }
    learn_entities(in);
    learn_request(in);
    for (size_t i = 0; i < count && !s->failed; i++) inspect_segment(in, i);
    if (!s->failed) inspect_seams(in);
    if (!s->failed) ask_judge(in);
    if (s->work.deadline < INT64_MAX) s->work.deadline += RENDER_GRACE_NS;
    s->work.reserve = 0;
    s->work.is_late = false;
    if (!s->failed) make_result(in, result);
    s->instructions = NULL;
    s->request = (compared_request){.segments = NULL};
    return s->failed || !work_fits(&s->work, 0) ? NULL : result;
}

static filter_status why_not(const filter_scratch *s, filter_error *error) {
    filter_status status = s->failed ? FILTER_ERROR_MEMORY : FILTER_ERROR_DEADLINE;
    error_set(error, status, s->failed ? "out of memory while inspecting" : "the deadline passed while inspecting");
    return status;
}

/* Hyperscan copies the ends of a text to its stack, and leaves them there. As deep as a scan goes. */
#define STACK_USED ((size_t)16 << 10)

static void __attribute__((noinline)) wipe_stack(void) {
    char below[STACK_USED];
    explicit_bzero(below, sizeof below);
}

filter_status inspect_texts(const filter_engine *engine, filter_scratch *scratch, const filter_request *request,
                            const filter_result **out, filter_error *error) {
    inspection in = {.engine = engine, .scratch = scratch};
    filter_status status = request_read(&in.request, engine, request, error);
    work_budget w = work_of(&in.request.asked);
    if (status == FILTER_OK) status = request_check_texts(&in.request, &w, error);
    if (status != FILTER_OK) return status;
    scratch->work = w;
    plan_work(&scratch->work, &in.request);
    *out = inspect_all(&in);
    return *out ? FILTER_OK : why_not(scratch, error);
}

void inspect_end(filter_scratch *scratch) {
    scratch_end(scratch);
    wipe_stack();
}

filter_status filter_inspect(const filter_engine *engine, filter_scratch *scratch, const filter_request *request,
                             const filter_result **out, filter_error *error) {
    *out = NULL;
    if (!engine || !scratch || !request) {
        error_set(error, FILTER_ERROR_ARGUMENT, "engine, scratch and request must not be NULL");
        return FILTER_ERROR_ARGUMENT;
    }
    filter_status status = scratch_begin(scratch, engine, error);
    if (status != FILTER_OK) return status;
    status = inspect_texts(engine, scratch, request, out, error);
    inspect_end(scratch);
    return status;
}
