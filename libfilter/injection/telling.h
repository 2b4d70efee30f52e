/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telling: does an answer say something of its own, or tell what another text says?
 */
#ifndef FILTER_INJECTION_TELLING_H
#define FILTER_INJECTION_TELLING_H

#include "injection/occurrence.h"
#include "packs/pack.h"
#include "pass/scratch.h"
#include "text/quotation.h"

/* Indexes the words of a list by their hashes. False when memory is out. */
bool words_index(occurrences *index, arena *memory, const yaml_strings *words);

/* An answer; its quotations are looked for when they are first asked for. */
typedef struct telling {
    filter_text text;
    filter_scratch *scratch;
    bool is_read;
    quotations quoted;
} telling;

/* Does a span stand in a quotation, in an answer that says more than that, or after a word of `reports` in its
 * sentence? */
bool is_told(telling *t, const occurrences *reports, span at);

#endif
