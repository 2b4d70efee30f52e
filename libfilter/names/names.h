/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names: persons, places and organisations, found by their words and what stands around them.
 *
 *     detect: {person: {data: names.bin, digest: 5c1f…}}      the words and weights, of all three
 *     detect: {location: {}}
 *     detect: {organization: {}}
 *
 * A rule for each kind says what its findings are. A score is how often such a finding was right in texts that the
 * weights had not seen.
 */
#ifndef FILTER_NAMES_NAMES_H
#define FILTER_NAMES_NAMES_H

#include "pass/pass.h"

extern const detector_type person_type, location_type, organization_type;

/* Finds the names of a view. */
void names_find(const pass *p);

/* What a word of ASCII letters tells of names, by itself. */
typedef enum name_hint {
    NAME_HINT_ORDINARY, /* nothing: with a capital it is one because it begins a sentence */
    NAME_HINT_NAME, /* it may be one */
    NAME_HINT_CUE /* one may follow, also one that nobody knows */
} name_hint;

name_hint names_hint(const filter_engine *engine, const char *word, size_t size);

#endif
