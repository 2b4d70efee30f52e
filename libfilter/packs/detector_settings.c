/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/pack.h"

/* Limits that are numbers alone, in `size` bytes of the arena; NULL when they are wrong or memory is out. */
static void *read_limits(arena *memory, const yaml_node *node, const yaml_field *fields, size_t count, size_t size,
                         const char *what, diagnostics *d) {
    void *limits = arena_alloc(memory, 1, size);
    return limits && yaml_read(memory, node, &(yaml_table){.what = what, .fields = fields, .count = count}, limits, d)
               ? limits
               : NULL;
}

const pack_leak *pack_read_leak(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "share", .type = YAML_NUMBER, .offset = offsetof(pack_leak, share), .required = true, .max = 1},
        {.key = "least",
         .type = YAML_COUNT,
         .offset = offsetof(pack_leak, least),
         .required = true,
         .min = 5,
         .max = 1000},
        {.key = "run", .type = YAML_COUNT, .offset = offsetof(pack_leak, run), .required = true, .min = 5, .max = 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_leak), "leak", d);
}

const pack_tail *pack_read_tail(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "brackets",
         .type = YAML_COUNT,
         .offset = offsetof(pack_tail, brackets),
         .required = true,
         .min = 1,
         .max = 100},
        {.key = "odd", .type = YAML_COUNT, .offset = offsetof(pack_tail, odd), .required = true, .min = 1, .max = 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_tail), "tail", d);
}

const pack_veil *pack_read_veil(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "words",
         .type = YAML_COUNT,
         .offset = offsetof(pack_veil, words),
         .required = true,
         .min = 1,
         .max = 100},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_veil), "veil", d);
}

const pack_turns *pack_read_turns(arena *memory, const yaml_node *node, diagnostics *d) {
    static const yaml_field fields[] = {
        {.key = "answers",
         .type = YAML_COUNT,
         .offset = offsetof(pack_turns, answers),
         .required = true,
         .min = 1,
         .max = 1000},
    };
    return read_limits(memory, node, fields, sizeof fields / sizeof *fields, sizeof(pack_turns), "turns", d);
}
