/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidate: a finding on its way: found, scored, decided. Spans are in bytes of the text as sent.
 *
 * A score starts at the rule's, or at what a model says, and moves like a probability: evidence for it shrinks the
 * distance to 1, evidence against it shrinks the score. In this order speak: allow list, check digits, placeholders,
 * entropy, the words near it, and, when all views of the segment are done, other findings near it (merge.h).
 */
#ifndef FILTER_FINDINGS_CANDIDATE_H
#define FILTER_FINDINGS_CANDIDATE_H

#include "findings/context.h"

/* A name of a field, and where it stands in the text as sent; an empty span when it is a constant. */
typedef struct candidate_name {
    field_name name;
    span at;
} candidate_name;

/* What the structure around a value says of it. */
typedef struct candidate_names {
    candidate_name items[CONTEXT_NAMES_MAX]; /* that spoke for it, the nearest first */
    size_t count;
    candidate_name column; /* whose cell it is in; empty: none */
} candidate_names;

typedef struct candidate {
    const pack_rule *rule;
    uint32_t rule_index;
    size_t segment;
    span at;
    const view *view;
    const char *view_name;
    bool is_as_sent; /* its bytes are those of the text as sent */
    filter_text found; /* the value as it was found: decoded, folded */
    field_writing writing; /* how text is written in its place */
    size_t value_end; /* of the value of the structure that it is in, where its rule joins; SIZE_MAX: any place */
    candidate_names *names; /* NULL: there are none, or nobody asked for them */
    double score;
    bool has_tilt;
    double tilt; /* what the sentences around an injection say beside it, in logits: see sentence_model.h */
    unsigned evidence;
    const char *why; /* what the score comes from, besides the rule; NULL: nothing */
    bool needs_partner; /* its context words are required, and there was none */
    filter_action action;
    bool occupies; /* its bytes are its own */
    bool is_piece; /* of a value that lies in several segments, or whose name is in the one before: see pieces.h … */
    bool goes_on; /* … and not its last one */
    bool quoted; /* stands in a quotation that nobody is asked to follow */
    bool is_unlisted; /* the request asked for findings of other entity types; acted upon all the same */
    bool dropped;
} candidate;

/* Is it a model's score of some text, and no match? */
static inline bool is_model(const candidate *c) {
    return c->rule->detector && c->rule->detector->is_model;
}

/* A score that a piece of evidence raises: 0 leaves it, 1 makes it certain. */
double boost(double score, double amount);

/* Scores a value of the view by its rule and by what stands around it. False when there is no finding at all. */
bool score_evidence(const pass *p, span at, candidate *c);

/* Notes a name that spoke for a value, text of a view or a constant, where the request asks for names. Each once. */
void candidate_note_name(const pass *p, candidate *c, const view *v, field_name name);

/* Keeps a candidate whose rule and score are set, at a span of the view. */
void candidate_add(const pass *p, span at, candidate *c);

/* A finding of a rule at a span of the view: scores the evidence, and keeps it. */
void candidate_found(const pass *p, uint32_t rule_index, span at);

/* The same with a score that is known, and what it comes from, in words that are none of the text's; NULL: nothing to
 * say. */
void candidate_scored(const pass *p, uint32_t rule_index, span at, double score, const char *why);

#endif
