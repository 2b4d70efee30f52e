/* SPDX-License-Identifier: Apache-2.0 */
/*
 * builder: an engine while it is made. The compile_… files add what rules, phrases and special tokens need; compile.c
 * calls them in turn and compiles the databases.
 */
#ifndef FILTER_ENGINE_BUILDER_H
#define FILTER_ENGINE_BUILDER_H

#include "engine/engine.h"
#include "engine/expression.h"

typedef struct builder {
    filter_engine *engine;
    arena *memory;
    diagnostics *d;
    const char *cache_dir;
    const pack_rule **owners[DATABASE_COUNT]; /* the first rule of each expression, for messages */
    size_t owner_capacity[DATABASE_COUNT];
    const yaml_node **nodes[DATABASE_COUNT];
    size_t node_capacity[DATABASE_COUNT];
    size_t list_capacity[DATABASE_COUNT];
    bool failed; /* memory is out */
} builder;

void list_add(builder *b, id_list *list, size_t item);

/* Adds an expression to a database, and remembers whom to blame for it. Returns its number. */
size_t add_expression(builder *b, engine_database database, const char *expression, unsigned flags,
                      const pack_rule *rule, const yaml_node *node);

unsigned hyperscan_flags(const pack_rule *rule);

/* A mistake at a node of a rule; `node` NULL: at the rule. */
void diagnose_node(builder *b, const pack_rule *rule, const yaml_node *node, const char *message);

/* An expression of PCRE2, on bytes; freed with pcre2_code_free(). NULL: it is none, which is told at the node. */
pcre2_code *compile_regex(builder *b, const pack_rule *rule, const yaml_node *node, const char *expression,
                          uint32_t options);

/* Values: an expression of a rule; the words near its values; its partners; the score that it has without them. */
void add_pattern(builder *b, size_t rule_index, const rule_pattern *pattern);
void add_words(builder *b, const pack_rule *rule, const rule_words *words, id_list *list);
void add_partners(builder *b, const pack_rule *rule, id_list *list);
void mark_max_scores(filter_engine *e);

/* Phrases: all classes of words, then the phrases of a rule. */
void add_classes(builder *b);
void add_phrases(builder *b, size_t rule_index);

/* Special tokens of a model family. */
void add_tokens(builder *b, const yaml_strings *tokens, bool line_start, uint64_t family);

#endif
