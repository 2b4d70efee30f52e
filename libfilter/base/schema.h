/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: what a table of YAML keys (base/yaml_reader.h) says, for editors and for people: a JSON Schema and the
 * entries of a manual page. So a key, its meaning and its default are written down once.
 *
 *     {.key = "workers", .type = YAML_COUNT, .min = 1, .max = 256, .about = "Threads that inspect.", .standard = "1"}
 *     -> "workers": {"type": "integer", "minimum": 1, "maximum": 256, "description": "Threads …", "default": 1}
 *
 * For tools; no request path calls it. Keys that were renamed are left out.
 */
#ifndef FILTER_BASE_SCHEMA_H
#define FILTER_BASE_SCHEMA_H

#include "base/yaml_reader.h"

#include <stdio.h>

struct json_t;

/* The schema of one map with these keys (draft 2020-12): a new jansson object, keys in the order of the table. NULL
 * when memory is out. */
struct json_t *schema_of_table(const yaml_table *table);

/* The same as a document of its own, with "$schema", "$id" and "title". */
struct json_t *schema_document(const yaml_table *table, const char *id, const char *title);

/* An mdoc list of the keys: type, default, choices, meaning. Nested tables are nested lists. */
void schema_mdoc(const yaml_table *table, FILE *out);

#endif
