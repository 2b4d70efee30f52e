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

#endif
