/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: one pack while it is read. pack.c reads the whole, the other files of this room a part each.
 */
#ifndef FILTER_PACKS_READER_H
#define FILTER_PACKS_READER_H

#include "packs/pack.h"

typedef struct pack_head {
    const char *name, *version, *licence, *title, *requires;
} pack_head;

typedef struct pack_reader {
    ruleset *set;
    arena *memory;
    diagnostics *d;
    pack_head head;
    const yaml_node *parts; /* map from name to regular expression */
    const yaml_node *defaults; /* keys of rules, or NULL */
} pack_reader;

/* Made of a-z, 0-9, '.', '_' and '-', at most 96 characters? */
bool is_id(const char *text);

/* One item of `rules`. */
void read_rule(pack_reader *r, const yaml_node *node);

#endif
