/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_keys: the keys of a rule, as they are written. rule.c turns them into a pack_rule.
 *
 * The tables here are the one place where a key is defined; JSON Schema and filter-rules(5) are made from them.
 */
#ifndef FILTER_PACKS_RULE_KEYS_H
#define FILTER_PACKS_RULE_KEYS_H

#include "packs/pack.h"

/* What a rule says, before what depends on something else is worked out. */
typedef struct raw_rule {
    pack_rule rule;
    int category, severity; /* places in names_categories and severity_names; -1: not said */
    const yaml_node *context, *negative_context, *near_rules, *unless, *checksum, *detect, *examples;
    yaml_strings formats, patterns, flags, roles;
    const char *separators, *confirm, *preset;
} raw_rule;

typedef struct raw_checksum {
    yaml_strings names;
    double pass, fail;
} raw_checksum;

typedef struct raw_examples {
    const yaml_node *match, *no_match;
} raw_examples;

extern const yaml_table rule_table; /* fills a raw_rule */
extern const yaml_table context_table, negative_context_table; /* fill a rule_words */
extern const yaml_table near_rules_table; /* fills a rule_partners */
extern const yaml_table unless_table; /* fills a rule_unless */
extern const yaml_table checksum_table; /* fills a raw_checksum */
extern const yaml_table examples_table; /* fills a raw_examples */

#define RULE_FIELDS_MAX 64

/* The table of a preset, in `fields`: the keys of a rule without those that make sense in one rule alone, none
 * required. Fills a raw_rule. */
yaml_table preset_table(yaml_field fields[RULE_FIELDS_MAX]);

extern const char *const severity_names[];
extern const char *const flag_names[];

#endif
