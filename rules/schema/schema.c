/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: writes the JSON Schema of rule packs, or the keys of the manual page, from the tables that the reader of
 * packs uses. `make generate` runs it.
 *
 *     schema json > rules/schema/pack.schema.json
 *     schema mdoc > the part of rules/filter-rules.5 between its two marks
 *
 * A table holds what one key means. What is not a matter of one key is added here: keys that a preset may give, classes
 * of words by language, and lists of known words.
 */
#include "base/schema.h"
#include "injection/detector.h"
#include "packs/check_digits/check_digits.h"
#include "packs/pack.h"
#include "packs/rule_keys.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_ID "pack.schema.json"
#define SCHEMA_TITLE "filterd rule pack"
#define CHECKSUMS_MAX 200

/* The keys of packs with those of the detectors, which packs get with the engine. */
typedef struct key_tables {
    yaml_field detector_fields[DETECTORS_MAX], checksum_fields[RULE_FIELDS_MAX], rule_fields[RULE_FIELDS_MAX],
        pack_fields[RULE_FIELDS_MAX];
    yaml_table detect, checksum, rule, pack;
    const char *checksums[CHECKSUMS_MAX + 1]; /* in order, and NULL */
} key_tables;

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The table of `checksum` with the schemes that there are. */
static void make_checksums(key_tables *t) {
    size_t count = 0;
    for (const checksum *c; count < CHECKSUMS_MAX && (c = checksum_at(count)) != NULL; count++) {
        t->checksums[count] = c->name;
    }
    qsort(t->checksums, count, sizeof *t->checksums, by_text);
    for (size_t i = 0; i < checksum_table.count; i++) {
        t->checksum_fields[i] = checksum_table.fields[i];
        if (strcmp(checksum_table.fields[i].key, "name") == 0) t->checksum_fields[i].choices = t->checksums;
    }
    t->checksum = checksum_table;
    t->checksum.fields = t->checksum_fields;
}

/* A copy of a table in `fields`, in which `key` holds a map with the keys of `table`. */
static yaml_table with_table(const yaml_table *of, yaml_field *fields, const char *key, const yaml_table *table) {
    yaml_table copy = *of;
    for (size_t i = 0; i < of->count; i++) {
        fields[i] = of->fields[i];
        if (strcmp(fields[i].key, key) == 0) fields[i].table = table;
    }
    copy.fields = fields;
    return copy;
}

static void make_tables(key_tables *t) {
    t->detect = detector_table(detector_types, t->detector_fields);
    make_checksums(t);
    t->rule = with_table(&rule_table, t->rule_fields, "detect", &t->detect);
    for (size_t i = 0; i < t->rule.count; i++) {
        if (strcmp(t->rule_fields[i].key, "checksum") == 0) t->rule_fields[i].table = &t->checksum;
    }
    t->pack = with_table(&pack_table, t->pack_fields, "rules", &t->rule);
}

static json_t *property(json_t *schema, const char *key) {
    return json_object_get(json_object_get(schema, "properties"), key);
}

/* Keeps what the table says of the key. */
static void set_property(json_t *schema, const char *key, json_t *value) {
    json_t *about = json_object_get(property(schema, key), "description");
    if (about) json_object_set(value, "description", about);
    json_object_set_new(json_object_get(schema, "properties"), key, value);
}

/* Examples are texts and maps, mixed. */
static void set_examples(json_t *rule) {
    static const char *const keys[] = {"match", "no_match"};
    json_t *examples = property(rule, "examples");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *kinds = json_object_get(property(examples, keys[i]), "anyOf");
        json_t *text = json_object_get(json_array_get(kinds, 0), "items");
        json_t *map = json_object_get(json_array_get(kinds, 1), "items");
        set_property(examples, keys[i], json_pack("{s:s, s:{s:[O, O]}}", "type", "array", "items", "anyOf", text, map));
    }
}

static void finish_rule(json_t *rule) {
    set_examples(rule);
}

/* What a preset and the defaults may say. */
static json_t *preset_schema(void) {
    yaml_field fields[RULE_FIELDS_MAX];
    const yaml_table table = preset_table(fields);
    json_t *schema = schema_of_table(&table);
    finish_rule(schema);
    return schema;
}

static json_t *defaults_schema(void) {
    json_t *schema = preset_schema();
    json_object_set_new(json_object_get(schema, "properties"), "preset", json_pack("{s:s}", "type", "string"));
    return schema;
}

static json_t *word_classes_schema(void) {
    json_t *words = json_pack("{s:s, s:{s:s, s:i}}", "type", "array", "items", "type", "string", "minLength", 2);
    return json_pack("{s:s, s:{s:s}, s:{s:[o, {s:s, s:O}]}}", "type", "object", "propertyNames", "pattern",
                     "^[a-z0-9-]+$", "additionalProperties", "anyOf", words, "type", "object", "additionalProperties",
                     words);
}

static json_t *pack_schema(const yaml_table *table) {
    json_t *pack = schema_document(table, SCHEMA_ID, SCHEMA_TITLE);
    json_t *rule = json_object_get(property(pack, "rules"), "items");
    finish_rule(rule);
    /* The others may come from a preset or the defaults. */
    json_object_set_new(rule, "required", json_pack("[s, s]", "id", "title"));
    set_property(pack, "defaults", defaults_schema());
    set_property(pack, "presets", json_pack("{s:s, s:o}", "type", "object", "additionalProperties", preset_schema()));
    set_property(pack, "word_classes", word_classes_schema());
    return pack;
}

int main(int argc, char **argv) {
    static key_tables tables;
    make_tables(&tables);
    if (argc == 2 && strcmp(argv[1], "mdoc") == 0) {
        schema_mdoc(&tables.pack, stdout);
        return 0;
    }
    if (argc != 2 || strcmp(argv[1], "json") != 0) {
        fputs("usage: schema json|mdoc\n", stderr);
        return 64;
    }
    json_t *pack = pack_schema(&tables.pack);
    int status = json_dumpf(pack, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(pack);
    return status == 0 ? 0 : 1;
}
