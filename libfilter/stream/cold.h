/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cold: how far a text that is still coming can go out at once, because no rule can ask for it.
 *
 *     "The meeting is on Monday at the usual pla"    "The meeting is on " is cold; Monday may be a name
 *
 * Cold are ordinary words of small ASCII letters, known ones that begin a sentence with a capital, and the marks of
 * prose between them, as long as no expression of a rule ends in or just before them. Digits, other capitals and
 * scripts, signs of structure and words that tell of names are hot: what they begin has to be looked at.
 */
#ifndef FILTER_STREAM_COLD_H
#define FILTER_STREAM_COLD_H

#include "pass/scratch.h"

/* Bytes before a place where a keyword or a cue still counts. */
#define COLD_REACH ((size_t)96)

/* The end of what is cold from `from` on: after a blank or a token, or the end of the text when `is_end`. *is_hot says
 * whether something hot follows, or the text just ends. The scratch has begun. */
size_t cold_end(filter_scratch *s, const filter_engine *engine, filter_text text, size_t from, bool is_end,
                bool *is_hot);

/* Is the word around or before a place one of prose, in any case: letters alone? For places where a text may be cut. */
bool cold_is_prose_at(filter_text text, size_t at);

#endif
