/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source: the packs of a ruleset, from files or from memory.
 */
#ifndef FILTER_PACKS_SOURCE_H
#define FILTER_PACKS_SOURCE_H

#include "packs/pack.h"

/* Reads all packs into `set`, and sets its digest. Mistakes in packs go to `d`; an error is a file that cannot be read,
 * or memory that is out. */
filter_status pack_read_sources(ruleset *set, const filter_source *sources, size_t count, diagnostics *d,
                                filter_error *error);

#endif
