/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pass: one view of one segment on its way through values/ and injection/.
 *
 * Everything that looks at a view gets a pass, and leaves what it found in the scratch.
 */
#ifndef FILTER_PASS_PASS_H
#define FILTER_PASS_PASS_H

#include "pass/scratch.h"

typedef struct pass {
    const filter_engine *engine;
    filter_scratch *scratch;
    const view *view;
    size_t segment; /* its number in the request */
    filter_role role; /* of the segment */
    unsigned categories; /* FILTER_PII | …: what is looked for in the view */
    size_t first; /* the segment's first candidate */
} pass;

/* Is a rule for the role of the segment? */
static inline bool pass_has_role(const pass *p, const pack_rule *rule) {
    return rule->roles >> p->role & 1;
}

#endif
