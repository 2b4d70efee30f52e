/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hidden_text: a run of characters that nobody sees and a model reads.
 *
 * Tag characters (U+E0020 to U+E007F) spell ASCII, variation selectors carry bytes, and two zero-width characters
 * carry bits ("ASCII smuggling"). One or two of them belong to writing: emoji sequences, Persian, Indic scripts; the
 * flag of Scotland has seven. A longer run is a message. What it says is read by views/ where it is tags; this
 * detector sees that it is there.
 */
#ifndef FILTER_INJECTION_HIDDEN_TEXT_H
#define FILTER_INJECTION_HIDDEN_TEXT_H

#include "pass/pass.h"

extern const detector_type hidden_text_type;

/* Makes a candidate of the rule for each run that is long enough; more than 4,096 are a gap in what was read. */
void hidden_text_find(const pass *p, const pack_rule *rule);

#endif
