/* SPDX-License-Identifier: Apache-2.0 */
#include "findings/merge.h"

#include <stdlib.h>
#include <string.h>

static size_t distance(span a, span b) {
    if (a.end <= b.start) return b.start - a.end;
    if (b.end <= a.start) return a.start - b.end;
    return 0;
}

static bool is_partner(const id_list *partners, const candidate *c) {
    for (size_t k = 0; k < partners->count && !c->dropped && !c->needs_partner; k++) {
        if (partners->items[k] == c->rule_index) return true;
    }
    return false;
}

/* Candidates are in order of start, so only the neighbours are looked at. */
static bool partner_is_near(const filter_engine *engine, const filter_scratch *s, size_t first, size_t index) {
    const candidate *c = &s->found.items[index];
    const id_list *partners = &engine->rules[c->rule_index].partners;
    size_t within = c->rule->near_rules.within;
    for (size_t i = index + 1; i < s->found.count && distance(c->at, s->found.items[i].at) <= within; i++) {
        if (is_partner(partners, &s->found.items[i])) return true;
    }
    for (size_t i = index; i > first && s->found.items[i - 1].at.start + within + VALUE_FORMAT_WIDTH_MAX >= c->at.start;
         i--) {
        const candidate *other = &s->found.items[i - 1];
        if (distance(c->at, other->at) <= within && is_partner(partners, other)) return true;
    }
    return false;
}

/* Candidates after one that are compared with it. */
#define NEIGHBOURS_MAX 32

/* Partners that become part of one value, at most: a town, a state, a country. */
#define JOINED_MAX 3

/* Does a value go on at `at` with what begins at `next`, in the text as it was sent? */
static bool goes_on(const filter_scratch *s, const candidate *c, size_t next) {
    const char *text = s->views.items[0].text + c->at.end;
    const size_t gap = next - c->at.end;
    return (gap == 1 && text[0] == ' ') || (gap == 2 && text[0] == ',' && text[1] == ' ');
}

/* A value takes in the partners right behind it. They stay what they are: the policy may do more with them. */
static void join_partners(const filter_engine *engine, filter_scratch *s, size_t index) {
    candidate *c = &s->found.items[index];
    const id_list *partners = &engine->rules[c->rule_index].partners;
    size_t joined = 0;
    if (!c->rule->near_rules.joins || !c->is_as_sent || c->writing.quote) return;
    for (size_t i = index + 1; i < s->found.count && i <= index + NEIGHBOURS_MAX && joined < JOINED_MAX; i++) {
        candidate *other = &s->found.items[i];
        if (other->at.start > c->at.end + 2) break;
        if (other->at.start < c->at.end || !is_partner(partners, other) || !other->is_as_sent) continue;
        if (!goes_on(s, c, other->at.start) || other->at.end > c->value_end) continue;
        c->at.end = other->at.end;
        c->found.size = c->at.end - c->at.start;
        joined++;
    }
}

/* Do two candidates say the same? They touch, and are of one entity type; injection findings of one rule, because
 * several rules of an entity are several signals. */
static bool says_the_same(const candidate *a, const candidate *b) {
    if (a->at.end <= b->at.start || b->at.end <= a->at.start) return false;
    if (a->rule->category == FILTER_INJECTION) return a->rule == b->rule;
    return strcmp(a->rule->entity_type, b->rule->entity_type) == 0;
}

static int by_start(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->at.start != y->at.start) return x->at.start < y->at.start ? -1 : 1;
    if (x->at.end != y->at.end) return x->at.end > y->at.end ? -1 : 1;
    if (x->view != y->view) return x->view < y->view ? -1 : 1; /* as sent before folded before decoded */
    return (x->rule_index > y->rule_index) - (x->rule_index < y->rule_index);
}

/* A signature with such a score needs no other word for it. */
#define DECIDES_ALONE 0.85

/* The injection candidate after `i` that touches it, from `k` on; NULL when there is none. */
static candidate *next_neighbour(const filter_scratch *s, size_t i, size_t *k) {
    const candidate *c = &s->found.items[i];
    for (; *k < s->found.count && *k <= i + NEIGHBOURS_MAX && s->found.items[*k].at.start < c->at.end; (*k)++) {
        candidate *other = &s->found.items[*k];
        if (other->rule->category == FILTER_INJECTION && !other->dropped) return other;
    }
    return NULL;
}

/* Where a signature says it more surely, the model adds nothing, nor does a weaker signature of its kind. */
static void drop_outdone(candidate *a, candidate *b) {
    candidate *model = is_model(a) ? a : is_model(b) ? b : NULL, *signature = model == a ? b : a;
    candidate *weaker = b->score > a->score ? a : b, *stronger = weaker == a ? b : a;
    if (model && (signature->score >= DECIDES_ALONE || signature->score >= model->score)) model->dropped = true;
    else if (!model && strcmp(a->rule->entity_type, b->rule->entity_type) == 0 && stronger->score >= DECIDES_ALONE) {
        weaker->dropped = true;
    }
}

/* The same signature is seen in several views, and twice over itself: the surest one stays. */
static void drop_repeated(candidate *a, candidate *b) {
    if (says_the_same(a, b)) (b->score > a->score ? a : b)->dropped = true;
}

/* Compares each injection candidate with those that touch it. Candidates are in order of start. */
static void compare_signals(filter_scratch *s, size_t first, void (*compare)(candidate *, candidate *)) {
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i], *other;
        if (c->rule->category != FILTER_INJECTION) continue;
        for (size_t k = i + 1; !c->dropped && (other = next_neighbour(s, i, &k)) != NULL; k++) compare(c, other);
    }
}

void merge_segment(const filter_engine *engine, filter_scratch *s, size_t first) {
    if (s->found.count > first) {
        qsort(s->found.items + first, s->found.count - first, sizeof *s->found.items, by_start);
        compare_signals(s, first, drop_outdone);
        compare_signals(s, first, drop_repeated);
    }
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (engine->rules[c->rule_index].partners.count && partner_is_near(engine, s, first, i)) {
            c->score = boost(c->score, c->rule->near_rules.boost);
            c->evidence |= FILTER_EVIDENCE_CONTEXT;
            join_partners(engine, s, i);
        } else if (c->needs_partner) {
            c->dropped = true;
        }
    }
}

/* A value whose form is known is told from a name by more than its words: an address has names in it. */
static bool is_name(const candidate *c) {
    return c->rule->detector && c->rule->category == FILTER_PII;
}

int by_strength(const void *a, const void *b) {
    const candidate *x = *(const candidate *const *)a, *y = *(const candidate *const *)b;
    if (x->action != y->action) return x->action > y->action ? -1 : 1;
    if (is_name(x) != is_name(y)) return is_name(x) ? 1 : -1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    size_t x_size = x->at.end - x->at.start, y_size = y->at.end - y->at.start;
    if (x_size != y_size) return x_size > y_size ? -1 : 1;
    int x_severity = pack_severity(x->rule), y_severity = pack_severity(y->rule);
    if (x_severity != y_severity) return x_severity > y_severity ? -1 : 1;
    return (x > y) - (x < y);
}

/* Bytes that a finding has taken. */
typedef struct occupied_spans {
    unsigned char *bits;
    size_t origin;
} occupied_spans;

static bool occupy(occupied_spans *c, span at) {
    for (size_t i = at.start - c->origin; i < at.end - c->origin; i++) {
        if (c->bits[i / 8] >> (i % 8) & 1) return false;
    }
    for (size_t i = at.start - c->origin; i < at.end - c->origin; i++) c->bits[i / 8] |= (unsigned char)(1U << (i % 8));
    return true;
}

/* A candidate that lost its bytes to one of its own entity says nothing new. Candidates are in order of start, and
 * those that occupy bytes do not overlap, so they are in order of end, too. */
static void drop_repeats(filter_scratch *s, size_t first) {
    size_t winner = first;
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (c->dropped || c->occupies || c->rule->category == FILTER_INJECTION) continue;
        while (winner < i && (!s->found.items[winner].occupies || s->found.items[winner].at.end <= c->at.start))
            winner++;
        for (size_t k = winner; k < s->found.count && s->found.items[k].at.start < c->at.end && !c->dropped; k++) {
            const candidate *w = &s->found.items[k];
            c->dropped = w->occupies && says_the_same(c, w);
        }
    }
}

/* Where the favoured rule acts, others of its entity need not. */
static void favour(filter_scratch *s, size_t first) {
    for (size_t i = first; s->favoured && i < s->found.count; i++) {
        const candidate *c = &s->found.items[i];
        if (c->rule != s->favoured || c->dropped || c->rule->category == FILTER_INJECTION ||
            c->action == FILTER_ACTION_NONE)
            continue;
        for (size_t k = first; k < s->found.count; k++) {
            candidate *other = &s->found.items[k];
            if (other->rule != c->rule && says_the_same(c, other)) other->dropped = true;
        }
    }
}

void resolve_overlaps(filter_scratch *s, size_t first, bool list_all) {
    size_t count = 0, end = 0;
    favour(s, first);
    candidate **order = arena_alloc(&s->memory, s->found.count - first + 1, sizeof(candidate *));
    if (!order) {
        s->failed = true;
        return;
    }
    for (size_t i = first; i < s->found.count; i++) {
        candidate *c = &s->found.items[i];
        if (c->dropped || c->rule->category == FILTER_INJECTION) continue;
        if (c->at.end > end) end = c->at.end;
        order[count++] = c;
    }
    if (count < 2) return;
    occupied_spans occupied = {.origin = order[0]->at.start}; /* they come in order of start */
    occupied.bits = arena_alloc(&s->memory, (end - occupied.origin) / 8 + 1, 1);
    if (!occupied.bits) {
        s->failed = true;
        return;
    }
    qsort(order, count, sizeof *order, by_strength);
    for (size_t i = 0; i < count; i++) {
        order[i]->occupies = occupy(&occupied, order[i]->at);
    }
    for (size_t i = 0; i < count; i++) {
        if (order[i]->occupies) continue;
        order[i]->action = FILTER_ACTION_NONE;
        order[i]->dropped = !list_all || !order[i]->is_as_sent;
    }
    drop_repeats(s, first);
}
