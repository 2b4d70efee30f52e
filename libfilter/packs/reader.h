/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: one pack while it is read. pack.c reads the whole, the other files of this room a part each.
 */
#ifndef FILTER_PACKS_READER_H
#define FILTER_PACKS_READER_H

#include "packs/pack.h"

typedef struct pack_reader {
    ruleset *set;
    arena *memory;
    diagnostics *d;
    const pack_document *pack;
} pack_reader;

/* Made of a-z, 0-9, '.', '_' and '-', at most 96 characters? */
bool is_id(const char *text);

/* One item of `rules`. */
void read_rule(pack_reader *r, const yaml_node *node);

/* Checks a preset where it is written: a rule that takes it may be in another file. */
bool preset_is_right(pack_reader *r, const yaml_node *node);

#endif
