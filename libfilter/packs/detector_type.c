/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/detector_type.h"

#include "packs/pack.h"

yaml_table detector_table(const detector_type *const *list, yaml_field fields[DETECTORS_MAX]) {
    size_t count = 0;
    for (; list[count] && count < DETECTORS_MAX; count++) {
        const detector_type *type = list[count];
        fields[count] = (yaml_field){.key = type->keys.what,
                                     .type = YAML_NODE,
                                     .offset = count * sizeof(const yaml_node *),
                                     .holds = YAML_HOLDS_TABLE,
                                     .table = &type->keys,
                                     .about = type->keys.about};
    }
    return (yaml_table){.what = "detect", .fields = fields, .count = count};
}

const void *detector_read(ruleset *set, const yaml_node *node, const detector_type **type, diagnostics *d) {
    const yaml_node *nodes[DETECTORS_MAX] = {NULL}, *chosen = NULL;
    yaml_field fields[DETECTORS_MAX];
    const yaml_table table = detector_table(set->detectors, fields);
    if (!yaml_read(set->memory, node, &table, nodes, d)) return NULL;
    for (size_t i = 0; i < table.count; i++) {
        if (!nodes[i]) continue;
        if (chosen) diagnose(d, node->line, node->column, "a rule has one detector; split the rule");
        chosen = nodes[i];
        *type = set->detectors[i];
    }
    if (!chosen) {
        diagnose(d, node->line, node->column, "'detect' names no detector");
        return NULL;
    }
    void *settings = arena_alloc(set->memory, 1, (*type)->size);
    if (!settings || !yaml_read(set->memory, chosen, &(*type)->keys, settings, d)) return NULL;
    return !(*type)->finish || (*type)->finish(set, chosen, settings, d) ? settings : NULL;
}
