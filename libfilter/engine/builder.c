/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/builder.h"

void list_add(builder *b, id_list *list, size_t item) {
    if (arena_grow(b->memory, &list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        list->items[list->count++] = (uint32_t)item;
    } else {
        b->failed = true;
    }
}

/* Adds an expression to a database and remembers whom to blame for it. */
size_t add_expression(builder *b, engine_database database, const char *expression, unsigned flags,
                      const pack_rule *rule, const yaml_node *node) {
    size_t index = 0, before = b->engine->sources[database].count;
    if (!expression || !database_add(&b->engine->sources[database], expression, flags, &index)) {
        b->failed = true;
        return 0;
    }
    if (index < before) return index;
    if (!arena_grow(b->memory, &b->owners[database], &b->owner_capacity[database], index + 1, sizeof(void *)) ||
        !arena_grow(b->memory, &b->nodes[database], &b->node_capacity[database], index + 1, sizeof(void *))) {
        b->failed = true;
        return 0;
    }
    b->owners[database][index] = rule;
    b->nodes[database][index] = node;
    return index;
}

unsigned hyperscan_flags(const pack_rule *rule) {
    return (rule->caseless ? HS_FLAG_CASELESS : 0U) | (rule->multiline ? HS_FLAG_MULTILINE : 0U) |
           (rule->dotall ? HS_FLAG_DOTALL : 0U);
}

void diagnose_node(builder *b, const pack_rule *rule, const yaml_node *node, const char *message) {
    b->d->file = rule->file;
    b->d->rule = rule->id;
    diagnose(b->d, node ? node->line : rule->line, node ? node->column : 0, "%s", message);
    b->d->rule = "";
}
