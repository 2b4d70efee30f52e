/* SPDX-License-Identifier: Apache-2.0 */
/*
 * veil: words of attacks that nobody hides without a reason.
 *
 * "system prompt" is no attack, and neither is Morse; "system prompt" in Morse is one. Looks for the telling words of the packs in views that only
 * a disguise makes, which leetspeak, typing errors and missing spaces do not.
 */
#ifndef FILTER_VEIL_H
#define FILTER_VEIL_H

#include "engine/scratch.h"

/* Makes the rule's candidate for the telling words of a view. */
void veil_find(const filter_engine *engine, filter_scratch *s, const view *v, size_t segment, filter_role role);

#endif
